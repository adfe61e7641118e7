"""Two feet seen from above: standing apart, and going round each other. Points are x and z on the stage, metres."""

from math import cos, hypot, sin
from typing import NamedTuple

from realtime.motion.skeleton import OFFSETS_M, Joint

BALL_M = float(OFFSETS_M[Joint.LEFT_FOOT, 2])
"""How far the ball of a foot is in front of its ankle."""
_APART_M = 0.1
"""Nearer than this, heel to ball or ball to ball, two feet would stand on each other."""
_ROUND_M = 0.2
"""A foot in flight passes the standing one at this distance."""

_CROSSING_M = 0.08
"""A way that leads less than this past the wrong side of the other foot is bent to the right one."""


class Foot(NamedTuple):
    """A foot on the floor: its ball, and where it points."""

    x: float
    z: float
    yaw: float

    def points(self) -> tuple[tuple[float, float], ...]:
        """Return its ball, its middle and its heel."""
        back_x, back_z = -BALL_M * sin(self.yaw), -BALL_M * cos(self.yaw)
        return tuple((self.x + k * back_x, self.z + k * back_z) for k in (0.0, 0.5, 1.0))


def stand_clear(foot: Foot, other: Foot, outwards: tuple[float, float]) -> Foot:
    """Return `foot` moved just so far that it does not stand on `other`; `outwards` where it has no better way."""
    for _ in range(3):
        distance, away_x, away_z = min(
            (hypot(x - other_x, z - other_z), x - other_x, z - other_z)
            for x, z in foot.points()
            for other_x, other_z in other.points()
        )
        if distance >= _APART_M - 1e-6:
            break
        if distance < 0.01:
            (away_x, away_z), distance, push = outwards, 1.0, _APART_M
        else:
            push = _APART_M - distance
        foot = foot._replace(x=foot.x + push * away_x / distance, z=foot.z + push * away_z / distance)
    return foot


def way_round(
    start: tuple[float, float], end: tuple[float, float], other: Foot, outwards: tuple[float, float]
) -> tuple[float, float] | None:
    """Return by how much the straight way from start to end must bulge to miss `other`; None if it misses anyway."""
    way_x, way_z = end[0] - start[0], end[1] - start[1]
    length = hypot(way_x, way_z)
    x, z = other.points()[1]
    if length < 0.05:
        return None
    along = ((x - start[0]) * way_x + (z - start[1]) * way_z) / length**2
    if not 0.1 < along < 0.9:
        return None
    side = 1.0 if outwards[1] * way_x - outwards[0] * way_z > 0.0 else -1.0
    out_x, out_z = -side * way_z / length, side * way_x / length
    off_m = (start[0] + along * way_x - x) * out_x + (start[1] + along * way_z - z) * out_z
    wanted_m = _ROUND_M if off_m > -_CROSSING_M else -_ROUND_M
    if abs(off_m) >= _ROUND_M:
        return None
    return (wanted_m - off_m) * out_x, (wanted_m - off_m) * out_z
