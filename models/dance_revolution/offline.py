"""The faithful Dance Revolution: the whole song is known, the encoder looks both ways, then the dance is rolled out.

For rehearsals only: nothing of it can be had live. The song is encoded in blocks that overlap by as much as the encoder
can see (layers x window frames on either side), so the result is that of the whole song at once.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.bundle import load_bundle
from models.dance_revolution.clock import AHEAD_S, clock_block, whole_song_beats
from models.dance_revolution.features import offline_features
from models.dance_revolution.frames import FPS, halved_music
from models.dance_revolution.positions import POSITIONS, sinusoids
from models.dance_revolution.streaming import make_body, setting
from models.dance_revolution.walk import Walk, Wishes
from models.representation import FPS as BODY_FPS
from models.representation import VERSION, Motion, Place, encode
from models.runtime.select import DEFAULT_ENGINES, open_model
from models.runtime.session import Session
from realtime.motion.pose_buffer import standing_pose
from realtime.motion.skeleton import JOINT_COUNT
from realtime.types import CONTACT_NAMES, DanceControls, FloatArray, GenerateRequest, PoseChunk

BUNDLE = Path(__file__).with_name("offline_bundle")


class WholeSongDancer:
    """A `MotionGenerator` that danced the song before it began, and now shows it."""

    def __init__(self, motion: Motion, *, chunk_s: float = 0.8) -> None:
        """Show a motion at BODY_FPS whose first frame is at 0 s."""
        self._motion, self._chunk_s = motion, chunk_s

    @property
    def name(self) -> str:
        """How the report calls it."""
        return "dance_revolution offline"

    @property
    def chunk_s(self) -> float:
        """How long its chunks are."""
        return self._chunk_s

    def generate(self, request: GenerateRequest) -> PoseChunk:
        """Return the part of the dance that begins at `request.start_s`."""
        last = len(self._motion.root_m) - 2
        first = min(max(int(np.floor(request.start_s * BODY_FPS)), 0), last)
        part = slice(first, first + max(int(np.ceil(self._chunk_s * BODY_FPS)) + 2, 2))
        motion = Motion(*(values[part] for values in self._motion))
        return PoseChunk(first / BODY_FPS, BODY_FPS, motion.root_m, motion.rotations_wxyz, motion.contacts, self.name)


def dance_song(
    samples: NDArray[np.float32],
    controls: DanceControls,
    *,
    bundle: Path = BUNDLE,
    engines: Sequence[str] = DEFAULT_ENGINES,
) -> WholeSongDancer:
    """Return the dancer of a whole song.

    Args:
        samples: shape (n,), mono at SAMPLE_RATE_HZ.
        controls: seed, energy, style, mirror and in_place are heeded.
        bundle: of the network that looks both ways.
        engines: see `models.runtime.select`.

    Raises:
        FarandoleError: librosa is missing, or the bundle does not fit.
    """
    load_bundle(bundle, feature_version=VERSION)  # before minutes are spent on the song
    return dance_music(offline_features(samples), controls, bundle=bundle, engines=engines)


def dance_music(
    features: NDArray[np.float32],
    controls: DanceControls,
    *,
    bundle: Path = BUNDLE,
    engines: Sequence[str] = DEFAULT_ENGINES,
) -> WholeSongDancer:
    """Return the dancer of a song whose whole-song features (T, 438), 30 a second, are known; see `dance_song`."""
    loaded = load_bundle(bundle, feature_version=VERSION, graphs=("study", "dance"))
    opened = open_model(loaded, engines, graphs=("study", "dance"))
    music = halved_music(features)
    times_s = np.arange(len(music)) / FPS + float(str(loaded.spec.settings.get("lead_s", 0.0)))
    beats, tempo_bpm = whole_song_beats(features, times_s)
    if loaded.spec.settings.get("clock", False):
        music = np.concatenate([music, clock_block(beats, tempo_bpm, np.ones(len(beats)))], axis=1)
    half_beats = np.floor(2.0 * whole_song_beats(features, times_s + AHEAD_S)[0]).astype(int)
    context = setting(loaded, "layers") * setting(loaded, "window")
    encoded = study(opened.sessions["study"], music, context=context, width=setting(loaded, "width"))
    body = make_body(loaded, opened.sessions["dance"])
    stand = standing_pose(0.0)
    still = Motion(*(np.stack([part] * 2) for part in (stand.root_m, stand.rotations_wxyz, stand.contacts)))
    pose = encode(still)[1]
    dancing = body.begin(pose, controls.seed)
    walk, wishes = Walk(0, pose, Place(0.0, 0.0, 0.0)), Wishes(controls.mirror, controls.in_place)
    whole = Motion(np.zeros((0, 3)), np.zeros((0, JOINT_COUNT, 4)), np.zeros((0, len(CONTACT_NAMES))))
    for number in range(len(encoded)):
        half_beat = int(half_beats[number])
        dancing = body.move(
            dancing, encoded[number][None], half_beat=half_beat, energy=controls.energy, style=controls.style
        )
        walk.step(dancing.pose[0], wishes)
        if (number + 1) % _SET_FRAMES == 0 or number == len(encoded) - 1:
            begin_s, motion = walk.chunk((), wishes)
            # What was not final in the last part is said again.
            before = (part[: round(begin_s * BODY_FPS)] for part in whole)
            whole = Motion(*(np.concatenate(pair) for pair in zip(before, motion, strict=True)))
    return WholeSongDancer(whole)


def study(session: Session, music: NDArray[np.float32], *, context: int, width: int) -> FloatArray:
    """Return the encoding of a whole song: (T, inputs) at FPS -> (T, heard), in blocks of the session's length.

    Args:
        session: runs the graph `study`.
        music: as measured.
        context: frames on either side of a block's middle that the encoder can see.
        width: of the encoder's own numbers.
    """
    block = BLOCK_FRAMES + 2 * context
    table = sinusoids(width)
    parts: list[FloatArray] = []
    for start in range(0, len(music), BLOCK_FRAMES):
        frames = np.arange(start - context, start - context + block)
        outside = (frames < 0) | (frames >= len(music))
        inside = np.clip(frames, 0, len(music) - 1)
        result = session.run(
            {
                "music": music[inside][None],
                "position": table[frames % POSITIONS][None],
                "outside": outside.astype(np.float32),
            }
        )
        parts.append(result["encoded"][0, context : context + min(BLOCK_FRAMES, len(music) - start)])
    return np.concatenate(parts).astype(np.float32)


BLOCK_FRAMES = 300
"""Frames that a run of `study` encodes for good: 20 s. The rest of its block is context."""
_SET_FRAMES = 60
"""So many frames are set on the stage at a time."""
