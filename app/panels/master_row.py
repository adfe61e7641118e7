"""The bottom row: help, the output window, and the switches that hold back the whole show."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout

from app import theme
from app.keys import Action, hint
from app.panels.button import DeskButton
from app.panels.frame import Panel
from app.panels.picker import Picker
from app.readings import Connection, Master
from app.view_model import ViewModel

FREEZE_TEXTS = ("FREEZE", "FROZEN")
BLACKOUT_TEXTS = ("BLACKOUT", "BLACK 100%")
PANIC_TEXTS = ("PANIC", "DANCE AGAIN")
MUTE_TEXTS = ("MUTE", "MUTED")
SETUP_TEXTS = ("SETUP", "LOCKED")


class MasterRow(Panel):
    """Help, setup, display picker, OUTPUT, RECORD, MUTE, IDLE, FREEZE, BLACKOUT, PANIC.

    Args:
        show_help, show_setup: shows or hides the help, the setup.
        toggle_output: opens or closes the output window.
        choose_display: takes the name of the display that a person picked.
    """

    def __init__(
        self,
        view_model: ViewModel,
        *,
        show_help: Callable[[], None],
        show_setup: Callable[[], None],
        toggle_output: Callable[[], None],
        choose_display: Callable[[str], None],
    ) -> None:
        super().__init__("Master")
        self._view_model = view_model
        self._panic = False
        self.help = DeskButton("HELP", show_help, key=hint(Action.HELP), name="Help").fit("HELP")
        self.setup = DeskButton("SETUP", show_setup, key=hint(Action.SETUP), name="Setup").fit(*SETUP_TEXTS)
        self.display = Picker("Display of the output")
        self.display.setMinimumWidth(72)
        self.display.setMaximumWidth(220)
        self.display.textActivated.connect(choose_display)
        self.output = DeskButton("OUTPUT", toggle_output, key=hint(Action.OUTPUT), checkable=True).fit("OUTPUT")
        self.mute = DeskButton(
            MUTE_TEXTS[0], view_model.toggle.mute, key=hint(Action.MUTE), checkable=True, name="Mute all OSC"
        )
        self.record = DeskButton(
            "REC", view_model.toggle.record, key=hint(Action.RECORD), checkable=True, name="Record"
        )
        self.idle = DeskButton("IDLE", view_model.toggle.idle, key=hint(Action.IDLE), checkable=True, name="Rest")
        self.freeze = DeskButton(FREEZE_TEXTS[0], view_model.toggle.freeze, key=hint(Action.FREEZE), checkable=True)
        self.blackout = DeskButton(
            BLACKOUT_TEXTS[0], view_model.toggle.blackout, key=hint(Action.BLACKOUT), checkable=True
        )
        self.panic = DeskButton(PANIC_TEXTS[0], self._toggle_panic, checkable=True, name="Panic: Esc Esc")
        self.panic.setObjectName("danger")
        self.panic.setFont(theme.font(theme.LARGE_PX, bold=True))
        for button in (self.output, self.record, self.mute, self.idle, self.freeze, self.blackout):
            button.setObjectName("hold")
        self._lay_out()
        view_model.master_changed.connect(self._show_master)
        view_model.connection_changed.connect(self._show_connection)

    def show_displays(self, names: tuple[str, ...], chosen: str) -> None:
        """Offer these displays; the chosen one stays chosen though it is not there."""
        self.display.show_names(names, chosen)

    def show_output(self, *, is_open: bool) -> None:
        """Say whether the output window is open."""
        self.output.setChecked(is_open)

    def show_locked(self, *, locked: bool) -> None:
        """Say whether the settings are locked for a show."""
        self.setup.set_text(SETUP_TEXTS[locked])
        self.setup.set_key(hint(Action.SHOW_MODE if locked else Action.SETUP))
        self.display.setEnabled(not locked)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 10, 8)
        row.setSpacing(theme.GAP_PX)
        row.addWidget(self.help)
        row.addWidget(self.setup)
        row.addWidget(self.display, 1)
        row.addWidget(self.output)
        row.addStretch(2)
        row.addWidget(self.record.fit("REC"))
        row.addWidget(self.mute.fit(*MUTE_TEXTS))
        row.addWidget(self.idle.fit("IDLE"))
        row.addWidget(self.freeze.fit(*FREEZE_TEXTS))
        row.addWidget(self.blackout.fit(*BLACKOUT_TEXTS))
        row.addWidget(self.panic.fit(*PANIC_TEXTS))

    def _show_master(self, master: Master) -> None:
        self._panic = master.panic
        self.record.setChecked(master.recording)
        self.record.setAccessibleDescription("recording" if master.recording else f"Key {hint(Action.RECORD)}")
        self.idle.setChecked(master.idle)
        self.freeze.setChecked(master.frozen)
        self.freeze.set_text(FREEZE_TEXTS[master.frozen])
        self.blackout.setChecked(master.blackout_percent > 0)
        self.blackout.set_text(f"BLACK {master.blackout_percent}%" if master.blackout_percent else BLACKOUT_TEXTS[0])
        self.panic.setChecked(master.panic)
        self.panic.set_text(PANIC_TEXTS[master.panic])
        self.mute.setChecked(master.muted)
        self.mute.set_text(MUTE_TEXTS[master.muted])

    def _show_connection(self, connection: Connection) -> None:
        for button in (self.record, self.mute, self.idle, self.freeze, self.blackout, self.panic):
            button.setEnabled(connection.attached)

    def _toggle_panic(self) -> None:
        self._view_model.panic(on=not self._panic)
