"""Tracks: music with a beginning and an end, read block by block, never whole (a DJ set is hours long)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile
from numpy.typing import NDArray

from realtime.audio.resample import CausalResampler
from realtime.errors import AudioFileError
from realtime.types import SAMPLE_RATE_HZ, AudioBlock


class Track(Protocol):
    """Music with an end."""

    @property
    def title(self) -> str:
        """Return what to call it on the screen."""
        ...

    @property
    def sample_rate_hz(self) -> int:
        """Return samples per second of its blocks."""
        ...

    @property
    def channels(self) -> int:
        """Return how many channels its blocks have."""
        ...

    @property
    def duration_s(self) -> float:
        """Return its length."""
        ...

    def blocks(self, block_frames: int, start_frame: int = 0) -> Iterator[NDArray[np.float32]]:
        """Yield it from a frame on: each shape (n, channels), n = `block_frames` but for the last."""
        ...


class FileTrack:
    """A track from a file: wav, flac, ogg, mp3 and whatever else libsndfile reads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with soundfile.SoundFile(path) as file:
                self._frames, self._rate, self._channels = file.frames, file.samplerate, file.channels
        except (soundfile.LibsndfileError, OSError, TypeError) as error:
            raise AudioFileError(self._why_not(error)) from error
        if self._frames <= 0 or not 1_000 <= self._rate <= 768_000:
            raise AudioFileError(
                f"{path}: expected some audio, got {self._frames} frames at {self._rate} Hz; is the file complete?"
            )

    def _why_not(self, error: Exception) -> str:
        if not self._path.exists():
            return f"{self._path}: there is no such file; check the path"
        if self._path.is_dir():
            return f"{self._path}: expected an audio file, got a folder"
        return f"{self._path}: expected wav, flac, ogg or mp3, could not read it ({_reason(error)}); convert it to wav"

    @property
    def title(self) -> str:
        """Return the file's name without its ending."""
        return self._path.stem

    @property
    def sample_rate_hz(self) -> int:
        """Return the file's rate."""
        return self._rate

    @property
    def channels(self) -> int:
        """Return the file's number of channels."""
        return self._channels

    @property
    def duration_s(self) -> float:
        """Return the length that the file's header claims."""
        return self._frames / self._rate

    def blocks(self, block_frames: int, start_frame: int = 0) -> Iterator[NDArray[np.float32]]:
        """Yield the file's audio from a frame on: each shape (n, channels).

        Raises:
            AudioFileError: the file breaks off or is damaged in the middle.
        """
        try:
            with soundfile.SoundFile(self._path) as file:
                if start_frame > 0:
                    file.seek(min(start_frame, self._frames))
                while len(block := np.asarray(file.read(block_frames, dtype="float32", always_2d=True), np.float32)):
                    yield block
        except (soundfile.LibsndfileError, OSError) as error:
            raise AudioFileError(f"{self._path}: damaged audio ({_reason(error)}); convert it to wav") from error


class Mixdown:
    """Turns a stream of (n, channels) at any rate into mono at SAMPLE_RATE_HZ. Keeps the resampler's state."""

    def __init__(self, rate_hz: float) -> None:
        rate_hz = round(rate_hz)
        self._resampler = None if rate_hz == SAMPLE_RATE_HZ else CausalResampler(rate_hz, SAMPLE_RATE_HZ)

    def step(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the mono samples that are ready: shape (m,). What is not a number becomes silence."""
        mono = np.nan_to_num(frames.mean(axis=1, dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0)
        return mono if self._resampler is None else self._resampler.step(mono)


def heard(track: Track, block_samples: int) -> Iterator[AudioBlock]:
    """Yield a track as the show hears it: mono blocks of `block_samples` at SAMPLE_RATE_HZ, the last one shorter."""
    mixdown = Mixdown(track.sample_rate_hz)
    pending = np.empty(0, dtype=np.float32)
    start = 0
    for frames in track.blocks(4096):
        pending = np.concatenate([pending, mixdown.step(frames)])
        whole = len(pending) // block_samples * block_samples
        for block in pending[:whole].reshape(-1, block_samples):
            yield AudioBlock(block, start)
            start += block_samples
        pending = pending[whole:]
    if len(pending):
        yield AudioBlock(pending, start)


def _reason(error: Exception) -> str:
    return str(error).rsplit(": ", maxsplit=1)[-1].rstrip(".")
