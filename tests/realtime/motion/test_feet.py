"""What touches the floor stays where it is, nothing goes through the floor, and nothing jumps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.motion.feet import FeetState, FootLock
from realtime.motion.foot import Hold
from realtime.motion.kinematics import forward_kinematics
from realtime.motion.skeleton import ANKLE_HEIGHT_M, TOE_HEIGHT_M, Joint
from realtime.types import FloatArray
from tests.support.skating_body import FPS, Steps, skating_steps

ANKLES, BALLS = [Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE], [Joint.LEFT_FOOT, Joint.RIGHT_FOOT]
LOCK = FootLock()
LIFTING = FootLock(clearance_m=0.05)
seeds = st.integers(0, 1000)


def positions(roots_m: FloatArray, rotations_wxyz: FloatArray) -> FloatArray:
    return forward_kinematics(roots_m, rotations_wxyz).positions_m


def locked(steps: Steps) -> FloatArray:
    found = LOCK.apply(*steps, FPS)
    return positions(found.roots_m, found.rotations_wxyz)


def frame_by_frame(steps: Steps) -> list[FeetState]:
    """Return the state after every frame."""
    states: list[FeetState] = []
    state = None
    for frame in range(len(steps.roots_m)):
        state = LOCK.apply(*steps.part(frame, frame + 1), FPS, state).state
        states.append(state)
    return states


@given(seeds)
@settings(max_examples=6)
def test_a_held_ball_does_not_slide_a_millimetre_from_frame_to_frame(seed: int) -> None:
    steps = skating_steps(75, seed=seed)
    after = locked(steps)[:, BALLS]
    before = positions(steps.roots_m, steps.rotations_wxyz)[:, BALLS]
    holds = [state.holds for state in frame_by_frame(steps)]
    held = np.array([[hold in (Hold.BALL, Hold.SOLE) for hold in pair] for pair in holds])
    held = held[1:] & held[:-1]
    slid = np.linalg.norm(np.diff(after[..., [0, 2]], axis=0), axis=-1)
    assert held.mean() > 0.3
    assert np.linalg.norm(np.diff(before[..., [0, 2]], axis=0), axis=-1)[held].mean() > 0.001
    assert slid[held].max() < 1e-6


def test_a_sole_on_the_floor_is_flat_and_does_not_turn() -> None:
    steps = skating_steps(seed=3, skate_m_s=0.05)
    found = LOCK.apply(*steps, FPS)
    feet = forward_kinematics(found.roots_m, found.rotations_wxyz).world_from_joint_wxyz[:, ANKLES]
    ups = 1 - 2 * (feet[..., 1] ** 2 + feet[..., 3] ** 2)
    soles = np.array([[hold == Hold.SOLE for hold in state.holds] for state in frame_by_frame(steps)])
    # Ten frames after it was laid down; it takes a while, or it would jump.
    settled = np.lib.stride_tricks.sliding_window_view(soles, 11, axis=0).all(axis=-1)
    assert settled.sum() > 20
    assert np.degrees(np.arccos(np.clip(ups[10:][settled], -1, 1))).max() < 2.0


@given(seeds, st.floats(0.0, 0.3), st.floats(0.0, 0.06))
@settings(max_examples=25)
def test_no_foot_is_ever_under_the_floor(seed: int, skate_m_s: float, sink_m: float) -> None:
    after = locked(skating_steps(90, seed=seed, skate_m_s=skate_m_s, sink_m=sink_m))
    assert after[:, ANKLES, 1].min() > ANKLE_HEIGHT_M - 1e-4
    assert after[:, BALLS, 1].min() > TOE_HEIGHT_M - 1e-4


def test_a_free_body_above_the_floor_keeps_every_bit() -> None:
    steps = skating_steps(seed=5, sink_m=0.0)
    lifted = Steps(steps.roots_m + np.array([0.0, 0.1, 0.0]), steps.rotations_wxyz, np.zeros_like(steps.contacts))
    found = LOCK.apply(*lifted, FPS)
    np.testing.assert_array_equal(found.roots_m, lifted.roots_m)
    np.testing.assert_array_equal(found.rotations_wxyz, lifted.rotations_wxyz)


def test_a_foot_that_was_let_go_becomes_the_generators_again_to_the_bit() -> None:
    steps = skating_steps(120, seed=2, sink_m=0.0)
    contacts = steps.contacts.copy()
    contacts[60:] = 0.0
    roots = steps.roots_m + np.array([0.0, 0.03, 0.0])
    found = LOCK.apply(roots, steps.rotations_wxyz, contacts, FPS)
    assert np.abs(found.rotations_wxyz[59] - steps.rotations_wxyz[59]).max() > 1e-3
    np.testing.assert_array_equal(found.rotations_wxyz[100:], steps.rotations_wxyz[100:])
    np.testing.assert_array_equal(found.roots_m[100:], roots[100:])


@given(seeds, st.floats(0.0, 0.15))
@settings(max_examples=8)
def test_a_foot_that_is_let_go_does_not_jump(seed: int, skate_m_s: float) -> None:
    steps = skating_steps(75, seed=seed, skate_m_s=skate_m_s, sink_m=0.0)
    before = positions(steps.roots_m, steps.rotations_wxyz)[:, ANKLES]
    states = frame_by_frame(steps)
    after = np.array([[foot.shown.ankle_m for foot in state.feet] for state in states])
    free = np.array([[hold == Hold.FREE for hold in state.holds] for state in states])
    released = free[1:-1] & ~free[:-2]
    # What locking adds to the dance's own acceleration. Jumping back from where they are held (up to 5 cm) would be
    # 48 m/s^2; the spring begins with rate^2 * offset + 2 * rate * speed = 22 at most.
    extra = np.linalg.norm(np.diff(after, 2, axis=0) - np.diff(before, 2, axis=0), axis=-1) * FPS**2
    assert released.any()
    assert extra[released].max() < 25.0
    assert extra[free[2:] & free[1:-1] & free[:-2]].max() < 25.0


@given(seeds, st.floats(0.84, 0.97))
@settings(max_examples=8)
def test_legs_keep_their_length_and_reach_their_feet(seed: int, height_m: float) -> None:
    steps = skating_steps(60, seed=seed, height_m=height_m, skate_m_s=0.2)
    found = LOCK.apply(*steps, FPS)
    after = positions(found.roots_m, found.rotations_wxyz)
    for upper, lower, length in (
        (Joint.LEFT_HIP, Joint.LEFT_KNEE, 0.388),
        (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, 0.411),
    ):
        np.testing.assert_allclose(np.linalg.norm(after[:, upper] - after[:, lower], axis=-1), length, atol=1e-9)
    shown = np.array([[foot.shown.ankle_m for foot in state.feet] for state in frame_by_frame(steps)])
    np.testing.assert_allclose(after[:, ANKLES], shown, atol=5e-4)
    assert np.all(found.roots_m[:, 1] <= steps.roots_m[:, 1])


def test_everything_above_the_hips_moves_only_with_the_pelvis() -> None:
    steps = skating_steps(seed=1)
    found = LOCK.apply(*steps, FPS)
    legs = {j for j in Joint if any(part in j.name for part in ("HIP", "KNEE", "ANKLE"))}
    for joint in set(Joint) - legs:
        np.testing.assert_array_equal(found.rotations_wxyz[:, joint], steps.rotations_wxyz[:, joint])
    np.testing.assert_array_equal(found.roots_m[:, [0, 2]], steps.roots_m[:, [0, 2]])


@given(seeds, st.lists(st.integers(1, 20), min_size=1, max_size=12))
@settings(max_examples=20)
def test_any_chunking_gives_the_same_bits(seed: int, lengths: list[int]) -> None:
    steps = skating_steps(sum(lengths), seed=seed)
    whole = LIFTING.apply(*steps, FPS)
    state, start = None, 0
    for length in lengths:
        part = LIFTING.apply(*steps.part(start, start + length), FPS, state)
        np.testing.assert_array_equal(part.rotations_wxyz, whole.rotations_wxyz[start : start + length])
        np.testing.assert_array_equal(part.roots_m, whole.roots_m[start : start + length])
        state, start = part.state, start + length
    assert state == whole.state


@pytest.mark.parametrize("commit", [1, 4, 8])
def test_frames_that_are_only_tried_leave_no_trace(commit: int) -> None:
    steps = skating_steps(40, seed=4)
    tried = LOCK.apply(*steps.part(0, 8), FPS, commit=commit)
    assert tried.state == LOCK.apply(*steps.part(0, commit), FPS).state


@given(seeds, st.integers(1, 80))
@settings(max_examples=10)
def test_later_frames_change_nothing_earlier(seed: int, cut: int) -> None:
    steps = skating_steps(90, seed=seed)
    other = skating_steps(90, seed=seed + 1)
    mixed = Steps(*(np.concatenate([a[:cut], b[cut:]]) for a, b in zip(steps, other, strict=True)))
    one, two = LOCK.apply(*steps, FPS), LOCK.apply(*mixed, FPS)
    np.testing.assert_array_equal(one.rotations_wxyz[:cut], two.rotations_wxyz[:cut])


def test_a_foot_that_is_dragged_away_is_let_go_and_not_taken_until_it_lifts() -> None:
    steps = skating_steps(60, seed=0, skate_m_s=0.0, sink_m=0.0)
    contacts = np.ones_like(steps.contacts)
    standing = np.repeat(steps.rotations_wxyz[:1], 60, axis=0)
    roots = np.repeat(steps.roots_m[:1], 60, axis=0)
    roots[:, 0] += np.linspace(0.0, 1.0, 60)
    states = frame_by_frame(Steps(roots, standing, contacts))
    assert Hold.FREE not in states[5].holds
    assert states[-1].holds == (Hold.FREE, Hold.FREE)
    found = LOCK.apply(roots, standing, contacts, FPS)
    np.testing.assert_allclose(found.rotations_wxyz[-1], standing[-1], atol=2e-2)


@pytest.mark.parametrize(("speed_m_s", "least_m", "most_m"), [(1.0, 0.03, 0.051), (0.1, 0.0, 1e-9)])
def test_a_foot_that_travels_is_lifted_and_one_that_hardly_moves_is_not(
    speed_m_s: float, least_m: float, most_m: float
) -> None:
    steps = skating_steps(40, seed=0, sink_m=0.0)
    still = Steps(np.repeat(steps.roots_m[:1], 40, 0), np.repeat(steps.rotations_wxyz[:1], 40, 0), steps.contacts * 0.0)
    roots = still.roots_m + np.array([0.0, 0.01, 0.0]) + np.arange(40)[:, None] * [speed_m_s / FPS, 0.0, 0.0]
    found = LIFTING.apply(roots, still.rotations_wxyz, still.contacts, FPS)
    rise = (positions(found.roots_m, found.rotations_wxyz) - positions(roots, still.rotations_wxyz))[:, BALLS, 1]
    assert least_m <= rise[10:].max() <= most_m
    assert np.abs(np.diff(rise, axis=0)).max() < 0.03


@pytest.mark.parametrize("drift_m_s", [0.2, 0.4])
def test_a_lifted_foot_rises_before_it_travels(drift_m_s: float) -> None:
    # A foot that was let go used to be pulled to where the dance had it while it was still on the floor.
    steps = skating_steps(50, seed=0, skate_m_s=0.0, sink_m=0.0)
    standing = np.repeat(steps.rotations_wxyz[:1], 50, axis=0)
    roots = np.repeat(steps.roots_m[:1], 50, axis=0)
    roots[:, 0] += drift_m_s / FPS * np.minimum(np.arange(50), 12)
    contacts = np.ones_like(steps.contacts)
    contacts[12:] = 0.0

    def dragged(lock: FootLock) -> int:
        found = lock.apply(roots, standing, contacts, FPS)
        balls = positions(found.roots_m, found.rotations_wxyz)[12:, BALLS]
        low = np.maximum(balls[1:, :, 1], balls[:-1, :, 1]) < 0.05
        travelled_m = np.linalg.norm(np.diff(balls[..., [0, 2]], axis=0), axis=-1)
        return int((low & (travelled_m * FPS > 0.2)).sum())

    assert dragged(LOCK) > 3
    assert dragged(LIFTING) == 0


@given(seeds)
@settings(max_examples=6)
def test_a_foot_that_steps_does_not_jump(seed: int) -> None:
    steps = skating_steps(75, seed=seed, skate_m_s=0.15, sink_m=0.0)
    before = positions(steps.roots_m, steps.rotations_wxyz)[:, BALLS]
    found = LIFTING.apply(*steps, FPS)
    after = positions(found.roots_m, found.rotations_wxyz)[:, BALLS]
    added = np.linalg.norm(np.diff(after, 2, axis=0), axis=-1) - np.linalg.norm(np.diff(before, 2, axis=0), axis=-1)
    # People's feet reach 86 m/s^2 when they land.
    assert added.max() * FPS**2 < 60.0
