"""A dance set on the stage: poses 15 times a second become a body with a place and steady feet, 30 times a second.

What is committed is final: its place, the frames between, where its feet are held. A plan begins where that ends, and
leaves no trace.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.dance_revolution.frames import FPS, doubled_poses
from models.live.stage_sense import Stage
from models.representation import FPS as BODY_FPS
from models.representation import VELOCITY, YAW_RATE, Motion, Place, decode, mirror_features
from realtime.motion.feet import FeetState, FootLock
from realtime.types import FloatArray

_KEPT_FRAMES = 24
_EDGE_M = 2.5
"""Nobody leaves the stage, however far the network would walk."""
_CONTACT_BEGINS, _CONTACT_ENDS = 0.5, 0.35
_CLEARANCE_M = 0.06
_RATES = slice(YAW_RATE, VELOCITY.stop)


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the dance is to be shown: `mirror` swaps left and right, `in_place` keeps it near the centre."""

    mirror: bool = False
    in_place: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """A frame of the dance as it is shown, and where it stands."""

    pose: FloatArray
    place: Place


class Walk:
    """Sets a dance on the stage, from one pose at a known place on. Frame n is at n / FPS seconds."""

    def __init__(self, number: int, pose: FloatArray, place: Place) -> None:
        """Begin at frame `number` in a pose (152,) as it is shown, at a place."""
        self.newest = number
        self._feet: FeetState | None = None
        self._lock = FootLock(on=_CONTACT_BEGINS, off=_CONTACT_ENDS, clearance_m=_CLEARANCE_M)
        first = _Frame(np.asarray(pose, np.float64), place)
        self._open = [first, first]
        """The frame before the last final one, the last final one, and those after it."""
        self._final = _standing(first.pose[None], [place])

    def step(self, pose: FloatArray, wishes: Wishes) -> None:
        """Go on with the next pose (152,), for good."""
        self._open.append(_next(self._open[-1], pose, wishes))
        self.newest += 1

    def chunk(self, planned: Sequence[FloatArray], wishes: Wishes) -> tuple[float, Motion]:
        """Return what was danced lately and will be, 30 frames a second, and when it begins, seconds.

        Args:
            planned: poses (152,) that may follow.
            wishes: see there.
        """
        frames = list(self._open)
        for pose in planned:
            frames.append(_next(frames[-1], pose, wishes))
        # The frame in the middle of two depends on the one after them: the newest is not final yet.
        settled = max(len(self._open) - 3, 0)
        features = doubled_poses(np.stack([frame.pose for frame in frames[1:]]), before=frames[0].pose)
        motion = _standing(features, [frame.place for frame in frames[1:]])
        motion = Motion(*(part[1:] for part in motion))
        if len(motion.root_m):
            commit = max(2 * settled, 1)
            locked = self._lock.apply(
                motion.root_m, motion.rotations_wxyz, motion.contacts, BODY_FPS, self._feet, commit=commit
            )
            motion = Motion(locked.roots_m, locked.rotations_wxyz, motion.contacts)
            if settled:
                self._feet = locked.state
        whole = Motion(*(np.concatenate(pair) for pair in zip(self._final, motion, strict=True)))
        start_s = (self.newest - (len(self._open) - 2)) / FPS - (len(self._final.root_m) - 1) / BODY_FPS
        self._settle(motion, settled)
        return start_s, whole

    def _settle(self, motion: Motion, settled: int) -> None:
        if settled:
            parts = (np.concatenate(pair) for pair in zip(self._final, (p[: 2 * settled] for p in motion), strict=True))
            self._final = Motion(*(part[-_KEPT_FRAMES:] for part in parts))
            self._open = self._open[settled:]


def _next(before: _Frame, pose: FloatArray, wishes: Wishes) -> _Frame:
    """Return the frame after another, on the stage."""
    shown = np.asarray(mirror_features(pose) if wishes.mirror else pose, np.float64)
    shown = Stage(wishes.in_place).steered(shown[None], before.place)[0]
    yaw_rate, across, along = shown[_RATES]
    cosine, sine = np.cos(before.place.yaw_rad), np.sin(before.place.yaw_rad)
    x_m = float(before.place.x_m + (cosine * across + sine * along) / FPS)
    z_m = float(before.place.z_m + (cosine * along - sine * across) / FPS)
    inside = min(1.0, _EDGE_M / max(float(np.hypot(x_m, z_m)), 1e-6))
    return _Frame(shown, Place(x_m * inside, z_m * inside, float(before.place.yaw_rad + yaw_rate / FPS)))


def _standing(features: FloatArray, places: Sequence[Place]) -> Motion:
    """Return the motion of frames at 30 a second whose even ones stand at `places`."""
    even, every = np.arange(len(places)), np.arange(len(features)) / 2.0
    x_m, z_m, yaw_rad = (np.interp(every, even, [place[axis] for place in places]) for axis in range(3))
    still = features.copy()
    still[:, VELOCITY] = 0.0
    still[:, YAW_RATE] = np.diff(yaw_rad, prepend=yaw_rad[0]) * BODY_FPS
    motion, _ = decode(still, Place(0.0, 0.0, float(yaw_rad[0])))
    return motion._replace(root_m=np.stack([x_m, motion.root_m[:, 1], z_m], axis=1))
