"""Picks the input to listen to; beside each name is how loud it is, before anybody listens to it."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app import theme
from app.input_levels import InputLevel, InputLevels
from app.panels.picker import Picker

METER_PX = 92
_LAMPS = 10
_FLOOR_DB = -60.0
_AMBER_DB, _RED_DB = -12.0, -4.0


class InputPicker(Picker):
    """Some inputs, each with a meter while the list is open.

    Args:
        name: what is picked, for screen readers.
        levels: tells how loud the inputs are.
    """

    def __init__(self, name: str, levels: InputLevels) -> None:
        super().__init__(name)
        self.levels = levels
        self.setItemDelegate(_Metered(self))
        levels.changed.connect(self._show_level)

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        """Open the list, and meter."""
        self.levels.start()
        super().showPopup()

    def hidePopup(self) -> None:  # noqa: N802 - Qt's name
        """Close the list, and give the inputs back."""
        self.levels.stop()
        super().hidePopup()

    def _show_level(self, name: str) -> None:
        place = self.findText(name)
        if place >= 0:
            said = words(self.levels.of(name))
            self.setItemData(place, f"{name}, {said}", Qt.ItemDataRole.AccessibleTextRole)
            self.view().viewport().update()


class _Metered(QStyledItemDelegate):
    """Draws a name, and at its right the meter."""

    def __init__(self, picker: InputPicker) -> None:
        super().__init__(picker)
        self._picker = picker

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw a row."""
        rect = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        ground = theme.CHOSEN if chosen else theme.PANEL
        painter.fillRect(rect, QColor(ground))
        name = str(index.data())
        painter.setPen(QColor(theme.TEXT))
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, rect.width() - METER_PX - 20)
        painter.drawText(rect.adjusted(8, 0, -METER_PX, 0), Qt.AlignmentFlag.AlignVCenter, text)
        room = QRectF(rect.right() - METER_PX, rect.top(), METER_PX - 8, rect.height())
        draw_level(painter, room, self._picker.levels.of(name), ground=ground)


def words(level: InputLevel | None) -> str:
    """Return a level as a screen reader says it."""
    if level is None:
        return ""
    if level.problem:
        return "in use or gone"
    return "sends nothing" if level.level_db is None else f"{level.level_db:.0f} dB"


def draw_level(painter: QPainter, room: QRectF, level: InputLevel | None, *, ground: str) -> None:
    """Draw lamps, or the words for an input that has no level."""
    if level is None:
        return
    if level.level_db is None:
        painter.setPen(QColor(theme.TEXT if ground == theme.CHOSEN else theme.DIM))
        told = "in use" if level.problem else "silent"
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, told)
        return
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    pitch = room.width() / _LAMPS
    lit = round(_LAMPS * min(max(1.0 - level.level_db / _FLOOR_DB, 0.0), 1.0))
    for lamp in range(_LAMPS):
        top_db = _FLOOR_DB * (1.0 - (lamp + 1) / _LAMPS)
        colour = theme.BAD if top_db > _RED_DB else theme.WARN if top_db > _AMBER_DB else theme.GOOD
        tall = 18.0 if top_db > _RED_DB else 15.0 if top_db > _AMBER_DB else 12.0
        painter.setBrush(QColor(colour) if lamp < lit else theme.mixed(colour, ground, 0.18))
        middle = room.center().y() + 0.5
        painter.drawRect(QRectF(room.left() + lamp * pitch, middle - 0.5 * tall, pitch - 2.0, tall))
    painter.restore()
