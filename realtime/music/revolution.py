"""The music features of Dance Revolution, heard causally: 438 numbers, 30 times a second.

Huang et al., "Dance Revolution" (ICLR 2021), describe a song by MFCC, their differences, constant-Q chroma, onset
strength, beats and a tempogram. Their extractor sees the whole song; this one sees only what has sounded, and says in
`models.dance_revolution.features` how far the two are apart. What had to change:

- decibels are relative to the loudest so far (sinking slowly), not to the loudest of the song;
- there is no separation of harmonic and percussive sound: it needs half a second of future;
- windows end now instead of being centred on now, so the spectrum speaks of 67 ms ago and low notes of 250 ms ago;
- the tempogram's window weighs the newest most, and its onsets are those of the last 12.8 s;
- beats are those of the show's own clock, which needs no future because it extrapolates.

Time base: frame k is what is known (k + 1) / 30 s after the first sample, wherever the hops end.
"""

import numpy as np
from numpy.typing import NDArray

from realtime.music.revolution_bands import (
    LOW_RATE_HZ,
    SPECTRUM_BINS,
    WINDOW_SAMPLES,
    chroma_kernels,
    decimating_filter,
    discrete_cosines,
    slaney_filterbank,
)
from realtime.types import SAMPLE_RATE_HZ, BeatState

FRAMES_PER_S = 30
FRAME_SAMPLES = SAMPLE_RATE_HZ // FRAMES_PER_S
TEMPOGRAM_FRAMES = 384
MFCC, DELTA, CHROMA = slice(0, 20), slice(20, 40), slice(40, 52)
ONSET, BEAT, TEMPOGRAM = slice(52, 53), slice(53, 54), slice(54, 438)
N_FEATURES = 438

_ONSET_SAMPLES = WINDOW_SAMPLES // 2
_LOW_SAMPLES = LOW_RATE_HZ // 2
_RANGE_DB = 80.0
_FORGET_DB = 0.2 / FRAMES_PER_S
"""How fast the loudest so far sinks, per frame."""
_QUIETEST_DB = -60.0
"""The loudest so far never sinks below this: hiss in silence is not music."""
_FLOOR = np.float32(1e-10)


class RevolutionFeatures:
    """Hears hops; returns 438 features when a thirtieth of a second has ended. One thread calls it."""

    def __init__(self) -> None:
        self._sound = np.zeros(WINDOW_SAMPLES, np.float32)
        self._low = np.zeros(_LOW_SAMPLES, np.float32)
        self._pending = np.zeros(0, np.float32)
        self._loudest_db = _QUIETEST_DB
        self._mfcc = np.zeros((2, 20), np.float32)
        self._attack_db: NDArray[np.float32] | None = None
        self._onsets = np.zeros(TEMPOGRAM_FRAMES, np.float32)
        self._frames = 0

    def step(self, hop: NDArray[np.float32], beat: BeatState) -> NDArray[np.float32] | None:
        """Hear a hop; return the features, shape (438,), if a frame ended in it, else None.

        Args:
            hop: shape (n,), n at most FRAME_SAMPLES, float32 mono at SAMPLE_RATE_HZ.
            beat: the clock that holds at the end of the hop.
        """
        pending = np.concatenate([self._pending, hop])
        if len(pending) < FRAME_SAMPLES:
            self._pending = pending
            return None
        frame, self._pending = pending[:FRAME_SAMPLES], pending[FRAME_SAMPLES:]
        self._frames += 1
        # Copies that grow at one end and shrink at the other: 12 us, and a window is always one piece.
        self._sound = np.concatenate([self._sound, frame])[-(WINDOW_SAMPLES + _TAPS) :]
        self._low = np.concatenate([self._low, self._decimated()])[-_LOW_SAMPLES:]
        features = np.empty(N_FEATURES, np.float32)
        spectrum = _power(self._sound[-WINDOW_SAMPLES:], _WINDOW)
        mel_db = self._in_range(np.float32(10.0) * np.log10(np.maximum(_MEL @ spectrum, _FLOOR)))
        mfcc = _COSINES @ (mel_db - self._loudest_db)
        features[MFCC] = mfcc
        features[DELTA] = 0.5 * (mfcc - self._mfcc[0])
        self._mfcc = np.stack([self._mfcc[1], mfcc])
        features[CHROMA] = self._chroma(spectrum)
        onset = self._onset()
        self._onsets = np.append(self._onsets[1:], np.float32(onset))
        features[ONSET] = onset
        features[BEAT] = self._beat(beat)
        features[TEMPOGRAM] = self._tempogram()
        return features

    @property
    def time_s(self) -> float:
        """Show time of the newest frame."""
        return self._frames / FRAMES_PER_S

    def _in_range(self, decibels: NDArray[np.float32]) -> NDArray[np.float32]:
        self._loudest_db = max(self._loudest_db - _FORGET_DB, float(decibels.max()), _QUIETEST_DB)
        return np.maximum(decibels, np.float32(self._loudest_db - _RANGE_DB))

    def _decimated(self) -> NDArray[np.float32]:
        """Return the newest frame at LOW_RATE_HZ."""
        runs = np.lib.stride_tricks.sliding_window_view(self._sound[-(FRAME_SAMPLES + _TAPS) :], _TAPS)
        return runs[_DECIMATION::_DECIMATION] @ _LOW_PASS

    def _chroma(self, spectrum: NDArray[np.float32]) -> NDArray[np.float32]:
        low = _power(self._low, _LOW_WINDOW) * _LOW_SCALE
        chroma = _CHROMA_LOW @ np.sqrt(low[: _CHROMA_LOW.shape[1]]) + _CHROMA_HIGH @ np.sqrt(spectrum)
        most = float(chroma.max())
        return chroma / np.float32(most) if most > 1e-6 else np.zeros(12, np.float32)

    def _onset(self) -> float:
        """Return the middle mel band's rise in decibels since the last frame."""
        attack = _MEL_SHORT @ _power(self._sound[-_ONSET_SAMPLES:], _ONSET_WINDOW)
        attack_db = np.maximum(10.0 * np.log10(np.maximum(attack, _FLOOR)), np.float32(self._loudest_db - _RANGE_DB))
        previous_db, self._attack_db = self._attack_db, attack_db
        return 0.0 if previous_db is None else float(np.median(np.maximum(attack_db - previous_db, 0.0)))

    def _beat(self, beat: BeatState) -> float:
        """Return 1 when a beat of the clock fell into this frame."""
        end_s = self.time_s
        return float(np.floor(beat.beat_at(end_s)) > np.floor(beat.beat_at(end_s - 1.0 / FRAMES_PER_S)))

    def _tempogram(self) -> NDArray[np.float32]:
        """Return the autocorrelation of the weighted onsets, the largest 1: lags of 0 to 383 frames."""
        spectrum = np.fft.rfft(self._onsets * _TEMPO_WINDOW, 2 * TEMPOGRAM_FRAMES)
        power = spectrum.real**2 + spectrum.imag**2
        correlation = np.fft.irfft(power)[:TEMPOGRAM_FRAMES].astype(np.float32, copy=False)
        most = float(np.abs(correlation).max())
        return correlation / np.float32(most) if most > 1e-6 else np.zeros(TEMPOGRAM_FRAMES, np.float32)


def _power(sound: NDArray[np.float32], window: NDArray[np.float32]) -> NDArray[np.float32]:
    spectrum = np.fft.rfft(sound * window)[:SPECTRUM_BINS]
    return (spectrum.real**2 + spectrum.imag**2).astype(np.float32, copy=False)


def _hann(samples: int) -> NDArray[np.float32]:
    """Return a periodic Hann window with the sum that one of 2048 samples has."""
    return (np.hanning(samples + 1)[:-1] * 2048.0 / samples).astype(np.float32)


_TAPS, _DECIMATION = 96, SAMPLE_RATE_HZ // LOW_RATE_HZ
_WINDOW, _ONSET_WINDOW, _LOW_WINDOW = _hann(WINDOW_SAMPLES), _hann(_ONSET_SAMPLES), _hann(_LOW_SAMPLES)
_LOW_SCALE = np.float32(1.0)
_LOW_PASS = decimating_filter(_TAPS)
_MEL = slaney_filterbank(SAMPLE_RATE_HZ / WINDOW_SAMPLES, SPECTRUM_BINS)
_MEL_SHORT = slaney_filterbank(SAMPLE_RATE_HZ / _ONSET_SAMPLES, SPECTRUM_BINS)
_COSINES = discrete_cosines()
_CHROMA_LOW, _CHROMA_HIGH = chroma_kernels()
_TEMPO_WINDOW = np.hanning(2 * TEMPOGRAM_FRAMES + 1)[1 : TEMPOGRAM_FRAMES + 1].astype(np.float32)
