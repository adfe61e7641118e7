"""The benchmark page: how long every stage of the show takes, as a table and as histograms, while it runs."""

import json
import time
from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app import theme
from app.bench import write_html, write_json
from app.bench_labels import LABELS
from app.measured import Histogram, histograms_of
from app.panels.button import DeskButton
from app.panels.frame import PADDING_PX, Panel
from app.panels.text import ElidedLabel
from app.readings import Connection
from app.view_model import ViewModel
from realtime import commands
from realtime.errors import FarandoleError

COLUMNS = ("p50", "p99", "max")
ROW_PX = 27
READ_MS = 500
_NAME_PX, _FIGURE_PX = 132, 78
_NOTE = "milliseconds; both axes of a histogram are logarithmic; lateness is against the schedule"


class BenchPanel(Panel):
    """RUN, EXPORT and CLOSE over a row a stage.

    Args:
        view_model: the show that is measured.
        parent: what the page lies over.
        folder: where reports are exported to.
    """

    def __init__(self, view_model: ViewModel, parent: QWidget, *, folder: Path | None = None) -> None:
        super().__init__("Benchmark")
        self.setParent(parent)
        self._view_model = view_model
        self._folder = folder or Path(platformdirs.user_documents_dir()) / "Farandole"
        self._running = False
        self._read_ns = 0
        self.report: dict[str, Any] | None = None
        self.table = StageTable()
        self.run = DeskButton("RUN", self.toggle, checkable=True, name="Measure").fit("RUN", "STOP")
        self.export = DeskButton("EXPORT", self.write, name="Export the report").fit("EXPORT")
        self.done = DeskButton("CLOSE", self.hide, name="Close the benchmark").fit("CLOSE")
        self.says = ElidedLabel(_NOTE, size_px=theme.SMALL_PX, dim=True)
        self._lay_out()
        self._reader = QTimer(self)
        self._reader.setInterval(READ_MS)
        self._reader.timeout.connect(self.read)
        view_model.connection_changed.connect(self._show_connection)
        self.hide()

    def open(self) -> None:
        """Show the page and measure; a second call puts it away, and goes on measuring."""
        if self.isVisible():
            self.hide()
            return
        self.show()
        self.raise_()
        if not self._running and self.report is None:
            self.toggle()

    def toggle(self) -> None:
        """Measure from now on, or stop."""
        self._running = not self._running
        self.run.setChecked(self._running)
        self.run.set_text("STOP" if self._running else "RUN")
        self._view_model.send(commands.Measure(self._running))
        if self._running:
            self._reader.start()
        else:
            self._reader.stop()

    def read(self) -> None:
        """Show what the show has written since the last look."""
        snapshot = self._view_model.snapshot
        path = Path(snapshot.measured) if snapshot is not None and snapshot.measured else None
        try:
            if path is None or (changed_ns := path.stat().st_mtime_ns) == self._read_ns:
                return
            self.report = json.loads(path.read_text(encoding="utf-8"))
            self._read_ns = changed_ns
        except (OSError, ValueError):
            return  # It is being replaced; the next look finds it.
        self.export.setEnabled(True)
        self.table.show_report(self.report or {})
        seconds = (self.report or {}).get("settings", {}).get("seconds", 0.0)
        self.says.set_text(f"{seconds:.0f} s measured; {_NOTE}")

    def write(self) -> None:
        """Export the report as JSON and as a page."""
        if self.report is None:
            return
        stem = self._folder / time.strftime("bench-%Y-%m-%d-%H%M%S")
        try:
            write_json(stem.with_suffix(".json"), self.report)
            write_html(stem.with_suffix(".html"), self.report)
        except FarandoleError as error:
            self.says.set_text(str(error))
            return
        self.says.set_text(f"written to {stem}.json and .html")

    def _lay_out(self) -> None:
        title = QLabel("Benchmark")
        title.setFont(theme.font(theme.LARGE_PX, bold=True))
        head = QHBoxLayout()
        head.setSpacing(theme.GAP_PX)
        head.addWidget(title)
        head.addSpacing(theme.GAP_PX)
        head.addWidget(self.says, 1)
        for button in (self.run, self.export, self.done):
            head.addWidget(button)
        self.export.setEnabled(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * PADDING_PX, PADDING_PX, PADDING_PX, PADDING_PX)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.table, 1)

    def _show_connection(self, connection: Connection) -> None:
        self.run.setEnabled(connection.attached)
        if not connection.attached and self._running:
            # Whoever measured is gone; another show must be asked anew.
            self._running = False
            self.run.setChecked(False)
            self.run.set_text("RUN")
            self._reader.stop()


class StageTable(QWidget):
    """A row a stage: its name, its figures, its histogram."""

    def __init__(self) -> None:
        super().__init__()
        self._stages: dict[str, dict[str, float]] = {}
        self._drawn: dict[str, Histogram] = {}
        self.setFont(theme.font(theme.SMALL_PX))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Stages")

    def show_report(self, report: dict[str, Any]) -> None:
        """Show a report of `app.bench`."""
        self._stages, self._drawn = report.get("stages", {}), histograms_of(report)
        told = (f"{name} {each['p50']:.1f}, {each['p99']:.1f}" for name, each in self._stages.items() if each["n"])
        self.setAccessibleDescription("p50 and p99 in ms: " + "; ".join(told))
        self.update()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room of every row."""
        return QSize(_NAME_PX + len(COLUMNS) * _FIGURE_PX + 120, (len(LABELS) + 1) * ROW_PX)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Draw the head and the rows."""
        painter = QPainter(self)
        row_px = self.height() / (len(LABELS) + 1)
        self._draw_row(painter, QRectF(0, 0, self.width(), row_px), "", COLUMNS, colour=theme.DIM)
        for index, name in enumerate(LABELS.values(), start=1):
            row = QRectF(0, index * row_px, self.width(), row_px)
            painter.fillRect(QRectF(0, row.top(), row.width(), 1), QColor(theme.EDGE))
            figures = self._stages.get(name, {})
            texts = tuple(_figure(figures[column]) if figures.get("n") else "--" for column in COLUMNS)
            self._draw_row(painter, row, name, texts, colour=theme.TEXT)
            if name in self._drawn:
                left = _NAME_PX + len(COLUMNS) * _FIGURE_PX + 24
                self._draw_histogram(painter, row.adjusted(left, 4, 0, -2), self._drawn[name])

    def _draw_row(self, painter: QPainter, row: QRectF, name: str, texts: tuple[str, ...], *, colour: str) -> None:
        painter.setPen(QColor(theme.DIM))
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        painter.setPen(QColor(colour))
        for place, text in enumerate(texts):
            cell = QRectF(_NAME_PX + place * _FIGURE_PX, row.top(), _FIGURE_PX - 8, row.height())
            painter.drawText(cell, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)

    def _draw_histogram(self, painter: QPainter, room: QRectF, drawn: Histogram) -> None:
        """Draw the bars, and the edges of what was measured beside them."""
        painter.setPen(QColor(theme.DIM))
        low, high = (f"{_figure(edge)}" for edge in (drawn.edges_ms[0], drawn.edges_ms[-1]))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(room.left(), room.top(), 48, room.height()), middle | Qt.AlignmentFlag.AlignRight, low)
        painter.drawText(
            QRectF(room.right() - 52, room.top(), 52, room.height()), middle | Qt.AlignmentFlag.AlignLeft, high
        )
        left, width = room.left() + 56, room.width() - 116
        pitch = width / max(len(drawn.heights), 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.TEXT))
        for place, height in enumerate(drawn.heights):
            tall = height * room.height()
            painter.drawRect(QRectF(left + place * pitch, room.bottom() - tall, max(pitch - 1.0, 1.0), tall))


def _figure(ms: float) -> str:
    """Return milliseconds with as many decimals as can be read."""
    return f"{ms:.0f}" if ms >= 100.0 else f"{ms:.1f}" if ms >= 1.0 else f"{ms:.3f}"
