"""The output window: the dancer alone, without a frame or a cursor, over the whole of a chosen display.

When its display goes, it waits in a small window on the primary one and says so; when the display is back, so is it.
"""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.displays import Displays
from app.stage_slot import Stage

WINDOWED = QRect(80, 80, 960, 540)
"""Where it waits on the primary display while its own is gone."""


class OutputWindow(QWidget):
    """A stage for the audience.

    Args:
        displays: the displays there are.
        stage: the picture, used by this window only.
    """

    opened = Signal(bool)
    """Whether the window is open now."""
    said = Signal(str)
    """What a person should know about the display; "" when all is well."""
    shown = Signal()
    """The window has a new native window, whose keys want watching."""

    def __init__(self, displays: Displays, stage: Stage) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.stage = stage
        self._displays = displays
        self._wanted = ""
        self.setWindowTitle("Farandole - output")
        self.setStyleSheet("background: black;")
        stage.native.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # A hand on the mouse must not turn the audience's picture.
        stage.native.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(stage.native)
        displays.changed.connect(self._displays_changed)

    def see_through(self, *, clear: bool) -> None:
        """Let the desktop be seen where the dancer is not (a system that composes windows can), or cover it in black.

        The window is made anew for it, in the same place.
        """
        if clear == self.testAttribute(Qt.WidgetAttribute.WA_TranslucentBackground):
            return
        was_open = self.is_open
        if was_open:
            self.hide()
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground, on=clear)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground, on=clear)
        self.setStyleSheet("background: transparent;" if clear else "background: black;")
        if was_open:
            self.open_on(self._wanted)

    @property
    def is_open(self) -> bool:
        """Whether the audience can see it."""
        return self.isVisible()

    def open_on(self, name: str) -> None:
        """Fill a display; a small window on the primary one while that display is not connected."""
        self._wanted = name
        place = self._displays.place(name)
        if place is None:
            self._wait_in_window()
        else:
            self._fill(name, place)
        self.opened.emit(True)

    def leave(self) -> None:
        """Close the window; the show goes on."""
        if self.is_open:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Say that nobody sees the output any more."""
        super().closeEvent(event)
        self.said.emit("")
        self.opened.emit(False)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Say that there may be a new native window."""
        super().showEvent(event)
        self.shown.emit()

    def _fill(self, name: str, place: QRect) -> None:
        screen = next((screen for screen in QGuiApplication.screens() if screen.name() == name), None)
        if screen is not None:
            self.setScreen(screen)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setGeometry(place)
        self.showFullScreen()
        self.said.emit("")

    def _wait_in_window(self) -> None:
        self.unsetCursor()
        self.showNormal()
        self.setGeometry(WINDOWED)
        names = self._displays.names()
        where = names[0] if names else "this display"
        self.said.emit(f"Display {self._wanted} is gone - plug it in again. The output waits in a window on {where}.")

    def _displays_changed(self) -> None:
        if not self.is_open:
            return
        place = self._displays.place(self._wanted)
        if place is None:
            self._wait_in_window()
        elif not self.isFullScreen():
            self._fill(self._wanted, place)


def default_display(names: tuple[str, ...], operator_display: str) -> str:
    """Return the display that an audience most likely sees: the last one that the operator does not sit at."""
    others = [name for name in names if name != operator_display]
    return (others or [operator_display])[-1]
