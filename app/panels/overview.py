"""The whole track at a glance: waveform, markers, loop, how far the dance is danced; a click goes there."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy

from app import theme
from app.panels.track_drawing import Sight, draw_loop, draw_markers, draw_wave
from app.panels.track_plot import TrackPlot
from app.room_model import RoomModel
from app.room_readings import Progress
from realtime.rehearsal_commands import Seek

HEIGHT_PX = 60
_PROGRESS_PX = 3


class Overview(TrackPlot):
    """The track from end to end.

    Args:
        model: the room.
        seen: returns which part the zoomed view shows.
    """

    def __init__(self, model: RoomModel, seen: Callable[[], tuple[float, float]]) -> None:
        super().__init__("Whole track: click to go there", axis=False)
        self._model = model
        self._seen = seen
        self._progress = Progress(0, 0, -1)
        self._played_px = -1
        self.setFixedHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.add_layer(self._draw)
        model.track_changed.connect(self._show_track)
        model.progress_changed.connect(self._show_progress)
        for signal in (model.waveform_changed, model.take_changed, model.transport_changed):
            signal.connect(self.redraw)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height that it has."""
        return QSize(400, HEIGHT_PX)

    def show_time(self, time_s: float) -> None:
        """Put the playhead there; the wave is drawn again when another pixel of it was played."""
        self.show_playhead(time_s)
        played_px = int(self.sight().x_of(time_s))
        if played_px != self._played_px:
            self._played_px = played_px
            self.redraw()

    def mousePressEvent(self, ev: QMouseEvent) -> None:  # noqa: N802 - pyqtgraph's names
        """Go where the finger is."""
        self._go(ev)

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:  # noqa: N802 - pyqtgraph's names
        """Follow the finger."""
        if ev.buttons() & Qt.MouseButton.LeftButton:
            self._go(ev)

    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:  # noqa: N802 - pyqtgraph's names
        """Take note of nothing."""
        ev.accept()

    def wheelEvent(self, ev: QWheelEvent) -> None:  # noqa: N802 - pyqtgraph's names
        """Ignore the wheel: here all of the track is seen."""
        ev.ignore()

    def _go(self, event: QMouseEvent) -> None:
        time_s = self.sight().time_of(event.position().x())
        self._model.send(Seek(min(max(time_s, 0.0), self._model.duration_s)))

    def _show_track(self, _path: str, duration_s: float) -> None:
        self.show_range(0.0, max(duration_s, 0.1))
        self.redraw()

    def _show_progress(self, progress: Progress) -> None:
        self._progress = progress
        self.redraw()

    def _draw(self, painter: QPainter, sight: Sight) -> None:
        box = sight.box
        wave = box.adjusted(0, 4, 0, -4 - 2 * _PROGRESS_PX)
        draw_wave(painter, sight, self._model.waveform, self._model.track_s(), wave)
        room = self._model.room
        draw_loop(painter, sight, () if room is None else room.loop, box, handles=False)
        draw_markers(painter, sight, self._model.take.markers, flags=False)
        from_s, to_s = self._seen()
        frame = QRectF(sight.x_of(from_s), box.top() + 1, (to_s - from_s) * sight.second_px, box.height() - 2)
        painter.setPen(QPen(QColor(theme.DIM), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, 3, 3)
        self._draw_progress(painter, sight)

    def _draw_progress(self, painter: QPainter, sight: Sight) -> None:
        """Draw how far the lanes are danced, one thin line for each; nothing where all is done."""
        lanes = [percent for percent in (self._progress.danced_a, self._progress.danced_b) if percent >= 0]
        for row, percent in enumerate(lanes):
            if percent < 100:
                top = sight.box.bottom() - (row + 1) * (_PROGRESS_PX + 1)
                width = sight.box.width()
                painter.fillRect(QRectF(sight.box.left(), top, width, _PROGRESS_PX), QColor(theme.RAISED))
                painter.fillRect(QRectF(sight.box.left(), top, width * percent / 100, _PROGRESS_PX), QColor(theme.GOOD))
