"""A stage whose pictures a thread draws into images, for machines whose processor is their graphics card.

Qt's thread asks the show for the pose and paints the last image that came; it waits for none. So a picture that takes
long, a shader that is compiled or a mesh that is made holds up no key and no meter.
"""

import logging
import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.camera import CAMERAS
from app.image_stage import Drawn, ImageStage
from app.looks import BACKGROUNDS, look_named
from app.picture_thread import PictureThread
from app.pose_history import ease
from app.stage_frame import FrameSource

_log = logging.getLogger(__name__)
_STEP_DEGREES = 120.0
_LONGEST_PICTURE_S = 2.0
"""A picture that did not come in so long (the thread was lost a job) is asked for again."""


class DrawnStage(QObject):
    """A `Stage`; Qt's thread calls everything.

    Args:
        source: tells what is to be seen at a host time.
        look, camera: names.
        thread: draws.
        say: takes a sentence for the operator when a look, or everything, cannot be drawn.
        make: makes the stage, in the thread that draws.
        clock: host time in seconds.
        target_fps: pictures per second when the machine can afford them.
    """

    _came = Signal(object)
    _said = Signal(str)

    def __init__(
        self,
        source: FrameSource,
        *,
        look: str,
        camera: str,
        thread: PictureThread,
        say: Callable[[str], None] = lambda _: None,
        make: Callable[..., ImageStage] = ImageStage,
        clock: Callable[[], float] = time.monotonic,
        target_fps: float = 60.0,
    ) -> None:
        super().__init__()
        self._source, self._thread, self._clock = source, thread, clock
        self._stage: ImageStage | None = None
        self._busy_since_s: float | None = None
        self._draw_s: deque[float] = deque(maxlen=4096)
        self._period_s = 1.0 / target_fps
        self._latency_s = 1.5 * self._period_s
        self._closed = False
        self._screen = _Screen(self._with_stage)
        self._came.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._said.connect(say, Qt.ConnectionType.QueuedConnection)
        thread.submit(lambda: self._make(make, look, camera, target_fps))
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(round(1000 * self._period_s))
        if (application := QApplication.instance()) is not None:
            application.aboutToQuit.connect(self.close)

    @property
    def native(self) -> QWidget:
        """The widget to embed."""
        return self._screen

    def set_look(self, name: str, *, fade_s: float = 0.0) -> None:
        """Show another look, over `fade_s`.

        Raises:
            ValueError: there is no such look.
        """
        look_named(name)

        def change(stage: ImageStage) -> None:
            stage.picture.set_look(name, fade_s=fade_s)
            stage.governor.forget()

        self._with_stage(change)

    def set_camera(self, name: str) -> None:
        """Show the stage from elsewhere.

        Raises:
            ValueError: there is no such camera.
        """
        if name not in CAMERAS:
            raise ValueError(f"camera must be one of {', '.join(CAMERAS)}; got {name!r}")
        self._with_stage(lambda stage: stage.picture.set_camera(name))

    def set_colours(self, tint: str, accent: str) -> None:
        """Use these colours ("#RRGGBB") instead of the look's own; "" keeps its own."""
        self._with_stage(lambda stage: stage.picture.set_colours(tint, accent))

    def set_glass(self, colour: tuple[float, float, float], *, grey: bool) -> None:
        """Look through coloured glass, which may take all other colour."""
        self._with_stage(lambda stage: stage.picture.set_glass(colour, grey=grey))

    def set_background(self, name: str) -> None:
        """Put something else behind the dancer.

        Raises:
            ValueError: it is none of `BACKGROUNDS`.
        """
        if name not in BACKGROUNDS:
            raise ValueError(f"background must be one of {', '.join(BACKGROUNDS)}; got {name!r}")
        self._screen.see_through(clear=name == "clear")
        self._with_stage(lambda stage: stage.picture.set_background(name))

    def draw_times(self) -> tuple[float, ...]:
        """Return how long the pictures since the last call took, seconds."""
        times = tuple(self._draw_s)
        self._draw_s.clear()
        return times

    def close(self) -> None:
        """Draw no more. GL must be let go in its own thread, before the process ends."""
        if not self._closed:
            self._closed = True
            self._timer.stop()
            self._with_stage(lambda stage: stage.close())

    def _make(self, make: Callable[..., ImageStage], look: str, camera: str, target_fps: float) -> None:
        try:
            self._stage = make(look=look, camera=camera, say=self._said.emit, target_fps=target_fps)
        except (RuntimeError, OSError, ValueError) as error:
            _log.warning("no 3D picture: %s", error)
            self._said.emit(f"No 3D picture here: {error}. The show and its outputs go on.")

    def _with_stage(self, change: Callable[[ImageStage], None]) -> None:
        """Have the drawing thread do something to its stage."""

        def job() -> None:
            if self._stage is not None:
                change(self._stage)

        self._thread.submit(job)

    def _tick(self) -> None:
        """Ask for the next picture, unless one is being drawn or nobody would see it."""
        now_s = self._clock()
        if self._busy_since_s is not None and now_s - self._busy_since_s < _LONGEST_PICTURE_S:
            return
        if not self._screen.isVisible() or self._screen.window().isMinimized():
            return
        self._busy_since_s = now_s
        seen_s = now_s + self._latency_s
        frame = self._source(seen_s)
        ratio = self._screen.devicePixelRatioF()
        size = (max(round(ratio * self._screen.width()), 1), max(round(ratio * self._screen.height()), 1))
        self._with_stage(lambda stage: self._came.emit(stage.draw(frame, seen_s, size)))

    def _take(self, drawn: Drawn) -> None:
        started_s, self._busy_since_s = self._busy_since_s, None
        self._draw_s.append(drawn.draw_s)
        self._latency_s = ease(self._latency_s, drawn.draw_s + self._period_s, 1.0, 8.0)
        self._screen.show_image(drawn.image)
        elapsed_s = 0.0 if started_s is None else self._clock() - started_s
        self._timer.start(max(round(1000 * (drawn.interval_s - elapsed_s)), 1))


class _Screen(QWidget):
    """Paints the last image over its whole ground, and takes the mouse."""

    def __init__(self, with_stage: Callable[[Callable[[ImageStage], None]], None]) -> None:
        super().__init__()
        self._with_stage = with_stage
        self._image: QImage | None = None
        self._held_at: QPointF | None = None
        self._clear = False
        self.setMinimumSize(1, 1)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_image(self, image: QImage) -> None:
        """Paint another image."""
        self._image = image
        self.update()

    def see_through(self, *, clear: bool) -> None:
        """Leave clear what the image leaves clear, or stand on black."""
        self._clear = clear
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, on=not clear)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Paint the image, enlarged."""
        painter = QPainter(self)
        if self._image is None:
            if not self._clear:
                painter.fillRect(self.rect(), QColor("black"))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.rect(), self._image)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take hold of the stage."""
        self._held_at = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Turn it."""
        if self._held_at is not None:
            moved, self._held_at = event.position() - self._held_at, event.position()
            self._with_stage(lambda stage: stage.hand.drag(moved.x(), moved.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Let it go."""
        self._held_at = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Look as at the start."""
        self._with_stage(lambda stage: stage.hand.reset())

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Come nearer, or go back."""
        steps = event.angleDelta().y() / _STEP_DEGREES
        self._with_stage(lambda stage: stage.hand.wheel(steps))
