"""A lane's stage with its letter over it, and whether it is the one that is sent."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app import theme
from app.stage_slot import Stage

_MARGIN_PX = 12


class LaneStage(QWidget):
    """A picture of one lane.

    Args:
        lane: "A" or "B".
        stage: draws it.
    """

    def __init__(self, lane: str, stage: Stage) -> None:
        super().__init__()
        self._lane = lane
        self._percent = 0
        self._sent = lane == "A"
        picture = stage.native
        picture.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(picture)
        self.badge = QLabel(self)
        self.badge.setFont(theme.font(theme.BODY_PX, bold=True))
        self.badge.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.badge.setStyleSheet(
            f"background: {theme.PANEL}; color: {theme.TEXT}; padding: 4px 10px; border-radius: 5px;"
        )
        self.setAccessibleName(f"Stage of lane {lane}")
        self._show()

    def show_sent(self, *, sent: bool) -> None:
        """Say whether this lane goes to the outputs."""
        self._sent = sent
        self._show()

    def show_danced(self, percent: int) -> None:
        """Say how much of the dance is danced."""
        self._percent = percent
        self._show()

    def _show(self) -> None:
        words = [self._lane]
        if self._sent:
            words.append("SENT")
        if 0 <= self._percent < 100:
            words.append(f"dancing {self._percent}%")
        text = "  ".join(words)
        if text != self.badge.text():
            self.badge.setText(text)
            self.badge.adjustSize()
            self.badge.move(_MARGIN_PX, _MARGIN_PX)
            self.badge.raise_()
