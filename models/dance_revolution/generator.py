"""Dance Revolution on stage: a `MotionGenerator` around the causal network.

The dance itself goes as far as the music was heard, frame by frame, 15 a second, and is never taken back. What the show
needs beyond that is planned from a copy of the network's state with the music that is expected (`foresight`), and
planned anew with every chunk. In silence the dancer rests as `groove` does: the network has never heard any.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, isfinite
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.bundle import load_bundle
from models.dance_revolution.clock import clock_at, half_beat_at
from models.dance_revolution.foresight import Foresight
from models.dance_revolution.frames import FPS
from models.dance_revolution.streaming import Body, Dancing, Ear, Hearing, make_body, make_ear
from models.dance_revolution.walk import Walk, Wishes
from models.groove import GrooveGenerator
from models.representation import FPS as BODY_FPS
from models.representation import VERSION, Motion, encode, mirror_features, place_of
from models.runtime.select import DEFAULT_ENGINES, open_model
from realtime.errors import FarandoleError
from realtime.music.revolution import BEAT, FRAMES_PER_S, ONSET
from realtime.types import FloatArray, GenerateRequest, MusicFrame, Pose, PoseChunk

BUNDLE = Path(__file__).with_name("bundle")
_EITHER = slice(ONSET.start, BEAT.stop)
_REST_HOPS = 60
"""Hops of silence in a row after which the dancer rests."""
_ABSENCE_S = 1.0
"""Music missed for longer than this, or a dance of somebody else meanwhile: begin anew where the body stands."""


@dataclass
class _Dance:
    """What goes on from chunk to chunk."""

    seed: int
    dancing: Dancing
    walk: Walk
    end_s: float = float("inf")


class DanceRevolutionGenerator:
    """Streams the dance of a bundle. One thread calls it."""

    def __init__(
        self, bundle: Path = BUNDLE, *, chunk_s: float = 0.8, engines: Sequence[str] = DEFAULT_ENGINES
    ) -> None:
        """Load a bundle.

        Args:
            bundle: see `models.bundle`.
            chunk_s: how long the chunks are.
            engines: see `models.runtime.select`.

        Raises:
            BundleError: the bundle is damaged or does not fit.
            InferenceError: no engine runs it.
        """
        loaded = load_bundle(bundle, feature_version=VERSION, graphs=("hear", "dance"))
        opened = open_model(loaded, engines, graphs=("hear", "dance"))
        self.message = opened.message
        self._chunk_s = chunk_s
        settings = loaded.spec.settings
        clocked, lead_s = bool(settings.get("clock", False)), float(str(settings.get("lead_s", 0.0)))
        self._music = _Music(make_ear(loaded, opened.sessions["hear"]), clocked=clocked, lead_s=lead_s)
        self._body: Body = make_body(loaded, opened.sessions["dance"])
        self._resting: GrooveGenerator | None = None
        self._dance: _Dance | None = None

    @property
    def name(self) -> str:
        """How presets and people call it."""
        return "dance_revolution"

    @property
    def chunk_s(self) -> float:
        """How long its chunks are."""
        return self._chunk_s

    def generate(self, request: GenerateRequest) -> PoseChunk:
        """Return the dance from just before `request.start_s` on; the same requests give the same chunks.

        Raises:
            FarandoleError: the listener does not compute the features that this dancer hears.
        """
        start_s = request.start_s if isfinite(request.start_s) else request.now_s
        if self._music.hear(request.music):
            self._dance = None
        if _is_silent(request.music) or not self._music.frames:
            return self._rest(request)
        self._resting = None
        dance = self._dance
        if dance is None or start_s > dance.end_s + _ABSENCE_S:
            dance = self._dance = self._begin(request)
        elif request.controls.seed != dance.seed:
            dance.seed = request.controls.seed
            dance.dancing = self._body.begin(dance.dancing.pose[0], dance.seed)
        dance.end_s = start_s + self._chunk_s
        wishes = Wishes(request.controls.mirror, request.controls.in_place)
        self._go_on(dance, request, wishes)
        begin_s, motion = dance.walk.chunk(self._plan(dance, dance.end_s, request), wishes)
        return PoseChunk(begin_s, BODY_FPS, motion.root_m, motion.rotations_wxyz, motion.contacts, self.name)

    def _rest(self, request: GenerateRequest) -> PoseChunk:
        self._dance = None
        self._resting = self._resting or GrooveGenerator()
        return replace(self._resting.generate(request), source=self.name)

    def _begin(self, request: GenerateRequest) -> _Dance:
        shown, seed = request.shown, request.controls.seed
        pose = _standing_still(shown)
        place = place_of(shown.root_m, shown.rotations_wxyz[0])
        meant = mirror_features(pose) if request.controls.mirror else pose
        return _Dance(seed, self._body.begin(meant, seed), Walk(self._music.newest, pose, place))

    def _go_on(self, dance: _Dance, request: GenerateRequest, wishes: Wishes) -> None:
        """Dance as far as the music was heard: the music of a frame makes the pose of the next."""
        for number in range(max(dance.walk.newest, self._music.oldest), self._music.newest + 1):
            dance.dancing = self._step(dance.dancing, number, request)
            dance.walk.step(dance.dancing.pose[0], wishes)

    def _plan(self, dance: _Dance, until_s: float, request: GenerateRequest) -> list[FloatArray]:
        """Return the poses after the dance, as they will be if the music goes on as it does."""
        dancing, poses = dance.dancing, list[FloatArray]()
        for number in range(dance.walk.newest, ceil(until_s * FPS)):
            dancing = self._step(dancing, number, request)
            poses.append(dancing.pose[0])
        return poses

    def _step(self, dancing: Dancing, number: int, request: GenerateRequest) -> Dancing:
        """Return the dance after the music of frame `number`, heard or expected."""
        encoded, half_beat = self._music.at(number, request)
        wish = request.controls
        return self._body.move(dancing, encoded, half_beat=half_beat, energy=wish.energy, style=wish.style)


class _Music:
    """What was heard, encoded: frame n, 15 a second, ends at n / FPS seconds."""

    def __init__(self, ear: Ear, *, clocked: bool, lead_s: float) -> None:
        """Hear with an ear; the clock is read `lead_s` ahead: so much later than told did the dance meet the beat."""
        self._ear, self._clocked, self._lead_s = ear, clocked, lead_s
        self._forget()

    def _forget(self) -> None:
        self._hearing: Hearing = self._ear.begin()
        self._foresight = Foresight(clocked=self._clocked, lead_s=self._lead_s)
        self._thirtieth = 0
        self._before: NDArray[np.float32] | None = None

    @property
    def frames(self) -> int:
        """How many frames were heard."""
        return self._hearing.frames

    @property
    def newest(self) -> int:
        """Number of the last frame that was heard."""
        return self._foresight.newest

    @property
    def oldest(self) -> int:
        """Number of the first frame that is remembered."""
        return self._foresight.oldest

    def at(self, number: int, request: GenerateRequest) -> tuple[NDArray[np.float32], int]:
        """Return the encoding (1, heard) of a frame, heard or expected, and the half beat of the step from it."""
        clock = request.music[-1].beat
        return self._foresight.at(number, clock), self._foresight.half_beat(number, clock)

    def hear(self, music: Sequence[MusicFrame]) -> bool:
        """Encode what sounded since the last time; return whether so much was missed that all is forgotten.

        Raises:
            FarandoleError: there are no features to hear.
        """
        heard = [
            (number, frame.revolution, frame.beat)
            for frame in music
            if frame.revolution is not None and (number := floor(frame.time_s * FRAMES_PER_S + 1e-6)) > self._thirtieth
        ]
        if not heard:
            if not self._thirtieth and len(music) > 8:
                raise FarandoleError(
                    "dance_revolution needs the listener's 438 features and got none; start the show with "
                    "--model dance_revolution rather than changing to it"
                )
            return False
        missed = self._thirtieth > 0 and heard[0][0] > self._thirtieth + _ABSENCE_S * FRAMES_PER_S
        if missed:
            self._forget()
        for number, features, clock in heard:
            # Two thirtieths of a second are one frame of the network; a beat in either is a beat.
            if number % 2 == 0 and self._before is not None:
                both = features.copy()
                both[_EITHER] = np.maximum(both[_EITHER], self._before[_EITHER])
                time_s = number / FRAMES_PER_S + self._lead_s
                told = np.concatenate([both, clock_at(clock, time_s)]) if self._clocked else both
                encoded, self._hearing = self._ear.listen(self._hearing, told)
                self._foresight.heard(number // 2, encoded, half_beat_at(clock, time_s))
            self._before, self._thirtieth = features, number
        return missed


def _standing_still(shown: Pose) -> FloatArray:
    """Return a body at rest in the shown pose, as features (152,)."""
    still = Motion(*(np.stack([part] * 2) for part in (shown.root_m, shown.rotations_wxyz, shown.contacts)))
    return encode(still)[1]


def _is_silent(music: Sequence[MusicFrame]) -> bool:
    return all(frame.features.silent for frame in music[-_REST_HOPS::6]) and music[-1].features.silent
