"""Geometric features of a motion: 32 yes-or-no questions on the shape of the body, the space of FID_g.

Mueller, Roeder and Clausen, "Efficient content-based retrieval of motion capture data" (SIGGRAPH 2005), as in
Facebook's fairmotion; the feature is the share of frames with a yes. Lengths are in units of the body: hl (upper arm),
sw (shoulders), hw (hips). `compat` is what the public code computes: an average SMPL body's units, speeds as if there
were 120 frames a second whatever the rate, and, where the relative movement of two joints is asked for, the speed of
the third joint against the first. `fixed` uses our body, our rate and the paper's definition: how fast the fourth joint
goes from the third, along the line from the first to the second.
"""

import numpy as np
from numpy.typing import NDArray

from models.training.metrics.kinetic import at_compat_rate
from models.training.metrics.motion import FPS
from realtime.motion.skeleton import OFFSETS_M, Joint
from realtime.types import FloatArray

J = Joint
Answers = NDArray[np.bool_]
_COMPAT_RATE = 120.0
_SMPL_UNITS = (0.25680, 0.39084, 0.11946)
"""Upper arm, shoulder width and hip width of the body in the public code, metres."""
_UP = np.array([0.0, 1.0, 0.0])


def geometric_features(positions_m: FloatArray, *, compat: bool = False) -> FloatArray:
    """Return the features: shape (32,), shares 0 to 1.

    Args:
        positions_m: shape (T, J, 3) at `FPS`.
        compat: as the public code does it.
    """
    if compat:
        positions_m = at_compat_rate(positions_m)
    body = _Body(positions_m, compat=compat)
    hl, sw, hw = _SMPL_UNITS if compat else _our_units()
    answers = [
        body.moves_square_to(J.NECK, J.RIGHT_HIP, J.LEFT_HIP, J.RIGHT_WRIST, 1.8 * hl),
        body.moves_square_to(J.NECK, J.LEFT_HIP, J.RIGHT_HIP, J.LEFT_WRIST, 1.8 * hl),
        body.beyond(J.SPINE3, J.NECK, J.NECK, J.RIGHT_WRIST, 0.2 * hl),
        body.beyond(J.SPINE3, J.NECK, J.NECK, J.LEFT_WRIST, 0.2 * hl),
        body.moves_along(J.SPINE1, J.SPINE3, J.SPINE3, J.RIGHT_WRIST, 1.8 * hl),
        body.moves_along(J.SPINE1, J.SPINE3, J.SPINE3, J.LEFT_WRIST, 1.8 * hl),
        body.bent(J.RIGHT_ELBOW, J.RIGHT_SHOULDER, J.RIGHT_ELBOW, J.RIGHT_WRIST, 0, 110),
        body.bent(J.LEFT_ELBOW, J.LEFT_SHOULDER, J.LEFT_ELBOW, J.LEFT_WRIST, 0, 110),
        body.beyond(J.LEFT_SHOULDER, J.RIGHT_SHOULDER, J.LEFT_WRIST, J.RIGHT_WRIST, 2.5 * sw),
        body.moves_along(J.LEFT_WRIST, J.RIGHT_WRIST, J.RIGHT_WRIST, J.LEFT_WRIST, 1.4 * hl),
        body.moves_along(J.RIGHT_WRIST, J.PELVIS, J.LEFT_WRIST, J.PELVIS, 1.4 * hl),
        body.moves_along(J.LEFT_WRIST, J.PELVIS, J.RIGHT_WRIST, J.PELVIS, 1.4 * hl),
        body.fast(J.RIGHT_WRIST, 2.5 * hl),
        body.fast(J.LEFT_WRIST, 2.5 * hl),
        body.before_plane(J.PELVIS, J.LEFT_HIP, J.LEFT_FOOT, J.RIGHT_ANKLE, 0.38 * hl),
        body.before_plane(J.PELVIS, J.RIGHT_HIP, J.RIGHT_FOOT, J.LEFT_ANKLE, 0.38 * hl),
        body.above_lowest(J.RIGHT_ANKLE) > 1.2 * hl,
        body.above_lowest(J.LEFT_ANKLE) > 1.2 * hl,
        body.beyond(J.LEFT_HIP, J.RIGHT_HIP, J.LEFT_ANKLE, J.RIGHT_ANKLE, 2.1 * hw),
        body.bent(J.RIGHT_KNEE, J.RIGHT_HIP, J.RIGHT_KNEE, J.RIGHT_ANKLE, 0, 110),
        body.bent(J.LEFT_KNEE, J.LEFT_HIP, J.LEFT_KNEE, J.LEFT_ANKLE, 0, 110),
        body.fast(J.RIGHT_ANKLE, 2.5 * hl),
        body.fast(J.LEFT_ANKLE, 2.5 * hl),
        body.bent(J.NECK, J.PELVIS, J.RIGHT_SHOULDER, J.RIGHT_ELBOW, 25, 180),
        body.bent(J.NECK, J.PELVIS, J.LEFT_SHOULDER, J.LEFT_ELBOW, 25, 180),
        body.bent(J.NECK, J.PELVIS, J.RIGHT_HIP, J.RIGHT_KNEE, 50, 180),
        body.bent(J.NECK, J.PELVIS, J.LEFT_HIP, J.LEFT_KNEE, 50, 180),
        body.before_plane(J.RIGHT_ANKLE, J.NECK, J.LEFT_ANKLE, J.PELVIS, 0.5 * hl),
        body.leans(70, 110),
        body.above_lowest(J.RIGHT_WRIST) < 1.2 * hl,
        body.above_lowest(J.LEFT_WRIST) < 1.2 * hl,
        body.fast(J.PELVIS, 2.3 * hl),
    ]
    return np.array([answer[-(len(positions_m) - 1) :].mean() for answer in answers])


class _Body:
    """Answers one question for every frame after the first, or for every frame."""

    def __init__(self, positions_m: FloatArray, *, compat: bool) -> None:
        self._at = positions_m
        self._rate = _COMPAT_RATE if compat else FPS
        self._compat = compat

    def moves_square_to(self, a: Joint, b: Joint, c: Joint, mover: Joint, least: float) -> Answers:
        """Whether `mover` leaves the plane of a, b, c, as seen from a, faster than `least`."""
        at = self._at[1:]
        normal = np.cross(at[:, c] - at[:, a], at[:, b] - at[:, a])
        return _along(self._relative(a, mover), normal) > least

    def moves_along(self, a: Joint, b: Joint, c: Joint, mover: Joint, least: float) -> Answers:
        """Whether the mover goes from c, along the line from a to b, faster than `least`."""
        at = self._at[1:]
        speed = self._relative(a, c) if self._compat else self._relative(c, mover)
        return _along(speed, at[:, b] - at[:, a]) > least

    def before_plane(self, a: Joint, b: Joint, c: Joint, point: Joint, least: float) -> Answers:
        """Whether `point` is farther than `least` before the plane of a, b, c."""
        at = self._at
        return _along(at[:, point] - at[:, a], np.cross(at[:, c] - at[:, a], at[:, b] - at[:, a])) > least

    def beyond(self, a: Joint, b: Joint, origin: Joint, point: Joint, least: float) -> Answers:
        """Whether `point` is farther than `least` from `origin` along the line from a to b."""
        at = self._at
        return _along(at[:, point] - at[:, origin], at[:, b] - at[:, a]) > least

    def bent(self, a: Joint, b: Joint, c: Joint, d: Joint, least_deg: float, most_deg: float) -> Answers:
        """Whether the lines from a to b and from c to d make an angle between the two."""
        at = self._at
        return _between(at[:, b] - at[:, a], at[:, d] - at[:, c], least_deg, most_deg)

    def leans(self, least_deg: float, most_deg: float) -> Answers:
        """Whether the trunk makes an angle between the two with the vertical."""
        trunk = self._at[:, Joint.PELVIS] - self._at[:, Joint.NECK]
        return _between(trunk, np.broadcast_to(_UP, trunk.shape), least_deg, most_deg)

    def above_lowest(self, joint: Joint) -> FloatArray:
        """How far a joint is above the body's lowest joint, metres."""
        return self._at[:, joint, 1] - self._at[..., 1].min(axis=1)

    def fast(self, joint: Joint, least: float) -> Answers:
        """Whether a joint is faster than `least`."""
        return np.linalg.norm(np.diff(self._at[:, joint], axis=0), axis=-1) * self._rate > least

    def _relative(self, origin: Joint, mover: Joint) -> FloatArray:
        return np.diff(self._at[:, mover] - self._at[:, origin], axis=0) * self._rate


def _our_units() -> tuple[float, float, float]:
    """Return upper arm, shoulder width and hip width of our skeleton, metres."""
    shoulder_m = OFFSETS_M[J.LEFT_COLLAR] + OFFSETS_M[J.LEFT_SHOULDER]
    return (
        float(np.linalg.norm(OFFSETS_M[J.LEFT_ELBOW])),
        2.0 * float(shoulder_m[0]),
        2.0 * float(OFFSETS_M[J.LEFT_HIP][0]),
    )


def _along(vectors: FloatArray, direction: FloatArray) -> FloatArray:
    return np.sum(vectors * direction, axis=-1) / np.maximum(np.linalg.norm(direction, axis=-1), 1e-9)


def _between(a: FloatArray, b: FloatArray, least_deg: float, most_deg: float) -> Answers:
    lengths = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
    angle_deg = np.degrees(np.arccos(np.clip(np.sum(a * b, axis=-1) / np.maximum(lengths, 1e-9), -1.0, 1.0)))
    return (angle_deg > least_deg) & (angle_deg < most_deg)
