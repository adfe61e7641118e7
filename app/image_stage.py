"""Draws the stage into images, through EGL, as fine as the processor affords; knows no window."""

import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from PySide6.QtGui import QImage
from vispy import app as vispy_app
from vispy import gloo

from app.quality import Governor, PictureCost, Quality
from app.render_targets import Size, scaled
from app.stage_frame import StageFrame
from app.stage_hand import StageHand
from app.stage_picture import StagePicture
from app.stage_view import spare_cores

_KINDER = 10
"""How much the renderer steps back behind the rest of the window, as a niceness on top of the window's."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that was drawn.

    Attributes:
        image: it, smaller than what was asked for where that is all that can be afforded.
        draw_s: how long it took.
        interval_s: when the next one should be begun after this one was.
    """

    image: QImage
    draw_s: float
    interval_s: float


class ImageStage:
    """A stage without a window. The thread that makes it calls everything.

    Args:
        look, camera: names.
        say: takes a sentence for the operator when a look cannot be shown.
        target_fps: pictures per second when the machine can afford them.

    Raises:
        RuntimeError: there is no EGL on this machine.
    """

    def __init__(self, *, look: str, camera: str, say: Callable[[str], None], target_fps: float = 60.0) -> None:
        spare_cores()
        # Mesa would ask the X server, and be ended with it.
        os.environ.setdefault("EGL_PLATFORM", "surfaceless")
        _start_renderer()
        self._frame: StageFrame | None = None
        self._canvas = vispy_app.Canvas(size=(16, 16), app=vispy_app.Application("egl"), show=False)
        self.picture = StagePicture(lambda _: self._frame, look=look, camera=camera, say=say)
        self.hand = StageHand(self.picture.camera)
        self.governor = Governor(target_fps)
        self._cost = PictureCost()
        self._screen: tuple[Size, gloo.Texture2D, gloo.FrameBuffer] | None = None

    def draw(self, frame: StageFrame | None, host_s: float, size: Size) -> Drawn:
        """Return the picture of a frame that is seen at a host time in `size` pixels."""
        started_s = time.perf_counter()
        self._frame = frame
        self._canvas.set_current()
        self.picture.advance(host_s)
        quality = self.governor.quality
        small = scaled(size, min(quality.scale, 1.0))
        image = self._read(small, in_its_own_size(quality))
        draw_s = time.perf_counter() - started_s
        self.governor.record(self._cost.of(draw_s))
        return Drawn(image, draw_s, self.governor.interval_s)

    def close(self) -> None:
        """Give the canvas back."""
        self._canvas.close()

    def _read(self, size: Size, quality: Quality) -> QImage:
        width, height = size
        screen = self._screen_of(size)
        self.picture.draw(size, quality, screen, now_s=time.monotonic())
        with screen:
            pixels = np.ascontiguousarray(gloo.read_pixels((0, 0, width, height)), np.uint8)
        clear = self.picture.background == "clear"
        form = QImage.Format.Format_RGBA8888_Premultiplied if clear else QImage.Format.Format_RGBX8888
        whole = QImage.Format.Format_ARGB32_Premultiplied if clear else QImage.Format.Format_RGB32
        # The form in which Qt paints fastest, made here and not in Qt's thread; it owns its bytes.
        return QImage(pixels.data, width, height, 4 * width, form).convertToFormat(whole)

    def _screen_of(self, size: Size) -> gloo.FrameBuffer:
        if self._screen is not None and self._screen[0] == size:
            return self._screen[2]
        if self._screen is not None:
            for part in self._screen[1:]:
                part.delete()
        width, height = size
        texture = gloo.Texture2D(np.zeros((height, width, 4), np.uint8))
        screen = gloo.FrameBuffer(texture)
        self._screen = (size, texture, screen)
        return screen


@lru_cache(maxsize=1)
def _start_renderer() -> None:
    """Let the renderer make its threads as a kind thread's children: on Linux they inherit its niceness.

    They compute the pixels and never hold Python's interpreter, so they may wait for everybody.
    """

    def start() -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), min(os.nice(0) + _KINDER, 19))
        vispy_app.Canvas(size=(1, 1), app=vispy_app.Application("egl"), show=False).close()

    if sys.platform.startswith("linux"):
        thread = threading.Thread(target=start, name="renderer")
        thread.start()
        thread.join()


def in_its_own_size(quality: Quality) -> Quality:
    """Return the quality of a picture that is drawn as small as it is computed, and enlarged by whoever shows it."""
    if quality.scale >= 1.0:
        return quality
    return replace(quality, scale=1.0, stage_scale=quality.stage_scale / quality.scale, smooth=False)
