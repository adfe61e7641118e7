"""Moves are drawn by the odds, the seed and the half beat, and by nothing else."""

import numpy as np
import pytest

from models.dance_revolution.choosing import NO_MOVE, choose

LIKELY, SELDOM = 3, 5


def logits(odds: dict[int, float], moves: int = 8) -> np.ndarray:
    values = np.full(moves, -40.0, np.float32)
    for move, share in odds.items():
        values[move - 1] = np.log(share)
    return values


def test_the_same_seed_and_half_beat_draw_the_same_move() -> None:
    flat = np.zeros(200, np.float32)
    draws = [choose(flat, seed=4, half_beat=beat) for beat in range(50)]
    assert draws == [choose(flat, seed=4, half_beat=beat) for beat in range(50)]
    assert draws != [choose(flat, seed=5, half_beat=beat) for beat in range(50)]
    assert NO_MOVE not in draws


def test_half_beats_before_the_clock_began_draw_too() -> None:
    assert 1 <= choose(np.zeros(9, np.float32), seed=0, half_beat=-7) <= 9


def test_moves_come_as_often_as_they_are_likely() -> None:
    values = logits({LIKELY: 0.7, SELDOM: 0.3})
    drawn = np.array([choose(values, seed=1, half_beat=beat) for beat in range(2000)])
    assert set(drawn.tolist()) == {LIKELY, SELDOM}
    assert np.mean(drawn == LIKELY) == pytest.approx(0.7, abs=0.04)


def test_a_move_beyond_the_likeliest_never_comes() -> None:
    values = logits({LIKELY: 0.97, SELDOM: 0.03})
    assert {choose(values, seed=2, half_beat=beat) for beat in range(500)} == {LIKELY}


def test_a_cold_choice_takes_the_likeliest_and_a_hot_one_more_of_the_others() -> None:
    values = logits({LIKELY: 0.6, SELDOM: 0.4})

    def share(temperature: float) -> float:
        drawn = [choose(values, seed=3, half_beat=beat, temperature=temperature) for beat in range(800)]
        return float(np.mean([move == LIKELY for move in drawn]))

    assert share(0.05) == 1.0
    assert 0.5 < share(4.0) < share(1.0)
