"""A list of names that opens under the finger; the panel that owns it says which one is chosen."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QComboBox, QSizePolicy

from app import theme


class NamedPicker(QComboBox):
    """Names to choose from, with a sentence for "none of them".

    Args:
        name: for screen readers.
        none: what stands for the empty choice; "" when one must be chosen.
        on_pick: called with the chosen name when a hand picks it, "" for the empty choice.
    """

    def __init__(self, name: str, on_pick: Callable[[str], None], *, none: str = "") -> None:
        super().__init__()
        self._none = none
        self._names: tuple[str, ...] = ()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumWidth(80)
        self.setFont(theme.font(theme.SMALL_PX))
        # The arrow stands on the right.
        self.setStyleSheet("QComboBox { padding: 0 22px 0 6px; }")
        self._on_pick = on_pick
        self.activated.connect(self._picked)

    def show_choice(self, names: Sequence[str], chosen: str) -> None:
        """Offer these names; the chosen one stays chosen though it is not among them."""
        offered = (*((self._none,) if self._none else ()), *names)
        if chosen and chosen not in names:
            offered = (*offered, chosen)
        if offered != self._names:
            self._names = offered
            self.clear()
            self.addItems(offered)
        self.setCurrentText(chosen or self._none)

    def _picked(self, index: int) -> None:
        self._on_pick("" if self._none and index == 0 else self.itemText(index))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the name and the arrow."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.DIM if self.isEnabled() else theme.FADED))
        right, middle = self.width() - 12.0, 0.5 * self.height()
        painter.drawPolygon(
            QPolygonF([QPointF(right - 10, middle - 3), QPointF(right, middle - 3), QPointF(right - 5, middle + 4)])
        )
