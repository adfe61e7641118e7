"""Dance Revolution on stage: a `MotionGenerator` around the causal network.

The dance itself goes as far as the music was heard, frame by frame, 15 a second, and is never taken back. What the show
needs beyond that is planned on a copy of the network's state with the music that is expected (`foresight`), and planned
anew with every chunk. In silence the dancer rests as `groove` does: the network has never heard any.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, cos, floor, hypot, isfinite, sin
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle, load_bundle
from models.dance_revolution.foresight import Foresight
from models.dance_revolution.frames import FPS, doubled_poses
from models.dance_revolution.streaming import Body, Dancing, Ear, Hearing
from models.groove import GrooveGenerator
from models.representation import FPS as POSE_FPS
from models.representation import (
    VELOCITY,
    VERSION,
    YAW_RATE,
    Motion,
    Place,
    decode,
    encode,
    mirror_features,
    place_of,
)
from models.runtime.select import DEFAULT_ENGINES, open_model
from realtime.errors import FarandoleError
from realtime.music.revolution import BEAT, FRAMES_PER_S, ONSET
from realtime.types import GenerateRequest, MusicFrame, Pose, PoseChunk

BUNDLE = Path(__file__).with_name("bundle")
_EITHER = slice(ONSET.start, BEAT.stop)
_REST_FRAMES = 60
"""Hops of silence in a row after which the dancer rests."""
_ABSENCE_S = 1.0
"""Music missed for longer than this, or a dance of somebody else meanwhile: begin anew where the body stands."""
_KEPT_FRAMES = 8
_HOME_M, _HOME_RATE_HZ = 1.2, 0.35
"""A dancer further than this from the centre of the stage is drawn back, by this part of the excess a second."""


@dataclass(frozen=True)
class _Frame:
    """A frame of the dance: number n is at n / FPS seconds; `place` is where it stands."""

    number: int
    pose: NDArray[np.float32]
    place: Place


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
        self._ear = make_ear(loaded, opened.sessions["hear"])
        self._body = make_body(loaded, opened.sessions["dance"])
        self._rest = GrooveGenerator()
        self._begin_anew()

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
        self._hear(request.music)
        if self._frames is not None and start_s > self._end_s + _ABSENCE_S:
            self._frames = None  # somebody else has danced meanwhile, and elsewhere
        if _is_silent(request.music) or not self._hearing.frames:
            self._frames = None
            return replace(self._rest.generate(request), source=self.name)
        self._dance(request)
        self._end_s = start_s + self._chunk_s
        return self._chunk(request, start_s)

    def _begin_anew(self) -> None:
        self._hearing: Hearing = self._ear.begin()
        self._foresight = Foresight()
        self._heard_frames = 0
        self._before: NDArray[np.float32] | None = None
        self._frames: deque[_Frame] | None = None
        self._dancing: Dancing | None = None
        self._seed = 0
        self._end_s = float("inf")

    def _hear(self, music: Sequence[MusicFrame]) -> None:
        """Encode what was heard since the last time: two thirtieths of a second are one frame."""
        heard = [
            (floor(frame.time_s * FRAMES_PER_S + 1e-6), frame.revolution)
            for frame in music
            if frame.revolution is not None and frame.time_s * FRAMES_PER_S + 1e-6 >= self._heard_frames + 1
        ]
        if not heard:
            if not self._heard_frames and len(music) > 8:
                raise FarandoleError(
                    "dance_revolution needs the listener's 438 features and got none; start the show with "
                    "--model dance_revolution rather than changing to it"
                )
            return
        if self._heard_frames and heard[0][0] > self._heard_frames + _ABSENCE_S * FRAMES_PER_S:
            self._begin_anew()
        for number, features in heard:
            self._heard_frames = number
            if number % 2 == 0 and self._before is not None:
                both = features.copy()
                both[_EITHER] = np.maximum(both[_EITHER], self._before[_EITHER])
                encoded, self._hearing = self._ear.listen(self._hearing, both)
                self._foresight.heard(number // 2, encoded)
            self._before = features

    def _dance(self, request: GenerateRequest) -> None:
        """Go on with the dance as far as the music was heard."""
        controls = request.controls
        newest = self._foresight.newest
        if self._frames is None or self._dancing is None:
            pose = _pose_of(request.shown)
            if controls.mirror:
                pose = mirror_features(pose).astype(np.float32)
            self._dancing = self._body.begin(pose, controls.seed)
            self._frames = deque(
                [_Frame(newest, pose, place_of(request.shown.root_m, request.shown.rotations_wxyz[0]))], _KEPT_FRAMES
            )
        elif controls.seed != self._seed:
            self._dancing = self._body.begin(self._dancing.pose[0], controls.seed)
        self._seed = controls.seed
        number = max(self._frames[-1].number, self._foresight.oldest)
        while number <= newest:
            encoded = self._foresight.at(number, request.music[-1].beat)
            self._dancing = self._body.move(self._dancing, encoded)
            self._frames.append(_next(self._frames[-1], number + 1, self._dancing, request))
            number += 1

    def _plan(self, until: int, request: GenerateRequest) -> list[_Frame]:
        """Return the frames after the dance, up to number `until`, as they will be if the music goes on as it does."""
        assert self._frames is not None
        assert self._dancing is not None
        dancing, clock = self._dancing, request.music[-1].beat
        planned = [self._frames[-1]]
        while planned[-1].number < until:
            dancing = self._body.move(dancing, self._foresight.at(planned[-1].number, clock))
            planned.append(_next(planned[-1], planned[-1].number + 1, dancing, request))
        return planned[1:]

    def _chunk(self, request: GenerateRequest, start_s: float) -> PoseChunk:
        """Return the frames from the last one before `start_s` to the end of the plan, 30 a second."""
        assert self._frames is not None
        planned = self._plan(ceil((start_s + self._chunk_s) * FPS), request)
        frames = [*self._frames, *planned]
        first = max((k for k, frame in enumerate(frames) if frame.number / FPS <= start_s), default=0)
        before = frames[first - 1] if first else frames[first]
        shown = frames[first:]
        poses = np.array([before.pose, *(frame.pose for frame in shown)], np.float64)
        if request.controls.mirror:
            poses = mirror_features(poses)
        features = doubled_poses(poses[1:], before=poses[0])
        motion = _stood(features, [frame.place for frame in shown])
        return PoseChunk(
            shown[0].number / FPS, POSE_FPS, motion.root_m, motion.rotations_wxyz, motion.contacts, self.name
        )


def _next(before: _Frame, number: int, dancing: Dancing, request: GenerateRequest) -> _Frame:
    """Return the frame that the dance is at now."""
    pose = dancing.pose[0]
    return _Frame(number, pose, _moved(before.place, pose, request))


def _moved(place: Place, pose: NDArray[np.float32], request: GenerateRequest) -> Place:
    """Return where a step of the dance leads, drawn to the centre of the stage from far away."""
    yaw_rate, across, along = (float(rate) for rate in pose[YAW_RATE : VELOCITY.stop])
    if request.controls.mirror:
        yaw_rate, across = -yaw_rate, -across
    cosine, sine = cos(place.yaw_rad), sin(place.yaw_rad)
    x_m = place.x_m + (cosine * across + sine * along) / FPS
    z_m = place.z_m + (cosine * along - sine * across) / FPS
    free_m, rate_hz = (0.0, 2.0) if request.controls.in_place else (_HOME_M, _HOME_RATE_HZ)
    distance_m = hypot(x_m, z_m)
    scale = 1.0 - max(distance_m - free_m, 0.0) * rate_hz / FPS / max(distance_m, 1e-6)
    return Place(x_m * scale, z_m * scale, place.yaw_rad + yaw_rate / FPS)


def make_ear(bundle: Bundle, session: object) -> Ear:
    """Return what runs the graph `hear` of a bundle."""
    settings = bundle.spec.settings
    sizes = {key: int(str(settings[key])) for key in ("layers", "heads", "head_width", "window", "width")}
    return Ear(session, **sizes)  # pyright: ignore[reportArgumentType]


def make_body(bundle: Bundle, session: object) -> Body:
    """Return what runs the graph `dance` of a bundle."""
    settings = bundle.spec.settings
    return Body(session, units=int(str(settings["units"])), random_state=bool(settings["random_state"]))  # pyright: ignore[reportArgumentType]


def _pose_of(shown: Pose) -> NDArray[np.float32]:
    """Return a body at rest in the shown pose, as features (152,)."""
    still = Motion(np.stack([shown.root_m] * 2), np.stack([shown.rotations_wxyz] * 2), np.stack([shown.contacts] * 2))
    return encode(still)[1].astype(np.float32)


def _stood(features: NDArray[np.floating], places: list[Place]) -> Motion:
    """Return the motion of frames at 30 a second whose even ones stand at `places`."""
    flat = features.copy()
    flat[:, YAW_RATE : VELOCITY.stop] = 0.0
    x_m, z_m = (np.array([place[axis] for place in places]) for axis in (0, 1))
    yaw_rad = np.unwrap([place.yaw_rad for place in places])
    even, all_frames = np.arange(len(places)), np.arange(len(features)) / 2.0
    yaw_rate = np.diff(np.interp(all_frames, even, yaw_rad), prepend=yaw_rad[0])
    flat[:, YAW_RATE] = yaw_rate * POSE_FPS
    motion, _ = decode(flat, Place(0.0, 0.0, float(yaw_rad[0])))
    motion.root_m[:, 0] += np.interp(all_frames, even, x_m)
    motion.root_m[:, 2] += np.interp(all_frames, even, z_m)
    return motion


def _is_silent(music: Sequence[MusicFrame]) -> bool:
    recent = music[-_REST_FRAMES:]
    return all(frame.features.silent for frame in recent[::6]) and recent[-1].features.silent
