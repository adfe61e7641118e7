"""What a window needs of a stage picture, and how it gets one: the 3D stage, or a plain ground where there is no GL."""

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app import theme
from app.gl_renderer import draws_on_the_processor, renderer_name
from app.picture_thread import PictureThread
from app.stage_frame import FrameSource

_log = logging.getLogger(__name__)


class Stage(Protocol):
    """A picture of the dance that draws itself."""

    @property
    def native(self) -> QWidget:
        """The widget to put into a window."""
        ...

    def set_look(self, name: str, *, fade_s: float = 0.0) -> None:
        """Show another look, over `fade_s`."""
        ...

    def set_camera(self, name: str) -> None:
        """Show the stage from elsewhere."""
        ...

    def set_colours(self, tint: str, accent: str) -> None:
        """Use these colours ("#RRGGBB") instead of the look's own; "" keeps its own."""
        ...

    def set_glass(self, colour: tuple[float, float, float], *, grey: bool) -> None:
        """Look through coloured glass, which may take all other colour."""
        ...

    def set_background(self, name: str) -> None:
        """Put something else behind the dancer: one of `app.looks.BACKGROUNDS`."""
        ...

    def draw_times(self) -> tuple[float, ...]:
        """Return how long the frames since the last call took, seconds."""
        ...


@dataclass(frozen=True, slots=True)
class StageKit:
    """How to make stages, and the names of what they can show.

    Attributes:
        looks, cameras: names, in the order of the keys V and C.
        make: takes the source of frames, a look and a camera.
    """

    looks: tuple[str, ...]
    cameras: tuple[str, ...]
    make: Callable[[FrameSource, str, str], Stage]


class PlainStage:
    """A dark ground with a sentence, where nothing can be drawn."""

    def __init__(self, text: str) -> None:
        self._label = QLabel(text)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setStyleSheet(f"background: {theme.WELL}; color: {theme.DIM};")
        self._label.setFont(theme.font())
        self._label.setMinimumSize(1, 1)

    @property
    def native(self) -> QWidget:
        """The ground."""
        return self._label

    def set_look(self, name: str, *, fade_s: float = 0.0) -> None:
        """There is only one look."""

    def set_camera(self, name: str) -> None:
        """There is only one side to see it from."""

    def set_colours(self, tint: str, accent: str) -> None:
        """There is only one colour."""

    def set_glass(self, colour: tuple[float, float, float], *, grey: bool) -> None:
        """There is nothing to see through it."""

    def set_background(self, name: str) -> None:
        """There is nothing in front of the ground."""

    def draw_times(self) -> tuple[float, ...]:
        """Return nothing: nothing is drawn."""
        return ()


def plain_kit(text: str = "") -> StageKit:
    """Return a kit for windows without a 3D picture."""
    return StageKit(("plain",), ("front",), lambda _source, _look, _camera: PlainStage(text))


def stage_kit(say: Callable[[str], None] = lambda _: None) -> StageKit:
    """Return the kit of the 3D stage; a machine without GL gets the plain one and the reason.

    Args:
        say: takes a sentence for the operator when a look cannot be shown.
    """
    try:
        # Here, so that a window without a stage does without VisPy.
        from app.camera import CAMERAS  # noqa: PLC0415
        from app.drawn_stage import DrawnStage  # noqa: PLC0415
        from app.looks import LOOKS  # noqa: PLC0415
        from app.stage_view import StageView  # noqa: PLC0415
    except (ImportError, RuntimeError) as error:
        _log.warning("no 3D picture: %s", error)
        return plain_kit(f"No 3D picture here: {error}\nThe show and its outputs go on.")

    def on_a_canvas(source: FrameSource, look: str, camera: str) -> Stage:
        return StageView(source, look=look, camera=camera, say=say)

    make = on_a_canvas
    renderer = renderer_name()
    if sys.platform.startswith("linux") and (not renderer or draws_on_the_processor(renderer)):
        thread = PictureThread()
        if (application := QApplication.instance()) is not None:
            application.aboutToQuit.connect(thread.close)

        def in_a_thread(source: FrameSource, look: str, camera: str) -> Stage:
            return DrawnStage(source, look=look, camera=camera, thread=thread, say=say)

        make = in_a_thread
    return StageKit(tuple(LOOKS), tuple(CAMERAS), make)
