"""A strictly causal streaming resampler: output sample n hears nothing after its own time.

Libraries centre their filters and work in long FFT blocks, so with them a sample depends on what sounds up to 14 ms
(at 44.1 kHz) or 137 ms (at 8 kHz) later, and in show time that is the future. This one is a plain polyphase windowed
sinc (Smith, "Digital Audio Resampling", section "Theory of Ideal Bandlimited Interpolation") whose filter lies
entirely in the past: its delay is half its length, 0.36 ms at 44.1 kHz. The output is the same, bit for bit, whatever
the size of the blocks.
"""

from math import ceil, gcd

import numpy as np
from numpy.typing import NDArray

_TAPS = 32
"""Filter length in samples of the lower of both rates."""
_KAISER_BETA = 8.0
_ROLLOFF = 0.92


class CausalResampler:
    """Turns a mono stream at one rate into a mono stream at another. One thread calls it."""

    def __init__(self, rate_in_hz: int, rate_out_hz: int) -> None:
        divisor = gcd(rate_in_hz, rate_out_hz)
        self._up = rate_out_hz // divisor
        self._down = rate_in_hz // divisor
        self._filters = _polyphase(self._up, self._down)
        self._taps = self._filters.shape[1]
        self._history = np.zeros(self._taps - 1, dtype=np.float32)
        self._history_start = -(self._taps - 1)
        self._next_out = 0

    def step(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return every output sample whose time these inputs reach: (n,) -> (m,)."""
        data = np.concatenate([self._history, samples.astype(np.float32, copy=False)])
        inputs_end = self._history_start + len(data)
        # Output n hears the inputs up to index floor(n * down / up).
        outputs_end = -(-inputs_end * self._up // self._down)
        numbers = np.arange(self._next_out, max(outputs_end, self._next_out), dtype=np.int64)
        newest = numbers * self._down // self._up
        phases = numbers * self._down % self._up
        starts = newest - (self._taps - 1) - self._history_start
        windows = np.lib.stride_tricks.sliding_window_view(data, self._taps)[starts] if len(numbers) else data[:0, None]
        out = np.add.reduce(windows * self._filters[phases], axis=1)
        self._next_out += len(numbers)
        kept_from = self._next_out * self._down // self._up - (self._taps - 1) - self._history_start
        kept_from = min(max(kept_from, 0), len(data))
        self._history = data[kept_from:].copy()
        self._history_start += kept_from
        return out


def _polyphase(up: int, down: int) -> NDArray[np.float32]:
    """Return the filter of each phase, oldest input first: shape (up, taps), each of unit gain."""
    ratio = min(1.0, up / down)
    taps = ceil(_TAPS / ratio)
    phase = np.arange(up)[:, None] / up
    # Input k of a window lies this many input samples before the output's time.
    age = np.arange(taps - 1, -1, -1)[None, :] + phase
    position = age - taps / 2.0
    window = np.kaiser(2 * 4096 + 1, _KAISER_BETA)
    shape = np.interp(position / (taps / 2.0), np.linspace(-1.0, 1.0, len(window)), window, left=0.0, right=0.0)
    filters = np.sinc(position * ratio * _ROLLOFF) * shape
    return (filters / np.sum(filters, axis=1, keepdims=True)).astype(np.float32)
