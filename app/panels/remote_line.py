"""The remote control in one line: whether it listens, where, and what it dropped; the counters on a longer look."""

from PySide6.QtWidgets import QHBoxLayout

from app import theme
from app.panels.frame import Panel
from app.panels.status import StatusWord
from app.panels.text import ElidedLabel, caption
from app.readings import Connection, Mark
from app.remote_reading import RemoteControl
from app.view_model import ViewModel

WORDS = ("off", "ok", "flooded", "999 dropped")


class RemoteLine(Panel):
    """Status and place of the remote control; its tool tip has every counter."""

    def __init__(self, view_model: ViewModel) -> None:
        super().__init__("Remote control")
        self.status = StatusWord(*WORDS)
        self.detail = ElidedLabel(dim=True, size_px=theme.SMALL_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(10)
        row.addWidget(caption("REMOTE"))
        row.addWidget(self.detail, 1)
        row.addWidget(self.status)
        view_model.remote_changed.connect(self._show_remote)
        view_model.connection_changed.connect(self._show_connection)

    def _show_remote(self, remote: RemoteControl) -> None:
        self.status.show_status(remote.mark, remote.word)
        self.detail.set_text(remote.detail, dim=remote.mark is not Mark.WARN)
        self.setToolTip(remote.counters)
        self.setAccessibleDescription(f"{remote.detail}. {remote.counters}")

    def _show_connection(self, connection: Connection) -> None:
        self.setEnabled(connection.attached)
