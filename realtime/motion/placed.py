"""Where a foot is, and how it tilts: to clear the floor, or to stand on its toes when the leg is too short."""

from dataclasses import dataclass
from math import acos, atan2, hypot, radians, sin, sqrt

from realtime.motion.single import Quaternion, Vector, from_rotation_vector, minus, multiply, plus, rotate, times
from realtime.motion.skeleton import OFFSETS_M, Joint

_X, _Y, _Z = (float(v) for v in OFFSETS_M[Joint.LEFT_FOOT])
BALL_FROM_ANKLE_M: Vector = (_X, _Y, _Z)
"""The same for both feet."""
_FOOT_M = sqrt(_X * _X + _Y * _Y + _Z * _Z)
_STEEPEST_RAD = radians(-65.0)
"""How steeply a foot stands on its ball at most; a flat one is at -20."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A foot in the world: its ankle, metres, and the rotation of the foot."""

    ankle_m: Vector
    world_from_foot: Quaternion

    @property
    def ball_m(self) -> Vector:
        """Where the ball of the foot is."""
        return plus(self.ankle_m, rotate(self.world_from_foot, BALL_FROM_ANKLE_M))

    @property
    def heading_rad(self) -> float:
        """Where the toes point, about +Y."""
        x, _, z = rotate(self.world_from_foot, (0.0, 0.0, 1.0))
        return atan2(x, z)


def on_its_toes(placed: Placed, hip_m: Vector, reach_m: float) -> Placed:
    """Return the foot turned about its ball until the ankle is near enough to the hip, or as far as a foot turns.

    With the ball at D from the hip and the ankle at -f(pitch) from the ball, |D - f|^2 = reach^2 has the form
    cos(pitch - phi) = ratio.
    """
    ball_m, turned = placed.ball_m, placed.world_from_foot
    ball = rotate(turned, BALL_FROM_ANKLE_M)
    across = hypot(ball[0], ball[2])
    if across < 1e-6:
        return placed
    x, y, z = minus(ball_m, hip_m)
    ahead = (x * ball[0] + z * ball[2]) / across
    ratio = (x * x + y * y + z * z + _FOOT_M * _FOOT_M - reach_m * reach_m) / (2.0 * _FOOT_M * hypot(ahead, y))
    pitch_rad = atan2(y, ahead) + acos(min(max(ratio, -1.0), 1.0))
    pitch_rad = min(max(pitch_rad, _STEEPEST_RAD), atan2(ball[1], across))
    turned, ball = tilted(turned, ball, _FOOT_M * sin(pitch_rad))
    return Placed(minus(ball_m, ball), turned)


def tilted(turned: Quaternion, ball: Vector, rise_m: float) -> tuple[Quaternion, Vector]:
    """Return the foot tilted up or down until its ball is `rise_m` above its ankle, and the new vector between them."""
    across = hypot(ball[0], ball[2])
    wanted = sqrt(max(_FOOT_M * _FOOT_M - rise_m * rise_m, 0.0))
    angle_rad = atan2(rise_m, wanted) - atan2(ball[1], across)
    if across < 1e-6:
        return turned, ball
    # Turning about this axis, square to the foot and level, lifts the ball.
    axis = (-ball[2] / across, 0.0, ball[0] / across)
    tilt = from_rotation_vector(times(axis, angle_rad))
    return multiply(tilt, turned), (ball[0] * wanted / across, rise_m, ball[2] * wanted / across)
