"""The input: how much it is amplified, and what is too quiet to be heard."""

from PySide6.QtWidgets import QHBoxLayout

from app.panels.frame import PADDING_PX, Panel
from app.panels.slider import NamedSlider
from app.readings import Connection, Controls
from app.view_model import ViewModel
from realtime import commands

SHUT_DB = -70
"""The lowest threshold of the gate; below it the gate is off."""


class InputPanel(Panel):
    """Gain and gate."""

    def __init__(self, view_model: ViewModel) -> None:
        super().__init__("Input")
        self.gain = NamedSlider(
            "gain",
            lambda gain_db: f"{gain_db:+d} dB" if gain_db else "0 dB",
            lambda gain_db: view_model.send(commands.SetGain(float(gain_db))),
            low=-24,
            high=24,
            neutral=0,
        )
        self.gate = NamedSlider(
            "gate",
            lambda gate_db: "off" if gate_db <= SHUT_DB else f"{gate_db} dB",
            lambda gate_db: view_model.send(commands.SetGate(-120.0 if gate_db <= SHUT_DB else float(gate_db))),
            low=SHUT_DB,
            high=-10,
            neutral=SHUT_DB,
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING_PX, 6, PADDING_PX, 2)
        row.setSpacing(14)
        for slider in (self.gain, self.gate):
            row.addWidget(slider, 1)
        view_model.controls_changed.connect(self._show_controls)
        view_model.connection_changed.connect(self._show_connection)

    def _show_controls(self, controls: Controls) -> None:
        self.gain.show_value(controls.gain_db)
        self.gate.show_value(max(controls.gate_db, SHUT_DB))

    def _show_connection(self, connection: Connection) -> None:
        self.setEnabled(connection.attached)
