"""Labels that never move their neighbours: of fixed width, or cut with an ellipsis."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app import theme

UNKNOWN = "--"
"""What stands in the place of a number or a name before the first one comes."""


class FixedLabel(QLabel):
    """A label as wide as the widest text it will ever show.

    Args:
        texts: samples of what it may show; the first is shown until another comes.
        size_px: height of the font.
    """

    def __init__(
        self,
        *texts: str,
        size_px: int = theme.BODY_PX,
        bold: bool = False,
        dim: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        super().__init__(texts[0])
        own_font = theme.font(size_px, bold=bold)
        self.setFont(own_font)
        self.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)
        self.setFixedWidth(theme.widest(texts, own_font) + 2)
        if dim:
            self.setProperty("role", "dim")


class ElidedLabel(QWidget):
    """A label that takes the room there is and cuts its text with an ellipsis."""

    def __init__(self, text: str = "", *, size_px: int = theme.BODY_PX, bold: bool = False, dim: bool = False) -> None:
        super().__init__()
        self._text = text
        self._dim = dim
        self.setFont(theme.font(size_px, bold=bold))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def text(self) -> str:
        """Return the whole text, whatever part of it is seen."""
        return self._text

    def set_text(self, text: str, *, dim: bool | None = None) -> None:
        """Show another text."""
        self._text = text
        self._dim = self._dim if dim is None else dim
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of one line; the width is what the layout has left."""
        return QSize(40, QFontMetrics(self.font()).height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Draw as much of the text as there is room for."""
        painter = QPainter(self)
        shown = theme.DIM if self._dim else theme.TEXT
        painter.setPen(QColor(shown if self.isEnabled() else theme.FADED))
        text = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def caption(text: str) -> QLabel:
    """Return a small dim label that names what stands beside it."""
    label = QLabel(text)
    label.setFont(theme.font(theme.SMALL_PX))
    label.setProperty("role", "dim")
    return label
