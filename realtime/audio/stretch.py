"""Plays music slower or faster at its own pitch: WSOLA.

Windows of the music are laid over each other closer or further apart than they were taken; each is taken, within a
few milliseconds, from where it best continues the one before (Verhelst and Roelands, "An overlap-add technique based on
waveform similarity (WSOLA)", ICASSP 1993). Good between half and one and a half times the speed, which is what
rehearsing needs; a drum's attack is smeared over less than a window, so the windows are short.
"""

import numpy as np
from numpy.typing import NDArray

_HOP_S = 0.012
_SEARCH_S = 0.010
_QUIET = 1e-6


class Stretch:
    """A stream of frames in, the same music at another speed out. Keeps what it needs of the past; one thread."""

    def __init__(self, rate_hz: int, channels: int, speed: float) -> None:
        """Play at `speed`, 0.25 to 4."""
        self._hop = round(_HOP_S * rate_hz)
        self._search = round(_SEARCH_S * rate_hz)
        self._speed = speed
        self._input = np.zeros((0, channels), dtype=np.float32)
        self._input_start = 0
        self._windows = 0
        self._taken_at = 0
        rising = np.sin(0.5 * np.pi * (np.arange(self._hop) + 0.5) / self._hop) ** 2
        self._rising = rising.astype(np.float32)[:, None]
        self._falling = (1.0 - rising).astype(np.float32)[:, None]
        self._tail = np.zeros((self._hop, channels), dtype=np.float32)

    def step(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what is ready after more frames: (n, channels) -> (m, channels), m about n / speed in the long run."""
        self._input = np.concatenate([self._input, frames])
        ready: list[NDArray[np.float32]] = []
        while (window := self._next_window()) is not None:
            ready.append(self._lay(window))
        self._forget()
        return np.concatenate(ready) if ready else frames[:0]

    def _next_window(self) -> NDArray[np.float32] | None:
        """Return two hops of the input for the next place in the output; None when they are not there yet."""
        wanted = round(self._windows * self._hop * self._speed)
        last = self._input_start + len(self._input)
        goes_on = self._taken_at + self._hop
        if max(wanted + self._search + 2 * self._hop, goes_on + self._hop) > last:
            return None
        at = wanted if self._windows == 0 else self._best(wanted, goes_on)
        self._taken_at = at
        return self._cut(at, 2 * self._hop)

    def _best(self, wanted: int, goes_on: int) -> int:
        """Return where, near `wanted`, the music looks most like what comes after the last window."""
        first = max(wanted - self._search, self._input_start)
        around = self._cut(first, wanted + self._search + self._hop - first).mean(axis=1)
        model = self._cut(goes_on, self._hop).mean(axis=1)
        size = 1 << (len(around) + len(model)).bit_length()
        spectrum = np.fft.rfft(around, size) * np.conj(np.fft.rfft(model, size))
        places = len(around) - len(model) + 1
        alike = np.fft.irfft(spectrum, size)[:places]
        energy = np.concatenate([[0.0], np.cumsum(around.astype(np.float64) ** 2)])
        loudness = np.sqrt(np.maximum(energy[len(model) :] - energy[: -len(model)], 0.0)) + _QUIET
        return first + int(np.argmax(alike / loudness))

    def _lay(self, window: NDArray[np.float32]) -> NDArray[np.float32]:
        """Lay a window over the tail of the last one; return the hop that is finished."""
        head = window[: self._hop]
        finished = head.copy() if self._windows == 0 else np.add(self._tail, self._rising * head, dtype=np.float32)
        self._tail = self._falling * window[self._hop :]
        self._windows += 1
        return finished

    def _cut(self, at: int, count: int) -> NDArray[np.float32]:
        return self._input[at - self._input_start :][:count]

    def _forget(self) -> None:
        wanted = round(self._windows * self._hop * self._speed) - self._search
        first = max(min(wanted, self._taken_at + self._hop), self._input_start)
        self._input = self._input[first - self._input_start :]
        self._input_start = first
