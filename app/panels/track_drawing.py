"""How a track is drawn, in pixels: waveform, beats and bars, loop, markers. Amber is the beat's, as everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app import theme
from app.waveform import Waveform
from realtime.room.grid import GridBeat
from realtime.room.take import Marker

RULER_PX = 24
"""The strip on top that is the grid's: bar numbers, and beats to drag."""
CUES_PX = 24
"""The strip under it with the flags of the markers."""
WAVE = "#56667C"
WAVE_PLAYED = "#8496AE"
LOOP = "#8AB8FF"
FLAG = "#2C3A4E"
FLAG_PRESET = "#3B5548"
_LEAST_BEAT_PX = 5.0
_LEAST_BAR_NUMBER_PX = 34.0


@dataclass(frozen=True, slots=True)
class Sight:
    """Which part of the track is seen, and where on the widget."""

    from_s: float
    to_s: float
    box: QRectF

    def x_of(self, time_s: float) -> float:
        """Return the pixel of a time."""
        return self.box.left() + (time_s - self.from_s) / max(self.to_s - self.from_s, 1e-9) * self.box.width()

    def time_of(self, x: float) -> float:
        """Return the time of a pixel."""
        return self.from_s + (x - self.box.left()) / max(self.box.width(), 1.0) * (self.to_s - self.from_s)

    @property
    def second_px(self) -> float:
        """How wide a second is."""
        return self.box.width() / max(self.to_s - self.from_s, 1e-9)


def draw_wave(painter: QPainter, sight: Sight, waveform: Waveform, played_s: float, box: QRectF) -> None:
    """Draw the waveform into a part of the sight; what was played is lighter."""
    times_s, peaks = waveform.between(sight.from_s, sight.to_s, max(int(box.width()), 1))
    if not len(times_s):
        return
    middle, half = box.center().y(), 0.5 * box.height()
    xs = sight.box.left() + (times_s - sight.from_s) * sight.second_px
    # Silence is a hairline, not nothing.
    tops = middle - np.maximum(peaks[:, 1] * half, 0.5)
    bottoms = middle - np.minimum(peaks[:, 0] * half, -0.5)
    outline = QPolygonF([QPointF(float(x), float(y)) for x, y in zip(xs, tops, strict=True)])
    outline.append([QPointF(float(x), float(y)) for x, y in zip(xs[::-1], bottoms[::-1], strict=True)])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    painter.setPen(Qt.PenStyle.NoPen)
    split = min(max(sight.x_of(played_s), box.left()), box.right())
    for colour, left, right in ((WAVE_PLAYED, box.left(), split), (WAVE, split, box.right())):
        if right > left:
            painter.save()
            painter.setClipRect(QRectF(left, box.top(), right - left, box.height()), Qt.ClipOperation.IntersectClip)
            painter.setBrush(QColor(colour))
            painter.drawPolygon(outline)
            painter.restore()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def draw_beats(
    painter: QPainter, sight: Sight, beats: Sequence[GridBeat], bars: Sequence[int], *, in_hand: bool
) -> None:
    """Draw the beats over the whole height and their bars in the ruler.

    Args:
        painter: where.
        sight: which part of the track.
        beats: the beats in it.
        bars: number of the bar of each beat.
        in_hand: whether the grid is a person's; a heard beat is drawn dashed.
    """
    ruler = QRectF(sight.box.left(), sight.box.top(), sight.box.width(), RULER_PX)
    painter.fillRect(ruler, QColor(theme.PANEL))
    if len(beats) > 1:
        beat_px = (beats[-1].time_s - beats[0].time_s) / (len(beats) - 1) * sight.second_px
    else:
        beat_px = sight.box.width()
    style = Qt.PenStyle.SolidLine if in_hand else Qt.PenStyle.DotLine
    amber = QColor(theme.BEAT)
    painter.setFont(theme.font(theme.SMALL_PX))
    number_x = float("-inf")
    for beat, bar in zip(beats, bars, strict=True):
        is_downbeat = beat.beat_in_bar == 1
        if not is_downbeat and beat_px < _LEAST_BEAT_PX:
            continue
        x = round(sight.x_of(beat.time_s)) + 0.5
        amber.setAlpha(150 if is_downbeat else 60)
        painter.setPen(QPen(amber, 1.0, style))
        painter.drawLine(QPointF(x, ruler.bottom()), QPointF(x, sight.box.bottom()))
        amber.setAlpha(255 if is_downbeat else 140)
        painter.setPen(QPen(amber, 2.0 if is_downbeat else 1.0))
        painter.drawLine(QPointF(x, ruler.bottom() - (14 if is_downbeat else 7)), QPointF(x, ruler.bottom()))
        if is_downbeat and x - number_x >= _LEAST_BAR_NUMBER_PX:
            number_x = x
            painter.setPen(QColor(theme.DIM))
            painter.drawText(QRectF(x + 5, ruler.top(), 60, RULER_PX), Qt.AlignmentFlag.AlignVCenter, str(bar))


def draw_loop(painter: QPainter, sight: Sight, loop: tuple[float, ...], box: QRectF, *, handles: bool) -> None:
    """Shade what is outside the loop and draw its two ends."""
    if len(loop) != 2:
        return
    left, right = sight.x_of(loop[0]), sight.x_of(loop[1])
    shade = QColor(theme.WELL)
    shade.setAlpha(110)
    for from_x, to_x in ((box.left(), min(left, box.right())), (max(right, box.left()), box.right())):
        if to_x > from_x:
            painter.fillRect(QRectF(from_x, box.top(), to_x - from_x, box.height()), shade)
    painter.setPen(QPen(QColor(LOOP), 2.0))
    for x, inward in ((left, 1.0), (right, -1.0)):
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        if handles:
            foot = box.bottom()
            painter.setBrush(QColor(LOOP))
            painter.drawPolygon(
                QPolygonF([QPointF(x, foot - 16), QPointF(x + inward * 12, foot - 8), QPointF(x, foot)])
            )


def draw_markers(painter: QPainter, sight: Sight, markers: Sequence[Marker], *, flags: bool) -> None:
    """Draw a line for every marker, with a flag that names it and its preset."""
    painter.setFont(theme.font(theme.SMALL_PX))
    metrics = painter.fontMetrics()
    for number, marker in enumerate(markers, 1):
        x = sight.x_of(marker.at_s)
        if not sight.box.left() - 200 <= x <= sight.box.right():
            continue
        top = sight.box.top() + (RULER_PX if flags else 0)
        painter.setPen(QPen(QColor(theme.DIM), 1.0))
        painter.drawLine(QPointF(x, top), QPointF(x, sight.box.bottom()))
        if not flags:
            painter.setBrush(QColor(theme.DIM))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawPolygon(QPolygonF([QPointF(x - 5, top), QPointF(x + 5, top), QPointF(x, top + 7)]))
            continue
        text = flag_text(number, marker)
        box = QRectF(x, top, metrics.horizontalAdvance(text) + 14, CUES_PX - 2)
        painter.fillRect(box, QColor(FLAG_PRESET if marker.preset else FLAG))
        painter.setPen(QColor(theme.TEXT))
        painter.drawText(box.adjusted(7, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)


def flag_text(number: int, marker: Marker) -> str:
    """Return what a flag says: the marker's number and name, and the preset it switches to."""
    name = f"{number} {marker.name}".strip()
    return f"{name} \u2192 {marker.preset}" if marker.preset else name
