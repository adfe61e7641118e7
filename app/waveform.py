"""The shape of a track's sound, at every zoom: the loudest and the softest sample of each stretch, worked out once."""

from pathlib import Path
from threading import Thread

import numpy as np
from numpy.typing import NDArray

from realtime.audio.av_track import open_track
from realtime.audio.track import Track
from realtime.errors import AudioFileError

PEAKS_HZ = 200
"""Stretches a second of the finest level: five milliseconds, a pixel of a few seconds."""
_COARSER = 8
_BLOCK_S = 2.0


class Waveform:
    """Peaks of a track: shape (n, 2), lowest and highest, on levels that are each eight times coarser.

    One thread adds, any thread reads.
    """

    def __init__(self, duration_s: float) -> None:
        self.duration_s = duration_s
        self._finest: NDArray[np.float32] = np.zeros((0, 2), dtype=np.float32)
        self.levels: tuple[NDArray[np.float32], ...] = (self._finest,)

    @property
    def known_s(self) -> float:
        """How much of the track it knows."""
        return len(self.levels[0]) / PEAKS_HZ

    def add(self, peaks: NDArray[np.float32]) -> None:
        """Know some more: shape (n, 2)."""
        self._finest = np.concatenate([self._finest, peaks])
        levels = [self._finest]
        while len(levels[-1]) >= 16 * _COARSER:
            whole = len(levels[-1]) // _COARSER * _COARSER
            parts = levels[-1][:whole].reshape(-1, _COARSER, 2)
            levels.append(np.stack([parts[..., 0].min(axis=1), parts[..., 1].max(axis=1)], axis=-1))
        self.levels = tuple(levels)

    def between(self, from_s: float, to_s: float, points: int) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """Return times (n,) and peaks (n, 2) of a stretch, from the level that has about `points` of them or more."""
        wanted = max(to_s - from_s, 1e-6)
        rate_hz, peaks = float(PEAKS_HZ), self.levels[0]
        for number, level in enumerate(self.levels):
            level_hz = PEAKS_HZ / _COARSER**number
            if wanted * level_hz >= points or number == 0:
                rate_hz, peaks = level_hz, level
        first = max(int(from_s * rate_hz) - 1, 0)
        part = peaks[first : int(to_s * rate_hz) + 2]
        return (first + 0.5 + np.arange(len(part), dtype=np.float64)) / np.float64(rate_hz), part


def peaks_of(frames: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """Return the peaks of some frames, shape (f, channels), as many as they fill: shape (n, 2)."""
    each = rate_hz // PEAKS_HZ
    whole = len(frames) // each * each
    parts = frames[:whole].reshape(-1, each * frames.shape[1])
    return np.stack([parts.min(axis=1), parts.max(axis=1)], axis=-1)


class WaveformReader:
    """Reads a track's waveform in a thread of its own, so that no window waits for a decoder."""

    def __init__(self, path: Path, duration_s: float) -> None:
        self.waveform = Waveform(duration_s)
        self._path = path
        self._stopped = False
        Thread(target=self._read, name="waveform", daemon=True).start()

    def stop(self) -> None:
        """Read no further."""
        self._stopped = True

    def _read(self) -> None:
        try:
            self._read_all(open_track(self._path))
        except AudioFileError:
            return  # The show says what is wrong with its track; here the picture ends.

    def _read_all(self, track: Track) -> None:
        # Whole stretches in every block: none of them straddles two.
        each = track.sample_rate_hz // PEAKS_HZ
        for block in track.blocks(each * round(_BLOCK_S * PEAKS_HZ)):
            if self._stopped:
                return
            self.waveform.add(np.clip(np.nan_to_num(peaks_of(block, track.sample_rate_hz)), -1.0, 1.0))
