"""How the dance should be: presets by number and how they change, four sliders, look and camera of the stage."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app import theme
from app.keys import Action, hint
from app.panels.button import DeskButton
from app.panels.frame import PADDING_PX, Panel
from app.panels.slider import NamedSlider
from app.readings import Connection, Controls, Presets
from app.view_model import ViewModel
from realtime import commands

PRESET_KEYS = 9


class DancePanel(Panel):
    """Presets, sliders, look and camera.

    Args:
        next_look, next_camera: show the next one on every stage of this window.
        next_wait, next_fade: choose what presets wait for, and how slowly they change.
    """

    def __init__(
        self,
        view_model: ViewModel,
        *,
        next_look: Callable[[], None],
        next_camera: Callable[[], None],
        next_wait: Callable[[], None],
        next_fade: Callable[[], None],
    ) -> None:
        super().__init__("Dance")
        self._view_model = view_model
        self.presets = tuple(
            DeskButton("", partial(view_model.load_preset, number), key=str(number), checkable=True)
            for number in range(1, PRESET_KEYS + 1)
        )
        self.energy = NamedSlider("energy", _percent, self._unit(commands.SetEnergy))
        self.style_slider = NamedSlider("style", _percent, self._unit(commands.SetStyle))
        self.smoothing = NamedSlider("smooth", _percent, self._unit(commands.SetSmoothing), neutral=25)
        self.offset = NamedSlider(
            "offset",
            lambda value_ms: f"{value_ms:+d} ms" if value_ms else "0 ms",
            lambda value_ms: self._send(commands.SetOffset(value_ms / 1000)),
            low=-500,
            high=500,
            neutral=0,
        )
        self.look = DeskButton("look", next_look, key=hint(Action.NEXT_LOOK), name="Next look")
        self.camera = DeskButton("camera", next_camera, key=hint(Action.NEXT_CAMERA), name="Next camera")
        self.wait = DeskButton("bar", next_wait, key=hint(Action.NEXT_WAIT), name="Presets wait for")
        self.fade = DeskButton("0.5 s", next_fade, key=hint(Action.NEXT_FADE), name="Presets fade")
        self._lay_out()
        view_model.presets_changed.connect(self._show_presets)
        view_model.controls_changed.connect(self._show_controls)
        view_model.connection_changed.connect(self._show_connection)

    def show_look(self, look: str, camera: str) -> None:
        """Say which look and camera the stage has."""
        self.look.set_text(look)
        self.camera.set_text(camera)

    def show_change(self, wait: str, fade_s: float) -> None:
        """Say what presets wait for and how slowly they change."""
        self.wait.set_text(wait)
        self.wait.setAccessibleDescription(f"Presets wait for: {wait}. Key {hint(Action.NEXT_WAIT)}")
        self.fade.set_text(f"{fade_s:g} s" if fade_s else "cut")
        self.fade.setAccessibleDescription(f"Presets fade {fade_s:g} s. Key {hint(Action.NEXT_FADE)}")

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.GAP_PX - 2)
        for button in (self.wait, self.fade):
            button.setFixedWidth(66)
            button.setFont(theme.font(theme.SMALL_PX, bold=True))
            row.addWidget(button)
        for button in self.presets:
            button.setMaximumWidth(200)
            button.setFont(theme.font(theme.SMALL_PX, bold=True))
            row.addWidget(button, 1)
        row.addStretch(0)
        sliders = QHBoxLayout()
        sliders.setSpacing(10)
        for slider in (self.energy, self.style_slider, self.smoothing, self.offset):
            sliders.addWidget(slider, 1)
        for button in (self.look, self.camera):
            button.setFixedWidth(88)
            sliders.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING_PX, 10, PADDING_PX, 10)
        column.setSpacing(theme.GAP_PX)
        column.addLayout(row)
        column.addLayout(sliders)

    def _show_presets(self, presets: Presets) -> None:
        names = presets.names[:PRESET_KEYS]
        for place, button in enumerate(self.presets):
            name = names[place] if place < len(names) else ""
            button.set_text(name)
            button.setAccessibleName(f"Preset {name}")
            button.setVisible(bool(name))
            button.setChecked(bool(name) and name == presets.current)
            button.show_waiting(waiting=bool(name) and name == presets.waiting)

    def _show_controls(self, controls: Controls) -> None:
        self.energy.show_value(controls.energy)
        self.style_slider.show_value(controls.style)
        self.smoothing.show_value(controls.smoothing)
        self.offset.show_value(controls.offset_ms)

    def _show_connection(self, connection: Connection) -> None:
        # The look and the camera belong to this window and need no show.
        for part in (*self.presets, self.energy, self.style_slider, self.smoothing, self.offset):
            part.setEnabled(connection.attached)

    def _send(self, command: commands.Command) -> None:
        self._view_model.send(command)

    def _unit(self, kind: Callable[[float], commands.Command]) -> Callable[[int], None]:
        return lambda percent: self._send(kind(percent / 100))


def _percent(value: int) -> str:
    return f"{value}%"
