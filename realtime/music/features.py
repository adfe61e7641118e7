"""What the music does, hop by hop: loudness, bands, onsets, energy, mel spectrum.

Everything is causal and depends only on the hops themselves, so training, rehearsal and the live show compute the same
numbers. One hop is HOP_SAMPLES at SAMPLE_RATE_HZ; the analysis window is the last 2048 samples (43 ms).
"""

from math import log10

import numpy as np
from numpy.typing import NDArray

from realtime.types import HOP_S, N_MEL, SAMPLE_RATE_HZ, FloatArray, MusicFeatures

WINDOW_SAMPLES = 2048
FLOOR_DB = -120.0

_LOW_HZ, _HIGH_HZ = 150.0, 2000.0
_RANGE_DB = 36.0
"""A band this far below its recent maximum reads 0."""
_FORGET_DB_PER_S = 1.5
"""How fast the recent maximum of a band sinks."""
_QUIETEST_MAXIMUM_DB = -50.0
_LOW_MELS = 10
"""Mel bands that a kick, a tom or a bass moves: up to 700 Hz."""


class FeatureExtractor:
    """Turns hops into `MusicFeatures`. Keeps the last window and slow averages; one thread calls it."""

    def __init__(self) -> None:
        self._window = np.zeros(WINDOW_SAMPLES, dtype=np.float32)
        self._previous_mel = np.full(N_MEL, -6.0, dtype=np.float32)
        self._maximum_db = np.full(3, -30.0)
        self._flux_mean = 0.05
        self._mean_square = 0.0
        self._loudness = 0.0
        self._punch = 0.0
        self._most_punch = 0.1
        self._reference_db = -30.0
        self._gate = LoudnessGate()

    def step(self, hop: NDArray[np.float32]) -> MusicFeatures:
        """Return the features at the end of `hop`: shape (HOP_SAMPLES,), float32 mono."""
        self._window = np.concatenate([self._window[len(hop) :], hop])
        spectrum = np.fft.rfft(self._window * _HANN)
        power = spectrum.real**2 + spectrum.imag**2
        log_mel = np.log10(_MEL @ power + np.float32(1e-6))
        mean_square = float(np.dot(hop, hop)) / len(hop)
        level_db = _decibels(mean_square)
        silent = self._gate.step(level_db)
        rise = np.maximum(log_mel - self._previous_mel, 0.0)
        self._previous_mel = log_mel
        energy = self._energy(mean_square, rise, silent=silent)
        onset = self._onset(rise, silent=silent)
        low, mid, high = self._bands(power)
        return MusicFeatures(
            level_db=level_db,
            peak=float(max(hop.max(), -hop.min())),
            low=low,
            mid=mid,
            high=high,
            onset=onset,
            energy=energy,
            silent=silent,
            log_mel=log_mel,
        )

    def _bands(self, power: FloatArray) -> tuple[float, float, float]:
        bands_db = 10.0 * np.log10(np.add.reduceat(power, _BAND_EDGES) / _POWER_SCALE + 1e-12)
        sunk_db = np.maximum(self._maximum_db - _FORGET_DB_PER_S * HOP_S, _QUIETEST_MAXIMUM_DB)
        self._maximum_db = np.maximum(sunk_db, bands_db)
        low, mid, high = (1.0 + (bands_db - self._maximum_db) / _RANGE_DB).tolist()
        return max(low, 0.0), max(mid, 0.0), max(high, 0.0)

    def _onset(self, rise: NDArray[np.float32], *, silent: bool) -> float:
        """Half-wave rectified log-spectral flux against its running mean."""
        flux = float(np.add.reduce(rise)) / N_MEL
        if silent:
            return 0.0
        ratio = flux / (4.0 * self._flux_mean + 0.02)
        self._flux_mean += 0.01 * (flux - self._flux_mean)
        return min(ratio, 1.0)

    def _energy(self, mean_square: float, rise: NDArray[np.float32], *, silent: bool) -> float:
        """Half slow loudness, half how hard the drums hit, each against the most of the last minutes."""
        self._mean_square += (HOP_S / 0.4) * (mean_square - self._mean_square)
        level_db = _decibels(self._mean_square)
        self._reference_db = max(self._reference_db - 0.1 * HOP_S, level_db, -45.0)
        loudness = 0.0 if silent else max(1.0 + (level_db - self._reference_db) / 20.0, 0.0)
        self._loudness += (HOP_S / 0.4) * (loudness - self._loudness)
        punch = 0.0 if silent else float(np.add.reduce(rise[:_LOW_MELS])) / _LOW_MELS
        self._punch += (HOP_S / 1.5) * (punch - self._punch)
        self._most_punch = max(self._most_punch * (1.0 - HOP_S / 120.0), self._punch, 0.02)
        both = 0.5 * self._loudness + 0.5 * self._punch / self._most_punch
        # A breakdown still reads 0.6 here and a full groove 0.9: stretch what music really uses.
        return min(max((both - 0.45) / 0.52, 0.0), 1.0)


class LoudnessGate:
    """Tells silence from music, with hysteresis: opens above -48 dB, closes after half a second below -58 dB."""

    def __init__(self, *, open_db: float = -48.0, close_db: float = -58.0, hold_s: float = 0.5) -> None:
        self._open_db = open_db
        self._close_db = close_db
        self._hold_s = hold_s
        self._quiet_s = hold_s

    def step(self, level_db: float) -> bool:
        """Return whether it is silent after one more hop of this level."""
        if level_db > self._open_db or (level_db > self._close_db and self._quiet_s < self._hold_s):
            self._quiet_s = 0.0
        else:
            self._quiet_s = min(self._quiet_s + HOP_S, self._hold_s)
        # Summed hops never hit the hold exactly.
        return self._quiet_s > self._hold_s - 0.5 * HOP_S


def _decibels(mean_square: float) -> float:
    return max(10.0 * log10(mean_square + 1e-12), FLOOR_DB)


def mel_filterbank(*, bands: int = N_MEL, low_hz: float = 40.0, high_hz: float = 16_000.0) -> FloatArray:
    """Return triangular filters on the mel scale (O'Shaughnessy 1987), each of unit area: (bands, bins)."""
    edges_mel = np.linspace(_mel(low_hz), _mel(high_hz), bands + 2)
    edges_hz = 700.0 * (10.0 ** (edges_mel / 2595.0) - 1.0)
    bins_hz = np.fft.rfftfreq(WINDOW_SAMPLES, 1.0 / SAMPLE_RATE_HZ)
    left, centre, right = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    rising = (bins_hz - left) / (centre - left)
    falling = (right - bins_hz) / (right - centre)
    filters = np.maximum(np.minimum(rising, falling), 0.0)
    # The lowest triangles are narrower than a bin: give each at least its nearest one.
    nearest = np.argmin(np.abs(bins_hz - centre), axis=1)
    filters[np.arange(bands), nearest] = np.maximum(filters[np.arange(bands), nearest], 0.5)
    return filters / np.sum(filters, axis=1, keepdims=True)


def _mel(frequency_hz: float) -> float:
    return 2595.0 * log10(1.0 + frequency_hz / 700.0)


_HANN = np.hanning(WINDOW_SAMPLES + 1)[:-1].astype(np.float32)
_POWER_SCALE = float(np.sum(_HANN)) ** 2 / 2.0
"""Power of a full-scale sine's bin."""
_MEL = mel_filterbank().astype(np.float32)
_BAND_EDGES = np.searchsorted(np.fft.rfftfreq(WINDOW_SAMPLES, 1.0 / SAMPLE_RATE_HZ), [0.0, _LOW_HZ, _HIGH_HZ])
