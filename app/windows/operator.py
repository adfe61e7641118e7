"""The operator window: everything a person needs in a dark booth, with the stage in the middle.

Closing it ends the show, because a person closed it; a window that crashes, or is ended by a signal, leaves the show
dancing.
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from app import theme
from app.appearance import Appearance
from app.inputs import Inputs
from app.key_filter import KeyFilter
from app.keys import Action
from app.open_room import RoomOpener
from app.panels.bench_panel import BenchPanel
from app.panels.calibration_panel import CalibrationPanel
from app.panels.dance_panel import DancePanel
from app.panels.help_overlay import HelpOverlay
from app.panels.input_panel import InputPanel
from app.panels.latency_strip import LatencyStrip
from app.panels.master_row import MasterRow
from app.panels.remote_line import RemoteLine
from app.panels.setup_panel import SetupPanel
from app.panels.stage_ground import StageGround
from app.panels.targets_panel import TargetsPanel
from app.panels.tempo_panel import TempoPanel
from app.panels.top_strip import TopStrip
from app.readings import Mark, Notice, Remark
from app.show_mode import ShowMode
from app.stages import Stages
from app.view_model import ViewModel
from app.windows.compact import CompactWindow
from app.windows.seat import Seat

SIDE_WIDTH_PX = 356
LEAST = QSize(1024, 700)


class OperatorWindow(QWidget):
    """The desk: a strip on top, tempo and targets on the left, the stage over latency and dance, the master row."""

    def __init__(self, view_model: ViewModel, stages: Stages, *, inputs: Inputs | None = None) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("Farandole")
        self.setFont(theme.font())
        self.appearance = Appearance(view_model, stages)
        self.setStyleSheet(theme.style())
        self.setMinimumSize(LEAST)
        self._view_model = view_model
        self._stages = stages
        self._does = _actions(view_model, stages) | self._own_actions()
        self.keys = KeyFilter(self.perform)
        self.show_mode = ShowMode(view_model, stages)
        self._rooms = RoomOpener()
        self._seat = Seat(self, self.keys, stages, self._open_room)
        self._picture = stages.make()
        self.stage = StageGround(self._picture.native)
        self.top = TopStrip(view_model)
        self.tempo = TempoPanel(view_model)
        self.input = InputPanel(view_model)
        self.latency = LatencyStrip(view_model)
        self.targets = TargetsPanel(view_model)
        self.remote = RemoteLine(view_model)
        self.dance = DancePanel(
            view_model,
            next_look=stages.next_look,
            next_camera=stages.next_camera,
            next_wait=stages.next_wait,
            next_fade=stages.next_fade,
        )
        self.master = MasterRow(
            view_model,
            show_help=self._toggle_help,
            show_setup=self._toggle_setup,
            toggle_output=stages.toggle_output,
            choose_display=lambda name: stages.choose(display=name),
        )
        self._lay_out()
        self.help = HelpOverlay(self)
        self.strip: CompactWindow | None = None
        self.calibration = CalibrationPanel(view_model, stages, self.stage)
        self.setup = SetupPanel(
            view_model,
            stages,
            self.appearance,
            inputs or Inputs(),
            self.stage,
            calibrate=self._toggle_calibration,
            compact=self._toggle_strip,
            lock=self.show_mode.toggle,
        )
        self.bench = BenchPanel(view_model, self.stage)
        self.stage.carry(self.setup, self.calibration)
        self.stage.cover(self.bench)
        self._listen()
        self._show_choices()
        # A click on bare ground takes the focus from a text field, and no button has it at the start.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus()

    def perform(self, action: Action, amount: float) -> None:
        """Do what a key asks for."""
        self._does[action](amount)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """End the show: a person closed the desk; in a show only when it is meant."""
        if not self.show_mode.may_close():
            event.ignore()
            return
        self._view_model.quit_show()
        self._stages.close()
        if self.strip is not None:
            self.strip.deleteLater()
            self.strip = None
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the help as large as the window."""
        super().resizeEvent(event)
        self.help.setGeometry(self.rect())

    def _lay_out(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        for side in (left, right):
            side.setSpacing(theme.GAP_PX)
        for panel in (self.tempo, self.input, self.targets, self.remote):
            panel.setFixedWidth(SIDE_WIDTH_PX)
        left.addWidget(self.tempo)
        left.addWidget(self.input)
        left.addWidget(self.targets, 1)
        left.addWidget(self.remote)
        right.addWidget(self.stage, 1)
        right.addWidget(self.latency)
        right.addWidget(self.dance)
        middle = QHBoxLayout()
        middle.setSpacing(theme.GAP_PX)
        middle.addLayout(left)
        middle.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP_PX, theme.GAP_PX, theme.GAP_PX, theme.GAP_PX)
        column.setSpacing(theme.GAP_PX)
        column.addWidget(self.top)
        column.addLayout(middle, 1)
        column.addWidget(self.master)

    def _listen(self) -> None:
        stages = self._stages
        self.keys.escape.once.connect(self._single_escape)
        self._view_model.notice_changed.connect(self.stage.notice.show_notice)
        self._view_model.remark_changed.connect(self._show_remark)
        stages.changed.connect(self._show_choices)
        self._rooms.said.connect(self._view_model.remark)
        self.appearance.changed.connect(self._show_choices)
        stages.output_opened.connect(self._show_output)
        stages.output_said.connect(self._show_said)
        stages.output_shown.connect(self._watch_output)

    def _show_choices(self) -> None:
        stages = self._stages
        self._picture.set_glass(theme.palette().glass, grey=theme.palette().grey)
        self.dance.show_look(stages.look, stages.camera)
        self.dance.show_change(stages.settings.preset_wait, stages.settings.preset_fade_s)
        self.master.show_displays(stages.display_names, stages.display)
        self.master.show_locked(locked=self.show_mode.on)

    def _show_said(self, text: str) -> None:
        self.stage.notice.show_notice(Notice(Mark.WARN, text), "display")

    def _show_remark(self, remark: Remark) -> None:
        self.stage.notice.show_notice(Notice(Mark.WARN, remark.text), "remark")

    def _show_output(self, is_open: bool) -> None:
        self.master.show_output(is_open=is_open)

    def _watch_output(self) -> None:
        if self._stages.output is not None:
            self.keys.watch(self._stages.output)

    def _single_escape(self) -> None:
        """Close the help, or leave the output when that is where the person is."""
        output = self._stages.output
        open_over = next(
            (part for part in (self.help, self.bench, self.calibration, self.setup) if part.isVisible()), None
        )
        if open_over is not None:
            open_over.hide()
        elif output is not None and QApplication.activeWindow() is output:
            output.leave()

    def _own_actions(self) -> dict[Action, Callable[[float], None]]:
        """Return what the keys do that concern this window."""
        return {
            Action.TAP: lambda _: (self.calibration if self.calibration.isVisible() else self._view_model).tap(),
            Action.NEXT_THEME: lambda _: self.appearance.next(),
            Action.SETUP: lambda _: self._toggle_setup(),
            Action.CALIBRATE: lambda _: self._toggle_calibration(),
            Action.COMPACT: lambda _: self._toggle_strip(),
            Action.SHOW_MODE: lambda _: self._toggle_show_mode(),
            Action.BENCHMARK: lambda _: self.bench.open(),
            Action.HELP: lambda _: self._toggle_help(),
        }

    def welcome(self) -> None:
        """Begin the first evening of this machine; later ones begin without."""
        if not self._stages.settings.welcomed:
            self.setup.open(first=True)

    def restore_strip(self) -> None:
        """Open the strip where it was, if it was open."""
        if self._stages.settings.compact is not None:
            self._toggle_strip()

    def _toggle_help(self) -> None:
        self.help.toggle()

    def _toggle_setup(self) -> None:
        if self.show_mode.refuses("The setup"):
            return
        self.calibration.hide()
        self.setup.open()

    def _toggle_calibration(self) -> None:
        if self.show_mode.refuses("The measurement of latency"):
            return
        self.setup.hide()
        self.calibration.open()

    def _toggle_show_mode(self) -> None:
        self.show_mode.toggle()
        if self.show_mode.on:
            self.setup.hide()
            self.calibration.hide()

    def _open_room(self, track: Path) -> None:
        if not self.show_mode.refuses("A rehearsal"):
            snapshot = self._view_model.snapshot
            self._rooms.open(track, preset=snapshot.preset if snapshot is not None else "")

    def _strip_moved(self, x: int, y: int) -> None:
        self._stages.remember(compact=(x, y))

    def _toggle_strip(self) -> None:
        if self.strip is None:
            self.strip = strip = CompactWindow(self._view_model)
            strip.shown.connect(lambda: self.keys.watch(strip))
            strip.moved.connect(self._strip_moved)
            strip.closed.connect(lambda: self._stages.remember(compact=None))
        if self.strip.isVisible():
            self.strip.close()
            return
        place = self._stages.settings.compact or (self.x() + 24, self.y() + 24)
        self.strip.move(*place)
        self.strip.show()
        self._stages.remember(compact=place)
        self._view_model.repeat()


def _actions(ask: ViewModel, stages: Stages) -> dict[Action, Callable[[float], None]]:
    """Return what each action does with the amount of its key."""
    return {
        Action.RESYNC: lambda _: ask.resync(),
        Action.LOCK: lambda _: ask.toggle.lock(),
        Action.AUTO: lambda _: ask.auto_tempo(),
        Action.ROUND: lambda _: ask.round_tempo(),
        Action.SCALE: ask.scale_tempo,
        Action.NUDGE: ask.nudge,
        Action.CHANGE_BPM: ask.change_tempo,
        Action.PRESET: lambda number: ask.load_preset(int(number)),
        Action.STEP_PRESET: lambda step: ask.step_preset(int(step)),
        Action.FREEZE: lambda _: ask.toggle.freeze(),
        Action.IDLE: lambda _: ask.toggle.idle(),
        Action.BLACKOUT: lambda _: ask.toggle.blackout(),
        Action.PANIC: lambda _: ask.panic(on=True),
        Action.DANCE_AGAIN: lambda _: ask.panic(on=False),
        Action.TARGET: lambda number: ask.toggle.target(int(number)),
        Action.MUTE: lambda _: ask.toggle.mute(),
        Action.RECORD: lambda _: ask.toggle.record(),
        Action.OUTPUT: lambda _: stages.toggle_output(),
        Action.NEXT_LOOK: lambda _: stages.next_look(),
        Action.NEXT_CAMERA: lambda _: stages.next_camera(),
        Action.NEXT_WAIT: lambda _: stages.next_wait(),
        Action.NEXT_FADE: lambda _: stages.next_fade(),
        Action.NEXT_GROUND: lambda _: stages.next_ground(),
    }
