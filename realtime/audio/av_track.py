"""Tracks that libsndfile does not read (m4a, wma, the sound of a film) through FFmpeg's libraries (PyAV)."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.error import FFmpegError
from numpy.typing import NDArray

from realtime.audio.track import FileTrack, Track
from realtime.errors import AudioFileError


class AvTrack:
    """The first sound of a file, as FFmpeg decodes it."""

    def __init__(self, path: Path) -> None:
        """Look into the file.

        Raises:
            AudioFileError: there is no sound in it that can be decoded.
        """
        self._path = path
        try:
            with av.open(str(path)) as container:
                stream = container.streams.audio[0]
                self._rate, self._channels = int(stream.codec_context.sample_rate), stream.codec_context.channels
                length = stream.duration
                if length is not None and stream.time_base is not None:
                    self._duration_s = float(length * stream.time_base)
                else:
                    self._duration_s = (container.duration or 0) / 1e6
        except (FFmpegError, OSError, IndexError, ValueError) as error:
            raise AudioFileError(f"{path}: expected an audio file, could not decode it ({error})") from error
        if self._rate <= 0 or self._channels <= 0 or self._duration_s <= 0.0:
            raise AudioFileError(f"{path}: expected some audio, got none; is the file complete?")

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
        """Return the length that the file claims."""
        return self._duration_s

    def blocks(self, block_frames: int, start_frame: int = 0) -> Iterator[NDArray[np.float32]]:
        """Yield the file's audio from a frame on: each shape (n, channels).

        Raises:
            AudioFileError: the file is damaged in the middle.
        """
        pending = np.empty((0, self._channels), dtype=np.float32)
        try:
            for decoded in self._decoded(start_frame):
                pending = np.concatenate([pending, decoded])
                whole = len(pending) // block_frames * block_frames
                yield from pending[:whole].reshape(-1, block_frames, self._channels)
                pending = pending[whole:]
        except (FFmpegError, OSError) as error:
            raise AudioFileError(f"{self._path}: damaged audio ({error}); convert it to wav") from error
        if len(pending):
            yield pending

    def _decoded(self, start_frame: int) -> Iterator[NDArray[np.float32]]:
        """Yield what the decoder gives, cut so that the first sample is `start_frame`."""
        with av.open(str(self._path)) as container:
            stream = container.streams.audio[0]
            even = AudioResampler(format="flt", layout=stream.codec_context.layout, rate=self._rate)
            if start_frame > 0 and stream.time_base is not None:
                container.seek(int(start_frame / self._rate / stream.time_base), stream=stream)
            for frame in container.decode(stream):
                if frame.pts is None or stream.time_base is None:
                    skip = 0
                else:
                    skip = max(start_frame - round(float(frame.pts * stream.time_base) * self._rate), 0)
                for part in even.resample(frame):
                    samples = part.to_ndarray().reshape(-1, self._channels).astype(np.float32, copy=False)
                    if skip < len(samples):
                        yield samples[skip:]
                    skip = max(skip - len(samples), 0)


def open_track(path: Path) -> Track:
    """Return the track in a file, whoever can read it.

    Raises:
        AudioFileError: neither libsndfile nor FFmpeg can.
    """
    try:
        return FileTrack(path)
    except AudioFileError as error:
        if not path.is_file():
            raise
        try:
            return AvTrack(path)
        except AudioFileError:
            raise error from None
