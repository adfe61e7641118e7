"""A pyqtgraph plot of a track: time to the right, drawn in pixels by whoever is asked."""

import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QFrame, QStyleOptionGraphicsItem, QWidget

from app import theme
from app.panels.track_drawing import Sight
from app.room_readings import clock_text

Draw = Callable[[QPainter, Sight], None]


class TimeAxis(pg.AxisItem):
    """An axis that reads as m:ss."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802, ARG002 - pyqtgraph's
        """Return the text of each tick."""
        texts = [clock_text(value) for value in values]
        return texts if spacing < 1.0 else [text.removesuffix(".0") for text in texts]


class Layer(pg.GraphicsObject):
    """Something drawn in pixels over the whole plot."""

    def __init__(self, draw: Draw) -> None:
        super().__init__()
        self._draw = draw

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Return the whole of what is seen."""
        # pyqtgraph's own `viewRect` keeps what was seen when the item came.
        box: Any = self.getViewBox()
        (left, right), (bottom, top) = box.viewRange()
        return QRectF(left, bottom, right - left, top - bottom)

    def viewTransformChanged(self, *_: object) -> None:  # noqa: N802 - pyqtgraph's name
        """Be drawn again where one is now."""
        self.prepareGeometryChange()
        self.update()

    def viewRangeChanged(self, *_: object) -> None:  # noqa: N802 - pyqtgraph's name
        """Be drawn again where one is now."""
        self.viewTransformChanged()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002 - Qt's
        /,
        widget: QWidget | None = None,  # noqa: ARG002 - Qt's
    ) -> None:
        """Draw in pixels."""
        seen = self.boundingRect()
        box = painter.worldTransform().mapRect(seen)
        painter.save()
        painter.resetTransform()
        self._draw(painter, Sight(seen.left(), seen.right(), box))
        painter.restore()


class TrackPlot(pg.PlotWidget):
    """A plot without a mouse of its own: who embeds it decides what a click means.

    Args:
        name: for screen readers.
        axis: whether the time is written under it.
    """

    def __init__(self, name: str, *, axis: bool) -> None:
        super().__init__(background=theme.WELL, axisItems={"bottom": TimeAxis("bottom")})
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        plot: Any = self.getPlotItem()
        plot.hideAxis("left")
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.setContentsMargins(0, 0, 0, 0)
        if axis:
            bottom: Any = plot.getAxis("bottom")
            bottom.setTickFont(theme.font(theme.SMALL_PX))
            bottom.setPen(QColor(theme.EDGE))
            bottom.setTextPen(QColor(theme.DIM))
            bottom.setHeight(26)
        else:
            plot.hideAxis("bottom")
        self._box: Any = plot.getViewBox()
        self._box.setMouseEnabled(x=False, y=False)
        self._box.setDefaultPadding(0.0)
        self._box.setYRange(-1.0, 1.0, padding=0.0)
        self._playhead: Any = pg.InfiniteLine(0.0, pen=pg.mkPen(theme.TEXT, width=2.5))
        self._layers: list[Layer] = []
        self.addItem(self._playhead)
        self._playhead.setZValue(100)

    def add_layer(self, draw: Draw) -> Layer:
        """Draw something over what is there, whenever the plot is drawn."""
        layer = Layer(draw)
        layer.setZValue(len(self._layers))
        self._layers.append(layer)
        self._box.addItem(layer, ignoreBounds=True)
        return layer

    def redraw(self) -> None:
        """Draw every layer again soon."""
        for layer in self._layers:
            layer.update()

    def show_range(self, from_s: float, to_s: float) -> None:
        """Show this part of the track."""
        self._box.setXRange(from_s, to_s, padding=0.0)

    def show_playhead(self, time_s: float) -> None:
        """Put the playhead there."""
        self._playhead.setValue(time_s)

    @property
    def seen(self) -> tuple[float, float]:
        """The part of the track that is seen."""
        (from_s, to_s), _ = self._box.viewRange()
        return float(from_s), float(to_s)

    def sight(self) -> Sight:
        """Return what is seen, in the widget's pixels."""
        from_s, to_s = self.seen
        return Sight(from_s, to_s, QRectF(self.mapFromScene(self._box.sceneBoundingRect()).boundingRect()))
