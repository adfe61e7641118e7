"""One sentence over the stage that says what is wrong and what to do; nothing moves when it comes or goes."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app import theme
from app.panels.status import SHAPE_PX, colour_of, draw_mark
from app.readings import Mark, Notice

HEIGHT_PX = 40


class NoticeBar(QWidget):
    """Lies over the top of its parent, as wide as that, and is gone while there is nothing to say."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._notices: dict[str, Notice] = {}
        self.setFont(theme.font(theme.BODY_PX, bold=True))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence that is shown, or ""."""
        return self._worst().text

    def show_notice(self, notice: Notice, source: str = "show") -> None:
        """Show what a source has to say now; the worst is seen, of equal ones the newest."""
        self._notices.pop(source, None)
        self._notices[source] = notice
        self.setAccessibleName(self.text)
        self.setVisible(bool(self.text))
        self.raise_()
        self.update()

    def fit(self, room: QSize) -> None:
        """Lie over the top of a room."""
        self.setGeometry(0, 0, room.width(), HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Draw the shape and the sentence."""
        notice = self._worst()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(theme.PANEL))
        painter.fillRect(QRectF(0, 0, 4, self.height()), QColor(colour_of(notice.mark)))
        draw_mark(painter, notice.mark, QRectF(18, 0.5 * (self.height() - SHAPE_PX), SHAPE_PX, SHAPE_PX))
        painter.setPen(QColor(theme.TEXT))
        room = self.rect().adjusted(18 + SHAPE_PX + 12, 0, -12, 0)
        text = painter.fontMetrics().elidedText(notice.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)

    def _worst(self) -> Notice:
        order = (Mark.BAD, Mark.WARN, Mark.OFF, Mark.OK)
        spoken = [notice for notice in reversed(self._notices.values()) if notice.text]
        return min(spoken, key=lambda notice: order.index(notice.mark), default=Notice(Mark.OK, ""))
