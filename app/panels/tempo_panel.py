"""The tempo: digits that are read from the other end of the booth, the beat, and everything that corrects it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from app import theme
from app.keys import NUDGE_S, Action, hint
from app.panels.beat_squares import BeatSquares
from app.panels.button import DeskButton
from app.panels.frame import PADDING_PX, Panel
from app.panels.status import StatusWord
from app.panels.text import UNKNOWN, FixedLabel
from app.readings import Connection, Mark, Tempo
from app.view_model import ViewModel
from realtime import commands
from realtime.types import TempoSource

MIN_BPM, MAX_BPM = 30.0, 300.0
SURE_PERCENT = 40
TYPE_HERE = "type BPM"


class TempoPanel(Panel):
    """BPM, its source, squares and bar; TAP, SYNC, LOCK, AUTO, half, double, nudge, and a field for a number."""

    def __init__(self, view_model: ViewModel) -> None:
        super().__init__("Tempo")
        self._view_model = view_model
        self._bar_percent = 0
        self.digits = FixedLabel(
            UNKNOWN, "000.0", size_px=theme.DIGITS_PX, bold=True, align=Qt.AlignmentFlag.AlignRight
        )
        self.digits.setAccessibleDescription("Tempo in BPM")
        self.source = StatusWord("AUTO 100%", "DJLINK", bold=True)
        self.bar = FixedLabel(f"bar {UNKNOWN}", "bar 99999  100%", dim=True)
        self.squares = BeatSquares(view_model.beat_now)
        self.field = QLineEdit()
        self.lock = DeskButton("LOCK", view_model.toggle.lock, key=hint(Action.LOCK), name="Lock tempo", checkable=True)
        self.lock.setObjectName("hold")
        self._lay_out()
        self.field.setPlaceholderText(TYPE_HERE)
        self.field.setAccessibleName("Type a tempo in BPM")
        self.field.setMaxLength(6)
        self.field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.field.returnPressed.connect(self._take_typed)
        view_model.tempo_changed.connect(self._show_tempo)
        view_model.connection_changed.connect(self._show_connection)
        view_model.level_changed.connect(self._count_bars)

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(2)
        side.addStretch(1)
        unit = FixedLabel("BPM", size_px=theme.LARGE_PX, dim=True)
        side.addWidget(unit)
        side.addWidget(self.source)
        side.addWidget(self.bar)
        side.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.digits)
        head.addLayout(side)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING_PX, 4, PADDING_PX, PADDING_PX)
        column.setSpacing(theme.GAP_PX)
        column.addLayout(head)
        column.addWidget(self.squares)
        column.addLayout(self._buttons())

    def _buttons(self) -> QGridLayout:
        ask = self._view_model
        tap = DeskButton("TAP", ask.tap, key=hint(Action.TAP), name="Tap the beat")
        tap.setFont(theme.font(theme.LARGE_PX, bold=True))
        sync = DeskButton("SYNC", ask.resync, key=hint(Action.RESYNC), name="Now is the first beat of a bar")
        half = DeskButton("\u00f7 2", lambda: ask.scale_tempo(0.5), key=hint(Action.SCALE, 0.5), name="Half tempo")
        double = DeskButton("\u00d7 2", lambda: ask.scale_tempo(2.0), key=hint(Action.SCALE, 2.0), name="Double tempo")
        earlier = DeskButton("<", lambda: ask.nudge(-NUDGE_S), key=hint(Action.NUDGE, -NUDGE_S), name="Beat earlier")
        later = DeskButton(">", lambda: ask.nudge(NUDGE_S), key=hint(Action.NUDGE, NUDGE_S), name="Beat later")
        auto = DeskButton("AUTO", ask.auto_tempo, key=hint(Action.AUTO), name="Follow the music again")
        grid = QGridLayout()
        grid.setSpacing(theme.GAP_PX)
        grid.addWidget(tap, 0, 0, 1, 2)
        grid.addWidget(sync, 0, 2)
        grid.addWidget(self.lock, 0, 3)
        for column, button in enumerate((half, double, earlier, later)):
            grid.addWidget(button, 1, column)
            grid.setColumnStretch(column, 1)
        grid.addWidget(self.field, 2, 0, 1, 2)
        grid.addWidget(auto, 2, 2)
        grid.addWidget(DeskButton("ROUND", ask.round_tempo, key=hint(Action.ROUND), name="Round the tempo"), 2, 3)
        return grid

    def _show_tempo(self, tempo: Tempo) -> None:
        self.digits.setText(f"{tempo.bpm:.1f}")
        self._bar_percent = tempo.bar_percent
        self.lock.setChecked(tempo.locked)
        if tempo.source is TempoSource.AUTO:
            sure = tempo.confidence_percent >= SURE_PERCENT
            self.source.show_status(Mark.OK if sure else Mark.WARN, f"AUTO {tempo.confidence_percent}%")
        else:
            self.source.show_status(Mark.OFF, tempo.source.name)

    def _count_bars(self) -> None:
        now = self._view_model.beat_now()
        if now is not None:
            clock, show_s = now
            self.bar.setText(f"bar {max(0, clock.bar_at(show_s))}  {self._bar_percent}%")

    def _show_connection(self, connection: Connection) -> None:
        self.setEnabled(connection.attached)

    def _take_typed(self) -> None:
        try:
            bpm = float(self.field.text().replace(",", "."))
        except ValueError:
            bpm = 0.0
        right = MIN_BPM <= bpm <= MAX_BPM
        self._mark_field(wrong=not right)
        self.field.clear()
        self.field.setPlaceholderText(TYPE_HERE if right else f"{MIN_BPM:.0f} to {MAX_BPM:.0f}")
        if right:
            self._view_model.send(commands.SetTempo(bpm))
            self.field.clearFocus()

    def _mark_field(self, *, wrong: bool) -> None:
        self.field.setProperty("wrong", wrong)
        self.field.style().unpolish(self.field)
        self.field.style().polish(self.field)
