"""The track close up: waveform under beats and bars, with markers and loop ends that a hand can move.

The ruler on top is the grid's: a beat is dragged there, when the grid is in hand. Under it are the flags. On the wave a
click goes there and a drag moves the view; the wheel zooms.
"""

from dataclasses import dataclass
from math import floor

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QCursor, QMouseEvent, QPainter, QWheelEvent

from app.panels.track_drawing import CUES_PX, RULER_PX, Sight, draw_beats, draw_loop, draw_markers, draw_wave
from app.panels.track_plot import TrackPlot
from app.room_model import RoomModel
from realtime.rehearsal_commands import Seek, SetLoop
from realtime.room.grid import GridBeat
from realtime.room.take import Marker

_NEAR_PX = 7.0
_CLICK_PX = 4.0
_LEAST_S, _FIRST_S = 0.5, 12.0
_ZOOM = 1.25
_PAGE_AT, _PAGE_TO = 0.92, 0.08
"""Where the playhead turns the page, and where it is on the next one, as shares of the view."""


@dataclass(frozen=True, slots=True)
class Grip:
    """What a hand has hold of: "view", "beat", "marker", "loop start" or "loop end"."""

    what: str
    beat: GridBeat | None = None
    number: int = 0


class TrackView(TrackPlot):
    """A few seconds or minutes of the track."""

    moved = Signal()
    """Another part of the track is seen."""

    def __init__(self, model: RoomModel) -> None:
        super().__init__("Track: click to go there, drag a flag, a loop end or a beat to move it", axis=True)
        self._model = model
        self._grip: Grip | None = None
        self._pressed = QPointF()
        self._pressed_seen = (0.0, _FIRST_S)
        self._dragged = False
        self._drag_s: float | None = None
        self.setMinimumHeight(150)
        self.setMaximumHeight(220)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.add_layer(self._draw)
        model.track_changed.connect(self._show_track)
        for signal in (model.waveform_changed, model.take_changed, model.transport_changed, model.beats_changed):
            signal.connect(self.redraw)

    def show_time(self, time_s: float, *, playing: bool) -> None:
        """Put the playhead there, and turn the page when it leaves the view; a hand on the view keeps it."""
        self.show_playhead(time_s)
        from_s, to_s = self.seen
        share = (time_s - from_s) / max(to_s - from_s, 1e-9)
        if self._grip is None and (not 0.0 <= share <= 1.0 or (playing and share > _PAGE_AT)):
            self.look_at(time_s - _PAGE_TO * (to_s - from_s), to_s - from_s)

    def look_at(self, from_s: float, length_s: float) -> None:
        """Show a part of the track, as much of it as there is."""
        length_s = min(max(length_s, _LEAST_S), max(self._model.duration_s, _LEAST_S))
        from_s = min(max(from_s, 0.0), max(self._model.duration_s - length_s, 0.0))
        self.show_range(from_s, from_s + length_s)
        self.moved.emit()

    def zoom(self, factor: float, around_s: float | None = None) -> None:
        """Show `factor` times as much around a time; around the playhead without one."""
        from_s, to_s = self.seen
        around_s = self._model.track_s() if around_s is None else around_s
        around_s = min(max(around_s, from_s), to_s)
        self.look_at(around_s - (around_s - from_s) * factor, (to_s - from_s) * factor)

    def grip_at(self, place: QPointF) -> Grip:
        """Return what a hand would take hold of at a pixel."""
        sight = self.sight()
        y = place.y() - sight.box.top()
        if y < RULER_PX and self._model.take.grid:
            if beat := self._beat_near(sight, place.x()):
                return Grip("beat", beat=beat)
        elif y < RULER_PX + CUES_PX:
            if number := self._flag_at(sight, place.x()):
                return Grip("marker", number=number)
        elif self._model.room is not None and len(self._model.room.loop) == 2:
            for what, time_s in zip(("loop start", "loop end"), self._model.room.loop, strict=True):
                if abs(sight.x_of(time_s) - place.x()) <= _NEAR_PX:
                    return Grip(what)
        return Grip("view")

    def mousePressEvent(self, ev: QMouseEvent) -> None:  # noqa: N802 - pyqtgraph's names
        """Take hold of what is there."""
        if ev.button() is Qt.MouseButton.LeftButton:
            self._grip, self._pressed, self._dragged = self.grip_at(ev.position()), ev.position(), False
            self._pressed_seen = self.seen

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:  # noqa: N802 - pyqtgraph's names
        """Move what the hand has hold of."""
        if self._grip is None:
            what = self.grip_at(ev.position()).what
            self.setCursor(QCursor(Qt.CursorShape.ArrowCursor if what == "view" else Qt.CursorShape.SizeHorCursor))
            return
        moved = ev.position() - self._pressed
        self._dragged = self._dragged or abs(moved.x()) > _CLICK_PX
        if not self._dragged:
            return
        if self._grip.what == "view":
            from_s, to_s = self._pressed_seen
            self.look_at(from_s - moved.x() / self.sight().second_px, to_s - from_s)
        else:
            self._drag_s = min(max(self.sight().time_of(ev.position().x()), 0.0), self._model.duration_s)
            self.redraw()

    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:  # noqa: N802 - pyqtgraph's names
        """Let go: a click goes there, a drag has moved something."""
        grip, self._grip = self._grip, None
        time_s, self._drag_s = self._drag_s, None
        if grip is None:
            return
        if not self._dragged:
            here_s = self.sight().time_of(ev.position().x())
            if grip.what == "marker":
                here_s = self._model.take.markers[grip.number - 1].at_s
            self._model.send(Seek(min(max(here_s, 0.0), self._model.duration_s)))
        elif time_s is not None:
            self._let_go(grip, time_s)
        self.redraw()

    def wheelEvent(self, ev: QWheelEvent) -> None:  # noqa: N802 - pyqtgraph's names
        """Zoom around the mouse; sideways, move along."""
        sideways, turned = ev.angleDelta().x(), ev.angleDelta().y()
        if abs(sideways) > abs(turned):
            from_s, to_s = self.seen
            self.look_at(from_s - sideways / 120 * 0.1 * (to_s - from_s), to_s - from_s)
        else:
            self.zoom(_ZOOM ** (-turned / 120), self.sight().time_of(ev.position().x()))
        ev.accept()

    def _let_go(self, grip: Grip, time_s: float) -> None:
        model, grid = self._model, self._model.take.beat_grid
        loop = () if model.room is None else model.room.loop
        if grip.what == "beat" and grip.beat is not None and grid is not None:
            model.set_grid(grid.with_beat_at(grip.beat, time_s))
        elif grip.what == "marker":
            marker = model.take.markers[grip.number - 1]
            model.edit_marker(grip.number, Marker(time_s, marker.name, marker.preset))
        elif grip.what == "loop start" and len(loop) == 2:
            model.send(SetLoop(time_s, loop[1]))
        elif grip.what == "loop end" and len(loop) == 2:
            model.send(SetLoop(loop[0], time_s))

    def _beat_near(self, sight: Sight, x: float) -> GridBeat | None:
        near_s = _NEAR_PX / sight.second_px
        time_s = sight.time_of(x)
        beats = self._model.beats(time_s - near_s, time_s + near_s)
        return min(beats, key=lambda beat: abs(beat.time_s - time_s), default=None)

    def _flag_at(self, sight: Sight, x: float) -> int:
        """Return the number of the marker whose flag or line is there; 0 for none."""
        for number, marker in reversed(list(enumerate(self._model.take.markers, 1))):
            left = sight.x_of(marker.at_s)
            if left - _NEAR_PX <= x <= left + 3 * _NEAR_PX:
                return number
        return 0

    def _show_track(self, _path: str, _duration_s: float) -> None:
        self.look_at(0.0, _FIRST_S)
        self.redraw()

    def _draw(self, painter: QPainter, sight: Sight) -> None:
        box, model = sight.box, self._model
        wave = QRectF(box.left(), box.top() + RULER_PX + CUES_PX, box.width(), box.height() - RULER_PX - CUES_PX)
        draw_wave(painter, sight, model.waveform, -1.0, wave.adjusted(0, 4, 0, -4))
        beats = self._shown_beats(sight)
        draw_beats(painter, sight, beats, self._bars_of(beats), in_hand=bool(model.take.grid))
        draw_loop(painter, sight, self._shown_loop(), wave, handles=True)
        draw_markers(painter, sight, self._shown_markers(), flags=True)

    def _shown_beats(self, sight: Sight) -> list[GridBeat]:
        """Return the beats in sight, those of a grid that is just being dragged where the hand has them."""
        grid, grip = self._model.take.beat_grid, self._grip
        if grid is not None and grip is not None and grip.beat is not None and self._drag_s is not None:
            return grid.with_beat_at(grip.beat, self._drag_s).beats(max(sight.from_s, 0.0), sight.to_s)
        return self._model.beats(sight.from_s, sight.to_s)

    def _bars_of(self, beats: list[GridBeat]) -> list[int]:
        """Return the number of each beat's bar, counted from 1 at the first downbeat of the track."""
        grid = self._model.take.beat_grid
        if grid is not None:
            clocks = [(grid.clock_at(beat.time_s + 1e-6), beat.time_s) for beat in beats]
            return [floor(clock.beat_at(time_s) + 0.5) // clock.beats_per_bar + 1 for clock, time_s in clocks]
        before = self._model.beats(0.0, beats[0].time_s - 1e-6) if beats else []
        bar = sum(beat.beat_in_bar == 1 for beat in before)
        bars: list[int] = []
        for beat in beats:
            bar += beat.beat_in_bar == 1
            bars.append(bar)
        return bars

    def _shown_loop(self) -> tuple[float, ...]:
        loop = () if self._model.room is None else self._model.room.loop
        if self._grip is not None and self._drag_s is not None and len(loop) == 2:
            if self._grip.what == "loop start":
                return tuple(sorted((self._drag_s, loop[1])))
            if self._grip.what == "loop end":
                return tuple(sorted((loop[0], self._drag_s)))
        return loop

    def _shown_markers(self) -> list[Marker]:
        markers = list(self._model.take.markers)
        if self._grip is not None and self._grip.what == "marker" and self._drag_s is not None:
            held = markers[self._grip.number - 1]
            markers[self._grip.number - 1] = Marker(self._drag_s, held.name, held.preset)
        return markers
