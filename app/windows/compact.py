"""The compact strip: tempo, beat, level, latency and panic in 320 by 120 pixels, always on top of other programs.

It may be dragged by any free place, and the keys of the desk work in it.
"""

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app import theme
from app.panels.beat_squares import BeatSquares
from app.panels.button import DeskButton
from app.panels.level_meter import LevelMeter
from app.panels.status import StatusWord
from app.panels.text import UNKNOWN, FixedLabel
from app.readings import Connection, Input, Latency, Level, Mark, Master, Tempo
from app.view_model import ViewModel

SIZE = QSize(320, 120)


class CompactWindow(QWidget):
    """The strip; it closes with the desk, and closing it closes nothing else."""

    moved = Signal(int, int)
    """Where it was dragged to."""
    closed = Signal()
    shown = Signal()
    """There may be a new native window, whose keys want watching."""

    def __init__(self, view_model: ViewModel) -> None:
        flags = Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(None, flags)
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        # The desk is the application; the strip alone must not keep it open.
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self.setWindowTitle("Farandole - strip")
        self.setStyleSheet(theme.style())
        self.setFixedSize(SIZE)
        self._view_model = view_model
        self._panic = False
        self._held_at: QPoint | None = None
        self.digits = FixedLabel(UNKNOWN, "000.0", size_px=30, bold=True, align=Qt.AlignmentFlag.AlignRight)
        self.digits.setAccessibleDescription("Tempo in BPM")
        self.state = StatusWord("WAITING", "NO INPUT", "PLAYING", size_px=theme.SMALL_PX)
        self.latency = FixedLabel(f"{UNKNOWN} ms", "999 ms", size_px=theme.SMALL_PX, dim=True)
        self.squares = BeatSquares(view_model.beat_now, height_px=26)
        self.meter = LevelMeter(view_model.now_s)
        self.panic = DeskButton("PANIC", self._toggle_panic, checkable=True, name="Panic")
        self.panic.setObjectName("danger")
        self.panic.setProperty("strip", True)
        self._lay_out()
        view_model.tempo_changed.connect(self._show_tempo)
        view_model.input_changed.connect(self._show_input)
        view_model.level_changed.connect(self._show_level)
        view_model.latency_changed.connect(self._show_latency)
        view_model.master_changed.connect(self._show_master)
        view_model.connection_changed.connect(self._show_connection)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Say that there may be a new native window."""
        super().showEvent(event)
        self.shown.emit()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Say that it is gone."""
        super().closeEvent(event)
        self.closed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take hold of the strip."""
        self._held_at = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Drag it along."""
        if self._held_at is not None:
            self.move(event.globalPosition().toPoint() - self._held_at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Leave it there."""
        if self._held_at is not None:
            self._held_at = None
            self.moved.emit(self.x(), self.y())

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.state)
        words.addWidget(self.latency)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.digits)
        head.addLayout(words)
        head.addStretch(1)
        head.addWidget(self.panic.fit("PANIC", "DANCE"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 6)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.squares)
        column.addWidget(self.meter)

    def _show_tempo(self, tempo: Tempo) -> None:
        self.digits.setText(f"{tempo.bpm:.1f}")

    def _show_input(self, reading: Input) -> None:
        self.state.show_status(reading.mark, reading.word)

    def _show_level(self, level: Level) -> None:
        self.meter.show_level(level)

    def _show_latency(self, latency: Latency) -> None:
        self.latency.setText(f"{min(latency.total_ms, 999)} ms")

    def _show_master(self, master: Master) -> None:
        self._panic = master.panic
        self.panic.setChecked(master.panic)
        self.panic.set_text("DANCE" if master.panic else "PANIC")

    def _show_connection(self, connection: Connection) -> None:
        self.panic.setEnabled(connection.attached)
        if not connection.attached:
            self.state.show_status(Mark.BAD if connection.lost else Mark.OFF, "LOST" if connection.lost else "WAITING")

    def _toggle_panic(self) -> None:
        self._view_model.panic(on=not self._panic)
