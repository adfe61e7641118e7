"""The grid finds a tempo that is there, and the warp never leaves its limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.training.data.accents import Accents
from models.training.data.grid import WARP_LIMIT, Grid, beat_hits, fit_grids
from models.training.data.snapping import with_quarters
from models.training.data.warp import FASTEST_CHANGE, warp_to


def _accents(times_s: np.ndarray) -> Accents:
    return Accents(np.sort(times_s), np.full(len(times_s), 0.8))


def _fitted(accents: Accents, seconds: float) -> Grid:
    return with_quarters(fit_grids(accents, seconds, bpm=None, origin_s=None, exact=False)[0], accents)


@pytest.mark.parametrize("bpm", [92.0, 118.0, 140.0])
def test_regular_accents_give_their_tempo_and_phase(bpm: float) -> None:
    beats_s = 0.37 + np.arange(round(20.0 * bpm / 60.0)) * 60.0 / bpm
    jitter_s = np.random.default_rng(3).normal(0.0, 0.02, len(beats_s))
    grid = _fitted(_accents(beats_s + jitter_s), 20.0)
    assert abs(grid.bpm / bpm - 1.0) < 0.05
    assert beat_hits(beats_s, grid.beat_s, within_s=0.05).mean() > 0.95


def test_an_exact_grid_keeps_its_tempo_and_its_first_beat() -> None:
    accents = _accents(np.arange(1.0, 9.0, 0.6))
    (grid,) = fit_grids(accents, 10.0, bpm=100.0, origin_s=-1.0, exact=True)
    np.testing.assert_allclose(np.diff(grid.beat_s), 0.6)
    np.testing.assert_allclose((grid.beat_s[grid.downbeat] + 1.0) % 2.4, 0.0, atol=1e-9)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.floats(0.2, 11.8), min_size=0, max_size=50, unique=True),
    st.floats(-1.0, 1.0),
)
def test_the_warp_rises_and_stays_within_its_limit_whatever_the_accents(times_s: list[float], change: float) -> None:
    accents = _accents(np.array(times_s, np.float64))
    grid = with_quarters(Grid(np.arange(-1.0, 13.5, 0.5), 0.5, 0, 0.0), accents)
    warp = warp_to(grid, 0.5 / FASTEST_CHANGE**change)
    assert (warp.rates > 0.0).all()
    assert np.abs(warp.rates - 1.0).max() <= WARP_LIMIT + 1e-6


def test_the_warp_puts_more_accents_on_beats_than_were_there() -> None:
    random = np.random.default_rng(5)
    beats_s = np.arange(1, 40) * 0.5
    danced_s = beats_s + random.uniform(-0.09, 0.09, len(beats_s))
    accents = _accents(danced_s)
    grid = with_quarters(Grid(np.arange(0.0, 21.0, 0.5), 0.5, 0, 0.0), accents)
    warp = warp_to(grid, 0.5)
    before = beat_hits(danced_s, beats_s, within_s=0.03).mean()
    after = beat_hits(warp.to_music(danced_s), beats_s, within_s=0.03).mean()
    assert after > before + 0.3


def test_music_time_and_dance_time_are_inverses() -> None:
    accents = _accents(np.array([1.03, 2.6, 3.9, 5.1]))
    warp = warp_to(with_quarters(Grid(np.arange(0.0, 8.0, 0.5), 0.5, 0, 0.0), accents), 0.51)
    music_s = np.linspace(0.5, 6.5, 50)
    np.testing.assert_allclose(warp.to_music(warp.to_dance(music_s)), music_s, atol=1e-9)
