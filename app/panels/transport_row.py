"""The transport: play, where the track is in time and in bars, markers, loop and speed."""

from collections.abc import Callable
from math import floor

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app import theme
from app.keys import Action, hint
from app.panels.button import DeskButton
from app.panels.frame import PADDING_PX, Panel
from app.panels.slider import NamedSlider
from app.panels.text import FixedLabel
from app.room_keys import ROOM_BINDINGS
from app.room_model import RoomModel
from app.room_readings import Transport, clock_text
from realtime.rehearsal_commands import ClearLoop, Seek, SetSpeed, StepMarker, TogglePlay
from realtime.types import BeatState

TIME_PX = 28
_NARROW_PX = 50
_WORD_PX = 66
PLAY_TEXTS = ("PLAY", "PAUSE")


class TransportRow(Panel):
    """Every button sends a command; what it shows is what the room reports.

    Args:
        model: the room.
        mark: marks the place where the track is.
    """

    def __init__(self, model: RoomModel, *, mark: Callable[[], None]) -> None:
        super().__init__("Transport")
        send = model.send
        self._model = model
        self.start = DeskButton(
            "|\u25c0", lambda: _do(send(Seek(0.0))), key=_hint(Action.TO_START), name="To the beginning"
        )
        self.start.setFixedWidth(_NARROW_PX + 4)
        self.play = DeskButton(
            PLAY_TEXTS[0], lambda: _do(send(TogglePlay())), key=_hint(Action.PLAY), checkable=True
        ).fit(*PLAY_TEXTS)
        self.play.setObjectName("hold")
        self.time = FixedLabel("0:00.0", "0:00:00.0", size_px=TIME_PX, bold=True)
        self.length = FixedLabel("of 0:00.0", "of 0:00:00.0", dim=True, size_px=theme.SMALL_PX)
        self.place = FixedLabel("bar --", "bar 000.0", size_px=theme.LARGE_PX, bold=True)
        self.tempo = FixedLabel("-- BPM", "000.00 BPM", dim=True, size_px=theme.SMALL_PX)
        self.before = DeskButton("\u25c0", lambda: _do(send(StepMarker(-1))), key="P", name="Previous marker")
        self.mark = DeskButton("MARK", mark, key=_hint(Action.MARK), name="Mark this place")
        self.after = DeskButton("\u25b6", lambda: _do(send(StepMarker(1))), key="N", name="Next marker")
        self.loop_in = DeskButton("IN", model.loop_in, key="[", name="Loop begins here")
        self.loop_out = DeskButton("OUT", model.loop_out, key="]", name="Loop ends here")
        self.loop_off = DeskButton(
            "LOOP", lambda: _do(send(ClearLoop())), key=_hint(Action.LOOP_OFF), checkable=True, name="No loop"
        )
        for button in (self.before, self.after, self.loop_in, self.loop_out):
            button.setFixedWidth(_NARROW_PX)
        for button in (self.mark, self.loop_off):
            button.setFixedWidth(_WORD_PX)
        self.speed = NamedSlider(
            "speed",
            lambda percent: f"{percent}%",
            lambda percent: _do(send(SetSpeed(percent / 100))),
            low=50,
            high=150,
            neutral=100,
        )
        self._lay_out()
        model.transport_changed.connect(self._show_transport)
        model.track_changed.connect(self._show_track)

    def show_place(self, time_s: float, beat: BeatState | None) -> None:
        """Show where the track is, and its bar and beat."""
        self.time.setText(clock_text(time_s))
        if beat is None:
            return
        grid = self._model.take.beat_grid
        clock = beat if grid is None else grid.clock_at(time_s)
        place = floor(clock.beat_at(time_s) + 1e-6)
        if grid is None:
            # The ear counts bars as it goes; only the place in the bar is known.
            beats = self._model.beats(max(time_s - 4.0, 0.0), time_s + 1e-6)
            self.place.setText(f"beat {beats[-1].beat_in_bar}" if beats else "beat -")
        else:
            self.place.setText(f"bar {place // clock.beats_per_bar + 1}.{place % clock.beats_per_bar + 1}")
        self.tempo.setText(f"{clock.tempo_bpm:.2f} BPM")

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING_PX, 8, PADDING_PX, 8)
        row.setSpacing(theme.GAP_PX)
        row.addWidget(self.start)
        row.addWidget(self.play)
        for pair in ((self.time, self.length), (self.place, self.tempo)):
            column = QVBoxLayout()
            column.setSpacing(0)
            for label in pair:
                column.addWidget(label)
            row.addLayout(column)
        row.addStretch(1)
        for buttons in (
            (self.before, self.mark, self.after),
            (self.loop_in, self.loop_out, self.loop_off),
        ):
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
        self.speed.setFixedWidth(124)
        row.addWidget(self.speed)

    def _show_track(self, _path: str, duration_s: float) -> None:
        self.length.setText(f"of {clock_text(duration_s)}")

    def _show_transport(self, transport: Transport) -> None:
        self.play.setChecked(transport.playing)
        self.play.set_text(PLAY_TEXTS[transport.playing])
        self.loop_off.setChecked(bool(transport.loop))
        self.speed.show_value(transport.speed_percent)


def _hint(action: Action) -> str:
    return hint(action, bindings=ROOM_BINDINGS)


def _do(_sent: bool) -> None:
    """Take note of nothing: a show that is gone is said elsewhere."""
