"""How the groove answers: the same for the same, agreeing where chunks overlap, and always."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.groove import GrooveGenerator
from realtime.motion.kinematics import forward_kinematics
from realtime.motion.pose_buffer import standing_pose
from realtime.motion.skeleton import Joint
from realtime.ports import MotionGenerator
from realtime.types import BeatState, DanceControls, GenerateRequest, Pose, PoseChunk
from tests.support.groove_show import FPS, REST, perform, request

_STEADY = BeatState(120.0, 0.0, 0.0, 4, 0.9)
_SWAP = [Joint[joint.name.replace("LEFT", "*").replace("RIGHT", "LEFT").replace("*", "RIGHT")].value for joint in Joint]


def _same(a: PoseChunk, b: PoseChunk) -> bool:
    return all(
        np.array_equal(x, y)
        for x, y in ((a.roots_m, b.roots_m), (a.rotations_wxyz, b.rotations_wxyz), (a.contacts, b.contacts))
    )


def _fine(chunk: PoseChunk) -> bool:
    unit = np.abs(np.linalg.norm(chunk.rotations_wxyz, axis=-1) - 1.0).max() < 1e-6
    return bool(np.isfinite(chunk.roots_m).all() and unit and chunk.roots_m[:, 1].min() > 0.4)


def test_it_is_a_motion_generator() -> None:
    generator: MotionGenerator = GrooveGenerator(fps=50.0, chunk_s=0.8)
    chunk = generator.generate(request(2.0, _STEADY))
    assert (generator.name, generator.chunk_s) == ("groove", 0.8)
    assert (chunk.start_s, chunk.fps, chunk.source) == (2.0, 50.0, "groove")
    assert chunk.end_s == pytest.approx(2.8)
    assert chunk.rotations_wxyz.shape == (41, 24, 4)


def test_the_same_requests_give_the_same_chunks_bit_for_bit() -> None:
    first, second = (perform(25.0, controls=DanceControls(seed=7)) for _ in range(2))
    assert _same(first, second)


@pytest.mark.parametrize(("bpm", "energy"), [(96.0, 0.2), (124.0, 0.6), (174.0, 0.95)])
def test_chunks_that_overlap_agree_when_nothing_new_was_heard(bpm: float, energy: float) -> None:
    generator = GrooveGenerator()
    beat = BeatState(bpm, 0.0, 0.0, 4, 0.9)
    previous = generator.generate(request(0.0, beat, energy=energy))
    for k in range(1, 80):
        chunk = generator.generate(request(k * 0.4, beat, energy=energy))
        shared = len(chunk.roots_m) - 24
        np.testing.assert_allclose(chunk.roots_m[:shared], previous.roots_m[24:], atol=1e-6)
        alike = np.abs(np.sum(chunk.rotations_wxyz[:shared] * previous.rotations_wxyz[24:], axis=-1))
        np.testing.assert_allclose(alike, 1.0, atol=1e-6)
        previous = chunk


def test_a_chunk_begins_where_the_last_one_was_when_a_drop_rewrites_the_plan() -> None:
    generator = GrooveGenerator()
    previous = generator.generate(request(0.0, _STEADY, energy=0.1))
    for k in range(1, 60):
        chunk = generator.generate(request(k * 0.4, _STEADY, energy=0.1 if k % 20 < 10 else 1.0))
        np.testing.assert_allclose(chunk.roots_m[0], previous.roots_m[24], atol=1e-6)
        alike = np.abs(np.sum(chunk.rotations_wxyz[0] * previous.rotations_wxyz[24], axis=-1))
        np.testing.assert_allclose(alike, 1.0, atol=1e-6)
        previous = chunk


@pytest.mark.parametrize("seed", [0, 3])
def test_mirror_mirrors(seed: int) -> None:
    controls = DanceControls(seed=seed)
    plain = perform(30.0, controls=controls, silent=lambda time_s: 12.0 < time_s < 18.0)
    mirrored = perform(30.0, controls=replace(controls, mirror=True), silent=lambda time_s: 12.0 < time_s < 18.0)
    np.testing.assert_allclose(mirrored.roots_m, plain.roots_m * [-1.0, 1.0, 1.0], atol=1e-6)
    reflected = plain.rotations_wxyz[:, _SWAP] * [1.0, 1.0, -1.0, -1.0]
    alike = np.abs(np.sum(mirrored.rotations_wxyz * reflected, axis=-1))
    np.testing.assert_allclose(alike, 1.0, atol=1e-6)
    np.testing.assert_array_equal(mirrored.contacts, plain.contacts[:, [2, 3, 0, 1]])


def test_switching_the_mirror_during_the_dance_moves_nobody_at_once() -> None:
    generator = GrooveGenerator()
    previous = generator.generate(request(0.0, _STEADY))
    for k in range(1, 40):
        chunk = generator.generate(request(k * 0.4, _STEADY, controls=DanceControls(mirror=k % 14 > 6)))
        np.testing.assert_allclose(chunk.roots_m[0], previous.roots_m[24], atol=1e-6)
        previous = chunk


@pytest.mark.parametrize(("seed", "bar"), [(0, 4), (1, 4), (2, 3), (3, 4)])
def test_in_place_stays_in_place(seed: int, bar: int) -> None:
    controls = DanceControls(in_place=True, seed=seed, energy=0.8, style=0.8)
    show = perform(60.0, beats_per_bar=bar, energy=0.9, controls=controls)
    assert np.abs(show.roots_m[:, [0, 2]]).max() < 0.4


def test_it_takes_over_where_the_body_stands() -> None:
    shown = Pose(0.0, np.array([0.7, 0.9, -0.4]), REST.rotations_wxyz, REST.contacts)
    chunk = GrooveGenerator().generate(request(5.0, _STEADY, shown=shown))
    assert np.linalg.norm(chunk.roots_m[0, [0, 2]] - shown.root_m[[0, 2]]) < 0.08


_FEET = [Joint.LEFT_ANKLE, Joint.LEFT_FOOT, Joint.RIGHT_ANKLE, Joint.RIGHT_FOOT]


@pytest.mark.parametrize(("x_m", "z_m"), [(0.0, 0.0), (0.4, -0.3)])
def test_it_begins_on_the_feet_of_the_body_that_is_shown(x_m: float, z_m: float) -> None:
    shown = standing_pose(x_m=x_m, z_m=z_m)
    chunk = GrooveGenerator().generate(request(3.0, _STEADY, shown=shown))
    before = forward_kinematics(shown.root_m, shown.rotations_wxyz).positions_m[_FEET]
    after = forward_kinematics(chunk.roots_m[0], chunk.rotations_wxyz[0]).positions_m[_FEET]
    assert np.linalg.norm(after - before, axis=-1).max() < 0.005


def test_it_begins_anew_where_another_dancer_has_gone_meanwhile() -> None:
    generator = GrooveGenerator()
    for k in range(20):
        generator.generate(request(0.4 * k, _STEADY))
    shown = standing_pose(x_m=-0.6, z_m=0.5)
    chunk = generator.generate(request(30.0, _STEADY, shown=shown))
    assert np.linalg.norm(chunk.roots_m[0, [0, 2]] - shown.root_m[[0, 2]]) < 0.08


def test_a_first_chunk_in_silence_stands_at_ease() -> None:
    chunk = GrooveGenerator().generate(request(0.0, BeatState(confidence=0.0), energy=0.0, silent=True))
    joints = forward_kinematics(chunk.roots_m, chunk.rotations_wxyz).positions_m
    assert chunk.contacts.min() == 1.0
    assert joints[:, [Joint.LEFT_HAND, Joint.RIGHT_HAND], 1].max() < 1.0, "not a T-pose"


def test_it_dances_on_after_a_pause_between_requests_and_when_asked_for_the_past() -> None:
    generator = GrooveGenerator()
    starts_s = [0.0, 0.4, 0.8, 10.8, 11.2, 4000.0, 4000.4, 2.0, 2.3, 1.0]
    chunks = [generator.generate(request(start_s, _STEADY)) for start_s in starts_s]
    assert [chunk.start_s for chunk in chunks] == starts_s
    assert all(_fine(chunk) for chunk in chunks)


_numbers = st.floats(allow_nan=True, allow_infinity=True)
_beats = st.builds(
    BeatState,
    tempo_bpm=st.one_of(st.floats(30.0, 300.0), _numbers),
    origin_s=st.one_of(st.floats(-100.0, 100.0), _numbers),
    origin_beat=st.one_of(st.floats(-1000.0, 1000.0), _numbers),
    beats_per_bar=st.integers(-1, 12),
    confidence=st.one_of(st.floats(0.0, 1.0), _numbers),
)
_controls = st.builds(
    DanceControls,
    energy=st.one_of(st.floats(0.0, 1.0), _numbers),
    style=st.one_of(st.floats(0.0, 1.0), _numbers),
    mirror=st.booleans(),
    in_place=st.booleans(),
    seed=st.integers(),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.floats(0.0, 1.0), st.floats(-20.0, 1e6)),
            _beats,
            _controls,
            st.one_of(st.floats(0.0, 1.0), _numbers),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_it_never_raises_and_always_returns_a_body(
    asked: list[tuple[float, BeatState, DanceControls, float, bool]],
) -> None:
    generator = GrooveGenerator()
    start_s = 0.0
    for step_s, beat, controls, energy, silent in asked:
        start_s += step_s
        chunk = generator.generate(request(start_s, beat, energy=energy, silent=silent, controls=controls))
        assert len(chunk.roots_m) == FPS + 1
        assert _fine(chunk)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(30.0, 300.0), st.floats(0.0, 1.0), st.sampled_from([3, 4])), min_size=2, max_size=6)
)
def test_feet_stay_planted_whatever_the_beat_clock_does(clocks: list[tuple[float, float, int]]) -> None:
    def beat_at(time_s: float) -> BeatState:
        index = min(int(time_s / 2.5), len(clocks) - 1)
        tempo_bpm, jump, beats_per_bar = clocks[index]
        return BeatState(tempo_bpm, 2.5 * index, 11.0 * jump + index, beats_per_bar, 0.7)

    show = perform(2.5 * len(clocks), beat_at=beat_at, energy=0.8)
    joints = forward_kinematics(show.roots_m, show.rotations_wxyz).positions_m
    for column, point in enumerate((Joint.LEFT_ANKLE, Joint.LEFT_FOOT, Joint.RIGHT_ANKLE, Joint.RIGHT_FOOT)):
        down = show.contacts[:, column] > 0.5
        moved_m = np.linalg.norm(np.diff(joints[:, point], axis=0), axis=-1)
        assert moved_m[down[1:] & down[:-1]].max(initial=0.0) < 1e-6


def test_a_request_is_not_changed_by_being_answered() -> None:
    asked: GenerateRequest = request(1.0, _STEADY)
    before = asked.shown.rotations_wxyz.copy()
    GrooveGenerator().generate(asked)
    np.testing.assert_array_equal(asked.shown.rotations_wxyz, before)
