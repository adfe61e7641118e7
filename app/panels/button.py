"""The one button of the desk: a word, and under it the key that does the same."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from app import theme

PADDING_PX = 11
EDGE_PX = 4
"""Border and padding of the style sheet."""


class DeskButton(QPushButton):
    """A button of at least 44 px that a mouse cannot give the focus to, so that the keys keep their meaning.

    Args:
        text: what it says.
        on_click: what it does.
        key: the key that does the same, shown under the word; "" for none.
        name: what a screen reader says.
        checkable: whether it shows a state; a click asks for the other, and only the show changes it.
    """

    def __init__(
        self, text: str, on_click: Callable[[], None], *, key: str = "", name: str = "", checkable: bool = False
    ) -> None:
        super().__init__(text)
        self._key = key
        self._text = text
        self._on_click = on_click
        self.setFont(theme.font(theme.BODY_PX, bold=True))
        self.setProperty("keyed", bool(key))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(theme.TARGET_PX)
        self.setAccessibleName(name or text)
        self.setAccessibleDescription(f"Key {key}" if key else "")
        self.setCheckable(checkable)
        self.clicked.connect(self._clicked)

    def fit(self, *texts: str) -> "DeskButton":
        """Keep the width that holds any of the texts, and return the button."""
        self.setFixedWidth(max(theme.TARGET_PX, theme.widest(texts, self.font()) + 2 * PADDING_PX))
        return self

    def set_text(self, text: str) -> None:
        """Say something else, cut with an ellipsis where there is not the room for it."""
        self._text = text
        self.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, self.width() - 2 * EDGE_PX))

    def set_key(self, key: str) -> None:
        """Show another key under the word."""
        if key != self._key:
            self._key = key
            self.setAccessibleDescription(f"Key {key}" if key else "")
            self.update()

    def show_waiting(self, *, waiting: bool) -> None:
        """Show with an amber frame and dots that what was asked for waits for its beat."""
        if self.property("waiting") != waiting:
            self.setProperty("waiting", waiting)
            self.setAccessibleDescription("waits for its beat" if waiting else f"Key {self._key}" if self._key else "")
            self.style().unpolish(self)
            self.style().polish(self)
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Cut the text to the new room."""
        super().resizeEvent(event)
        self.set_text(self._text)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the button and its key."""
        super().paintEvent(event)
        if not self._key:
            return
        painter = QPainter(self)
        painter.setFont(theme.font(theme.SMALL_PX))
        painter.setPen(QColor(self._key_colour()))
        foot = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
        key = f"... {self._key} ..." if self.property("waiting") else self._key
        painter.drawText(self.rect().adjusted(0, 0, 0, -5), foot, key)

    def _key_colour(self) -> str:
        if not self.isEnabled():
            return theme.FADED
        if self.isChecked():
            return theme.ON_HELD if self.objectName() == "hold" else theme.TEXT
        return theme.DIM

    def _clicked(self) -> None:
        if self.isCheckable():
            self.setChecked(not self.isChecked())
        self._on_click()
