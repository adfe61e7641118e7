"""Lifts a foot that travels: what a blurred motion drags along the floor, a dancer carries over it.

A network that was taught by little motion makes steps too flat. A foot that moves and touches nothing is lifted to a
clearance; the lift comes and goes like a critically damped spring, so it is causal and never pops.
"""

from dataclasses import dataclass
from math import hypot

from realtime.motion.foot import Foot, FootStep, Hold, spring_rate_hz, sprung
from realtime.motion.placed import Placed
from realtime.motion.skeleton import TOE_HEIGHT_M

_SLOW_M_S, _FAST_M_S = 0.2, 0.45
"""Between these speeds over the floor a foot begins to be lifted, and is lifted all the way."""
_RATE_HZ = spring_rate_hz(0.035)
_FORGOTTEN_M = 1e-4


@dataclass(frozen=True, slots=True)
class Lift:
    """How much a foot is lifted: `height_m`, and its rate."""

    height_m: float = 0.0
    height_m_s: float = 0.0


def lifted(
    lifts: tuple[Lift, Lift],
    feet: tuple[Foot, Foot],
    given: tuple[Placed, Placed],
    touches: tuple[tuple[float, float], tuple[float, float]],
    clearance_m: float,
    step: FootStep,
) -> tuple[tuple[Lift, Lift], tuple[Placed, Placed]]:
    """Return the lifts of this frame, and the generator's feet lifted by them.

    Args:
        lifts: of the frame before.
        feet: of the frame before.
        given: where the generator puts the feet.
        touches: probabilities that heel and toe touch the floor.
        clearance_m: of the ball above where it stands; 0 lifts nothing.
        step: how feet are locked.
    """
    if clearance_m <= 0.0:
        return lifts, given
    wanted = [
        _wanted_m(foot, place, touch, clearance_m, step)
        for foot, place, touch in zip(feet, given, touches, strict=True)
    ]
    left, right = (_follow(lift, height_m, step.frame_s) for lift, height_m in zip(lifts, wanted, strict=True))
    return (left, right), (_raised(given[0], left.height_m), _raised(given[1], right.height_m))


def _wanted_m(foot: Foot, given: Placed, touches: tuple[float, float], clearance_m: float, step: FootStep) -> float:
    before, ball = foot.given.ball_m, given.ball_m
    # What a foot has to catch up on the way to where the dance has it, it travels too.
    x_m_s = (ball[0] - before[0]) / step.frame_s + foot.offset_m_s[0]
    z_m_s = (ball[2] - before[2]) / step.frame_s + foot.offset_m_s[2]
    moving = min(max((hypot(x_m_s, z_m_s) - _SLOW_M_S) / (_FAST_M_S - _SLOW_M_S), 0.0), 1.0)
    free = 1.0 if foot.let_go else max(0.0, 1.0 - max(touches) / step.on)
    if foot.hold == Hold.LEAVING:
        moving, free = 1.0, 1.0
    return moving * free * max(0.0, TOE_HEIGHT_M + clearance_m - ball[1])


def _follow(lift: Lift, wanted_m: float, frame_s: float) -> Lift:
    (apart, _, _), (speed, _, _) = sprung(
        (lift.height_m - wanted_m, 0.0, 0.0), (lift.height_m_s, 0.0, 0.0), frame_s, _RATE_HZ
    )
    height_m = wanted_m + apart
    return Lift(height_m, speed) if height_m > _FORGOTTEN_M else Lift()


def _raised(given: Placed, height_m: float) -> Placed:
    x, y, z = given.ankle_m
    return Placed((x, y + height_m, z), given.world_from_foot) if height_m > 0.0 else given
