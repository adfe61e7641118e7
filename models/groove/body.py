"""From the score to a body: pelvis, legs, spine and head; `reach` adds the arms.

What makes it a dance and not a set of positions is here: the body sinks into the beat and the knees take it, the hip
goes out over the foot that carries, shoulders turn and tilt against the hips, every movement travels up the spine a
little later, and the head stays level and looks for the audience.
"""

from dataclasses import dataclass
from math import pi

import numpy as np

from models.groove.idle import Idle
from models.groove.limits import highest_pelvis, lower_of
from models.groove.reach import Arms, arm_rotations
from models.groove.score import ARMS, FEET, Channel
from realtime.motion.kinematics import two_bone_ik
from realtime.motion.rotations import conjugate, multiply, rotate
from realtime.motion.skeleton import ANKLE_HEIGHT_M, JOINT_COUNT, OFFSETS_M, STANDING_PELVIS_M, TOE_HEIGHT_M, Joint
from realtime.types import FloatArray

FOLLOW_BEATS = 0.13
"""How much later than the hips the chest and the arms move."""
_SOFT_KNEES_M = 0.02
_LEGS = [Joint.LEFT_HIP, Joint.RIGHT_HIP]
_TRUNK = [Joint.PELVIS, Joint.SPINE1, Joint.SPINE2, Joint.SPINE3, Joint.NECK, Joint.HEAD]
_RIGHT_SIDE = np.array([1.0, -1.0])
"""Sign of x for left and right."""
_BALL_FROM_ANKLE_M = OFFSETS_M[Joint.LEFT_FOOT]
_WAVE_BEATS = 4.0


@dataclass(frozen=True, slots=True)
class Moment:
    """All that shapes the body of a chunk, per frame.

    Attributes:
        beats: shape (T,), the dancer's count.
        values: shape (T, CHANNEL_COUNT), the score now.
        late: shape (T, CHANNEL_COUNT), the score FOLLOW_BEATS ago.
        drive: shape (T,), 0 to 1.
        awake: shape (T,), 0 (idle) to 1 (dancing).
        punch: shape (T,), 0 to 1, how hard the music hits: weight, hips, knees, steps that land.
        sparkle: shape (T,), 0 to 1, how bright and dense its hits are: hands, shoulders, head.
        accent: shape (T,), 0 to 1, the answer to a sudden hit.
        period_s: length of a beat.
        idle: what the body does without music.
    """

    beats: FloatArray
    values: FloatArray
    late: FloatArray
    drive: FloatArray
    awake: FloatArray
    punch: FloatArray
    sparkle: FloatArray
    accent: FloatArray
    period_s: float
    idle: Idle

    @property
    def weighty(self) -> FloatArray:
        """By how much hard hits enlarge what the lower body does."""
        return 0.8 + 0.6 * self.punch

    @property
    def lively(self) -> FloatArray:
        """By how much bright hits enlarge what hands, shoulders and head do."""
        return 0.85 + 0.55 * self.sparkle


def body(moment: Moment) -> tuple[FloatArray, FloatArray]:
    """Return `roots_m` (T, 3) and `rotations_wxyz` (T, J, 4)."""
    rotations = np.zeros((len(moment.beats), JOINT_COUNT, 4))
    rotations[..., 0] = 1.0
    angles = _trunk_angles(moment)
    rotations[:, _TRUNK] = from_yaw_pitch_roll(angles)
    pelvis = rotations[:, Joint.PELVIS]
    feet = _feet(moment.values)
    root = _root(moment, pelvis, feet.ankles_m)
    _legs(rotations, root, feet, angles[:, 0, 0])
    chest_angles = angles[:, :4].sum(axis=1)
    arms = Arms(
        values=moment.values,
        late=moment.late,
        drive=moment.drive,
        awake=moment.awake,
        lively=moment.lively,
        accent=moment.accent,
        late_dip=_dip(moment.beats - FOLLOW_BEATS),
        idle=moment.idle,
    )
    rotations[:, Joint.LEFT_COLLAR : Joint.RIGHT_COLLAR + 1] = arms.collars()
    arm_rotations(rotations, arms, chest_angles, _thighs_from_chest(rotations))
    return root, rotations


def from_yaw_pitch_roll(angles_rad: FloatArray) -> FloatArray:
    """Return turns about Y, then X, then Z, each in the frame left by the one before: (..., 3) -> (..., 4)."""
    half = 0.5 * angles_rad
    (cy, cp, cr), (sy, sp, sr) = np.moveaxis(np.cos(half), -1, 0), np.moveaxis(np.sin(half), -1, 0)
    return np.stack(
        [
            cy * cp * cr + sy * sp * sr,
            cy * sp * cr + sy * cp * sr,
            sy * cp * cr - cy * sp * sr,
            cy * cp * sr - sy * sp * cr,
        ],
        axis=-1,
    )


def _dip(beats: FloatArray) -> FloatArray:
    """Return 1 on the beat, 0 between: down fast, up slowly, as knees absorb."""
    phase = 2.0 * pi * beats
    return 0.5 + 0.5 * np.cos(phase - 0.35 * (1.0 - np.cos(phase)))


def _trunk_angles(moment: Moment) -> FloatArray:
    """Return yaw, pitch, roll of pelvis, three spine joints, neck and head: shape (T, 6, 3)."""
    now, late, beats, awake = moment.values, moment.late, moment.beats, moment.awake
    size = awake * (0.35 + 0.65 * moment.drive)
    weight, late_weight = now[:, Channel.WEIGHT] * awake, late[:, Channel.WEIGHT] * awake
    low, high = size * moment.weighty, size * moment.lively
    hips = low * (0.45 + 0.55 * now[:, Channel.HIPS])
    dip, late_dip = _dip(beats), _dip(beats - 0.1)
    bounce = low * (now[:, Channel.DOWN] + now[:, Channel.UP])
    pop = low * now[:, Channel.POP] * _dip(beats - 0.04) ** 3 + moment.accent
    circle = low * now[:, Channel.CIRCLE]
    turn = pi * beats  # a circle of the hips takes two beats
    angles = np.zeros((len(beats), 6, 3))
    yaw, pitch, roll = angles[..., 0], angles[..., 1], angles[..., 2]
    yaw[:, 0] = now[:, Channel.FACING] + 0.2 * hips * weight
    pitch[:, 0] = (
        0.02 + 0.045 * awake + 0.4 * now[:, Channel.LEAN] + 0.08 * bounce * dip + 0.14 * np.abs(circle) * np.sin(turn)
    )
    roll[:, 0] = 0.21 * hips * weight + 0.14 * circle * np.cos(turn)
    reach = _reach_of_arms(now, high)
    counter_yaw = 1.3 * late[:, Channel.TWIST] - 0.6 * hips * late_weight + reach[0]
    counter_roll = 1.3 * late[:, Channel.SIDE] - 0.5 * hips * late_weight - 0.2 * circle * np.cos(turn - 0.4) + reach[2]
    pitch_sum = 0.05 * awake + 0.5 * now[:, Channel.LEAN] + 0.26 * bounce * (late_dip - 0.4) - 0.24 * pop + reach[1]
    shares = (0.3, 0.33, 0.37)
    wave = size * now[:, Channel.WAVE]
    for k, share in enumerate(shares, start=1):
        yaw[:, k] = share * counter_yaw
        pitch[:, k] = share * pitch_sum + 0.2 * wave * np.sin(2 * pi * beats / _WAVE_BEATS - 0.75 * k)
        roll[:, k] = share * counter_roll
    pitch[:, 0] += 0.16 * wave * np.sin(2 * pi * beats / _WAVE_BEATS)
    pitch[:, 3] += 0.05 * pop - moment.idle.breath * 0.02
    roll += 0.5 * moment.idle.roll[:, None] * np.array([1.0, -0.5, -0.4, -0.2, 0.0, 0.0])
    _head(moment, angles, high, pop)
    return angles


def _thighs_from_chest(rotations: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return both hips and both knees in the frame of the chest, shape (T, 2, 3) each."""
    first, second, third = (rotations[:, joint] for joint in (Joint.SPINE1, Joint.SPINE2, Joint.SPINE3))
    upper = OFFSETS_M[Joint.SPINE2] + rotate(second, np.broadcast_to(OFFSETS_M[Joint.SPINE3], (len(first), 3)))
    chest = OFFSETS_M[Joint.SPINE1] + rotate(first, upper)
    chest_from_pelvis = conjugate(multiply(multiply(first, second), third))[:, None, :]
    legs = rotations[:, Joint.LEFT_HIP : Joint.RIGHT_HIP + 1]
    knees = OFFSETS_M[_LEGS] + rotate(legs, np.broadcast_to(OFFSETS_M[Joint.LEFT_KNEE], (len(first), 2, 3)))
    hips = np.broadcast_to(OFFSETS_M[_LEGS], knees.shape)
    return rotate(chest_from_pelvis, hips - chest[:, None, :]), rotate(chest_from_pelvis, knees - chest[:, None, :])


def _reach_of_arms(values: FloatArray, size: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return yaw, pitch and roll by which the trunk helps the arms: it follows a hand forwards, back and up."""
    (left_forth, left_up), (right_forth, right_up) = (
        (
            values[:, first + 2] * np.cos(values[:, first]) * np.cos(values[:, first + 1]),
            np.sin(values[:, first + 1]),
        )
        for first in ARMS
    )
    yaw = -0.34 * size * (left_forth - right_forth)
    pitch = -0.1 * size * (left_up + right_up + 1.0)
    return yaw, pitch, 0.17 * size * (left_up - right_up)


def _head(moment: Moment, angles: FloatArray, size: FloatArray, pop: FloatArray) -> None:
    """Keep the head level, let it nod and sway a little after the beat, and look for the audience."""
    now, late = moment.values, moment.late
    bounce = size * (now[:, Channel.DOWN] + now[:, Channel.UP])
    sway = size * late[:, Channel.WEIGHT]
    chest_yaw, chest_pitch, chest_roll = np.moveaxis(angles[:, :4].sum(axis=1), -1, 0)
    spot = -1.05 * np.sin(chest_yaw)  # turns to the front while it can, and whips round behind the back
    look = now[:, Channel.HEAD_YAW] * moment.awake * np.cos(chest_yaw) ** 2
    nod = 0.42 * bounce * (_dip(moment.beats - 0.07) - 0.35) + 0.12 * pop
    yaw = spot + look + 0.16 * sway + moment.idle.look
    pitch = nod - 0.7 * chest_pitch + now[:, Channel.HEAD_PITCH] + 0.03
    roll = now[:, Channel.HEAD_ROLL] * moment.awake - 0.65 * chest_roll + 0.12 * sway
    for joint, share in ((4, 0.4), (5, 0.6)):
        angles[:, joint, 0] = share * yaw
        angles[:, joint, 1] = share * pitch
        angles[:, joint, 2] = share * roll


@dataclass(frozen=True, slots=True)
class _Feet:
    """Where the ankles are, shape (T, 2, 3), and how the feet and toes are turned."""

    ankles_m: FloatArray
    world_from_foot: FloatArray
    foot_from_toe: FloatArray
    yaw: FloatArray


def _feet(values: FloatArray) -> _Feet:
    """Place both feet: pivoting on the ball when the heel is up, on the ankle when the toes are."""
    columns = values[:, [[first + k for k in range(5)] for first in FEET]]  # (T, 2, 5)
    x, z, yaw, pitch, up = np.moveaxis(columns, -1, 0)
    world_from_foot = from_yaw_pitch_roll(np.stack([yaw, pitch, np.zeros_like(yaw)], axis=-1))
    flat = np.stack([x, TOE_HEIGHT_M + up, z], axis=-1)
    heel_up = flat - rotate(world_from_foot, np.broadcast_to(_BALL_FROM_ANKLE_M, flat.shape))
    forward = _BALL_FROM_ANKLE_M[2]
    toes_up = np.stack([x - forward * np.sin(yaw), ANKLE_HEIGHT_M + up, z - forward * np.cos(yaw)], axis=-1)
    ankles = np.where(pitch[..., None] > 0.0, heel_up, toes_up)
    bend = np.clip(-pitch, -0.6, 0.0)
    toe = np.stack([np.zeros_like(bend), bend, np.zeros_like(bend)], axis=-1)
    return _Feet(ankles, world_from_foot, from_yaw_pitch_roll(toe), yaw)


def _root(moment: Moment, pelvis: FloatArray, ankles_m: FloatArray) -> FloatArray:
    """Return where the pelvis is: over the feet, swayed, sunk into the beat, and never out of a leg's reach."""
    now, beats, awake = moment.values, moment.beats, moment.awake
    size = awake * (0.3 + 0.7 * moment.drive)
    facing = now[:, Channel.FACING]
    turn = pi * beats
    circle = 0.075 * size * now[:, Channel.CIRCLE]
    wave = size * now[:, Channel.WAVE]
    side = (
        0.05 * size * moment.weighty * now[:, Channel.HIPS] * now[:, Channel.WEIGHT]
        + circle * np.cos(turn)
        + moment.idle.sway_m
    )
    forth = (
        np.abs(circle) * np.sin(turn)
        + 0.06 * wave * np.sin(2 * pi * beats / _WAVE_BEATS + 0.7)
        - 0.012 * size * _dip(beats)
    )
    sine, cosine = np.sin(facing), np.cos(facing)
    tempo = np.clip(moment.period_s / 0.5, 0.5, 1.12)
    depth = awake * (0.012 + 0.05 * moment.drive) * tempo * moment.weighty
    sink = depth * (now[:, Channel.DOWN] * _dip(beats) + now[:, Channel.UP] * _dip(beats - 0.5))
    sink += 0.022 * moment.accent + 0.02 * wave * (0.5 + 0.5 * np.sin(2 * pi * beats / _WAVE_BEATS + 2.0))
    root = np.empty((len(beats), 3))
    root[:, 0] = now[:, Channel.PELVIS_X] + side * cosine + forth * sine
    root[:, 2] = now[:, Channel.PELVIS_Z] - side * sine + forth * cosine
    root[:, 1] = (
        STANDING_PELVIS_M
        - _SOFT_KNEES_M * (0.35 + 0.65 * awake)
        - now[:, Channel.CROUCH] * awake
        - now[:, Channel.SINK]
        - sink
        - 0.004 * moment.idle.breath
    )
    hips = rotate(pelvis[:, None, :], np.broadcast_to(OFFSETS_M[_LEGS], (len(beats), 2, 3)))
    root[:, 1] = lower_of(root[:, 1], highest_pelvis(ankles_m, hips, root))
    return root


def _legs(rotations: FloatArray, root_m: FloatArray, feet: _Feet, pelvis_yaw: FloatArray) -> None:
    """Bend hips, knees and ankles so that the feet are where they are, knees over toes."""
    pelvis_from_world = conjugate(rotations[:, Joint.PELVIS])[:, None, :]
    target = rotate(pelvis_from_world, feet.ankles_m - root_m[:, None, :]) - OFFSETS_M[_LEGS]
    towards = pelvis_yaw[:, None] + 0.6 * (feet.yaw - pelvis_yaw[:, None]) + 0.08 * _RIGHT_SIDE
    pole = np.stack([np.sin(towards), np.full_like(towards, 0.25), np.cos(towards)], axis=-1)
    legs = two_bone_ik(
        target,
        upper_offset=OFFSETS_M[Joint.LEFT_KNEE],
        lower_offset=OFFSETS_M[Joint.LEFT_ANKLE],
        pole=rotate(pelvis_from_world, pole),
    )
    world_from_shin = multiply(rotations[:, Joint.PELVIS][:, None, :], multiply(legs.upper_wxyz, legs.lower_wxyz))
    rotations[:, Joint.LEFT_HIP : Joint.RIGHT_HIP + 1] = legs.upper_wxyz
    rotations[:, Joint.LEFT_KNEE : Joint.RIGHT_KNEE + 1] = legs.lower_wxyz
    rotations[:, Joint.LEFT_ANKLE : Joint.RIGHT_ANKLE + 1] = multiply(conjugate(world_from_shin), feet.world_from_foot)
    rotations[:, Joint.LEFT_FOOT : Joint.RIGHT_FOOT + 1] = feet.foot_from_toe
