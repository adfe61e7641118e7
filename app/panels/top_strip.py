"""The top strip: is the show alive, what does it hear and how loud, does the dance go out."""

import time
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from app import theme
from app.panels.frame import Panel
from app.panels.level_meter import ClipLamp, LevelMeter
from app.panels.status import StatusWord
from app.panels.text import UNKNOWN, ElidedLabel, FixedLabel, caption
from app.readings import Connection, Input, Level, Mark, Output
from app.view_model import ViewModel

STATE_WORDS = ("LIVE", "WAITING", "LOST", "NO INPUT", "PLAYING", "ENDED", "PANIC")


class TopStrip(Panel):
    """State, input, meter, output rate and losses, in one line."""

    def __init__(self, view_model: ViewModel, *, now_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__("Show")
        self._input = Input("", Mark.OFF, "LIVE")
        self._connection = Connection(False)
        self.state = StatusWord(*STATE_WORDS, size_px=theme.LARGE_PX, bold=True)
        self.title = ElidedLabel("", bold=True)
        self.meter = LevelMeter(now_s)
        self.level = FixedLabel(f"{UNKNOWN} dB", "-99 dB", align=Qt.AlignmentFlag.AlignRight)
        self.clip = ClipLamp()
        self.rate = FixedLabel(f"{UNKNOWN} fps", "000/000 fps")
        self.losses = StatusWord("9999 lost")
        self.dancer = StatusWord("m" * 9)
        self.losses.show_status(Mark.OFF, f"{UNKNOWN} lost")
        self._lay_out()
        view_model.connection_changed.connect(self._show_connection)
        view_model.input_changed.connect(self._show_input)
        view_model.level_changed.connect(self._show_level)
        view_model.output_changed.connect(self._show_output)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(10)
        row.addWidget(self.state)
        row.addWidget(caption("IN"))
        row.addWidget(self.title, 4)
        row.addWidget(self.meter, 3)
        row.addWidget(self.level)
        row.addWidget(self.clip)
        row.addSpacing(4)
        row.addWidget(caption("OUT"))
        row.addWidget(self.rate)
        row.addWidget(self.losses)
        row.addWidget(caption("MODEL"))
        row.addWidget(self.dancer)

    def _show_connection(self, connection: Connection) -> None:
        self._connection = connection
        for part in (self.title, self.meter, self.level, self.clip, self.rate, self.losses, self.dancer):
            part.setEnabled(connection.attached)
        self._show_state()

    def _show_input(self, reading: Input) -> None:
        self._input = reading
        self.title.set_text(reading.title)
        self._show_state()

    def _show_state(self) -> None:
        if self._connection.attached:
            self.state.show_status(self._input.mark, self._input.word)
        else:
            lost = self._connection.lost
            self.state.show_status(Mark.BAD if lost else Mark.OFF, "LOST" if lost else "WAITING")

    def _show_level(self, level: Level) -> None:
        self.meter.show_level(level)
        self.level.setText(f"{max(level.level_db, -99.0):.0f} dB")
        self.clip.show_clipped(clipped=self.meter.clipped)

    def _show_output(self, output: Output) -> None:
        self.rate.setText(f"{output.measured_fps}/{output.fps} fps")
        lost = output.dropped + output.late
        self.losses.show_status(Mark.WARN if lost else Mark.OK, f"{min(lost, 9999)} lost")
        mark = Mark.WARN if output.fallback else Mark.OK
        self.dancer.show_status(mark, output.generator)
