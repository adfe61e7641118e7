"""A slider with its name and its value; a hand on it is stronger than what the show reports."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app import theme
from app.panels.text import FixedLabel, caption

HANDLE_PX = 18
BELIEVE_HAND_MS = 400


class Track(QAbstractSlider):
    """The line and the handle. A click anywhere takes the handle there; the whole height of 44 px is the target."""

    def __init__(self, low: int, high: int, neutral: int) -> None:
        super().__init__()
        self._neutral = neutral
        self.setRange(low, high)
        self.setSingleStep(max(1, (high - low) // 100))
        self.setPageStep(max(1, (high - low) // 10))
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room of a slider."""
        return QSize(110, theme.TARGET_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take the handle to the finger."""
        self.setSliderDown(True)
        self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the finger."""
        self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Let go."""
        self.setSliderDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Go back to the neutral value."""
        self.setSliderDown(True)
        self.setValue(self._neutral)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Ignore the wheel: a brushed touch pad must not change a show."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Draw the line from the neutral value to the handle, and the handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = 0.5 * self.height()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.RAISED))
        painter.drawRoundedRect(QRectF(0, middle - 3, self.width(), 6), 3, 3)
        from_x, to_x = sorted((self._x_of(self._neutral), self._x_of(self.value())))
        painter.setBrush(QColor(theme.DIM if self.isEnabled() else theme.EDGE))
        painter.drawRect(QRectF(from_x, middle - 3, to_x - from_x, 6))
        painter.setBrush(QColor(theme.TEXT if self.isEnabled() else theme.FADED))
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.FOCUS), 3))
        painter.drawRoundedRect(QRectF(self._x_of(self.value()) - 6, middle - 11, 12, 22), 4, 4)

    def _x_of(self, value: int) -> float:
        share = (value - self.minimum()) / (self.maximum() - self.minimum())
        return 0.5 * HANDLE_PX + share * (self.width() - HANDLE_PX)

    def _follow(self, event: QMouseEvent) -> None:
        share = (event.position().x() - 0.5 * HANDLE_PX) / max(1, self.width() - HANDLE_PX)
        self.setValue(round(self.minimum() + share * (self.maximum() - self.minimum())))


class NamedSlider(QWidget):
    """A track under its name and value.

    Args:
        name: what it sets.
        texts: widest and shown form of a value, as `value -> text`.
        on_move: called with the new value when a hand moves it.
        low, high, neutral: its scale, and where a double click takes it.
    """

    def __init__(
        self,
        name: str,
        text_of: Callable[[int], str],
        on_move: Callable[[int], object],
        *,
        low: int = 0,
        high: int = 100,
        neutral: int = 50,
    ) -> None:
        super().__init__()
        self._text_of = text_of
        self._on_move = on_move
        self._reported = neutral
        self.track = Track(low, high, neutral)
        self.track.setAccessibleName(name)
        self._value = FixedLabel(text_of(neutral), text_of(low), text_of(high), align=Qt.AlignmentFlag.AlignRight)
        self._hand = QTimer(self)
        self._hand.setSingleShot(True)
        self._hand.setInterval(BELIEVE_HAND_MS)
        self._hand.timeout.connect(self._settle)
        head = QHBoxLayout()
        head.addWidget(caption(name))
        head.addStretch(1)
        head.addWidget(self._value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.track)
        self.track.setValue(neutral)
        self.track.valueChanged.connect(self._moved)

    @property
    def text(self) -> str:
        """The value as it is read."""
        return self._value.text()

    def show_value(self, value: int) -> None:
        """Show what the show reports, unless a hand is on the slider or was a moment ago."""
        self._reported = value
        if not self._hand.isActive() and not self.track.isSliderDown():
            self._settle()

    def _moved(self, value: int) -> None:
        self._value.setText(self._text_of(value))
        self._hand.start()
        self._on_move(value)

    def _settle(self) -> None:
        if self.track.isSliderDown():
            self._hand.start()
            return
        self.track.blockSignals(True)
        self.track.setValue(self._reported)
        self.track.blockSignals(False)
        self.track.update()
        self._value.setText(self._text_of(self.track.value()))
