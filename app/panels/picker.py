"""Picks one of several by name: a list that opens under the finger, never a dialog."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QComboBox, QSizePolicy

from app import theme


class Picker(QComboBox):
    """Some names, with an arrow that says so.

    Args:
        name: what is picked, for screen readers.
    """

    opening = Signal()
    """The list is about to be seen: time to look what there is."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.view().setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(110)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def show_names(self, names: tuple[str, ...], chosen: str) -> None:
        """Offer these; the chosen one stays chosen though it is not there."""
        offered = names if chosen in names or not chosen else (*names, chosen)
        if [self.itemText(place) for place in range(self.count())] != list(offered):
            self.clear()
            self.addItems(offered)
        self.setCurrentText(chosen)

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        """Open the list."""
        self.opening.emit()
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the name and the arrow."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.DIM))
        right, middle = self.width() - 14.0, 0.5 * self.height()
        painter.drawPolygon(
            QPolygonF([QPointF(right - 10, middle - 3), QPointF(right, middle - 3), QPointF(right - 5, middle + 4)])
        )
