"""The latency: the whole, its parts, and the last minute of it."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app import theme
from app.panels.frame import Panel
from app.panels.sparkline import Sparkline
from app.panels.text import UNKNOWN, FixedLabel, caption
from app.readings import LATENCY_PARTS, Connection, Latency
from app.view_model import ViewModel

SAMPLE_MS = 500
MOST_MS = 999
WIDEST = "000 / 000"


class LatencyStrip(Panel):
    """One line of milliseconds and a sparkline that gets a point every half second.

    The whole is a median, what a dancer feels. Of each part stands what is usual (p50) and where to look for trouble
    (p99; of the model p95, for chunks start that much ahead). They do not add up.
    """

    def __init__(self, view_model: ViewModel) -> None:
        super().__init__("Latency")
        self.total = FixedLabel(
            f"{UNKNOWN} ms", "999 ms", size_px=theme.LARGE_PX, bold=True, align=Qt.AlignmentFlag.AlignRight
        )
        self.parts = {part: FixedLabel(UNKNOWN, WIDEST) for part in LATENCY_PARTS}
        self.sparkline = Sparkline()
        self.sparkline.setAccessibleName("Latency in the last minute")
        self._newest: Latency | None = None
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(SAMPLE_MS)
        self._timer.timeout.connect(self.sample)
        self._timer.start()
        view_model.latency_changed.connect(self._show_latency)
        view_model.connection_changed.connect(self._show_connection)

    def sample(self) -> None:
        """Add the newest total to the sparkline."""
        if self._newest is not None and self.isEnabled():
            self.sparkline.add(self._newest.total_ms)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 14, 4)
        row.setSpacing(6)
        row.addWidget(caption("LATENCY\np50 / p99"))
        row.addWidget(self.total)
        for part, value in self.parts.items():
            row.addSpacing(4)
            block = QVBoxLayout()
            block.setSpacing(0)
            block.addWidget(caption(part))
            value.setAccessibleDescription(f"Latency of {part}: p50 / p99 in ms")
            block.addWidget(value)
            row.addLayout(block)
        row.addSpacing(4)
        row.addWidget(self.sparkline, 1)

    def _show_latency(self, latency: Latency) -> None:
        self._newest = latency
        self.total.setText(f"{min(latency.total_ms, MOST_MS)} ms")
        pairs = zip(latency.typical_ms, latency.worst_ms, strict=True)
        for label, (typical_ms, worst_ms) in zip(self.parts.values(), pairs, strict=True):
            label.setText(f"{min(typical_ms, MOST_MS)} / {min(worst_ms, MOST_MS)}")

    def _show_connection(self, connection: Connection) -> None:
        self.setEnabled(connection.attached)
