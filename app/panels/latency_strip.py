"""The latency: the whole, its parts, and the last minute of it."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout

from app import theme
from app.panels.frame import Panel
from app.panels.sparkline import Sparkline
from app.panels.text import UNKNOWN, FixedLabel, caption
from app.readings import Connection, Latency
from app.view_model import ViewModel

SAMPLE_MS = 500
MOST_MS = 999
PARTS = {"audio": "p99", "beat": "p99", "model": "p95", "send": "p99", "draw": "p99"}
"""What is told of each part. A chunk starts its p95 ahead, so that is what matters of the model; see `Latencies`."""


class LatencyStrip(Panel):
    """One line of milliseconds and a sparkline that gets a point every half second.

    The whole is a median, what a dancer feels; the parts are p99, where to look for trouble. They do not add up.
    """

    def __init__(self, view_model: ViewModel) -> None:
        super().__init__("Latency")
        self.total = FixedLabel(
            f"{UNKNOWN} ms", "999 ms", size_px=theme.LARGE_PX, bold=True, align=Qt.AlignmentFlag.AlignRight
        )
        self.parts = {part: FixedLabel(UNKNOWN, "000") for part in PARTS}
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
        row.addWidget(caption("LATENCY\nmedian"))
        row.addWidget(self.total)
        for (part, percentile), value in zip(PARTS.items(), self.parts.values(), strict=True):
            row.addSpacing(2)
            row.addWidget(caption(f"{part}\n{percentile}"))
            row.addWidget(value)
        row.addSpacing(4)
        row.addWidget(self.sparkline, 1)

    def _show_latency(self, latency: Latency) -> None:
        self._newest = latency
        self.total.setText(f"{min(latency.total_ms, MOST_MS)} ms")
        shown = (latency.audio_ms, latency.beat_ms, latency.model_ms, latency.send_ms, latency.draw_ms)
        for label, part_ms in zip(self.parts.values(), shown, strict=True):
            label.setText(str(min(part_ms, MOST_MS)))

    def _show_connection(self, connection: Connection) -> None:
        self.setEnabled(connection.attached)
