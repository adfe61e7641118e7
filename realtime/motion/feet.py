"""Foot locking: what touches the floor stays where it is, and nothing goes through the floor.

A generator says where the body is and how likely heels and toes touch. While a heel, a ball or a sole does, it is held
(`foot`); the leg follows by two-bone inverse kinematics, and where it does not reach, the pelvis is lowered and, past
that, the foot slides. Everything is causal and its state is a value: a generator may try a whole window and keep the
state of the part that it commits.
"""

from dataclasses import dataclass, replace
from math import hypot, sqrt
from typing import NamedTuple

import numpy as np

from realtime.motion.foot import (
    Foot,
    FootStep,
    Hold,
    Placed,
    first_foot,
    spring_rate_hz,
    sprung,
    step_foot,
    within_reach,
)
from realtime.motion.kinematics import WorldPose, forward_kinematics, two_bone_ik
from realtime.motion.lift import Lift, lifted
from realtime.motion.rotations import conjugate, from_two_vectors, multiply, rotate
from realtime.motion.single import Vector, distance
from realtime.motion.skeleton import OFFSETS_M, Joint
from realtime.types import FloatArray

_HIPS = [Joint.LEFT_HIP, Joint.RIGHT_HIP]
_KNEES = [Joint.LEFT_KNEE, Joint.RIGHT_KNEE]
_ANKLES = [Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE]
_THIGH, _SHIN = OFFSETS_M[Joint.LEFT_KNEE], OFFSETS_M[Joint.LEFT_ANKLE]
_LEG_M = float(-_THIGH[1] - _SHIN[1])
_REACH_M = 0.996 * _LEG_M
"""A leg is not stretched further than this unless the generator did: the knee keeps ten degrees of bend."""
_LOWEST_M = 0.1
"""How far the pelvis is lowered at most."""
_SOFT_M = 0.02
"""Over this much the pelvis begins to go down."""
_LOWERING_HALFLIFE_S = 0.05


@dataclass(frozen=True, slots=True)
class FeetState:
    """A body's feet after a frame.

    Attributes:
        feet: left and right.
        drop_m, drop_m_s: how much the pelvis is lowered so that the legs reach, and its rate.
        lifts: left and right.
    """

    feet: tuple[Foot, Foot]
    drop_m: float = 0.0
    drop_m_s: float = 0.0
    lifts: tuple[Lift, Lift] = (Lift(), Lift())

    @property
    def holds(self) -> tuple[Hold, Hold]:
        """What each foot is held by."""
        return self.feet[0].hold, self.feet[1].hold


class LockedFeet(NamedTuple):
    """Poses with locked feet: `roots_m` (T, 3), `rotations_wxyz` (T, J, 4), and the state to go on from."""

    roots_m: FloatArray
    rotations_wxyz: FloatArray
    state: FeetState


@dataclass(frozen=True, slots=True)
class FootLock:
    """Locks feet.

    Attributes:
        on: a contact begins at this probability.
        off: and ends at this one.
        halflife_s: in which half of an offset is gone after a foot is let go.
        clearance_m: how high the ball of a foot that travels without touching should be above where it stands; 0
            leaves it where the generator has it.
    """

    on: float = 0.6
    off: float = 0.4
    halflife_s: float = 0.08
    clearance_m: float = 0.0

    def apply(
        self,
        roots_m: FloatArray,
        rotations_wxyz: FloatArray,
        contacts: FloatArray,
        fps: float,
        state: FeetState | None = None,
        *,
        commit: int | None = None,
    ) -> LockedFeet:
        """Return the poses with their feet locked, and the state after the frames that are committed.

        Args:
            roots_m: shape (T, 3), T at least 1.
            rotations_wxyz: shape (T, J, 4), each `parent_from_joint`.
            contacts: shape (T, 4), probabilities in the order of `CONTACT_NAMES`.
            fps: frames per second.
            state: after the frame before the first; None where there is none.
            commit: how many frames will be shown, at least 1; the rest is only tried. All of them without it.
        """
        world = forward_kinematics(roots_m, rotations_wxyz)
        given = _given_feet(world)
        hips: list[list[Vector]] = world.positions_m[:, _HIPS].tolist()
        if state is None:
            state = FeetState((first_foot(given[0][0]), first_foot(given[0][1])))
        frames: list[FeetState] = []
        step = FootStep(self.on, self.off, 1.0 / fps, spring_rate_hz(self.halflife_s), self.clearance_m > 0.0)
        for made, hip_pair, touch in zip(given, hips, contacts.tolist(), strict=True):
            touches = ((touch[0], touch[1]), (touch[2], touch[3]))
            lifts, (left, right) = lifted(state.lifts, state.feet, made, touches, self.clearance_m, step)
            feet = (step_foot(state.feet[0], left, touches[0], step), step_foot(state.feet[1], right, touches[1], step))
            state = _within_reach(replace(state, feet=feet, lifts=lifts), (hip_pair[0], hip_pair[1]), step.frame_s)
            frames.append(state)
        roots, rotations = _posed(roots_m, rotations_wxyz, world, frames)
        return LockedFeet(roots, rotations, frames[(commit or len(frames)) - 1])


def _given_feet(world: WorldPose) -> list[tuple[Placed, Placed]]:
    ankles: list[list[list[float]]] = world.positions_m[:, _ANKLES].tolist()
    turns: list[list[list[float]]] = world.world_from_joint_wxyz[:, _ANKLES].tolist()
    return [
        (_placed(ankle_pair[0], turn_pair[0]), _placed(ankle_pair[1], turn_pair[1]))
        for ankle_pair, turn_pair in zip(ankles, turns, strict=True)
    ]


def _placed(ankle: list[float], turn: list[float]) -> Placed:
    return Placed((ankle[0], ankle[1], ankle[2]), (turn[0], turn[1], turn[2], turn[3]))


def _within_reach(state: FeetState, hips: tuple[Vector, Vector], frame_s: float) -> FeetState:
    """Return the feet where the legs reach them, the pelvis lowered for it."""
    legs = [(foot, hip, _reach(foot, hip)) for foot, hip in zip(state.feet, hips, strict=True)]
    wanted_m = 0.0
    for foot, hip, reach in legs:
        off_m = distance(foot.shown.ankle_m, foot.given.ankle_m)
        if off_m > 0.0:
            wanted_m = max(wanted_m, _softly_above_zero(_excess(foot.shown.ankle_m, hip, reach), min(off_m, _SOFT_M)))
    # A spring, because the pelvis carries the whole body: what it lags, the foot slides.
    wanted_m = min(wanted_m, _LOWEST_M)
    (apart, _, _), (speed, _, _) = sprung(
        (state.drop_m - wanted_m, 0.0, 0.0), (state.drop_m_s, 0.0, 0.0), frame_s, spring_rate_hz(_LOWERING_HALFLIFE_S)
    )
    drop_m, speed = (wanted_m + apart, speed) if wanted_m + apart > 0.0 else (0.0, 0.0)
    left, right = (within_reach(foot, (hip[0], hip[1] - drop_m, hip[2]), reach) for foot, hip, reach in legs)
    return replace(state, feet=(left, right), drop_m=drop_m, drop_m_s=speed)


def _reach(foot: Foot, hip: Vector) -> float:
    """Return how long the leg may be: a little bent, or as straight as the generator has it."""
    return max(_REACH_M, min(distance(hip, foot.given.ankle_m), _LEG_M - 1e-4))


def _excess(ankle: Vector, hip: Vector, reach: float) -> float:
    """Return how much too high the hip is."""
    across = hypot(hip[0] - ankle[0], hip[2] - ankle[2])
    return hip[1] - ankle[1] - sqrt(max(reach * reach - across * across, 0.0))


def _softly_above_zero(value: float, width: float) -> float:
    """Return max(value, 0), rounded within `width` of the corner and never less."""
    if value <= -width:
        return 0.0
    return value if value >= width else (value + width) ** 2 / (4.0 * width)


def _posed(
    roots_m: FloatArray, rotations_wxyz: FloatArray, world: WorldPose, frames: list[FeetState]
) -> tuple[FloatArray, FloatArray]:
    """Return roots and rotations whose feet are the shown ones; legs that nothing happened to keep their bits."""
    changed = np.array([[foot.shown != foot.given for foot in state.feet] for state in frames])  # (T, 2)
    drops = np.array([state.drop_m for state in frames])
    changed |= drops[:, None] > 0.0
    changed |= np.array([[lift.height_m > 0.0 for lift in state.lifts] for state in frames])
    if not changed.any():
        return roots_m, rotations_wxyz
    ankles = np.array([[foot.shown.ankle_m for foot in state.feet] for state in frames])  # (T, 2, 3)
    feet = np.array([[foot.shown.world_from_foot for foot in state.feet] for state in frames])  # (T, 2, 4)
    hips, knees, ankles_before = (world.positions_m[:, joints] for joints in (_HIPS, _KNEES, _ANKLES))
    uppers, lowers = (world.world_from_joint_wxyz[:, joints] for joints in (_HIPS, _KNEES))
    lowered = np.zeros_like(hips)
    lowered[..., 1] = -drops[:, None]
    # The knee bends where it did before; a straight leg bends to where its kneecap looks.
    forward = rotate(uppers, np.array([0.0, 0.0, 1.0]))
    pole = knees - 0.5 * (hips + ankles_before) + 0.02 * forward
    limb = two_bone_ik(ankles - hips - lowered, upper_offset=_THIGH, lower_offset=_SHIN, pole=pole)
    thighs = rotate(limb.upper_wxyz, _THIGH)
    shins = rotate(multiply(limb.upper_wxyz, limb.lower_wxyz), _SHIN)
    # The least turn of each bone from what the generator gave keeps its twist, and keeps a leg that is right.
    uppers = multiply(from_two_vectors(_unit(knees - hips), _unit(thighs)), uppers)
    lowers = multiply(from_two_vectors(_unit(ankles_before - knees), _unit(shins)), lowers)
    rotations = np.array(rotations_wxyz, dtype=np.float64)
    pelvis = conjugate(world.world_from_joint_wxyz[:, Joint.PELVIS])[:, None]
    for joints, local in (
        (_HIPS, multiply(pelvis, uppers)),
        (_KNEES, multiply(conjugate(uppers), lowers)),
        (_ANKLES, multiply(conjugate(lowers), feet)),
    ):
        rotations[:, joints] = np.where(changed[..., None], local, rotations[:, joints])
    roots = np.array(roots_m, dtype=np.float64)
    roots[:, 1] -= drops
    return roots, rotations


def _unit(vectors: FloatArray) -> FloatArray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
