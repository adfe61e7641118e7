"""One foot from frame to frame: free, held by its heel, its ball or its whole sole, or about to leave the floor.

A foot that is let go while it should long be elsewhere would be dragged there. Where feet are lifted it first rises
where it stands, then travels: that is a step.

Every change of hold is inertialised: how the shown foot differs from what it now follows, and how fast, decays like a
critically damped spring (law of the pose buffer). Only one thing stops at once: the point that takes hold of the floor.
"""

from dataclasses import dataclass, replace
from enum import IntEnum
from math import cos, exp, hypot, log, pi, radians, sqrt

from realtime.motion.placed import BALL_FROM_ANKLE_M, Placed, on_its_toes, tilted
from realtime.motion.single import (
    Vector,
    conjugate,
    distance,
    from_rotation_vector,
    minus,
    multiply,
    plus,
    rotate,
    times,
    to_rotation_vector,
    yaw,
)
from realtime.motion.skeleton import ANKLE_HEIGHT_M, TOE_HEIGHT_M

_ZERO: Vector = (0.0, 0.0, 0.0)
_FORGOTTEN = 1e-6
"""Offsets (m, rad) and speeds below this are nothing: a foot that is let go becomes exactly the generator's again."""
_TAKES_M, _KEEPS_M = 0.06, 0.12
"""A foot higher than this above the floor is not taken, or kept, whatever the contacts say."""
_TAKES_FLAT, _KEEPS_FLAT = cos(radians(25.0)), cos(radians(35.0))
"""How upright the sole's normal must be for a foot to be laid flat, and to stay so."""
_STRAIN_M, _STRAIN_RAD = 0.18, radians(50.0)
"""A foot that the generator has taken further than this from where it is held, is let go."""
_RISEN_M, _LONGEST_LEAVING_S = 0.035, 0.15
"""A foot that leaves travels once its ball is so high above where it stood, or after this long."""
_ARRIVED_M, _ARRIVED_M_S = 0.015, 0.3
"""A foot that was let go is held again when it is so near to where the dance has it, and so slow."""


class Hold(IntEnum):
    """What the foot is held by."""

    FREE = 0
    HEEL = 1
    BALL = 2
    SOLE = 3
    LEAVING = 4


@dataclass(frozen=True, slots=True)
class Foot:
    """A foot after a frame.

    Attributes:
        heel_on, toe_on: contacts after hysteresis.
        hold: what it is held by.
        let_go: held too far from where the dance is; stays free until its contacts end or it has arrived there.
        leaving_s: for how long it has been leaving.
        pin_m: where the held point (ankle or ball) is held; its height is `height_m`.
        heading_rad: where a held sole points.
        height_m, fall_m_s: of the held point above where it stands on the floor, and its rate; of the ball of a foot
            that leaves, above the generator's.
        offset_m, offset_m_s: of a free ankle from the generator's, and its rate.
        turn_rad, turn_rad_s: of the foot from what it follows, a rotation vector in the world, and its rate.
        given, given_before: what the generator made in this frame and the one before.
        shown, shown_before: what came of it.
    """

    given: Placed
    given_before: Placed
    shown: Placed
    shown_before: Placed
    heel_on: bool = False
    toe_on: bool = False
    hold: Hold = Hold.FREE
    let_go: bool = False
    leaving_s: float = 0.0
    pin_m: Vector = _ZERO
    heading_rad: float = 0.0
    height_m: float = 0.0
    fall_m_s: float = 0.0
    offset_m: Vector = _ZERO
    offset_m_s: Vector = _ZERO
    turn_rad: Vector = _ZERO
    turn_rad_s: Vector = _ZERO


def first_foot(given: Placed) -> Foot:
    """Return a free foot at rest where the generator has it."""
    return Foot(given, given, given, given)


@dataclass(frozen=True, slots=True)
class FootStep:
    """What is the same for every frame.

    Attributes:
        on: a contact begins at this probability.
        off: and ends at this one.
        frame_s: time between frames.
        rate_hz: of the springs, see `spring_rate_hz`.
        steps: whether a foot that is let go rises before it travels; it must be lifted for that.
    """

    on: float
    off: float
    frame_s: float
    rate_hz: float
    steps: bool = False


def step_foot(foot: Foot, given: Placed, touches: tuple[float, float], step: FootStep) -> Foot:
    """Return the foot one frame later.

    Args:
        foot: before.
        given: where the generator puts it.
        touches: probabilities that heel and toe touch the floor.
        step: how feet are locked.
    """
    was_on = (foot.heel_on, foot.toe_on)
    heel_on, toe_on = (p > step.off if was else p >= step.on for p, was in zip(touches, was_on, strict=True))
    let_go = (heel_on or toe_on) and (_strained(foot, given) or (foot.let_go and not _arrived(foot, given, step)))
    hold = Hold.FREE if let_go else _wanted(foot, given, heel_on, toe_on)
    if hold == Hold.FREE and step.steps and _leaves(foot):
        hold = Hold.LEAVING
    if hold != foot.hold:
        foot = _changed(foot, hold, step.frame_s)
    foot = _relaxed(foot, step.frame_s, step.rate_hz)
    return replace(
        foot,
        heel_on=heel_on,
        toe_on=toe_on,
        let_go=let_go,
        leaving_s=foot.leaving_s + step.frame_s if hold == Hold.LEAVING else 0.0,
        given=given,
        given_before=foot.given,
        shown=_placed(foot, given),
        shown_before=foot.shown,
    )


def within_reach(foot: Foot, hip_m: Vector, reach_m: float) -> Foot:
    """Return the foot where a leg of `reach_m` from the hip comes to: the heel rises, and past that the foot slides."""
    ankle = foot.shown.ankle_m
    if distance(ankle, hip_m) <= reach_m + 1e-9:
        return foot
    if foot.hold in (Hold.BALL, Hold.SOLE):
        foot = replace(foot, shown=on_its_toes(foot.shown, hip_m, reach_m))
        ankle = foot.shown.ankle_m
        if distance(ankle, hip_m) <= reach_m + 1e-6:
            return foot
    rise = hip_m[1] - ankle[1]
    across = hypot(ankle[0] - hip_m[0], ankle[2] - hip_m[2])
    scale = sqrt(max(reach_m * reach_m - rise * rise, 0.0)) / max(across, 1e-9)
    slid = ((ankle[0] - hip_m[0]) * (scale - 1.0), max(rise - reach_m, 0.0), (ankle[2] - hip_m[2]) * (scale - 1.0))
    return replace(foot, shown=Placed(plus(ankle, slid), foot.shown.world_from_foot), pin_m=plus(foot.pin_m, slid))


def spring_rate_hz(halflife_s: float) -> float:
    """Return the rate of a critically damped spring that halves an offset in about `halflife_s`."""
    return 2.0 * log(2.0) / max(halflife_s, 1e-4)


def _leaves(foot: Foot) -> bool:
    """Return whether a foot that need not stay is still to rise before it travels."""
    if foot.hold == Hold.FREE:
        return False
    return foot.leaving_s < _LONGEST_LEAVING_S and foot.shown.ball_m[1] < TOE_HEIGHT_M + _RISEN_M


def _arrived(foot: Foot, given: Placed, step: FootStep) -> bool:
    """Return whether a foot that was let go is where the dance has it, and at rest there."""
    if not step.steps or foot.hold != Hold.FREE:
        return False
    before, now = foot.given.ball_m, given.ball_m
    slow = hypot(now[0] - before[0], now[2] - before[2]) < _ARRIVED_M_S * step.frame_s
    return slow and hypot(foot.offset_m[0], foot.offset_m[2]) < _ARRIVED_M


def _strained(foot: Foot, given: Placed) -> bool:
    if foot.hold in (Hold.FREE, Hold.LEAVING):
        return False
    held = given.ankle_m if foot.hold == Hold.HEEL else given.ball_m
    if hypot(held[0] - foot.pin_m[0], held[2] - foot.pin_m[2]) > _STRAIN_M:
        return True
    return foot.hold == Hold.SOLE and _turned_rad(given.heading_rad - foot.heading_rad) > _STRAIN_RAD


def _turned_rad(angle_rad: float) -> float:
    return abs((angle_rad + pi) % (2.0 * pi) - pi)


def _wanted(foot: Foot, given: Placed, heel_on: bool, toe_on: bool) -> Hold:
    """Return what the foot should be held by."""
    low_m = _TAKES_M if foot.hold in (Hold.FREE, Hold.LEAVING) else _KEEPS_M
    toe_on = toe_on and given.ball_m[1] < TOE_HEIGHT_M + low_m
    heel_on = heel_on and given.ankle_m[1] < ANKLE_HEIGHT_M + low_m
    if not toe_on:
        return Hold.HEEL if heel_on else Hold.FREE
    upright = rotate(given.world_from_foot, (0.0, 1.0, 0.0))[1]
    flat = upright > (_KEEPS_FLAT if foot.hold == Hold.SOLE else _TAKES_FLAT)
    return Hold.SOLE if heel_on and flat else Hold.BALL


def _changed(foot: Foot, hold: Hold, frame_s: float) -> Foot:
    """Return the foot with another hold, and with the offsets that make it go on from where it is shown."""
    shown, velocity = foot.shown, times(minus(foot.shown.ankle_m, foot.shown_before.ankle_m), 1.0 / frame_s)
    heading_rad = shown.heading_rad
    spin = _spin(foot.shown_before, shown, frame_s)
    if hold == Hold.SOLE:
        followed = yaw(heading_rad)
    else:
        followed = foot.given.world_from_foot
        spin = minus(spin, _spin(foot.given_before, foot.given, frame_s))
    turn = to_rotation_vector(multiply(shown.world_from_foot, conjugate(followed)))
    foot = replace(foot, hold=hold, heading_rad=heading_rad, turn_rad=turn, turn_rad_s=spin)
    if hold == Hold.FREE:
        given_velocity = times(minus(foot.given.ankle_m, foot.given_before.ankle_m), 1.0 / frame_s)
        return replace(
            foot, offset_m=minus(shown.ankle_m, foot.given.ankle_m), offset_m_s=minus(velocity, given_velocity)
        )
    if hold == Hold.LEAVING:
        given_velocity = times(minus(foot.given.ball_m, foot.given_before.ball_m), 1.0 / frame_s)
        return replace(
            foot,
            pin_m=shown.ball_m,
            height_m=shown.ball_m[1] - foot.given.ball_m[1],
            fall_m_s=(shown.ball_m[1] - foot.shown_before.ball_m[1]) / frame_s - given_velocity[1],
        )
    pin_m = shown.ankle_m if hold == Hold.HEEL else shown.ball_m
    floor_m = ANKLE_HEIGHT_M if hold == Hold.HEEL else TOE_HEIGHT_M
    return replace(foot, pin_m=pin_m, height_m=pin_m[1] - floor_m, fall_m_s=velocity[1])


def _spin(before: Placed, after: Placed, frame_s: float) -> Vector:
    turned = multiply(after.world_from_foot, conjugate(before.world_from_foot))
    return times(to_rotation_vector(turned), 1.0 / frame_s)


def _relaxed(foot: Foot, frame_s: float, rate_hz: float) -> Foot:
    """Return the foot with its offsets a frame smaller."""
    turn, turn_speed = sprung(foot.turn_rad, foot.turn_rad_s, frame_s, rate_hz)
    if foot.hold == Hold.FREE:
        offset, speed = sprung(foot.offset_m, foot.offset_m_s, frame_s, rate_hz)
        return replace(foot, offset_m=offset, offset_m_s=speed, turn_rad=turn, turn_rad_s=turn_speed)
    (height, _, _), (fall, _, _) = sprung((foot.height_m, 0.0, 0.0), (foot.fall_m_s, 0.0, 0.0), frame_s, rate_hz)
    if height <= 0.0 and foot.hold != Hold.LEAVING:
        height, fall = 0.0, 0.0
    return replace(foot, height_m=height, fall_m_s=fall, turn_rad=turn, turn_rad_s=turn_speed)


def sprung(offset: Vector, speed: Vector, elapsed_s: float, rate_hz: float) -> tuple[Vector, Vector]:
    """Return offset and velocity of a critically damped spring after some time; exactly zero once they are nothing."""
    if offset == _ZERO and speed == _ZERO:
        return _ZERO, _ZERO
    fade = exp(-rate_hz * elapsed_s)
    impulse = plus(speed, times(offset, rate_hz))
    offset = times(plus(offset, times(impulse, elapsed_s)), fade)
    speed = times(minus(speed, times(impulse, rate_hz * elapsed_s)), fade)
    if max(map(abs, (*offset, *speed))) < _FORGOTTEN:
        return _ZERO, _ZERO
    return offset, speed


def _placed(foot: Foot, given: Placed) -> Placed:
    """Return where the foot is shown: what it follows, its offsets, and the floor."""
    turned = yaw(foot.heading_rad) if foot.hold == Hold.SOLE else given.world_from_foot
    if foot.turn_rad != _ZERO:
        turned = multiply(from_rotation_vector(foot.turn_rad), turned)
    ball = rotate(turned, BALL_FROM_ANKLE_M)
    if foot.hold in (Hold.BALL, Hold.SOLE, Hold.LEAVING):
        ball_y = TOE_HEIGHT_M + foot.height_m
        if foot.hold == Hold.LEAVING:
            ball_y = max(TOE_HEIGHT_M, given.ball_m[1] + foot.height_m)
        if ball[1] > ball_y - ANKLE_HEIGHT_M:  # the heel would be in the floor
            turned, ball = tilted(turned, ball, ball_y - ANKLE_HEIGHT_M)
        return Placed((foot.pin_m[0] - ball[0], ball_y - ball[1], foot.pin_m[2] - ball[2]), turned)
    if foot.hold == Hold.HEEL:
        ankle = (foot.pin_m[0], ANKLE_HEIGHT_M + foot.height_m, foot.pin_m[2])
    else:
        ankle = given.ankle_m if foot.offset_m == _ZERO else plus(given.ankle_m, foot.offset_m)
        ankle = (ankle[0], max(ankle[1], ANKLE_HEIGHT_M), ankle[2])
    if ankle[1] + ball[1] < TOE_HEIGHT_M:  # the toes would be in the floor
        turned, _ = tilted(turned, ball, TOE_HEIGHT_M - ankle[1])
    return Placed(ankle, turned)
