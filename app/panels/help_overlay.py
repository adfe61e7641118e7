"""The help: every key of the desk on one page over the window, drawn from the table in `app/keys.py`."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app import theme
from app.keys import GROUPS, Binding

Groups = tuple[tuple[str, tuple[Binding, ...]], ...]


class HelpOverlay(QWidget):
    """Covers its parent until it is clicked or F1 is pressed again; the keys go on working under it."""

    def __init__(self, parent: QWidget, groups: Groups = GROUPS) -> None:
        super().__init__(parent)
        self._covered = parent
        self.setAccessibleName("Keys")
        columns = QHBoxLayout()
        columns.setSpacing(28)
        columns.addStretch(1)
        for stacked in (groups[:1], groups[1:2], groups[2:]):
            column = QVBoxLayout()
            column.setSpacing(20)
            for title, bindings in stacked:
                column.addLayout(_column(title, bindings))
            column.addStretch(1)
            columns.addLayout(column)
        columns.addStretch(1)
        page = QVBoxLayout(self)
        page.addStretch(1)
        page.addLayout(columns)
        page.addSpacing(28)
        page.addWidget(
            _line("Keys rest while you type a number.  F1 closes this page."), 0, Qt.AlignmentFlag.AlignCenter
        )
        page.addStretch(1)
        self.hide()

    def toggle(self) -> None:
        """Show or hide the page."""
        self.setGeometry(self._covered.rect())
        self.setVisible(self.isHidden())
        self.raise_()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Close the page."""
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Darken what lies under the page."""
        ground = QColor(theme.GROUND)
        ground.setAlpha(250)
        QPainter(self).fillRect(self.rect(), ground)


def _column(title: str, bindings: tuple[Binding, ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(12)
    heading = QLabel(title)
    heading.setFont(theme.font(theme.LARGE_PX, bold=True))
    grid.addWidget(heading, 0, 0, 1, 2)
    for row, binding in enumerate(bindings, start=1):
        key = QLabel(binding.label)
        key.setFont(theme.font(theme.BODY_PX, bold=True))
        grid.addWidget(key, row, 0)
        grid.addWidget(_line(binding.words), row, 1)
    grid.setRowStretch(len(bindings) + 1, 1)
    return grid


def _line(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "dim")
    return label
