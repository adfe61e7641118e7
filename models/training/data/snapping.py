"""The second pass of the warp: moves accents the last bit onto beats and halves of beats, as far as the limits let it.

Between two quarter-beats the dance runs at one rate. The rates are the unknowns of a least-squares problem with bounds:
accents want to be on their subdivision, weighted by strength; rates want to change little.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.training.data.accents import Accents
from models.training.data.grid import FIT_LIMIT, Grid
from realtime.types import FloatArray

PER_BEAT = 4
"""Knots of a snapped grid per beat."""
_OFFBEAT_ZONE = 0.13
"""An accent this near to the middle between two beats (in beats) belongs to the middle."""
_STIFFNESS = 1.2
_PENALTY, _ROUNDS = 1.0, 200
_FORGIVEN_S = 0.04
"""Accents that stay farther off than about this are let go: they are not on the grid at all."""


def snapped(grid: Grid, accents: Accents) -> FloatArray:
    """Return times of the dance of every quarter of a beat of `grid`: shape (PER_BEAT * (B - 1) + 1,)."""
    count = PER_BEAT * (len(grid.beat_s) - 1)
    quarters = np.arange(count + 1) / PER_BEAT
    straight_s = np.interp(quarters, np.arange(len(grid.beat_s)), grid.beat_s)
    inside = (accents.times_s > grid.beat_s[0]) & (accents.times_s < grid.beat_s[-1])
    times_s, strengths = accents.times_s[inside], accents.strengths[inside]
    if not len(times_s):
        return straight_s
    places = np.interp(times_s, grid.beat_s, np.arange(len(grid.beat_s)))
    knots = np.round(_subdivision(places) * PER_BEAT).astype(int)
    step_s = grid.period_s / PER_BEAT
    weights = strengths.copy()
    times = straight_s
    for _ in range(2):
        times = _solved(times_s, knots, weights, straight_s, step_s)
        missed_s = times[knots] - times_s
        weights = strengths / (1.0 + (missed_s / _FORGIVEN_S) ** 2)
    return times


def _subdivision(places: FloatArray) -> FloatArray:
    """Return the beat, or half of a beat, that each place (in beats) belongs to."""
    part = places - np.floor(places)
    return np.where(np.abs(part - 0.5) < _OFFBEAT_ZONE, np.floor(places) + 0.5, np.round(places))


def _solved(
    times_s: FloatArray,
    knots: NDArray[np.int_],
    weights: FloatArray,
    straight_s: FloatArray,
    step_s: float,
) -> FloatArray:
    """Return knot times; unknowns are the first time and each step's rate, in units of a step."""
    count = len(straight_s) - 1
    hits = np.zeros((len(times_s), count + 1))
    hits[:, 0] = 1.0
    for row, knot in enumerate(knots):
        hits[row, 1 : 1 + knot] = 1.0
    smooth = np.zeros((count - 1, count + 1))
    index = np.arange(count - 1)
    smooth[index, index + 1], smooth[index, index + 2] = -_STIFFNESS, _STIFFNESS
    level = np.zeros((count, count + 1))
    level[np.arange(count), np.arange(1, count + 1)] = 0.15
    rates = np.diff(straight_s) / step_s
    begin = straight_s[0] / step_s
    system = np.concatenate([hits * weights[:, None], smooth, level])
    wanted = np.concatenate([weights * times_s / step_s, np.zeros(count - 1), 0.15 * rates])
    low = np.concatenate([[begin - 1.0], np.full(count, 1.0 - FIT_LIMIT)])
    high = np.concatenate([[begin + 1.0], np.full(count, 1.0 + FIT_LIMIT)])
    solution = _least_squares_in_a_box(system, wanted, low, high)
    return step_s * np.cumsum(solution)


def _least_squares_in_a_box(system: FloatArray, wanted: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return x within `low` and `high` that brings `system @ x` near `wanted` (ADMM, Boyd et al. 2011, section 5)."""
    inverse = np.linalg.inv(system.T @ system + _PENALTY * np.eye(system.shape[1]))
    towards = system.T @ wanted
    boxed = np.clip(np.linalg.solve(system.T @ system + 1e-6 * np.eye(system.shape[1]), towards), low, high)
    dual = np.zeros_like(boxed)
    for _ in range(_ROUNDS):
        free = inverse @ (towards + _PENALTY * (boxed - dual))
        boxed = np.clip(free + dual, low, high)
        dual += free - boxed
    return boxed


def with_quarters(grid: Grid, accents: Accents) -> Grid:
    """Return the grid with its accents snapped: `quarter_s` filled in, and the beats among them."""
    quarter_s = snapped(grid, accents)
    return replace(grid, beat_s=quarter_s[::PER_BEAT], quarter_s=quarter_s)
