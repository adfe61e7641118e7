"""Between the time of a dance and the time of the music that it is put to: a smooth bend within +-12 %."""

from dataclasses import dataclass

import numpy as np

from models.training.data.grid import FIT_LIMIT, WARP_LIMIT, Grid
from models.training.data.snapping import PER_BEAT
from realtime.types import FloatArray

FASTEST_CHANGE = (1.0 + WARP_LIMIT) / (1.0 + FIT_LIMIT)
"""How much faster (or slower) than danced the whole may be without any moment leaving WARP_LIMIT."""
_STEP_S = 0.01


@dataclass(frozen=True)
class Warp:
    """A rising curve: music time to dance time.

    Attributes:
        music_s: shape (N,), evenly spaced, ascending.
        dance_s: shape (N,), ascending.
    """

    music_s: FloatArray
    dance_s: FloatArray

    def to_dance(self, music_s: FloatArray) -> FloatArray:
        """Return the time of the dance at times of the music."""
        return np.interp(music_s, self.music_s, self.dance_s)

    def to_music(self, dance_s: FloatArray) -> FloatArray:
        """Return the time of the music at times of the dance."""
        return np.interp(dance_s, self.dance_s, self.music_s)

    @property
    def rates(self) -> FloatArray:
        """Dance seconds per music second: shape (N - 1,)."""
        return np.diff(self.dance_s) / np.diff(self.music_s)


def warp_to(grid: Grid, period_s: float) -> Warp:
    """Return the warp that brings the beats of a dance to a constant tempo; beat 0 of the grid is at music time 0.

    A piecewise straight line through the quarters of beats, blurred over one of them: blurring averages slopes, so
    that none leaves the limits that the pieces keep.

    Args:
        grid: beats of the dance.
        period_s: beat of the music.
    """
    knots_s = np.arange(len(grid.quarter_s)) * period_s / PER_BEAT
    reach = max(round(0.125 * period_s / _STEP_S), 1)
    music_s = np.arange(-reach, int(np.ceil(knots_s[-1] / _STEP_S)) + reach + 1) * _STEP_S
    index = np.clip(np.searchsorted(knots_s, music_s, side="right") - 1, 0, len(knots_s) - 2)
    slope = np.diff(grid.quarter_s)[index] / np.diff(knots_s)[index]
    dance_s = grid.quarter_s[index] + (music_s - knots_s[index]) * slope
    kernel = np.hanning(2 * reach + 3)[1:-1]
    blurred_s: FloatArray = np.convolve(dance_s, kernel / kernel.sum(), mode="valid").astype(np.float64)
    return Warp(music_s[reach:-reach], blurred_s)
