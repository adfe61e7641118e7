"""How loud the input is: a ladder of lamps, the loudest of the last second, and a clip light."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme
from app.readings import Level

FLOOR_DB = -60.0
LAMP_DB = 2.0
LAMPS = round(-FLOOR_DB / LAMP_DB)
AMBER_DB = -12.0
RED_DB = -4.0
CLIP_PEAK = 0.99
HOLD_S = 1.5


class LevelMeter(QWidget):
    """Lamps from -60 to 0 dB; amber and red ones are also taller, for those who see no difference in colour.

    Args:
        now_s: host time, for how long a peak stays.
    """

    def __init__(self, now_s: Callable[[], float]) -> None:
        super().__init__()
        self._now_s = now_s
        self._lit = 0
        self._held = 0
        self._held_until_s = float("-inf")
        self._clip_until_s = float("-inf")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(90)
        self.setAccessibleName("Input level")

    @property
    def clipped(self) -> bool:
        """Whether the input was too loud a moment ago."""
        return self._now_s() < self._clip_until_s

    @property
    def lit(self) -> int:
        """How many lamps are lit."""
        return self._lit

    def show_level(self, level: Level) -> None:
        """Show another level."""
        now_s = self._now_s()
        lit = max(0, min(LAMPS, round((level.level_db - FLOOR_DB) / LAMP_DB)))
        if level.peak >= CLIP_PEAK:
            self._clip_until_s = now_s + HOLD_S
        held = self._held
        if lit >= self._held or now_s >= self._held_until_s:
            held, self._held_until_s = lit, now_s + HOLD_S
        if (lit, held) != (self._lit, self._held):
            self._lit, self._held = lit, held
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room of a meter."""
        return QSize(220, 24)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Draw the lamps."""
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        pitch = self.width() / LAMPS
        for lamp in range(LAMPS):
            on = self.isEnabled() and (lamp < self._lit or lamp == self._held - 1)
            top_db = FLOOR_DB + (lamp + 1) * LAMP_DB
            colour = theme.BAD if top_db > RED_DB else theme.WARN if top_db > AMBER_DB else theme.GOOD
            inset = 0.0 if top_db > RED_DB else 2.0 if top_db > AMBER_DB else 4.0
            painter.setBrush(QColor(colour) if on else theme.mixed(colour, theme.PANEL, 0.16))
            painter.drawRect(QRectF(lamp * pitch, inset, pitch - 2.0, self.height() - 2.0 * inset))


class ClipLamp(QWidget):
    """A frame around the word CLIP that fills when the input was too loud."""

    def __init__(self) -> None:
        super().__init__()
        self._clipped = False
        self.setFont(theme.font(theme.SMALL_PX, bold=True))
        self.setFixedSize(theme.widest(("CLIP",), self.font()) + 12, 24)
        self.setAccessibleName("Input does not clip")

    @property
    def clipped(self) -> bool:
        """Whether the lamp is lit."""
        return self._clipped

    def show_clipped(self, *, clipped: bool) -> None:
        """Light the lamp, or put it out."""
        if clipped != self._clipped:
            self._clipped = clipped
            self.setAccessibleName("Input clips: lower the gain" if clipped else "Input does not clip")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Draw the lamp."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.BAD if self._clipped else theme.EDGE))
        painter.setBrush(QColor(theme.BAD if self._clipped else theme.PANEL))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 1.5, -0.5, -1.5), 3, 3)
        painter.setPen(QColor(theme.ON_HELD if self._clipped else theme.DIM))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "CLIP")
