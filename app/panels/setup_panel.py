"""The three choices that an evening needs (input, display, target) and how the desk shines; over the stage, not modal.

The first evening begins with it, while the dancer dances to the built-in track behind it.
"""

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app import theme
from app.appearance import Appearance
from app.input_levels import InputLevels
from app.inputs import Inputs
from app.keys import Action, hint
from app.looks import BACKGROUNDS
from app.palettes import PALETTES
from app.panels.button import DeskButton
from app.panels.frame import PADDING_PX, Panel
from app.panels.input_picker import InputPicker
from app.panels.picker import Picker
from app.panels.slider import NamedSlider
from app.panels.text import caption
from app.readings import Input
from app.stages import Stages
from app.view_model import ViewModel
from realtime import commands

WELCOME = "Welcome. The dancer hears the built-in track."
SETUP = "Setup"
THREE = "Three choices, and it dances to yours:"
RECEIVERS = {
    "as the preset says": "",
    "TouchDesigner, Unity (flat)": "flat@127.0.0.1:10000",
    "VSeeFace, Warudo (VMC)": "vmc@127.0.0.1:39539",
    "VRChat": "vrchat@127.0.0.1:9000",
    "Resolume": "resolume@127.0.0.1:7000",
}
"""What a receiver is called, and where it listens when nobody changed it; see docs/receivers.md."""


class SetupPanel(Panel):
    """Input, display, target; palette, brightness; the strip and the tap measurement.

    Args:
        calibrate, compact: open the measurement, the strip.
        lock: locks the settings for a show.
        levels: tells how loud the inputs are while one is chosen.
    """

    def __init__(
        self,
        view_model: ViewModel,
        stages: Stages,
        appearance: Appearance,
        inputs: Inputs,
        parent: QWidget,
        *,
        calibrate: Callable[[], None],
        compact: Callable[[], None],
        lock: Callable[[], None],
        levels: InputLevels | None = None,
    ) -> None:
        super().__init__(SETUP)
        self.setParent(parent)
        self._view_model, self._stages, self._appearance, self._inputs = view_model, stages, appearance, inputs
        self._sent: tuple[str, ...] = ()
        self.title = QLabel(SETUP)
        self.title.setFont(theme.font(theme.LARGE_PX, bold=True))
        self.title.setWordWrap(True)
        self.input = InputPicker("Input to listen to", levels or InputLevels())
        self.display = Picker("Display of the output")
        self.receiver = Picker("Receiver of the dance")
        self.receiver.show_names(tuple(RECEIVERS), next(iter(RECEIVERS)))
        self.place = QLineEdit()
        self.place.setAccessibleName("Where the receiver listens, HOST:PORT")
        self.place.setPlaceholderText("HOST:PORT")
        self.palettes = {
            name: DeskButton(name, partial(appearance.choose, name), name=f"Colours {name}", checkable=True)
            for name in PALETTES
        }
        self.brightness = NamedSlider("brightness", "{}%".format, lambda value: appearance.set_brightness(value / 100))
        self.grounds = {
            name: DeskButton(name, partial(stages.choose_ground, name), name=f"Output on {name}", checkable=True)
            for name in BACKGROUNDS
        }
        self.measure = DeskButton("MEASURE LATENCY", calibrate, key=hint(Action.CALIBRATE))
        self.lock = DeskButton("LOCK SETTINGS", lock, key=hint(Action.SHOW_MODE), name="Lock the settings for the show")
        self.compact = DeskButton("SMALL STRIP", compact, key=hint(Action.COMPACT))
        self.done = DeskButton("DONE", self.finish)
        self.done.setFont(theme.font(theme.LARGE_PX, bold=True))
        self._lay_out()
        self._connect()
        self.hide()

    def open(self, *, first: bool = False) -> None:
        """Show it; `first` greets. A second call puts it away."""
        if self.isVisible():
            self.hide()
            return
        self.title.setText(WELCOME if first else SETUP)
        self._inputs.look()
        self._show_choices()
        self.show()
        self.raise_()

    def finish(self) -> None:
        """Take what was typed, and go."""
        self._send_to()
        self._stages.remember(welcomed=True)
        self.hide()

    def _connect(self) -> None:
        self.input.textActivated.connect(self._choose_input)
        self.input.opening.connect(self._inputs.look)
        self.display.textActivated.connect(self._choose_display)
        self.receiver.textActivated.connect(self._choose_receiver)
        self.place.returnPressed.connect(self._send_to)
        self._inputs.changed.connect(self._show_choices)
        self._stages.changed.connect(self._show_choices)
        self._appearance.changed.connect(self._show_choices)
        self._view_model.input_changed.connect(self._show_input)

    def _show_input(self, reading: Input) -> None:
        self.input.show_names(self._inputs.names, reading.title)

    def _show_choices(self) -> None:
        snapshot = self._view_model.snapshot
        self.input.show_names(self._inputs.names, snapshot.title if snapshot is not None else "")
        self.display.show_names(self._stages.display_names, self._stages.display)
        for name, button in self.palettes.items():
            button.setChecked(name == self._appearance.name)
        for name, button in self.grounds.items():
            button.setChecked(name == self._stages.settings.background)
        self.brightness.show_value(round(100 * self._appearance.brightness))

    def _choose_input(self, name: str) -> None:
        self._view_model.send(commands.ChooseInput(name))

    def _choose_display(self, name: str) -> None:
        self._stages.choose(display=name)

    def _choose_receiver(self, name: str) -> None:
        _, _, place = RECEIVERS[name].rpartition("@")
        self.place.setText(place)
        self.place.setEnabled(bool(place))
        self._send_to()

    def _send_to(self) -> None:
        """Send to the receiver that is chosen; nothing changes while nobody chose one."""
        profile, at, standard = RECEIVERS[self.receiver.currentText()].rpartition("@")
        place = self.place.text().strip() or standard
        wanted = (f"{profile}{at}{place}",) if standard else ()
        if wanted != self._sent:
            self._sent = wanted
            self._view_model.send(commands.ChooseTargets(wanted))

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(theme.GAP_PX)
        for row, (name, picker) in enumerate(
            (("1  input", self.input), ("2  display", self.display), ("3  target", self.receiver))
        ):
            grid.addWidget(caption(name), row, 0)
            grid.addWidget(picker, row, 1)
        grid.addWidget(self.place, 3, 1)
        grid.setColumnStretch(1, 1)
        colours, grounds = _row_of(self.palettes.values()), _row_of(self.grounds.values())
        tools = QHBoxLayout()
        tools.setSpacing(theme.GAP_PX)
        tools.addWidget(self.measure, 3)
        tools.addWidget(self.compact, 2)
        self.lock.clicked.connect(self.hide)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(theme.GAP_PX + 2)
        column.addWidget(self.title)
        column.addWidget(caption(THREE))
        column.addLayout(grid)
        column.addWidget(self.done)
        column.addSpacing(6)
        column.addWidget(caption(f"Behind the dancer in the output (key {hint(Action.NEXT_GROUND)})"))
        column.addLayout(grounds)
        column.addWidget(caption(f"Light of the desk (key {hint(Action.NEXT_THEME)})"))
        column.addLayout(colours)
        column.addWidget(self.brightness)
        column.addLayout(tools)
        column.addWidget(self.lock)
        column.addStretch(1)
        self.inside = inside
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QVBoxLayout(self)
        page.setContentsMargins(2 * PADDING_PX, PADDING_PX, PADDING_PX, PADDING_PX)
        page.addWidget(scroll)


def _row_of(buttons: Iterable[DeskButton]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.GAP_PX)
    for button in buttons:
        row.addWidget(button, 1)
    return row
