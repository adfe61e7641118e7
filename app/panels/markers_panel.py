"""The markers of a take as a list: go there, name it, let it switch to a preset, remove it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app import theme
from app.panels.button import DeskButton
from app.panels.frame import PADDING_PX, Panel
from app.panels.named_picker import NamedPicker
from app.panels.text import FixedLabel, caption
from app.readings import Presets
from app.room_model import RoomModel
from app.room_readings import clock_text
from app.view_model import ViewModel
from realtime.rehearsal_commands import GoToMarker, RemoveMarker
from realtime.room.take import Marker, Take


class MarkersPanel(Panel):
    """One row for each marker."""

    def __init__(self, view_model: ViewModel, model: RoomModel) -> None:
        super().__init__("Markers", fixed_height=False)
        self._model = model
        self._presets: tuple[str, ...] = ()
        self.rows: list[MarkerRow] = []
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(4)
        self._list.addStretch(1)
        inner = QWidget()
        inner.setLayout(self._list)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.empty = caption("X marks the place where the track is. A marker may switch to a preset.")
        self.empty.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING_PX, 8, 4, 8)
        column.setSpacing(4)
        column.addWidget(caption("MARKERS"))
        column.addWidget(self.empty)
        column.addWidget(scroll, 1)
        model.take_changed.connect(self._show_take)
        view_model.presets_changed.connect(self._show_presets)

    def _show_presets(self, presets: Presets) -> None:
        self._presets = presets.names
        self._show_take(self._model.take)

    def _show_take(self, take: Take) -> None:
        while len(self.rows) > len(take.markers):
            self.rows.pop().deleteLater()
        while len(self.rows) < len(take.markers):
            row = MarkerRow(self._model, len(self.rows) + 1)
            self.rows.append(row)
            self._list.insertWidget(len(self.rows) - 1, row)
        for row, marker in zip(self.rows, take.markers, strict=True):
            row.show_marker(marker, self._presets, locked=take.locked)
        self.empty.setVisible(not take.markers)


class MarkerRow(QWidget):
    """One marker.

    Args:
        model: the room.
        number: its number, from 1.
    """

    def __init__(self, model: RoomModel, number: int) -> None:
        super().__init__()
        self._model = model
        self._number = number
        self._marker = Marker(0.0)
        self.go = DeskButton(str(number), self._go, name=f"Go to marker {number}").fit("00")
        self.time = FixedLabel("0:00.0", "000:00.0", size_px=theme.SMALL_PX)
        self.name = QLineEdit()
        self.name.setPlaceholderText("name")
        self.name.setAccessibleName(f"Name of marker {number}")
        self.name.setMaxLength(200)
        self.name.setFont(theme.font(theme.SMALL_PX))
        self.name.setMinimumWidth(80)
        self.name.editingFinished.connect(self._rename)
        self.preset = NamedPicker(f"Preset of marker {number}", self._set_preset, none="\u2014")
        self.remove = DeskButton("\u00d7", self._remove, name=f"Remove marker {number}").fit("0")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(6)
        row.addWidget(self.go)
        row.addWidget(self.time)
        row.addWidget(self.name, 1)
        row.addWidget(self.preset, 1)
        row.addWidget(self.remove)

    def show_marker(self, marker: Marker, presets: Sequence[str], *, locked: bool) -> None:
        """Show a marker; a name that is being typed stays."""
        self._marker = marker
        self.time.setText(clock_text(marker.at_s))
        if not self.name.hasFocus():
            self.name.setText(marker.name)
            self.name.setCursorPosition(0)
        self.preset.show_choice(presets, marker.preset)
        for part in (self.name, self.preset, self.remove):
            part.setEnabled(not locked)

    def _go(self) -> None:
        self._model.send(GoToMarker(self._number))

    def _rename(self) -> None:
        name = self.name.text().strip()
        if name != self._marker.name:
            self._model.edit_marker(self._number, Marker(self._marker.at_s, name, self._marker.preset))

    def _set_preset(self, preset: str) -> None:
        self._model.edit_marker(self._number, Marker(self._marker.at_s, self._marker.name, preset))

    def _remove(self) -> None:
        self._model.send(RemoveMarker(self._number))
