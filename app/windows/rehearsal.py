"""The rehearsal window: two stages over the track, its transport, and what a person decides about the take.

Closing it ends the room, because a person closed it; a window that crashes, or is ended by a signal, leaves it playing.
"""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from app import theme
from app.key_filter import KeyFilter
from app.keys import Action
from app.lane_source import LaneSource
from app.panels.button import DeskButton
from app.panels.grid_panel import GridPanel
from app.panels.help_overlay import HelpOverlay
from app.panels.lane_stage import LaneStage
from app.panels.lanes_panel import LanesPanel
from app.panels.markers_panel import MarkersPanel
from app.panels.master_row import MasterRow
from app.panels.notice_bar import NoticeBar
from app.panels.overview import Overview
from app.panels.take_panel import TakePanel
from app.panels.top_strip import TopStrip
from app.panels.track_view import TrackView
from app.panels.transport_row import TransportRow
from app.readings import Mark, Notice, Remark
from app.room_keys import BY_KEY, GROUPS, ZOOM
from app.room_model import RoomModel
from app.room_readings import Progress, Transport, Trouble
from app.stages import Stages
from app.view_model import ViewModel
from app.windows.seat import Seat
from realtime import commands
from realtime.rehearsal_commands import AddMarker, ClearLoop, OpenTrack, Seek, SetSpeed, Skip, StepMarker, TogglePlay

LEAST = QSize(1320, 800)
SIDE_WIDTH_PX = 384
FRAME_MS = 33


class RehearsalWindow(QWidget):
    """The room on the screen: one QWidget, no dialogs."""

    def __init__(self, view_model: ViewModel, model: RoomModel, stages: Stages) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("Farandole - rehearsal")
        self.setFont(theme.font())
        self.setStyleSheet(theme.style())
        self.setMinimumSize(LEAST)
        self._view_model, self._model, self._stages = view_model, model, stages
        self.keys = KeyFilter(self.perform, BY_KEY)
        self._seat = Seat(self, self.keys, stages, lambda path: self._model.send(OpenTrack(str(path))))
        self.top = TopStrip(view_model)
        self.a = LaneStage("A", stages.make(LaneSource(view_model, model, lambda room: room.danced_file)))
        self.b = LaneStage("B", stages.make(LaneSource(view_model, model, lambda room: room.danced_b_file)))
        self.track = TrackView(model)
        self.overview = Overview(model, lambda: self.track.seen)
        self.out = DeskButton("\u2212", lambda: self.track.zoom(ZOOM), name="Zoom out, key -").fit("0")
        self.closer = DeskButton("+", lambda: self.track.zoom(1 / ZOOM), name="Zoom in, key +").fit("0")
        self.transport = TransportRow(model, mark=self._mark)
        self.markers = MarkersPanel(view_model, model)
        self.lanes = LanesPanel(view_model, model)
        self.grid = GridPanel(model)
        self.take = TakePanel(view_model, model, scene=lambda: (stages.look, stages.camera))
        self.master = MasterRow(
            view_model,
            show_help=self._toggle_help,
            show_setup=self._toggle_help,
            toggle_output=stages.toggle_output,
            choose_display=lambda name: stages.choose(display=name),
        )
        for part in (self.master.setup, self.master.idle):
            part.hide()  # The desk's: a room hears a file, and its dance is danced ahead.
        self._picture = QWidget()
        self.notice = NoticeBar(self._picture)
        self._lay_out()
        self.help = HelpOverlay(self, GROUPS)
        self._does = self._actions()
        self._listen()
        self._show_choices()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus()
        self._frames = QTimer(self)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self._show_time)
        self._frames.start()

    def perform(self, action: Action, amount: float) -> None:
        """Do what a key asks for."""
        self._does[action](amount)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """End the room: a person closed its window."""
        self._frames.stop()
        self.take.close_job()
        self._view_model.quit_show()
        self._stages.close()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the help as large as the window, and the notice as wide as the stages."""
        super().resizeEvent(event)
        self.help.setGeometry(self.rect())
        self.notice.fit(self._picture.size())

    def _lay_out(self) -> None:
        pictures = QHBoxLayout(self._picture)
        pictures.setContentsMargins(0, 0, 0, 0)
        pictures.setSpacing(theme.GAP_PX)
        pictures.addWidget(self.a, 1)
        pictures.addWidget(self.b, 1)
        self.b.hide()
        left, right = QVBoxLayout(), QVBoxLayout()
        for side in (left, right):
            side.setSpacing(theme.GAP_PX)
        for panel in (self.lanes, self.grid, self.take, self.markers):
            panel.setFixedWidth(SIDE_WIDTH_PX)
            left.addWidget(panel, 1 if panel is self.markers else 0)
        right.addWidget(self._picture, 4)
        whole = QHBoxLayout()
        whole.setSpacing(theme.GAP_PX)
        for part in (self.overview, self.out, self.closer):
            whole.addWidget(part)
        right.addLayout(whole)
        right.addWidget(self.track)
        right.addWidget(self.transport)
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
        stages, model, view_model = self._stages, self._model, self._view_model
        self.keys.escape.once.connect(self._single_escape)
        self.track.moved.connect(self.overview.redraw)
        view_model.notice_changed.connect(self.notice.show_notice)
        view_model.remark_changed.connect(self._show_remark)
        model.trouble_changed.connect(self._show_trouble)
        model.progress_changed.connect(self._show_progress)
        model.sent_changed.connect(self._show_sent)
        model.track_changed.connect(self._show_title)
        model.transport_changed.connect(self._show_transport)
        stages.changed.connect(self._show_choices)
        stages.output_opened.connect(self._show_output)
        stages.output_said.connect(self._show_said)
        stages.output_shown.connect(self._watch_output)

    def _show_time(self) -> None:
        """Move the playhead and the digits: 30 times a second, whatever the snapshots do."""
        model = self._model
        time_s = model.track_s()
        snapshot = self._view_model.snapshot
        self.overview.show_time(time_s)
        self.track.show_time(time_s, playing=model.room is not None and model.room.playing)
        self.transport.show_place(time_s, None if snapshot is None else snapshot.beat)
        self.grid.show_place(time_s)
        self.take.poll()

    def _show_title(self, _path: str, _duration_s: float) -> None:
        room = self._model.room
        if room is not None:
            self.setWindowTitle(f"{room.title} - Farandole rehearsal")

    def _show_transport(self, transport: Transport) -> None:
        self.a.setAccessibleDescription("playing" if transport.playing else "standing")

    def _show_progress(self, progress: Progress) -> None:
        self.b.setVisible(progress.danced_b >= 0)
        for stage, percent in ((self.a, progress.danced_a), (self.b, progress.danced_b)):
            stage.show_danced(percent)

    def _show_sent(self, sent: str) -> None:
        self.a.show_sent(sent=sent != "B")
        self.b.show_sent(sent=sent == "B")

    def _show_trouble(self, trouble: Trouble) -> None:
        self.notice.show_notice(Notice(Mark.WARN if trouble.text else Mark.OK, trouble.text), "room")

    def _show_remark(self, remark: Remark) -> None:
        self.notice.show_notice(Notice(Mark.WARN, remark.text), "remark")

    def _show_said(self, text: str) -> None:
        self.notice.show_notice(Notice(Mark.WARN, text), "display")

    def _show_output(self, is_open: bool) -> None:
        self.master.show_output(is_open=is_open)

    def _show_choices(self) -> None:
        self.master.show_displays(self._stages.display_names, self._stages.display)

    def _watch_output(self) -> None:
        if self._stages.output is not None:
            self.keys.watch(self._stages.output)

    def _single_escape(self) -> None:
        """Close the help, or leave the output when that is where the person is."""
        output = self._stages.output
        if self.help.isVisible():
            self.help.hide()
        elif output is not None and QApplication.activeWindow() is output:
            output.leave()

    def _toggle_help(self) -> None:
        self.help.toggle()

    def _mark(self) -> None:
        self._model.send(AddMarker())

    def _change_speed(self, step: float) -> None:
        room = self._model.room
        speed = 1.0 if room is None or step == 0.0 else room.speed + step
        self._model.send(SetSpeed(round(speed, 2)))

    def _actions(self) -> dict[Action, Callable[[float], None]]:
        """Return what each action does with the amount of its key."""
        ask, model, stages = self._view_model, self._model, self._stages

        def say(command: commands.Command) -> None:
            model.send(command)

        return {
            Action.PLAY: lambda _: say(TogglePlay()),
            Action.TO_START: lambda _: say(Seek(0.0)),
            Action.SKIP: lambda offset_s: say(Skip(offset_s)),
            Action.LOOP: lambda side: model.loop_in() if side < 0 else model.loop_out(),
            Action.LOOP_OFF: lambda _: say(ClearLoop()),
            Action.SPEED: self._change_speed,
            Action.ZOOM: self.track.zoom,
            Action.MARK: lambda _: self._mark(),
            Action.STEP_MARKER: lambda step: say(StepMarker(int(step))),
            Action.DOWNBEAT: lambda _: self.grid.bar_here(),
            Action.SEND_OTHER: lambda _: self.lanes.send_other(),
            Action.LOCK_TAKE: lambda _: self.take.toggle_lock(),
            Action.EXPORT: lambda _: self.take.toggle_export(),
            Action.PRESET: lambda number: ask.load_preset(int(number)),
            Action.FREEZE: lambda _: ask.toggle.freeze(),
            Action.BLACKOUT: lambda _: ask.toggle.blackout(),
            Action.PANIC: lambda _: ask.panic(on=True),
            Action.DANCE_AGAIN: lambda _: ask.panic(on=False),
            Action.MUTE: lambda _: ask.toggle.mute(),
            Action.RECORD: lambda _: ask.toggle.record(),
            Action.TARGET: lambda number: ask.toggle.target(int(number)),
            Action.OUTPUT: lambda _: stages.toggle_output(),
            Action.NEXT_LOOK: lambda _: stages.next_look(),
            Action.NEXT_CAMERA: lambda _: stages.next_camera(),
            Action.HELP: lambda _: self._toggle_help(),
        }
