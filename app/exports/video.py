"""Films a dance on the project's own stage, with its music, without a display: pictures and sound into an mp4 file.

A GL context belongs to one thread, and drawing takes the machine: whoever has a window to keep alive films in a
process of its own. On Linux it draws through EGL (EGL_PLATFORM=surfaceless is set where there is no display); elsewhere
through a Qt widget that must be shown, small, while it films.
"""

import os
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.exports.danced import Dance, DancedStage
from app.exports.mp4 import Mp4Writer
from app.stage_frame import FrameSource
from app.stage_view import StageView
from realtime.audio.resample import CausalResampler
from realtime.audio.track import Track
from realtime.types import SAMPLE_RATE_HZ, MusicFrame

_WARM_UP_S = 5.0
"""What the stage remembers of the dance, and lets its light settle in."""
_WARM_UP_FPS = 60.0


def render_video(
    path: Path,
    dance: Dance,
    *,
    music: Sequence[MusicFrame] = (),
    audio: Track | None = None,
    look: str = "neon",
    camera: str = "orbit",
    size: tuple[int, int] = (1280, 720),
    fps: int = 30,
    from_s: float | None = None,
    until_s: float | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Path | None:
    """Write a film of a dance and return its path, or None when it was cancelled (then an older file is untouched).

    Args:
        path: the mp4 file; it appears when it is complete.
        dance: poses at known show times.
        music: what was heard, oldest first: it moves the light of the stage.
        audio: the sound; its first sample is at show time 0. None for a silent film.
        look: name of a look.
        camera: name of a camera mode.
        size: width and height in pixels, even numbers.
        fps: pictures per second.
        from_s: show time of the first picture; the dance's first pose without it.
        until_s: show time at which it ends; the dance's last pose without it.
        progress: called after every picture with the share that is done, 0 to 1.
        cancelled: asked before every picture.

    Raises:
        ValueError: no such look or camera, a size or rate that no video has, or nothing to film.
        AudioFileError: the audio is damaged.
        RecordingError: the file cannot be written.
    """
    times_s = _picture_times(dance, from_s, until_s, fps)
    stage = DancedStage(dance, music, fps=fps)
    sound = None if audio is None else _Sound(audio, float(times_s[0]))
    with offscreen_stage(stage, look, camera) as view:
        for past_s in np.arange(-_WARM_UP_S, 0.0, 1.0 / _WARM_UP_FPS):
            view.advance(float(times_s[0] + past_s))
        with Mp4Writer(path, size, fps, audio_rate_hz=None if sound is None else SAMPLE_RATE_HZ) as film:
            for index, time_s in enumerate(times_s):
                if cancelled():
                    film.discard()
                    return None
                film.add_picture(view.render_image(size, at_s=float(time_s)))
                if sound is not None:
                    film.add_sound(sound.until(round((index + 1) * SAMPLE_RATE_HZ / fps)))
                if progress is not None:
                    progress((index + 1) / len(times_s))
    return path


class _Sound:
    """A track as stereo at SAMPLE_RATE_HZ from a show time on; silence after its end."""

    def __init__(self, track: Track, from_s: float) -> None:
        self._parts = _stereo(track, block_frames=round(track.sample_rate_hz / 10))
        self._pending = np.zeros((max(0, round(-from_s * SAMPLE_RATE_HZ)), 2), np.float32)
        self._skip = max(0, round(from_s * SAMPLE_RATE_HZ))
        self._given = 0

    def until(self, sample: int) -> NDArray[np.float32]:
        """Return the samples up to number `sample` that were not returned yet: shape (n, 2)."""
        wanted = sample - self._given
        while len(self._pending) < wanted and (part := next(self._parts, None)) is not None:
            skipped = min(self._skip, len(part))
            self._skip -= skipped
            self._pending = np.concatenate([self._pending, part[skipped:]])
        ready, self._pending = self._pending[:wanted], self._pending[wanted:]
        self._given = sample
        return np.concatenate([ready, np.zeros((wanted - len(ready), 2), np.float32)])


def _stereo(track: Track, *, block_frames: int) -> Iterator[NDArray[np.float32]]:
    rate_hz = round(track.sample_rate_hz)
    resamplers = [CausalResampler(rate_hz, SAMPLE_RATE_HZ) for _ in range(2)] if rate_hz != SAMPLE_RATE_HZ else []
    for block in track.blocks(block_frames):
        clean = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
        # More than two channels: what a pair of loudspeakers would be given is anybody's guess, so both get the mean.
        both = clean if clean.shape[1] == 2 else np.repeat(clean.mean(axis=1, keepdims=True), 2, axis=1)
        sides = both.T.astype(np.float32)
        if resamplers:
            sides = [resampler.step(side) for resampler, side in zip(resamplers, sides, strict=True)]
        yield np.stack(list(sides), axis=-1)


def _picture_times(dance: Dance, from_s: float | None, until_s: float | None, fps: int) -> NDArray[np.float64]:
    if not len(dance.time_s):
        raise ValueError("a dance to be filmed must have at least one pose, got none")
    if fps < 1:
        raise ValueError(f"a video must have 1 to 240 pictures a second, got {fps}")
    step_s = float(np.median(np.diff(dance.time_s))) if len(dance.time_s) > 1 else 1.0 / fps
    first_s = float(dance.time_s[0]) if from_s is None else from_s
    # The last pose is seen as long as every other.
    end_s = float(dance.time_s[-1]) + step_s if until_s is None else until_s
    count = round((end_s - first_s) * fps)
    if count < 1:
        raise ValueError(f"nothing to film from {first_s:g} to {end_s:g} s")
    return first_s + np.arange(count) / fps


@contextmanager
def offscreen_stage(source: FrameSource, look: str, camera: str) -> Generator[StageView]:
    """Open a stage that nobody sees, and close it again."""
    linux = sys.platform.startswith("linux")
    if linux and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("EGL_PLATFORM", "surfaceless")
    backend = "egl" if linux else "pyside6"
    view = StageView(
        source, look=look, camera=camera, backend=backend, show=not linux, size=(160, 90), clock=lambda: 0.0
    )
    try:
        view.canvas.app.process_events()
        yield view
    finally:
        view.close()
