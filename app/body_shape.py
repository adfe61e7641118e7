"""The dancer's body at rest, as a signed distance: tapered capsules joined smoothly, like clay.

Space: the rest pose (T-pose, faces +Z, left is +X, Y up), metres, the pelvis joint at the origin. Smooth minimum:
Quilez, "smooth minimum" (iquilezles.org/articles/smin), the cubic form, whose effect ends `k` away from the seam: so a
part needs to be evaluated only near itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from realtime.motion.skeleton import OFFSETS_M, PARENTS, Joint
from realtime.types import FloatArray

REST_M = np.zeros_like(OFFSETS_M)
"""Shape (24, 3): every joint at rest, the pelvis at the origin."""
for _joint, _parent in enumerate(PARENTS[1:], start=1):
    REST_M[_joint] = REST_M[_parent] + OFFSETS_M[_joint]

_Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """A tapered capsule that follows one joint.

    Attributes:
        joint: whose movement it follows.
        start, end: of its axis, metres from that joint at rest.
        radii: at the start and at the end, metres.
        squash: per axis, how much wider (more than 1) or flatter it is.
        seam: how far the clay is smeared where it meets the rest, metres.
    """

    joint: Joint
    start: _Point
    end: _Point
    radii: tuple[float, float]
    squash: _Point = (1.0, 1.0, 1.0)
    seam: float = 0.03

    def mirrored(self) -> "Part":
        """Return the same part on the body's right."""
        joint = Joint[self.joint.name.replace("LEFT", "RIGHT")]
        sx, sy, sz = self.start
        ex, ey, ez = self.end
        return replace(self, joint=joint, start=(-sx, sy, sz), end=(-ex, ey, ez))

    def bounds(self, margin_m: float) -> tuple[FloatArray, FloatArray]:
        """Return the lowest and the highest corner of a box around it."""
        ends = REST_M[self.joint] + np.array([self.start, self.end])
        reach = max(self.radii) * np.array(self.squash) + margin_m
        return ends.min(axis=0) - reach, ends.max(axis=0) + reach

    def distance(self, points: FloatArray) -> FloatArray:
        """Return the signed distance of points (..., 3) in metres; exact only where nothing is squashed."""
        squash = np.array(self.squash)
        start = REST_M[self.joint] + np.array(self.start)
        axis = (np.array(self.end) - np.array(self.start)) / squash
        local = (points - start) / squash
        length2 = float(axis @ axis)
        along = np.clip(local @ axis / length2, 0.0, 1.0) if length2 > 0 else np.zeros(points.shape[:-1])
        gap = local - along[..., None] * axis
        radius = self.radii[0] + (self.radii[1] - self.radii[0]) * along
        return (np.sqrt(np.einsum("...i,...i->...", gap, gap)) - radius) * squash.min()


def _both(*parts: Part) -> tuple[Part, ...]:
    return parts + tuple(part.mirrored() for part in parts)


_J = Joint
TRUNK = (
    Part(_J.PELVIS, (-0.062, -0.04, 0.022), (0.062, -0.04, 0.022), (0.092, 0.092)),
    *_both(Part(_J.PELVIS, (0.062, -0.098, -0.022), (0.066, -0.06, -0.02), (0.083, 0.07), seam=0.05)),
    Part(_J.PELVIS, (0.0, 0.01, 0.028), (0.0, -0.06, 0.04), (0.09, 0.075), (1.25, 1.0, 0.92), 0.05),
    Part(_J.SPINE1, (0.0, -0.02, 0.022), (0.0, 0.085, 0.022), (0.094, 0.096), (1.2, 1.0, 0.88), 0.06),
    Part(_J.SPINE2, (0.0, 0.03, 0.018), (0.0, 0.11, 0.018), (0.104, 0.115), (1.24, 1.0, 0.88), 0.06),
    Part(_J.SPINE3, (-0.05, 0.04, 0.016), (0.05, 0.04, 0.016), (0.105, 0.105), (1.0, 1.0, 0.96), 0.06),
    *_both(
        Part(_J.SPINE3, (0.066, 0.035, 0.052), (0.1, 0.055, 0.04), (0.056, 0.05), seam=0.06),
        Part(_J.SPINE3, (0.105, 0.0, -0.005), (0.12, 0.07, -0.01), (0.05, 0.055), seam=0.06),
        Part(_J.SPINE3, (0.02, 0.12, -0.01), (0.11, 0.105, 0.0), (0.05, 0.045), seam=0.05),
        Part(_J.LEFT_COLLAR, (0.05, 0.012, 0.0), (0.128, 0.016, 0.008), (0.048, 0.047), seam=0.06),
    ),
    Part(_J.NECK, (0.0, -0.03, 0.002), (0.0, 0.12, 0.006), (0.056, 0.05), (1.0, 1.0, 1.02), 0.05),
)
HEAD = (
    Part(_J.HEAD, (0.0, 0.112, -0.006), (0.0, 0.108, 0.01), (0.091, 0.089), (0.87, 1.06, 1.06), 0.03),
    Part(_J.HEAD, (0.0, 0.09, 0.042), (0.0, 0.015, 0.066), (0.064, 0.03), (0.94, 1.0, 1.0), 0.06),
    Part(_J.HEAD, (0.0, 0.082, 0.07), (0.0, 0.05, 0.084), (0.02, 0.018), seam=0.05),
    Part(_J.HEAD, (0.0, 0.178, -0.085), (0.0, 0.192, -0.098), (0.046, 0.042), seam=0.012),
)
LEFT_LEG = (
    Part(_J.LEFT_HIP, (0.012, 0.0, -0.012), (0.004, -0.35, 0.0), (0.086, 0.055), (1.0, 1.0, 1.06), 0.05),
    Part(_J.LEFT_HIP, (0.012, -0.08, 0.022), (0.004, -0.26, 0.016), (0.06, 0.05), seam=0.05),
    Part(_J.LEFT_KNEE, (0.0, 0.035, 0.006), (0.0, -0.03, 0.008), (0.053, 0.049), seam=0.06),
    Part(_J.LEFT_KNEE, (0.0, -0.03, 0.0), (0.0, -0.37, 0.0), (0.049, 0.032), seam=0.06),
    Part(_J.LEFT_KNEE, (0.004, -0.09, -0.028), (0.002, -0.19, -0.022), (0.042, 0.034), seam=0.05),
    Part(_J.LEFT_ANKLE, (0.0, 0.02, -0.004), (0.0, -0.01, 0.0), (0.034, 0.034), seam=0.03),
    Part(_J.LEFT_ANKLE, (0.0, -0.022, -0.03), (0.0, -0.028, 0.06), (0.034, 0.028), (1.0, 1.0, 1.0), 0.03),
    Part(_J.LEFT_ANKLE, (0.0, 0.004, 0.012), (0.003, -0.03, 0.09), (0.034, 0.024), (1.15, 1.0, 1.0), 0.03),
    Part(_J.LEFT_FOOT, (0.004, 0.005, -0.01), (0.005, 0.0, 0.06), (0.025, 0.018), (1.65, 1.0, 1.0), 0.03),
)
LEFT_ARM = (
    Part(_J.LEFT_SHOULDER, (0.03, -0.01, 0.0), (0.08, -0.004, 0.0), (0.05, 0.047), seam=0.06),
    Part(_J.LEFT_SHOULDER, (0.04, 0.0, 0.0), (0.26, 0.0, 0.0), (0.046, 0.035), seam=0.03),
    Part(_J.LEFT_SHOULDER, (0.1, 0.0, 0.014), (0.17, 0.0, 0.012), (0.038, 0.036), seam=0.04),
    Part(_J.LEFT_ELBOW, (-0.015, 0.0, -0.002), (0.02, 0.0, 0.0), (0.036, 0.036), seam=0.03),
    Part(_J.LEFT_ELBOW, (0.045, 0.0, 0.002), (0.24, 0.0, 0.0), (0.039, 0.024), seam=0.03),
    Part(_J.LEFT_WRIST, (-0.02, 0.0, 0.0), (0.02, 0.0, 0.0), (0.025, 0.026), (1.0, 0.85, 1.08), 0.02),
    Part(_J.LEFT_WRIST, (0.03, 0.0, 0.003), (0.07, 0.0, 0.003), (0.034, 0.034), (1.0, 0.5, 1.15), 0.025),
    Part(_J.LEFT_WRIST, (0.02, -0.004, 0.024), (0.078, -0.012, 0.06), (0.017, 0.011), seam=0.015),
    Part(_J.LEFT_HAND, (0.04, 0.0, 0.026), (0.105, -0.004, 0.036), (0.0125, 0.009), seam=0.008),
    Part(_J.LEFT_HAND, (0.04, 0.0, 0.0055), (0.118, -0.004, 0.009), (0.0125, 0.009), seam=0.008),
    Part(_J.LEFT_HAND, (0.04, 0.0, -0.0145), (0.11, -0.004, -0.018), (0.0125, 0.009), seam=0.008),
    Part(_J.LEFT_HAND, (0.035, 0.0, -0.033), (0.09, -0.004, -0.044), (0.011, 0.008), seam=0.008),
)
LIMBS = (
    HEAD,
    LEFT_LEG,
    tuple(part.mirrored() for part in LEFT_LEG),
    LEFT_ARM,
    tuple(part.mirrored() for part in LEFT_ARM),
)
PARTS = (*TRUNK, *(part for limb in LIMBS for part in limb))
_SEAM_M = 0.045
"""Between a limb and the trunk. Limbs never smear into each other: legs would web."""
_FAR_M = 1.0


def distance(points: FloatArray) -> FloatArray:
    """Return the signed distance of points (N, 3) to the skin, metres, negative inside; right only near the skin."""
    trunk = _union(TRUNK, points)
    body = trunk
    for limb in LIMBS:
        body = np.minimum(body, smooth_minimum(trunk, _union(limb, points), _SEAM_M))
    return body


def distance_on_grid(axes: Sequence[FloatArray]) -> FloatArray:
    """Return the same on the grid that three axes span, many times faster: shape (X, Y, Z)."""
    trunk = _union_on_grid(TRUNK, axes)
    body = trunk
    for limb in LIMBS:
        body = np.minimum(body, smooth_minimum(trunk, _union_on_grid(limb, axes), _SEAM_M))
    return body


def smooth_minimum(a: FloatArray, b: FloatArray, k: float) -> FloatArray:
    """Return the minimum of two distances, rounded off where they differ by less than `k` metres."""
    near = np.maximum(k - np.abs(a - b), 0.0) / k
    return np.minimum(a, b) - near**3 * (k / 6.0)


def _union_on_grid(parts: tuple[Part, ...], axes: Sequence[FloatArray]) -> FloatArray:
    total = np.full([len(axis) for axis in axes], _FAR_M)
    for part in parts:
        low, high = part.bounds(2.0 * part.seam)
        box = tuple(slice(*np.searchsorted(axis, [low[i], high[i]])) for i, axis in enumerate(axes))
        points = np.stack(np.meshgrid(*(axis[side] for axis, side in zip(axes, box, strict=True)), indexing="ij"), -1)
        total[box] = smooth_minimum(total[box], part.distance(points), part.seam)
    return total


def _union(parts: tuple[Part, ...], points: FloatArray) -> FloatArray:
    total = np.full(len(points), _FAR_M)
    x, y, z = np.ascontiguousarray(points.T)
    for part in parts:
        low, high = part.bounds(2.0 * part.seam)
        near_x = np.flatnonzero((x > low[0]) & (x < high[0]))
        near_y = near_x[(y[near_x] > low[1]) & (y[near_x] < high[1])]
        near = near_y[(z[near_y] > low[2]) & (z[near_y] < high[2])]
        total[near] = smooth_minimum(total[near], part.distance(points[near]), part.seam)
    return total
