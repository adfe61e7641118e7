"""The stage on a VisPy canvas: it asks for the pose at the time at which this frame will be seen."""

import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QWidget
from vispy import app as vispy_app
from vispy import gloo
from vispy.app.canvas import MouseEvent

import shaders
from app.camera import Eye
from app.looks import LOOKS, Background, Look
from app.pose_history import ease
from app.quality import FULL, Governor, PictureCost, Quality
from app.render_targets import Size
from app.stage_frame import FrameSource
from app.stage_hand import StageHand
from app.stage_picture import StagePicture
from app.versions import available_cores


class StageView:
    """A canvas with a dancer; `native` is the widget to embed. One thread (Qt's) calls everything.

    Args:
        source: tells what is to be seen at a host time.
        look: name of a look in `looks`.
        camera: name of a camera mode.
        target_fps: pictures per second when the machine can afford them.
        parent: the widget that will hold the canvas.
        show: whether the canvas opens as a window of its own.
        size: of the canvas, in logical pixels.
        backend: VisPy's backend: "pyside6" in a window, "egl" without a display.
        looks: looks by name.
        shader_source: text of a shader by name.
        clock: host time in seconds.
        background: what is behind the dancer.
        say: takes a sentence for the operator when a look cannot be shown.
    """

    def __init__(
        self,
        source: FrameSource,
        *,
        look: str = "neon",
        camera: str = "orbit",
        target_fps: float = 60.0,
        parent: object = None,
        show: bool = False,
        size: Size = (1280, 720),
        backend: str = "pyside6",
        looks: Mapping[str, Look] = LOOKS,
        shader_source: Callable[[str], str] = shaders.source,
        clock: Callable[[], float] = time.monotonic,
        background: Background = "stage",
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        spare_cores()
        self._clock = clock
        self._picture = StagePicture(
            source,
            look=look,
            camera=camera,
            looks=looks,
            shader_source=shader_source,
            background=background,
            say=say,
        )
        self._governor = Governor(target_fps)
        self._latency_s = 1.5 / target_fps
        self._draw_s: deque[float] = deque(maxlen=4096)
        self._cost = PictureCost()
        application = vispy_app.Application(backend)
        self.canvas = vispy_app.Canvas(
            title="Farandole", size=size, app=application, parent=parent, show=show, vsync=backend != "egl"
        )
        self._hand = StageHand(self._picture.camera)
        self._listen()
        self._timer = vispy_app.Timer(connect=self._on_tick, start=False, app=application)
        self._timer.start(self._governor.interval_s)

    @property
    def native(self) -> QWidget:
        """The widget to embed; only the Qt backend has one."""
        return cast(QWidget, self.canvas.native)

    @property
    def look(self) -> str:
        """Name of the look that was asked for."""
        return self._picture.look

    @property
    def quality(self) -> Quality:
        """What this machine can afford at present."""
        return self._governor.quality

    def set_look(self, name: str, *, fade_s: float = 0.0) -> None:
        """Change the look; see `StagePicture.set_look`."""
        self._picture.set_look(name, fade_s=fade_s)
        self._governor.forget()

    def set_camera(self, name: str) -> None:
        """Change the way of looking; see `StagePicture.set_camera`."""
        self._picture.set_camera(name)

    def set_colours(self, tint: str, accent: str) -> None:
        """Use these colours ("#RRGGBB") instead of each look's own; "" keeps its own."""
        self._picture.set_colours(tint, accent)

    def set_glass(self, colour: tuple[float, float, float], *, grey: bool) -> None:
        """Look through coloured glass, which may take all other colour."""
        self._picture.set_glass(colour, grey=grey)

    def set_background(self, name: str) -> None:
        """Put something else behind the dancer; see `StagePicture.set_background`."""
        self._picture.set_background(name)

    def draw_times(self) -> tuple[float, ...]:
        """Return how long each picture took since the last call, in seconds, and forget it."""
        times = tuple(self._draw_s)
        self._draw_s.clear()
        return times

    def advance(self, host_s: float) -> None:
        """Take what the source tells for a host time, without drawing it."""
        self._picture.advance(host_s)

    def render_image(self, size: Size, *, at_s: float | None = None, quality: Quality = FULL) -> NDArray[np.uint8]:
        """Return a picture: shape (height, width, 3), whatever the canvas' size and the machine's speed.

        Args:
            size: width and height in pixels.
            at_s: host time at which it is seen; now if None.
            quality: how much is drawn.

        Raises:
            RuntimeError: the canvas is a widget that was never shown, so it has no GL context yet.
        """
        if isinstance(self.canvas.native, QOpenGLWidget) and not self.canvas.native.isValid():
            raise RuntimeError("the stage can only be pictured once its window has been shown")
        self.canvas.set_current()
        self.advance(self._clock() if at_s is None else at_s)
        width, height = size
        texture = gloo.Texture2D(np.zeros((height, width, 4), np.uint8))
        screen = gloo.FrameBuffer(texture)
        self._picture.draw(size, quality, screen, now_s=self._clock())
        with screen:
            pixels = gloo.read_pixels((0, 0, width, height), alpha=False)
        screen.delete()
        texture.delete()
        return np.asarray(pixels, np.uint8)

    def eye(self, size: Size) -> Eye:
        """Return where a picture of `size` pixels would be seen from now."""
        return self._picture.eye(size)

    def close(self) -> None:
        """Stop drawing and give the canvas back."""
        self._timer.stop()
        native = self.canvas.native
        self.canvas.close()
        if isinstance(native, QWidget):
            # Qt may still hold events for it: it must go when Qt says so, not when Python's collector does.
            native.deleteLater()

    def _listen(self) -> None:
        self.canvas.events["draw"].connect(self._on_draw)
        self.canvas.events["resize"].connect(self._on_resize)
        self.canvas.events["mouse_move"].connect(self._on_move)
        self.canvas.events["mouse_wheel"].connect(self._on_wheel)
        self.canvas.events["mouse_double_click"].connect(self._on_double_click)

    def _on_tick(self, _event: object) -> None:
        # Qt draws no hidden widget, so a hidden view costs this call and nothing else.
        self.canvas.update()

    def _on_draw(self, _event: object) -> None:
        started_s = time.perf_counter()
        self.advance(self._clock() + self._latency_s)
        width, height = self.canvas.physical_size
        self._picture.draw((max(width, 1), max(height, 1)), self._governor.quality, None, now_s=self._clock())
        # Wait for the GPU: otherwise only the talking to the driver would be measured, and frames would queue up.
        gloo.finish()
        draw_s = time.perf_counter() - started_s
        self._draw_s.append(draw_s)
        self._latency_s = ease(self._latency_s, draw_s + 1.0 / self._governor.target_fps, 1.0, 8.0)
        self._governor.record(self._cost.of(draw_s))
        if abs(self._timer.interval - self._governor.interval_s) > 0.001:
            self._timer.interval = self._governor.interval_s

    def _on_resize(self, _event: object) -> None:
        self._governor.forget()

    def _on_move(self, event: MouseEvent) -> None:
        if event.is_dragging and event.last_event is not None:
            across, down = np.asarray(event.pos) - np.asarray(event.last_event.pos)
            self._hand.drag(float(across), float(down))

    def _on_wheel(self, event: MouseEvent) -> None:
        self._hand.wheel(float(event.delta[1]))

    def _on_double_click(self, _event: object) -> None:
        self._hand.reset()


def spare_cores() -> None:
    """Keep a software renderer from taking every core: the show needs one. Call it before the first GL context."""
    os.environ.setdefault("LP_NUM_THREADS", str(max(1, available_cores() // 2)))
