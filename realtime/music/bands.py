"""What the beat network sees of a hop: log magnitudes in bands, against the recent loudest."""

import numpy as np
from numpy.typing import NDArray

from realtime.types import HOP_S, SAMPLE_RATE_HZ, FloatArray

N_BANDS = 36
BANDS_WINDOW_SAMPLES = 2048
_LOW_HZ, _HIGH_HZ = 40.0, 15_000.0
_DECADES = 3.0
"""Decades of magnitude that are told apart, down from the recent loudest: 60 dB."""
_FORGET_DB_PER_S = 1.0
_QUIETEST = 3e-4
"""The recent loudest never sinks below this, so that hiss in silence stays small."""


class RelativeBands:
    """Turns band magnitudes into numbers that do not depend on the input's gain, apart from hiss in silence."""

    def __init__(self) -> None:
        self._loudest = _QUIETEST

    def step(self, magnitudes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return shape (N_BANDS,), 0 (60 dB below the recent loudest) to 1."""
        self._loudest = max(self._loudest * _FORGET, float(magnitudes.max()), _QUIETEST)
        relative = magnitudes / np.float32(self._loudest) + np.float32(10.0**-_DECADES)
        return (np.log10(relative) / _DECADES + 1.0).astype(np.float32)


def triangles() -> NDArray[np.float32]:
    """Return triangular filters, shape (N_BANDS, BANDS_WINDOW_SAMPLES / 2 + 1), each of unit area.

    They are evenly spaced in log frequency, but never narrower than a bin of the spectrum.
    """
    bin_hz = SAMPLE_RATE_HZ / BANDS_WINDOW_SAMPLES
    edges_hz: FloatArray = np.geomspace(_LOW_HZ, _HIGH_HZ, N_BANDS + 2)
    for index in range(1, len(edges_hz)):
        edges_hz[index] = max(edges_hz[index], edges_hz[index - 1] + bin_hz)
    bins_hz = np.arange(BANDS_WINDOW_SAMPLES // 2 + 1) * bin_hz
    left, centre, right = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    filters = np.maximum(np.minimum((bins_hz - left) / (centre - left), (right - bins_hz) / (right - centre)), 0.0)
    return (filters / filters.sum(axis=1, keepdims=True)).astype(np.float32)


_FORGET = 10.0 ** (-_FORGET_DB_PER_S * HOP_S / 20.0)
