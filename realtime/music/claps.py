"""Hears claps: when the last sharp sound began, to a millisecond, in a room that is otherwise quiet.

Only for measuring how late this show hears; music is full of attacks that are no claps.
"""

import numpy as np

from realtime.types import AudioBlock

_STEP_S = 0.001
_LEAST_PEAK = 0.03
"""-30 dB: quieter than any clap that is meant."""
_RISE = 6.0
"""A clap is so many times louder than the quarter of a second before it."""
_FLOOR_S = 0.25
_APART_S = 0.18
"""Nobody claps faster; what follows sooner is the room's answer."""


class ClapEar:
    """One thread hears, any thread reads `last_s`.

    Attributes:
        last_s: show time at which the last clap began; 0 before the first.
    """

    def __init__(self) -> None:
        self.last_s = 0.0
        self._floor = 0.0

    def hear(self, block: AudioBlock) -> None:
        """Hear a block: samples (n,)."""
        step = max(round(_STEP_S * block.sample_rate_hz), 1)
        loud = np.abs(np.nan_to_num(block.samples))
        if not len(loud):
            return
        starts = np.arange(0, len(loud), step)
        peaks = np.maximum.reduceat(loud, starts)
        for start, peak in zip(starts.tolist(), peaks.tolist(), strict=True):
            self._step(peak, (block.start_sample + start) / block.sample_rate_hz)

    def _step(self, peak: float, at_s: float) -> None:
        if peak > max(_LEAST_PEAK, _RISE * self._floor) and at_s - self.last_s > _APART_S:
            self.last_s = at_s
        share = _STEP_S / _FLOOR_S
        self._floor += share * (peak - self._floor)
