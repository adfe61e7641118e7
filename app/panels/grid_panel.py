"""The beat grid: the heard beat, or one that a person has taken in hand and corrects."""

from collections.abc import Callable

from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import QGridLayout, QLineEdit

from app import theme
from app.panels.button import DeskButton
from app.panels.frame import PADDING_PX, Panel
from app.panels.text import caption
from app.room_model import RoomModel
from realtime.room.grid import BeatGrid
from realtime.room.take import Take

NUDGE_S = 0.010
TAKE_TEXTS = ("CORRECT THE BEAT", "USE THE HEARD BEAT")


class GridPanel(Panel):
    """Takes the grid in hand, shifts, scales, splits it and sets its bars."""

    def __init__(self, model: RoomModel) -> None:
        super().__init__("Beat grid")
        self._model = model
        self.take = DeskButton(TAKE_TEXTS[0], self._toggle)
        self.earlier = DeskButton(
            "\u25c0 10", lambda: self._edit(lambda grid: grid.shifted(-NUDGE_S)), name="Every beat 10 ms earlier"
        )
        self.later = DeskButton(
            "10 \u25b6", lambda: self._edit(lambda grid: grid.shifted(NUDGE_S)), name="Every beat 10 ms later"
        )
        self.half = DeskButton("/2", lambda: self._edit(lambda grid: grid.scaled(0.5)), name="Half the tempo")
        self.double = DeskButton("\u00d72", lambda: self._edit(lambda grid: grid.scaled(2.0)), name="Double the tempo")
        self.downbeat = DeskButton("BAR", self.bar_here, key="R", name="The bar starts here")
        self.split = DeskButton("SPLIT", self._split, name="Another tempo from here on")
        self.join = DeskButton("JOIN", self._join, name="The tempo before this one goes on")
        for button in (self.earlier, self.later, self.half, self.double, self.downbeat, self.split, self.join):
            button.setMinimumWidth(76)
        self.bpm = QLineEdit()
        self.bpm.setValidator(QDoubleValidator(20.0, 400.0, 3))
        self.bpm.setPlaceholderText("BPM")
        self.bpm.setAccessibleName("Tempo here, BPM")
        self.bpm.setFont(theme.font(theme.SMALL_PX))
        self.bpm.setMinimumWidth(44)
        self.bpm.editingFinished.connect(self._set_tempo)
        self._tools = (self.earlier, self.later, self.half, self.double, self.downbeat, self.split, self.join, self.bpm)
        self._lay_out()
        model.take_changed.connect(self._show_take)
        model.beats_changed.connect(lambda: self._show_take(model.take))
        self._show_take(model.take)

    def bar_here(self) -> None:
        """Let the bar start at the beat nearest to the playhead."""
        here_s = self._model.track_s()
        self._edit(lambda grid: grid.with_downbeat_near(here_s))

    def show_place(self, time_s: float) -> None:
        """Show the tempo of the segment at a time of the track, unless one is being typed."""
        grid = self._model.take.beat_grid
        if self.bpm.hasFocus():
            return
        text = "" if grid is None else f"{grid.segments[grid.segment_at(time_s)].tempo_bpm:.3f}"
        if text != self.bpm.text():
            self.bpm.setText(text)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(PADDING_PX, 8, PADDING_PX, 8)
        grid.setSpacing(6)
        grid.addWidget(caption("BEAT"), 0, 0, 1, 4)
        for row, parts in enumerate(
            ((self.earlier, self.later, self.half, self.double), (self.bpm, self.downbeat, self.split, self.join)),
            start=1,
        ):
            for column, part in enumerate(parts):
                grid.addWidget(part, row, column)
        grid.addWidget(self.take, 3, 0, 1, 4)
        for column in range(4):
            grid.setColumnStretch(column, 1)

    def _toggle(self) -> None:
        self._model.set_grid(None if self._model.take.grid else self._model.fitted_grid())

    def _edit(self, change: Callable[[BeatGrid], BeatGrid]) -> None:
        grid = self._model.take.beat_grid
        if grid is not None:
            self._model.set_grid(change(grid))

    def _split(self) -> None:
        here_s = self._model.track_s()
        self._edit(lambda grid: grid.split_at(here_s))

    def _join(self) -> None:
        here_s = self._model.track_s()
        self._edit(lambda grid: grid.joined(grid.segment_at(here_s)))

    def _set_tempo(self) -> None:
        here_s = self._model.track_s()
        try:
            bpm = float(self.bpm.text())
        except ValueError:
            return
        grid = self._model.take.beat_grid
        # What is shown is rounded: shown again, it is no wish.
        if grid is not None and abs(bpm - grid.segments[grid.segment_at(here_s)].tempo_bpm) > 0.0006:
            self._edit(lambda grid: grid.with_tempo(grid.segment_at(here_s), bpm))

    def _show_take(self, take: Take) -> None:
        in_hand = bool(take.grid)
        self.take.set_text(TAKE_TEXTS[in_hand])
        can_fit = len(self._model.heard_beats) > 8
        self.take.setEnabled(not take.locked and (in_hand or can_fit))
        for tool in self._tools:
            tool.setEnabled(in_hand and not take.locked)
