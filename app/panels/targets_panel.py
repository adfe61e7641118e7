"""The OSC targets: a line each, with a switch, a status, where it goes and how often."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app import theme
from app.panels.button import DeskButton
from app.panels.frame import Panel
from app.panels.status import SHAPE_PX, StatusWord
from app.panels.text import ElidedLabel, FixedLabel
from app.readings import Connection, Mark, Target, Targets
from app.view_model import ViewModel

STATUS_WORDS = ("no route", "waiting", "muted", "slow", "off", "ok")
TARGET_KEYS = 9
NO_TARGETS = "No OSC targets in this preset"


class TargetRow(QWidget):
    """One target; the switch carries the number of its key."""

    def __init__(self, number: int, view_model: ViewModel) -> None:
        super().__init__()
        self.switch = DeskButton(str(number), partial(view_model.toggle.target, number), checkable=True)
        self.switch.setFixedWidth(theme.TARGET_PX)
        self.status = StatusWord(*STATUS_WORDS)
        self.name = ElidedLabel(bold=True)
        self.detail = ElidedLabel(dim=True, size_px=theme.SMALL_PX)
        self.rate = FixedLabel("0 Hz", "000 Hz", dim=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.switch)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self.name)
        words.addWidget(self.detail)
        words.addStretch(1)
        row.addLayout(words, 1)
        state = QVBoxLayout()
        state.setSpacing(0)
        state.addWidget(self.status)
        under = QHBoxLayout()
        under.addSpacing(SHAPE_PX + theme.GAP_PX)
        under.addWidget(self.rate)
        state.addLayout(under)
        row.addLayout(state)

    def show_target(self, target: Target) -> None:
        """Show another state of the target."""
        self.switch.setChecked(target.enabled)
        self.switch.setAccessibleName(f"Target {target.name}")
        self.status.show_status(target.mark, target.word)
        self.name.set_text(target.name)
        wrong = target.mark in (Mark.BAD, Mark.WARN)
        self.detail.set_text(target.detail, dim=not wrong)
        self.rate.setText(f"{target.rate_hz} Hz")


class TargetsPanel(Panel):
    """All targets; scrolls when there are more than fit."""

    def __init__(self, view_model: ViewModel) -> None:
        super().__init__("OSC targets", fixed_height=False)
        self._view_model = view_model
        self._used = 0
        self._empty = QLabel(NO_TARGETS)
        self._empty.setProperty("role", "dim")
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(theme.GAP_PX - 2)
        self._column.addWidget(self._empty)
        # Made now, so that Tab reaches them between the tempo and the presets.
        self._rows: list[TargetRow] = []
        self._make_rows(TARGET_KEYS)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        scroll.setAccessibleName("OSC targets")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 4, 10)
        column.addWidget(scroll)
        view_model.targets_changed.connect(self._show_targets)
        view_model.connection_changed.connect(self._show_connection)

    @property
    def rows(self) -> tuple[TargetRow, ...]:
        """The rows of the targets that there are."""
        return tuple(self._rows[: self._used])

    def _make_rows(self, count: int) -> None:
        for number in range(len(self._rows) + 1, count + 1):
            row = TargetRow(number, self._view_model)
            row.hide()
            self._column.insertWidget(number, row)
            self._rows.append(row)

    def _show_targets(self, reading: Targets) -> None:
        self._used = len(reading.targets)
        self._make_rows(self._used)
        for row, target in zip(self.rows, reading.targets, strict=True):
            row.show_target(target)
        for place, row in enumerate(self._rows):
            row.setVisible(place < self._used)
        self._empty.setVisible(not self._used)

    def _show_connection(self, connection: Connection) -> None:
        self.setEnabled(connection.attached)
