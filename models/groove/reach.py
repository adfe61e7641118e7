"""The arms: from shapes in the score to collars, shoulders, elbows and wrists.

Arms hang from a chest that bounces and tilts, but they are heavy: their shapes are told in a frame that only turns
with the chest, so the hands lag behind its rocking instead of being welded to it. The right arm is solved as a
mirrored left one, so that both take one call of the inverse kinematics.
"""

from dataclasses import dataclass

import numpy as np

from models.groove.idle import Idle
from models.groove.limits import ARM_M, limit_arms, outside_thighs, outside_trunk, within
from models.groove.score import ARMS, Channel
from realtime.motion.kinematics import two_bone_ik
from realtime.motion.rotations import conjugate, multiply, rotate
from realtime.motion.skeleton import OFFSETS_M, Joint
from realtime.types import FloatArray

_MIRROR = np.array([1.0, 1.0, -1.0, -1.0])
"""Turns a rotation into its mirror image across x."""
_SIDES = np.array([1.0, -1.0])
_REST = np.radians(np.array([28.0, -76.0, 0.0, 30.0, 10.0])) + np.array([0.0, 0.0, 0.94, 0.0, 0.0])


@dataclass(frozen=True, slots=True)
class Arms:
    """What the score says about the arms of a chunk; see `body.Moment` for the fields."""

    values: FloatArray
    late: FloatArray
    drive: FloatArray
    awake: FloatArray
    lively: FloatArray
    accent: FloatArray
    late_dip: FloatArray
    idle: Idle

    def shapes(self) -> FloatArray:
        """Return azimuth, elevation, reach, swivel, flex of both arms, sized by the drive: shape (T, 2, 5)."""
        amount = (self.awake * (0.52 + 0.58 * self.drive) * (0.75 + 0.25 * self.lively))[:, None, None]
        shapes = _REST + amount * (self._columns(self.values) - _REST)
        spin = (self.values[:, Channel.FACING] - self.late[:, Channel.FACING])[:, None]
        pulse = amount[..., 0] * self.lively[:, None] * (self.late_dip[:, None] - 0.4) - self.accent[:, None]
        shapes[..., 1] += 0.5 * within(spin**2, -1.0, 0.5, softness=0.1) - 0.11 * pulse
        shapes[..., 2] -= 0.03 * pulse
        dragged = self.values[:, Channel.WEIGHT] - self.late[:, Channel.WEIGHT]
        shapes[..., 0] -= 0.2 * amount[..., 0] * dragged[:, None] * _SIDES
        shapes[..., 1] += self.idle.arms[:, None] * _SIDES
        return shapes

    def flex(self) -> FloatArray:
        """Return how far the hands trail behind the movement of the arms, radians: shape (T, 2)."""
        moved = self._columns(self.values)[..., 1] - self._columns(self.late)[..., 1]
        return within(0.9 * self.awake[:, None] * moved, -0.7, 0.7, softness=0.2)

    def collars(self) -> FloatArray:
        """Return both collarbones: raised with high arms, shrugged, shaken, breathing: shape (T, 2, 4)."""
        shapes = self._columns(self.values)
        size = self.awake * (0.35 + 0.65 * self.drive) * self.lively
        high = within(shapes[..., 1] + 0.2, 0.0, 2.0, softness=0.4) * self.awake[:, None]
        shrug = (0.16 * size * self.values[:, Channel.SHRUG] * self.late_dip)[:, None]
        lift = (
            0.22 * high + shrug + (0.05 * size * self.late_dip + 0.08 * self.accent + 0.03 * self.idle.breath)[:, None]
        )
        forward = 0.12 * within(0.6 - shapes[..., 0], 0.0, 1.5, softness=0.3) * self.awake[:, None]
        forward = forward + self._shimmy()[:, None] * _SIDES
        turned = multiply(_about(1, -forward), _about(2, lift))
        turned[:, 1] *= _MIRROR
        return turned

    def _shimmy(self) -> FloatArray:
        return self.values[:, Channel.SHIMMY] * self.awake * self.lively * self.idle.shake * 0.2

    def _columns(self, values: FloatArray) -> FloatArray:
        return np.stack([values[:, first : first + 5] for first in ARMS], axis=1)


def arm_rotations(
    rotations: FloatArray, arms: Arms, chest_angles: FloatArray, thighs: tuple[FloatArray, FloatArray]
) -> None:
    """Fill in shoulders, elbows and wrists, shape (T, J, 4), under a chest turned by yaw, pitch, roll (T, 3)."""
    azimuth, elevation, reach, swivel, flex = np.moveaxis(arms.shapes(), -1, 0)
    azimuth, elevation, reach = limit_arms(azimuth, elevation, reach)
    level = np.cos(elevation)
    direction = np.stack([level * np.sin(azimuth), np.sin(elevation), level * np.cos(azimuth)], axis=-1)
    pole = np.stack([np.sin(swivel), -0.9 * np.cos(swivel), np.full_like(swivel, -0.35)], axis=-1)
    collar = rotations[:, Joint.LEFT_COLLAR : Joint.RIGHT_COLLAR + 1].copy()
    collar[:, 1] *= _MIRROR
    chest_from_level = _about(0, -0.7 * chest_angles[:, 1])
    tilt = _about(2, -0.7 * chest_angles[:, 2])
    chest_from_level = multiply(tilt, chest_from_level)[:, None, :] * np.stack([np.ones(4), _MIRROR])
    target = rotate(chest_from_level, direction) * (reach * ARM_M)[..., None]
    shoulder = OFFSETS_M[Joint.LEFT_COLLAR] + rotate(
        collar, np.broadcast_to(OFFSETS_M[Joint.LEFT_SHOULDER], target.shape)
    )
    target = _clear_of_body(target + shoulder, thighs) - shoulder
    collar_from_chest = conjugate(collar)
    limbs = two_bone_ik(
        rotate(collar_from_chest, target),
        upper_offset=OFFSETS_M[Joint.LEFT_ELBOW],
        lower_offset=OFFSETS_M[Joint.LEFT_WRIST],
        pole=rotate(multiply(collar_from_chest, chest_from_level), pole),
    )
    wrist = _about(2, -within(flex + arms.flex(), -1.0, 1.1, softness=0.2))
    for first, turned in (
        (Joint.LEFT_SHOULDER, limbs.upper_wxyz),
        (Joint.LEFT_ELBOW, limbs.lower_wxyz),
        (Joint.LEFT_WRIST, wrist),
    ):
        turned[:, 1] *= _MIRROR
        rotations[:, first : first + 2] = turned


def _clear_of_body(wrists_m: FloatArray, thighs: tuple[FloatArray, FloatArray]) -> FloatArray:
    """Return wrists (T, 2, 3), the right one mirrored, moved out of the trunk and of both thighs."""
    wrists_m = outside_trunk(wrists_m)
    flip = np.stack([np.ones(3), np.array([-1.0, 1.0, 1.0])])
    for hips, knees in (thighs, (thighs[0][:, ::-1], thighs[1][:, ::-1])):
        wrists_m = outside_thighs(wrists_m, hips * flip, knees * flip)
    return wrists_m


def _about(axis: int, angle_rad: FloatArray) -> FloatArray:
    """Return turns about x, y or z (0, 1, 2): (...) -> (..., 4); the general way costs three times as much."""
    turn = np.zeros((*angle_rad.shape, 4))
    turn[..., 0] = np.cos(0.5 * angle_rad)
    turn[..., 1 + axis] = np.sin(0.5 * angle_rad)
    return turn
