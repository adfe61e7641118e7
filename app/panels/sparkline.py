"""A small curve of the recent past, so that a trend is seen without reading numbers."""

from collections import deque

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme


class Sparkline(QWidget):
    """The last `length` values, newest on the right.

    Args:
        length: values that are kept.
        floor: the scale never ends below this, so that a quiet curve looks quiet.
    """

    def __init__(self, *, length: int = 120, floor: float = 80.0) -> None:
        super().__init__()
        self._values: deque[float] = deque(maxlen=length)
        self._floor = floor
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(24)

    @property
    def values(self) -> tuple[float, ...]:
        """What is drawn, oldest first."""
        return tuple(self._values)

    def add(self, value: float) -> None:
        """Draw one more value."""
        self._values.append(value)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room of a curve."""
        return QSize(160, 28)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Draw the curve from zero to the largest value."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bottom = self.height() - 2.0
        painter.setPen(QPen(QColor(theme.EDGE), 1))
        painter.drawLine(QPointF(0, bottom), QPointF(self.width(), bottom))
        if len(self._values) < 2:
            return
        top = max(self._floor, *self._values)
        step = self.width() / ((self._values.maxlen or 2) - 1)
        left = self.width() - step * (len(self._values) - 1)
        points = [
            QPointF(left + step * place, bottom - (bottom - 3.0) * value / top)
            for place, value in enumerate(self._values)
        ]
        painter.setPen(QPen(QColor(theme.TEXT), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.TEXT))
        painter.drawEllipse(points[-1] - QPointF(2, 0), 2.5, 2.5)
