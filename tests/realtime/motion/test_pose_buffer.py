"""The plan of the dance: addressed by time, joined without a jump."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.motion.pose_buffer import PoseBuffer, continuous, decay, hold_chunk, sample_chunk, standing_pose
from realtime.motion.rotations import conjugate, multiply, to_rotation_vector
from realtime.motion.skeleton import JOINT_COUNT
from realtime.types import Pose, PoseChunk
from tests.support.moving_body import swaying_chunk

FRAME_S = 1 / 120
FASTEST_ROOT_M_S = 8.0
FASTEST_TURN_RAD_S = 40.0


def change(before: Pose, after: Pose) -> tuple[float, float]:
    """Return the largest root movement (m) and joint turn (rad) between two poses."""
    turns = to_rotation_vector(multiply(after.rotations_wxyz, conjugate(before.rotations_wxyz)))
    moved = float(np.linalg.norm(after.root_m - before.root_m))
    return moved, float(np.max(np.linalg.norm(turns, axis=-1)))


Merge = tuple[float, float, float, int, float]
merges = st.lists(
    st.tuples(
        st.floats(0.0, 3.0),  # when the chunk is merged
        st.floats(-0.6, 0.4),  # its start, relative to that
        st.floats(0.3, 1.5),  # its length
        st.integers(0, 5),  # which dance it is from
        st.floats(0.08, 0.4),  # half-life
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=30, deadline=None)
@given(merges)
def test_the_dancer_never_jumps_however_the_chunks_arrive(
    timings: list[tuple[float, float, float, int, float]],
) -> None:
    buffer = PoseBuffer()
    buffer.merge(swaying_chunk(0.0, duration_s=1.0, seed=9), 0.0)
    waiting = sorted(timings)
    previous = buffer.pose_at(0.0)
    for tick in range(1, 400):
        now_s = tick * FRAME_S
        while waiting and waiting[0][0] <= now_s:
            _, start, length, seed, halflife_s = waiting.pop(0)
            buffer.merge(swaying_chunk(now_s + start, duration_s=length, seed=seed), now_s, halflife_s=halflife_s)
        pose = buffer.pose_at(now_s)
        moved_m, turned_rad = change(previous, pose)
        # A crossfade that is interrupted by a third chunk moves 25 cm in one frame here.
        assert moved_m < FASTEST_ROOT_M_S * FRAME_S
        assert turned_rad < FASTEST_TURN_RAD_S * FRAME_S
        assert np.allclose(np.linalg.norm(pose.rotations_wxyz, axis=-1), 1.0)
        previous = pose


@given(st.floats(0.05, 0.9), st.integers(0, 5))
def test_a_merge_changes_neither_position_nor_velocity_at_its_moment(at_s: float, seed: int) -> None:
    buffer = PoseBuffer()
    buffer.merge(swaying_chunk(0.0, duration_s=2.0, seed=7, fps=60), 0.0)
    step_s = 1e-4
    before = [buffer.pose_at(at_s + k * step_s) for k in (0, 1)]
    buffer.merge(swaying_chunk(at_s - 0.1, duration_s=2.0, seed=seed, fps=60), at_s)
    after = [buffer.pose_at(at_s + k * step_s) for k in (0, 1)]
    assert np.allclose(before[0].root_m, after[0].root_m, atol=1e-9)
    assert np.allclose(before[1].root_m, after[1].root_m, atol=1e-5)
    moved_m, turned_rad = change(before[1], after[1])
    # A crease in the velocity would show as a first-order difference: 1e-4 s times metres a second.
    assert moved_m < 1e-5
    assert turned_rad < 2e-4


def test_after_many_half_lives_the_new_chunk_is_shown_exactly() -> None:
    buffer = PoseBuffer()
    buffer.merge(swaying_chunk(0.0, duration_s=1.0, seed=1), 0.0)
    chunk = swaying_chunk(0.5, duration_s=3.0, seed=2)
    buffer.merge(chunk, 0.5, halflife_s=0.05)
    pose = buffer.pose_at(3.0)
    root_m, rotations, _ = sample_chunk(chunk, 3.0)
    moved_m, turned_rad = change(pose, Pose(3.0, root_m, rotations, np.ones(4)))
    assert moved_m < 1e-9
    assert turned_rad < 1e-6


def test_a_reader_behind_a_merge_still_sees_what_was_shown() -> None:
    buffer = PoseBuffer()
    buffer.merge(swaying_chunk(0.0, duration_s=2.0, seed=1), 0.0)
    before = buffer.pose_at(0.4)
    buffer.merge(swaying_chunk(0.0, duration_s=2.0, seed=2), 0.5)
    assert np.array_equal(buffer.pose_at(0.4).root_m, before.root_m)


def test_a_chunk_that_is_wholly_past_is_refused_and_changes_nothing() -> None:
    buffer = PoseBuffer()
    buffer.merge(swaying_chunk(0.0, duration_s=2.0, seed=1), 0.0)
    before = buffer.pose_at(1.5)
    assert not buffer.merge(swaying_chunk(0.0, duration_s=0.5, seed=2), 1.0)
    assert np.array_equal(buffer.pose_at(1.5).root_m, before.root_m)


def test_the_plan_does_not_grow_over_an_hour() -> None:
    buffer = PoseBuffer()
    chunk = swaying_chunk(0.0, duration_s=1.0, seed=1, fps=4)
    for step in range(14_400):
        buffer.merge(replace(chunk, start_s=step * 0.25), step * 0.25)
    kept = buffer._segments  # pyright: ignore[reportPrivateUsage]
    assert len(kept) < 20


def test_a_sampled_chunk_passes_through_its_frames() -> None:
    chunk = swaying_chunk(2.0, duration_s=1.0, fps=30)
    for frame in (0, 7, 29, 30):
        root_m, rotations, _ = sample_chunk(chunk, 2.0 + frame / 30)
        assert np.allclose(root_m, chunk.roots_m[frame], atol=1e-9)
        moved_m, turned_rad = change(
            Pose(0, root_m, rotations, np.ones(4)),
            Pose(0, chunk.roots_m[frame], chunk.rotations_wxyz[frame], np.ones(4)),
        )
        assert moved_m < 1e-9
        assert turned_rad < 1e-5


def test_flipping_the_sign_of_a_quaternion_changes_no_pose() -> None:
    chunk = swaying_chunk(0.0)
    signs = np.where(np.random.default_rng(0).random((len(chunk.roots_m), 24, 1)) < 0.5, -1.0, 1.0)
    flipped = type(chunk)(0.0, chunk.fps, chunk.roots_m, chunk.rotations_wxyz * signs, chunk.contacts, "flipped")
    for time_s in (0.01, 0.33, 0.71):
        one, other = sample_chunk(chunk, time_s), sample_chunk(continuous(flipped), time_s)
        turn = to_rotation_vector(multiply(one[1], conjugate(other[1])))
        assert np.max(np.abs(turn)) < 1e-6


@pytest.mark.parametrize("halflife_s", [0.02, 0.1, 0.5])
def test_an_offset_at_rest_halves_in_about_its_half_life(halflife_s: float) -> None:
    offset, _ = decay(np.array([1.0]), np.array([0.0]), halflife_s, halflife_s)
    assert 0.4 < offset[0] < 0.65
    later, _ = decay(np.array([1.0]), np.array([0.0]), 10 * halflife_s, halflife_s)
    assert abs(later[0]) < 1e-3


def test_holding_a_pose_holds_it_for_hours() -> None:
    pose = standing_pose(5.0, x_m=0.3)
    buffer = PoseBuffer()
    buffer.merge(hold_chunk(pose, "freeze"), 5.0, halflife_s=0.01)
    assert np.allclose(buffer.pose_at(8_000.0).root_m, pose.root_m, atol=1e-6)


@pytest.mark.parametrize("frames", [2, 3, 4, 9])
def test_a_steady_motion_is_steady_to_the_ends_of_its_chunk(frames: int) -> None:
    # A repeated end frame used to halve the speed there, and every merge made planted feet slide for it.
    roots = np.arange(float(frames))[:, None] * np.array([0.1, 0.0, -0.2])
    rotations = np.tile([1.0, 0.0, 0.0, 0.0], (frames, JOINT_COUNT, 1))
    chunk = PoseChunk(5.0, 10.0, roots, rotations, np.ones((frames, 4)), "steady")
    for time_s in np.linspace(chunk.start_s, chunk.end_s, 37):
        root_m, _, _ = sample_chunk(chunk, float(time_s))
        np.testing.assert_allclose(root_m, (time_s - 5.0) * np.array([1.0, 0.0, -2.0]), atol=1e-9)
