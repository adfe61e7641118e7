import numpy as np
import pytest

from realtime.music.bar_filter import BarFilter


@pytest.mark.parametrize("beats_per_bar", [3, 4])
@pytest.mark.parametrize("start", [0, 1, 2])
def test_downbeats_tell_the_meter_and_the_place(beats_per_bar: int, start: int) -> None:
    bar, rng = BarFilter(), np.random.default_rng(start)
    for beat in range(start, start + 32):
        bar.step((1.5 if beat % beats_per_bar == 0 else -1.0) + 0.3 * float(rng.standard_normal()))
    best = bar.best()
    assert best.beats_per_bar == beats_per_bar
    assert best.beat_in_bar == (start + 31) % beats_per_bar
    assert best.confidence > 0.9


def test_the_places_of_all_meters_share_the_belief() -> None:
    bar, rng = BarFilter(), np.random.default_rng(3)
    for _ in range(20):
        bar.step(float(rng.normal()))
        bar.skip(int(rng.integers(0, 3)))
        four, three = bar.places(4), bar.places(3)
        assert sum(four) + sum(three) == pytest.approx(1.0)
        best = bar.best()
        assert best.confidence == max(four if best.beats_per_bar == 4 else three)


def test_without_evidence_it_stays_unsure() -> None:
    bar = BarFilter()
    for _ in range(50):
        bar.step(0.0)
    assert bar.best().confidence < 0.3


def test_one_odd_beat_does_not_move_the_bar() -> None:
    bar = BarFilter()
    for beat in range(24):
        bar.step(1.5 if beat % 4 == 0 else -1.0)
    bar.step(-3.0)
    assert bar.best().beat_in_bar == 0


def test_beats_passed_unheard_are_counted() -> None:
    bar = BarFilter()
    for beat in range(21):
        bar.step(1.5 if beat % 4 == 0 else -1.0)
    bar.skip(6)
    assert bar.best().beat_in_bar == 2
