"""The two lanes: who dances A and B, from which preset and seed, and which of them is sent."""

from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QGridLayout, QLineEdit

from app import theme
from app.panels.button import DeskButton
from app.panels.frame import PADDING_PX, Panel
from app.panels.named_picker import NamedPicker
from app.panels.text import caption
from app.readings import Presets
from app.room_model import RoomModel
from app.view_model import ViewModel
from realtime.rehearsal_commands import SendLane, SetLane
from realtime.room.take import Lane, Take

_MOST_SEED = 2**31 - 1


class LaneControls:
    """The widgets of one lane. Not a widget itself: the panel's grid lines the two up.

    Args:
        model: the room.
        lane: "A" or "B".
    """

    def __init__(self, model: RoomModel, lane: str) -> None:
        self._model = model
        self._lane = lane
        self._shown = Lane()
        self.send = DeskButton(lane, self._send, checkable=True, name=f"Send lane {lane}").fit("0")
        self.send.setObjectName("hold")
        self.preset = NamedPicker(f"Preset of lane {lane}", lambda name: self._change(preset=name), none="preset")
        self.model = NamedPicker(f"Dancer of lane {lane}", lambda name: self._change(model=name), none="dancer")
        self.seed = QLineEdit()
        self.seed.setValidator(QIntValidator(0, _MOST_SEED))
        self.seed.setPlaceholderText("seed")
        self.seed.setAccessibleName(f"Seed of lane {lane}")
        self.seed.setFont(theme.font(theme.SMALL_PX))
        self.seed.setFixedWidth(56)
        self.seed.editingFinished.connect(self._set_seed)
        self.next = DeskButton("+1", self._next_seed, name=f"Next seed of lane {lane}").fit("+1")

    def show_lane(self, lane: Lane, presets: tuple[str, ...], models: tuple[str, ...], *, locked: bool) -> None:
        """Show who dances; a seed that is being typed stays."""
        self._shown = lane
        self.preset.show_choice(presets, lane.preset)
        self.model.show_choice(models, lane.model)
        if not self.seed.hasFocus():
            self.seed.setText("" if lane.seed < 0 else str(lane.seed))
        self.send.setEnabled(lane.on)
        for part in (self.preset, self.model, self.seed, self.next):
            part.setEnabled(lane.on and not locked)

    def _send(self) -> None:
        self._model.send(SendLane(self._lane))

    def _set_seed(self) -> None:
        text = self.seed.text()
        seed = int(text) if text else -1
        if seed != self._shown.seed:
            self._change(seed=seed)

    def _next_seed(self) -> None:
        self.seed.clearFocus()
        self._change(seed=min(max(self._shown.seed, 0) + 1, _MOST_SEED))

    def _change(self, *, preset: str | None = None, model: str | None = None, seed: int | None = None) -> None:
        lane = self._shown
        self._model.send(
            SetLane(
                self._lane,
                lane.preset if preset is None else preset,
                lane.model if model is None else model,
                lane.seed if seed is None else seed,
            )
        )


class LanesPanel(Panel):
    """A and B, one under the other."""

    def __init__(self, view_model: ViewModel, model: RoomModel) -> None:
        super().__init__("Lanes")
        self._model = model
        self._presets: tuple[str, ...] = ()
        self.a, self.b = LaneControls(model, "A"), LaneControls(model, "B")
        self.compare = DeskButton("COMPARE A | B", self._toggle_b, checkable=True, name="Compare two dancers")
        grid = QGridLayout(self)
        grid.setContentsMargins(PADDING_PX, 8, PADDING_PX, 8)
        grid.setSpacing(6)
        grid.addWidget(caption("DANCERS"), 0, 0, 1, 4)
        for row, lane in enumerate((self.a, self.b), start=1):
            parts = (lane.send, lane.preset, lane.model, lane.seed, lane.next)
            for column, part in enumerate(parts):
                grid.addWidget(part, row, column)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        grid.addWidget(self.compare, 3, 0, 1, 5)
        model.take_changed.connect(self._show_take)
        model.sent_changed.connect(self._show_sent)
        view_model.presets_changed.connect(self._show_presets)
        self._show_take(model.take)

    def send_other(self) -> None:
        """Send the lane that is not sent."""
        room = self._model.room
        self._model.send(SendLane("A" if room is not None and room.sent == "B" else "B"))

    def _toggle_b(self) -> None:
        lane = self._model.take.b
        # The first comparison is of two seeds: something that can be seen.
        seed = lane.seed if lane.seed >= 0 else max(self._model.take.a.seed, 0) + 1
        self._model.send(SetLane("B", lane.preset, lane.model, seed, on=not lane.on))

    def _show_presets(self, presets: Presets) -> None:
        self._presets = presets.names
        self._show_take(self._model.take)

    def _show_take(self, take: Take) -> None:
        models = () if self._model.room is None else self._model.room.models
        for controls, lane in ((self.a, take.a), (self.b, take.b)):
            controls.show_lane(lane, self._presets, models, locked=take.locked)
        self.compare.setChecked(take.b.on)
        self.compare.setEnabled(not take.locked)

    def _show_sent(self, sent: str) -> None:
        self.a.send.setChecked(sent != "B")
        self.b.send.setChecked(sent == "B")
