"""Writes an mp4 file: pictures as H.264 (MPEG-4 where there is no such encoder) and sound as AAC, whole or not at all.

Time base: the file begins at 0; picture k is seen at k / fps; sound begins with the first picture.
"""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.audio.stream import AudioStream
from av.error import FFmpegError
from av.video.stream import VideoStream
from numpy.typing import NDArray

from realtime.errors import RecordingError

_QUALITY = "20"
"""x264's constant rate factor: the noise of the looks' grain is kept, a minute of 720p is about 20 MB."""
_AUDIO_BIT_RATE = 192_000
_AAC_RATES_HZ = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)
_BT709 = 1
"""The colours of HD video; without a mark players guess, and guess otherwise for small pictures."""


class Mp4Writer:
    """An mp4 file in the making; a context: it appears at `path` when the block ends without an error.

    One thread calls it.

    Args:
        path: where the film will be; an older file there is replaced at the end.
        size: width and height in pixels, both even (H.264 stores colour for every other pixel).
        fps: pictures per second.
        audio_rate_hz: samples per second of the sound; None for a silent film.

    Raises:
        ValueError: a size or a rate that no mp4 has.
        RecordingError: the file cannot be written.
    """

    def __init__(self, path: Path, size: tuple[int, int], fps: int, *, audio_rate_hz: int | None = None) -> None:
        width, height = size
        if width < 2 or height < 2 or width % 2 or height % 2:
            raise ValueError(f"a video's width and height must be even and at least 2, got {width}x{height}")
        if not 1 <= fps <= 240:
            raise ValueError(f"a video must have 1 to 240 pictures a second, got {fps}")
        if audio_rate_hz is not None and audio_rate_hz not in _AAC_RATES_HZ:
            raise ValueError(f"sound must have one of {_AAC_RATES_HZ} samples a second, got {audio_rate_hz}")
        self._path = path
        self._unfinished = path.with_name(f".{path.name}.unfinished")
        self._size = size
        self._pictures = 0
        self._samples = 0
        self._discarded = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _refusal(path, error) from error
        try:
            # faststart: a browser may play it before it has all of it.
            self._container = av.open(
                str(self._unfinished), "w", format="mp4", options={"movflags": "+faststart", "movie_timescale": "48000"}
            )
            self._video = self._video_stream(fps)
            self._audio = None if audio_rate_hz is None else self._audio_stream(audio_rate_hz)
        except (OSError, FFmpegError) as error:
            self._unfinished.unlink(missing_ok=True)
            raise _refusal(path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            if kind is None and not self._discarded:
                self._write(self._finish)
            else:
                self._container.close()
        finally:
            self._unfinished.unlink(missing_ok=True)

    def add_picture(self, pixels: NDArray[np.uint8]) -> None:
        """Add the next picture: shape (height, width, 3), red green blue."""
        width, height = self._size
        if pixels.shape != (height, width, 3):
            raise ValueError(f"expected a picture of shape {(height, width, 3)}, got {pixels.shape}")
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
        frame = frame.reformat(format="yuv420p", dst_colorspace="itu709")
        frame.pts, frame.time_base = self._pictures, self._video.codec_context.time_base
        self._pictures += 1
        self._write(lambda: self._container.mux(self._video.encode(frame)))

    def add_sound(self, samples: NDArray[np.float32]) -> None:
        """Add the next samples: shape (n, 2), left and right, full scale is +-1.

        Raises:
            ValueError: the film is silent, or the samples are not stereo.
        """
        stream = self._audio
        if stream is None or samples.ndim != 2 or samples.shape[1] != 2:
            raise ValueError(f"expected stereo samples (n, 2) for a film with sound, got {samples.shape}")
        if not len(samples):
            return
        planes = np.ascontiguousarray(np.clip(samples, -1.0, 1.0).T, dtype=np.float32)  # (2, n)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
        frame.sample_rate = stream.codec_context.sample_rate
        frame.pts, frame.time_base = self._samples, Fraction(1, frame.sample_rate)
        self._samples += len(samples)
        self._write(lambda: self._container.mux(stream.encode(frame)))

    def discard(self) -> None:
        """Keep nothing: at the end of the block the file goes, and an older one stays."""
        self._discarded = True

    def _video_stream(self, fps: int) -> VideoStream:
        if "libx264" in av.codecs_available:
            stream = self._container.add_stream("libx264", fps, {"crf": _QUALITY, "preset": "veryfast"})
        else:
            stream = self._container.add_stream("mpeg4", fps, {"q:v": "3"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = self._size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = Fraction(1, fps)
        context.color_primaries = context.color_trc = context.colorspace = _BT709
        return stream

    def _audio_stream(self, rate_hz: int) -> AudioStream:
        stream = self._container.add_stream("aac", rate_hz)
        assert isinstance(stream, AudioStream)
        stream.codec_context.bit_rate = _AUDIO_BIT_RATE
        stream.codec_context.layout = "stereo"
        return stream

    def _finish(self) -> None:
        for stream in (self._video, self._audio):
            if stream is not None:
                self._container.mux(stream.encode(None))
        self._container.close()
        self._unfinished.replace(self._path)

    def _write(self, step: Callable[[], None]) -> None:
        try:
            step()
        except (OSError, FFmpegError) as error:
            raise RecordingError(f"{self._path}: writing the video failed ({error}); is the disk full?") from error


def _refusal(path: Path, error: Exception) -> RecordingError:
    return RecordingError(f"{path}: cannot write a video here ({error}); choose another file")
