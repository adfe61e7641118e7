"""The music that a dance was not danced to: without it no beat score says anything.

Each control has the same number of beats a minute as the true music, so that only the phase can tell them apart.
"""

from collections.abc import Callable

import numpy as np

from models.training.metrics.beats import Times

SHIFTS = 7
"""Shifts by k / 8 of a beat, k = 1 to 7; their mean is what right tempo and wrong phase are worth."""


def other_song(beats_s: Times, other_beats_s: Times) -> Times:
    """Return another song's beats at this song's tempo, from this song's first beat to its last.

    The other song keeps its own phase: how far its first beat is from a whole number of its beats.
    """
    if len(beats_s) < 2 or len(other_beats_s) < 2:
        raise ValueError(f"two songs with at least two beats each are needed, got {len(beats_s)}, {len(other_beats_s)}")
    period_s = float(np.median(np.diff(beats_s)))
    other_period_s = float(np.median(np.diff(other_beats_s)))
    # Golden-section steps spread the phases of a few songs evenly; a song's own start time seeds them.
    phase = (float(other_beats_s[0]) / other_period_s + 0.618 * len(other_beats_s)) % 1.0
    scaled_s = (other_beats_s - other_beats_s[0]) * period_s / other_period_s
    laps = int(np.ceil((beats_s[-1] - beats_s[0]) / (scaled_s[-1] + period_s))) + 1
    line_s = np.concatenate([scaled_s + lap * (scaled_s[-1] + period_s) for lap in range(laps)])
    line_s = beats_s[0] + (phase - 1.0) * period_s + line_s
    return line_s[(line_s >= beats_s[0] - 0.5 * period_s) & (line_s <= beats_s[-1] + 0.5 * period_s)]


def shifted(beats_s: Times) -> list[Times]:
    """Return the beats moved by each of the `SHIFTS`."""
    period_s = float(np.median(np.diff(beats_s)))
    return [beats_s + period_s * step / (SHIFTS + 1) for step in range(1, SHIFTS + 1)]


def mean_over(score: Callable[[Times], float], grids: list[Times]) -> float:
    """Return the mean of a score over several grids of beats."""
    return float(np.mean([score(grid) for grid in grids]))
