"""How the decoder is weaned from the truth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.dance_revolution.curriculum import GROWTHS, Curriculum, Growth
from models.dance_revolution.foresight import Foresight
from models.dance_revolution.positions import POSITIONS, sinusoids
from realtime.types import BeatState

GROWING: tuple[Growth, ...] = ("linear", "sigmoid", "exponential")


@pytest.mark.parametrize("growth", GROWING)
def test_a_growing_curriculum_begins_with_the_truth_and_ends_where_all_end(growth: Growth) -> None:
    curriculum = Curriculum(growth, most=60.0, epochs=100.0)
    assert curriculum.own_frames(0.0) == 0
    assert curriculum.own_frames(100.0) == curriculum.own_frames(1e6) == 60


@given(growth=st.sampled_from(GROWTHS), a=st.floats(0, 200), b=st.floats(0, 200))
def test_no_curriculum_ever_goes_back(growth: Growth, a: float, b: float) -> None:
    curriculum = Curriculum(growth, most=40.0, epochs=150.0)
    assert curriculum.own_frames(min(a, b)) <= curriculum.own_frames(max(a, b))


def test_the_linear_growth_is_that_of_the_paper() -> None:
    curriculum = Curriculum("linear", most=100.0, epochs=10_000.0)
    assert [curriculum.own_frames(epoch) for epoch in (0, 99, 100, 1234, 10_000)] == [0, 0, 1, 12, 100]


def test_teacher_forcing_never_feeds_a_prediction() -> None:
    assert not Curriculum("none").pattern(1e9, 900).any()


@given(q=st.integers(0, 50), p=st.integers(1, 20), frames=st.integers(1, 400))
def test_own_and_true_frames_take_turns(q: int, p: int, frames: int) -> None:
    pattern = Curriculum("constant", most=float(q), true_frames=p).pattern(0.0, frames)
    period = np.concatenate([np.ones(q, bool), np.zeros(p, bool)])
    np.testing.assert_array_equal(pattern, np.resize(period, frames))


def test_positions_come_back_without_a_seam() -> None:
    table = sinusoids(200)
    steps = np.linalg.norm(np.diff(np.concatenate([table, table[:1]]), axis=0), axis=1)
    assert steps[-1] == pytest.approx(steps[0], rel=1e-4)
    assert len(np.unique(table.round(4), axis=0)) == POSITIONS


def test_the_last_bar_is_expected_once_more() -> None:
    foresight = Foresight()
    clock = BeatState(tempo_bpm=120.0, beats_per_bar=4)  # a bar is 30 frames
    for frame in range(1, 101):
        foresight.heard(frame, np.full((1, 2), frame, np.float32))
    assert [float(foresight.at(frame, clock)[0, 0]) for frame in (99, 100, 101, 130, 131)] == [99, 100, 71, 100, 71]


def test_with_less_than_a_bar_heard_what_there_is_repeats() -> None:
    foresight = Foresight()
    with pytest.raises(LookupError):
        foresight.at(5, BeatState())
    foresight.heard(7, np.full((1, 2), 7.0, np.float32))
    assert float(foresight.at(20, BeatState())[0, 0]) == 7.0
    foresight.heard(9, np.full((1, 2), 9.0, np.float32))
    assert foresight.oldest == 9
