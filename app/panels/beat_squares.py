"""The beat, drawn from the clock: one square a beat, and a bar that fills from one downbeat to the next.

The clock is asked for the moment that is seen now, so that squares and music can be compared by eye. Nothing larger
than a square ever flashes.
"""

from collections.abc import Callable
from math import floor

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme
from realtime.types import BeatState

FRAME_MS = 16
LEVELS = 24
"""Steps of brightness: a frame that would look like the last one is not painted."""

BeatNow = Callable[[], tuple[BeatState, float] | None]


class BeatSquares(QWidget):
    """Squares that flash on their beat, above a phase bar.

    Args:
        beat_now: the beat clock and the show time now, None without a show.
        height_px: of a square.
    """

    def __init__(self, beat_now: BeatNow, *, height_px: int = 50) -> None:
        super().__init__()
        self._height_px = height_px
        self._beat_now = beat_now
        self._shown: tuple[int, int, int, int] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumSize(QSize(200, height_px + 18))
        self.setAccessibleName("Beat in the bar")
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @property
    def shown(self) -> tuple[int, int, int, int] | None:
        """Beats in a bar, the beat in the bar (from 0), its brightness and the pixels of the phase bar."""
        return self._shown

    def look(self) -> None:
        """Look at the clock, and paint when something would look different."""
        now = self._beat_now()
        state = None if now is None else self._state_of(*now)
        if state != self._shown:
            self._shown = state
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room of four squares and the bar."""
        return QSize(260, self._height_px + 18)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Draw the squares and the bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        count, active, level, filled = self._shown or (4, -1, 0, 0)
        pitch = (self.width() + theme.GAP_PX) / count
        for square in range(count):
            box = QRectF(square * pitch + 1, 1, pitch - theme.GAP_PX - 2, self._height_px)
            # The first of the bar keeps a brighter frame: where the bar begins can be seen before it sounds.
            edge = theme.BEAT if square == 0 and self._shown else theme.EDGE
            painter.setPen(QPen(QColor(edge), 2))
            glow = level / LEVELS if square == active else 0.0
            painter.setBrush(theme.mixed(theme.BEAT, theme.WELL, glow))
            painter.drawRoundedRect(box, 5, 5)
        self._draw_phase(painter, count, pitch, filled)

    def _draw_phase(self, painter: QPainter, count: int, pitch: float, filled: int) -> None:
        top = self._height_px + 10
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.RAISED))
        painter.drawRect(QRectF(0, top, self.width(), 6))
        painter.setBrush(theme.mixed(theme.BEAT, theme.PANEL, 0.8))
        painter.drawRect(QRectF(0, top, filled, 6))
        painter.setBrush(QColor(theme.PANEL))
        for beat in range(1, count):
            painter.drawRect(QRectF(beat * pitch - 0.5 * theme.GAP_PX - 1, top, 2, 6))

    def _state_of(self, clock: BeatState, show_s: float) -> tuple[int, int, int, int]:
        beat = clock.beat_at(show_s)
        count = clock.beats_per_bar
        in_bar = beat % count
        phase = beat - floor(beat)
        # Bright for the first tenth of the beat, then a fade to a third: the square stays the one that is on.
        brightness = 1.0 if phase < 0.1 else max(0.3, 1.0 - 1.1 * (phase - 0.1))
        return count, floor(in_bar), round(LEVELS * brightness), round(self.width() * in_bar / count)
