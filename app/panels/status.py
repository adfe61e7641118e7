"""A status as a shape, a colour and a word; any two of the three may be lost and it can still be read."""

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme
from app.panels.text import UNKNOWN
from app.readings import Mark

SHAPE_PX = 16


class StatusWord(QWidget):
    """A disc (ok), a triangle with ! (warning), a cross (bad) or a ring (off), and a word beside it.

    Args:
        words: every word it may show, for its width; it shows dashes until the first comes.
    """

    def __init__(self, *words: str, size_px: int = theme.BODY_PX, bold: bool = False) -> None:
        super().__init__()
        self._mark = Mark.OFF
        self._word = UNKNOWN
        self.setFont(theme.font(size_px, bold=bold))
        width = SHAPE_PX + theme.GAP_PX + theme.widest((UNKNOWN, *words), self.font()) + 2
        self.setFixedSize(QSize(width, max(SHAPE_PX, self.fontMetrics().height()) + 2))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def mark(self) -> Mark:
        """The status that is shown."""
        return self._mark

    @property
    def word(self) -> str:
        """The word that is shown."""
        return self._word

    def show_status(self, mark: Mark, word: str) -> None:
        """Show another status."""
        self._mark, self._word = mark, word
        self.setAccessibleName(word)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Draw the shape and the word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0.0, 0.5 * (self.height() - SHAPE_PX), SHAPE_PX, SHAPE_PX)
        # A status that nobody reports any more is no status.
        mark = self._mark if self.isEnabled() else Mark.OFF
        draw_mark(painter, mark, box)
        painter.setPen(QColor(colour_of(mark)))
        left = SHAPE_PX + theme.GAP_PX
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._word)


def colour_of(mark: Mark) -> str:
    """Return the colour of a status."""
    return {Mark.OK: theme.GOOD, Mark.WARN: theme.WARN, Mark.BAD: theme.BAD, Mark.OFF: theme.DIM}[mark]


def draw_mark(painter: QPainter, mark: Mark, box: QRectF) -> None:
    """Draw the shape of a status inside a square."""
    colour = QColor(colour_of(mark))
    pen = QPen(colour, 0.15 * box.width(), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    inner = box.marginsRemoved(_margins(0.14 * box.width()))
    if mark is Mark.OK:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(inner)
    elif mark is Mark.OFF:
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(inner)
    elif mark is Mark.BAD:
        painter.setPen(pen)
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.topRight(), inner.bottomLeft())
    else:
        painter.setPen(QPen(colour, 1.0))
        painter.setBrush(colour)
        middle = box.center().x()
        painter.drawPolygon(QPolygonF([QPointF(middle, box.top() + 1), box.bottomRight(), box.bottomLeft()]))
        painter.setPen(QPen(QColor(theme.ON_HELD), 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(middle, box.top() + 6.5), QPointF(middle, box.top() + 10.0))
        painter.drawPoint(QPointF(middle, box.top() + 13.2))


def _margins(width: float) -> QMarginsF:
    return QMarginsF(width, width, width, width)
