import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.music.beat_filter import BeatFilter, BeatPlace
from realtime.music.gliding import wrapped

levels = st.floats(-6, 4)


def hear(belief: BeatFilter, period: float, frames: int, *, start: int = 0, strength: float = 2.5) -> None:
    """Play an ideal network's answers to a steady beat."""
    for frame in range(start, start + frames):
        phase = wrapped(frame / period)
        beat = strength if abs(phase) * period <= 1.5 else -strength
        offbeat = strength if abs(wrapped(phase + 0.5)) * period <= 1.5 else -strength
        belief.step(0.1, beat, offbeat)


@given(st.lists(st.tuples(levels, levels, levels), min_size=1, max_size=60))
@settings(max_examples=25, deadline=None)
def test_the_belief_stays_a_belief_whatever_is_heard(frames: list[tuple[float, float, float]]) -> None:
    belief = BeatFilter()
    for frame in frames:
        belief.step(*frame)
    rows = belief.tempo_belief()
    assert np.all(rows >= 0)
    assert float(rows.sum()) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("tempo_bpm", [62.0, 87.0, 104.0, 128.0, 150.0, 174.0, 200.0])
def test_a_steady_beat_is_found_at_its_own_level(tempo_bpm: float) -> None:
    belief, period = BeatFilter(), 6000.0 / tempo_bpm
    hear(belief, period, 800)
    best = belief.best()
    assert best.period == pytest.approx(period, rel=0.02)
    assert wrapped(best.phase - 799 / period) == pytest.approx(0.0, abs=0.04)
    assert best.mass > 0.8


def test_another_tempo_wins_in_the_end() -> None:
    belief = BeatFilter()
    hear(belief, 50.0, 1000)
    hear(belief, 61.0, 600)
    assert belief.best().period == pytest.approx(61.0, rel=0.02)


def test_only_tempi_of_the_range_are_believed() -> None:
    belief = BeatFilter()
    hear(belief, 60.0, 600)
    belief.limit(120.0, 200.0)
    hear(belief, 60.0, 600)
    best = belief.best()
    assert 6000.0 / 200.0 - 1 <= best.period <= 6000.0 / 120.0 + 1


@given(st.floats(30, 105), st.floats(0, 0.999))
@settings(max_examples=40, deadline=None)
def test_a_seeded_place_is_where_the_belief_is(period: float, phase: float) -> None:
    belief = BeatFilter()
    belief.seed(BeatPlace(period, phase, 1.0), 0.95)
    near = belief.near(period, phase)
    assert near.mass > 0.6
    assert near.period == pytest.approx(period, rel=0.02)
    assert wrapped(near.phase - phase) == pytest.approx(0.0, abs=0.04)
