"""The fixed matrices of `revolution.py`: mel filters, cosines, chroma kernels, a low-pass.

The paper analyses 15,360 Hz with windows of 2048 samples: 133 ms and bins of 7.5 Hz. At our 48 kHz a window of 6400
samples has the same length and the same bins, so nothing is resampled.
"""

import numpy as np
from numpy.typing import NDArray

from realtime.types import SAMPLE_RATE_HZ, FloatArray

WINDOW_SAMPLES = 6400
SPECTRUM_BINS = 1025
"""Bins of the spectrum that are used: up to 7680 Hz, as the paper's rate allows."""
LOW_RATE_HZ = 3000
"""Low notes are told apart by half a second of sound at this rate."""
MEL_BANDS = 128
_HIGHEST_HZ = 7680.0
_LOWEST_NOTE_HZ = 32.703
"""C1, the lowest note of the chroma; it spans 7 octaves."""
_SPLIT_HZ = 500.0
"""Notes below this are measured on the low band."""


def slaney_filterbank(bin_hz: float, bins: int) -> NDArray[np.float32]:
    """Return 128 triangular filters of equal area on Slaney's mel scale, shape (128, bins).

    Slaney, "Auditory Toolbox" (1998): linear below 1 kHz, logarithmic above.
    """
    edges_hz = _hz_of_mel(np.linspace(0.0, _mel_of_hz(_HIGHEST_HZ), MEL_BANDS + 2))
    bins_hz = np.arange(bins) * bin_hz
    left, centre, right = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    filters = np.maximum(np.minimum((bins_hz - left) / (centre - left), (right - bins_hz) / (right - centre)), 0.0)
    return (filters * 2.0 / (right - left)).astype(np.float32)


def discrete_cosines(count: int = 20) -> NDArray[np.float32]:
    """Return the first rows of the orthonormal cosine transform (DCT-II) of 128 bands: (count, 128)."""
    bands = np.arange(MEL_BANDS) + 0.5
    cosines = np.cos(np.pi / MEL_BANDS * np.arange(count)[:, None] * bands) * np.sqrt(2.0 / MEL_BANDS)
    cosines[0] /= np.sqrt(2.0)
    return cosines.astype(np.float32)


def chroma_kernels() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what each pitch class takes of the magnitudes of the low band and of the spectrum.

    Returns:
        low: shape (12, bins of the low band up to an octave above the split).
        high: shape (12, SPECTRUM_BINS).
    """
    low_bin_hz = LOW_RATE_HZ / (LOW_RATE_HZ // 2)
    low_hz = np.arange(round(2 * _SPLIT_HZ / low_bin_hz)) * low_bin_hz
    high_hz = np.arange(SPECTRUM_BINS) * SAMPLE_RATE_HZ / WINDOW_SAMPLES
    low, high = np.zeros((12, len(low_hz))), np.zeros((12, len(high_hz)))
    for semitone in range(84):
        note_hz = _LOWEST_NOTE_HZ * 2.0 ** (semitone / 12)
        kernel, bins_hz = (low, low_hz) if note_hz < _SPLIT_HZ else (high, high_hz)
        kernel[semitone % 12] += _note(note_hz, bins_hz)
    return low.astype(np.float32), high.astype(np.float32)


def _note(note_hz: float, bins_hz: FloatArray) -> FloatArray:
    """Return a bell of half a semitone around a note, never narrower than a bin; low notes weigh as in a CQT."""
    width_hz = max(note_hz * (2.0 ** (1 / 24) - 1.0), bins_hz[1])
    bell = np.exp(-0.5 * ((bins_hz - note_hz) / (0.6 * width_hz)) ** 2)
    return bell / bell.sum() / np.sqrt(note_hz)


def decimating_filter(taps: int) -> NDArray[np.float32]:
    """Return a windowed-sinc low-pass for SAMPLE_RATE_HZ -> LOW_RATE_HZ that is flat up to 1 kHz."""
    at = np.arange(taps) - (taps - 1) / 2
    cutoff = 0.45 * LOW_RATE_HZ / SAMPLE_RATE_HZ
    kernel = np.sinc(2 * cutoff * at) * np.hamming(taps)
    return (kernel / kernel.sum()).astype(np.float32)


def _mel_of_hz(hz: float) -> float:
    return hz * 3.0 / 200.0 if hz < 1000.0 else 15.0 + 27.0 * float(np.log(hz / 1000.0)) / float(np.log(6.4))


def _hz_of_mel(mel: FloatArray) -> FloatArray:
    return np.where(mel < 15.0, mel * 200.0 / 3.0, 1000.0 * np.exp((mel - 15.0) * np.log(6.4) / 27.0))
