"""A picture of what the tracker heard and declared: waveform, onsets, tempo likelihood, beats. Qt draws, no screen."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication

from app.beat_run import BeatRun
from realtime.types import HOP_S

_ROW_S = 30.0
_WIDTH, _LEFT, _RIGHT = 1600, 70, 20
_WAVE, _ONSET, _TEMPO, _GAP, _TOP = 90, 60, 130, 46, 60
_ROW = _WAVE + _ONSET + _TEMPO + _GAP
_PAPER, _INK, _FAINT = QColor(14, 16, 22), QColor(222, 226, 236), QColor(96, 104, 122)
_SOUND, _HIT, _BEAT, _DOWNBEAT = (
    QColor(70, 120, 190),
    QColor(236, 164, 66),
    QColor(120, 200, 160, 150),
    QColor(255, 92, 120),
)


def draw_beats(path: Path, *, title: str, peaks: Sequence[float], run: BeatRun) -> None:
    """Draw a run into an image file, 30 seconds a row.

    Args:
        path: where to; the ending decides the format.
        title: what to write above.
        peaks: largest |sample| of every hop.
        run: what was heard and declared.

    Raises:
        OSError: the image cannot be written.
    """
    # Not a QGuiApplication: whoever wants widgets in the same process would abort on it.
    _application = QApplication.instance() or QApplication(["beats", "-platform", "offscreen"])
    rows = max(int(np.ceil(len(peaks) * HOP_S / _ROW_S)), 1)
    image = QImage(_WIDTH, _TOP + rows * _ROW, QImage.Format.Format_RGB32)
    image.fill(_PAPER)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _text(painter, 20, 38, f"{title}: {len(run.beats)} beats, {run.us_per_hop:.0f} us per hop", size=17)
    for row in range(rows):
        _Row(painter, top=_TOP + row * _ROW, start_s=row * _ROW_S).draw(np.array(peaks), run)
    painter.end()
    if not image.save(str(path)):
        raise OSError(f"{path} was not written")


class _Row:
    def __init__(self, painter: QPainter, *, top: float, start_s: float) -> None:
        self._painter, self._top, self._start_s = painter, top, start_s

    def draw(self, peaks: NDArray[np.floating], run: BeatRun) -> None:
        hops = slice(round(self._start_s / HOP_S), round((self._start_s + _ROW_S) / HOP_S))
        wave_middle, onset_base = self._top + _WAVE / 2, self._top + _WAVE + _ONSET
        self._bars(peaks[hops], _SOUND, base=wave_middle, height=_WAVE / 2, both_ways=True)
        self._bars(run.onsets[hops], _HIT, base=onset_base, height=_ONSET - 6, both_ways=False)
        self._tempi(run.tempo_belief[hops.start // 10 : hops.stop // 10])
        self._beats(run)
        for label, y in (("sound", wave_middle), ("onsets", onset_base - 20), ("tempo", onset_base + _TEMPO / 2)):
            _text(self._painter, 12, y, label, color=_FAINT)
        for second in range(0, int(_ROW_S) + 1, 5):
            x = self._x(self._start_s + second)
            _text(self._painter, x - 10, self._top + _ROW - _GAP + 18, f"{self._start_s + second:.0f} s", color=_FAINT)

    def _x(self, time_s: float) -> float:
        return _LEFT + (time_s - self._start_s) / _ROW_S * (_WIDTH - _LEFT - _RIGHT)

    def _bars(
        self, values: NDArray[np.floating], color: QColor, *, base: float, height: float, both_ways: bool
    ) -> None:
        self._painter.setPen(QPen(color, 1.0))
        for index, value in enumerate(values.tolist()):
            x, up = self._x(self._start_s + index * HOP_S), min(value, 1.0) * height
            self._painter.drawLine(QPointF(x, base - up), QPointF(x, base + up if both_ways else base))

    def _tempi(self, belief: NDArray[np.floating]) -> None:
        """Draw the belief as a picture, fast tempi at the top; the square root shows the weaker ones."""
        if belief.size == 0:
            return
        grey = (255 * np.sqrt(belief / belief.max(axis=1, keepdims=True))).astype(np.uint8).T
        pixels = np.ascontiguousarray(np.stack([grey // 3, grey // 2 + 10, grey], axis=-1))
        height, width, _ = pixels.shape
        picture = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
        right = self._x(self._start_s + width * 10 * HOP_S)
        top = self._top + _WAVE + _ONSET + 4
        self._painter.drawImage(QRectF(_LEFT, top, right - _LEFT, _TEMPO - 8), picture)

    def _beats(self, run: BeatRun) -> None:
        bottom = self._top + _WAVE + _ONSET
        for beat in run.beats:
            if self._start_s <= beat.time_s < self._start_s + _ROW_S:
                x, is_down = self._x(beat.time_s), beat.beat_in_bar == 1
                color = QColor(_DOWNBEAT if is_down else _BEAT)
                color.setAlphaF(0.35 + 0.65 * beat.confidence)
                self._painter.setPen(QPen(color, 2.0 if is_down else 1.2))
                self._painter.drawLine(QPointF(x, self._top - 4), QPointF(x, bottom))
                if is_down:
                    _text(self._painter, x + 3, self._top + 6, f"{beat.tempo_bpm:.1f}", color=_INK, size=9)


def _text(painter: QPainter, x: float, y: float, words: str, *, color: QColor = _INK, size: int = 11) -> None:
    font = QFont()
    font.setPixelSize(size)
    painter.setFont(font)
    painter.setPen(QPen(color, 1.0, Qt.PenStyle.SolidLine))
    painter.drawText(QPointF(x, y), words)
