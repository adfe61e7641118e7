"""The plan of the dance, addressed by time: chunks go in when they come, poses come out for any moment.

A chunk that arrives is not faded in. What the audience would have seen is kept as an offset, with its velocity, on top
of the new chunk, and that offset decays like a critically damped spring (inertialisation: Bollo, "Inertialization",
GDC 2018; the exact spring is Holden, "Spring-It-On", 2021). So position and velocity never jump, however the chunks
come; a crossfade jumps when a third chunk arrives in its middle.
"""

from dataclasses import dataclass, replace
from math import exp, floor, log

import numpy as np

from realtime.motion.rotations import conjugate, from_rotation_vector, multiply, normalise, to_rotation_vector
from realtime.motion.skeleton import JOINT_COUNT, STANDING_PELVIS_M
from realtime.types import CONTACT_NAMES, FloatArray, Pose, PoseChunk

_VELOCITY_STEP_S = 1 / 240
_LONG_AGO_S = -1e9
"""Before any show; infinities would turn into NaN in the spring."""
_FORGOTTEN_HALFLIVES = 20.0
"""After so many, a metre of offset is 30 micrometres."""
_KEPT_S = 2.0
"""How far back a slow reader may still ask."""


class PoseBuffer:
    """Holds what will be shown. One thread merges, any thread reads."""

    def __init__(self) -> None:
        self._segments: tuple[_Segment, ...] = (_standing_segment(),)

    @property
    def decided_until_s(self) -> float:
        """Show time of the last frame that is decided; long past before the first chunk."""
        return self._segments[-1].chunk.end_s

    @property
    def source(self) -> str:
        """Who made the newest chunk."""
        return self._segments[-1].chunk.source

    def pose_at(self, time_s: float) -> Pose:
        """Return the pose to be shown at a show time; past the end of the plan the last one stays."""
        segments = self._segments
        segment = next((s for s in reversed(segments) if s.from_s <= time_s), segments[0])
        return segment.pose_at(time_s)

    def merge(self, chunk: PoseChunk, at_s: float, *, halflife_s: float = 0.1) -> bool:
        """Replace the plan by `chunk` from `at_s` on; return whether any of it was still to come.

        Args:
            chunk: what to show; the part before `at_s` is never asked for.
            at_s: the first show time not yet shown to anyone.
            halflife_s: time in which the offset between old and new shrinks to about half.
        """
        at_s = max(at_s, chunk.start_s)
        if chunk.end_s < at_s:
            return False
        segments = self._segments
        earlier = tuple(s for s in segments if s.from_s < at_s)
        # Merging twice at one time must not lose what is shown there.
        shown = next((s for s in reversed(segments) if s.from_s <= at_s), segments[0])
        joined = _join(shown, chunk, at_s, halflife_s)
        kept = tuple(
            s for i, s in enumerate(earlier) if i == len(earlier) - 1 or earlier[i + 1].from_s > at_s - _KEPT_S
        )
        self._segments = (*kept, joined)
        return True


@dataclass(frozen=True, slots=True)
class _Segment:
    """A chunk with the decaying offset that joins it to what was shown before `from_s`.

    `offset` and `velocity` have shape (1 + J, 3): the root in metres, then a rotation vector for each joint.
    """

    from_s: float
    chunk: PoseChunk
    offset: FloatArray
    velocity: FloatArray
    halflife_s: float

    def pose_at(self, time_s: float) -> Pose:
        root_m, rotations, contacts = sample_chunk(self.chunk, time_s)
        elapsed_s = time_s - self.from_s
        if elapsed_s < _FORGOTTEN_HALFLIVES * self.halflife_s:
            offset, _ = decay(self.offset, self.velocity, elapsed_s, self.halflife_s)
            root_m = root_m + offset[0]
            rotations = normalise(multiply(from_rotation_vector(offset[1:]), rotations))
        return Pose(time_s, root_m, rotations, contacts)


def decay(
    offset: FloatArray, velocity: FloatArray, elapsed_s: float, halflife_s: float
) -> tuple[FloatArray, FloatArray]:
    """Return offset and velocity of a critically damped spring towards zero after `elapsed_s`."""
    rate = 2.0 * log(2.0) / max(halflife_s, 1e-4)
    impulse = velocity + offset * rate
    fade = exp(-rate * max(elapsed_s, 0.0))
    elapsed_s = max(elapsed_s, 0.0)
    return fade * (offset + impulse * elapsed_s), fade * (velocity - impulse * rate * elapsed_s)


def sample_chunk(chunk: PoseChunk, time_s: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return root (3,), rotations (J, 4) and contacts (F,) of a chunk between its frames.

    Catmull-Rom through the four frames around `time_s`; the first and last frame hold outside. The quaternions must
    be continuous from frame to frame (see `continuous`).
    """
    last = len(chunk.roots_m) - 1
    position = min(max((time_s - chunk.start_s) * chunk.fps, 0.0), float(last))
    frame = min(floor(position), max(last - 1, 0))
    u = position - frame
    weights, first, stop = _catmull_rom(u), frame - 1, frame + 3
    # A chunk goes on at its ends as it goes there: repeating the end frame would halve the speed that a merge sees.
    if last > 0 and frame == 0:
        weights, first = np.array([2.0 * weights[0] + weights[1], weights[2] - weights[0], weights[3]]), 0
    if last > 0 and frame == last - 1:
        weights, stop = np.append(weights[:-3], [weights[-3] - weights[-1], weights[-2] + 2.0 * weights[-1]]), last + 1
    around = slice(first, stop) if last > 0 else [0, 0, 0, 0]
    rotations = (weights @ chunk.rotations_wxyz[around].reshape(len(weights), -1)).reshape(-1, 4)
    contacts = chunk.contacts[min(frame + (u > 0.5), last)]
    return weights @ chunk.roots_m[around], normalise(rotations), contacts


def continuous(chunk: PoseChunk) -> PoseChunk:
    """Return the same chunk with every quaternion on the side of its predecessor: q and -q are one rotation."""
    dots = np.sum(chunk.rotations_wxyz[1:] * chunk.rotations_wxyz[:-1], axis=-1)
    if np.all(dots >= 0.0):
        return chunk
    signs = np.cumprod(np.where(dots < 0.0, -1.0, 1.0), axis=0)[..., None]
    rotations = np.concatenate([chunk.rotations_wxyz[:1], chunk.rotations_wxyz[1:] * signs])
    return replace(chunk, rotations_wxyz=rotations)


def _catmull_rom(u: float) -> FloatArray:
    return 0.5 * np.array(
        [
            -u + 2 * u * u - u**3,
            2 - 5 * u * u + 3 * u**3,
            u + 4 * u * u - 3 * u**3,
            -u * u + u**3,
        ]
    )


def _join(shown: _Segment, chunk: PoseChunk, at_s: float, halflife_s: float) -> _Segment:
    """Return `chunk` with the offset and velocity that make it continue `shown` at `at_s`."""
    chunk = continuous(chunk)
    offset = _difference(shown, chunk, at_s)
    later = _difference(shown, chunk, at_s + _VELOCITY_STEP_S)
    return _Segment(at_s, chunk, offset, (later - offset) / _VELOCITY_STEP_S, halflife_s)


def _difference(shown: _Segment, chunk: PoseChunk, time_s: float) -> FloatArray:
    """Return shown minus chunk at a time: root and rotation vectors, shape (1 + J, 3)."""
    old = shown.pose_at(time_s)
    root_m, rotations, _ = sample_chunk(chunk, time_s)
    turns = to_rotation_vector(multiply(old.rotations_wxyz, conjugate(rotations)))
    return np.concatenate([(old.root_m - root_m)[None], turns])


def hold_chunk(pose: Pose, source: str) -> PoseChunk:
    """Return a chunk that shows one pose for ever (a day)."""
    return PoseChunk(
        pose.time_s,
        1.0 / 86_400.0,
        np.stack([pose.root_m, pose.root_m]),
        np.stack([pose.rotations_wxyz, pose.rotations_wxyz]),
        np.stack([pose.contacts, pose.contacts]),
        source,
    )


def standing_pose(time_s: float = 0.0, *, x_m: float = 0.0, z_m: float = 0.0) -> Pose:
    """Return a neutral standing pose, arms down: what panic and an empty plan show."""
    rotations = np.tile([1.0, 0.0, 0.0, 0.0], (JOINT_COUNT, 1))
    for joint, turn_rad in _STANDING_TURNS_RAD.items():
        rotations[joint] = from_rotation_vector(np.array(turn_rad))
    return Pose(time_s, np.array([x_m, STANDING_PELVIS_M, z_m]), rotations, np.ones(len(CONTACT_NAMES)))


_STANDING_TURNS_RAD = {16: (0.0, 0.0, -1.2), 17: (0.0, 0.0, 1.2), 18: (0.0, -0.25, -0.1), 19: (0.0, 0.25, 0.1)}
"""Shoulders and elbows that turn the T-pose into hanging arms."""


def _standing_segment() -> _Segment:
    nothing = np.zeros((1 + JOINT_COUNT, 3))
    return _Segment(_LONG_AGO_S, hold_chunk(standing_pose(_LONG_AGO_S), "standing"), nothing, nothing, 0.1)
