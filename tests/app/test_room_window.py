"""The rehearsal window: what the room reports is shown, and what a hand does becomes a command."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.export_job import JobState
from app.keys import Action
from app.panels.track_drawing import CUES_PX, RULER_PX
from app.room_export import ExportOrder
from app.room_keys import BY_KEY, ROOM_BINDINGS
from app.room_model import RoomModel
from app.stages import Stages
from app.view_model import ViewModel
from app.windows.rehearsal import RehearsalWindow
from realtime.rehearsal_commands import (
    AddMarker,
    ClearLoop,
    EditMarker,
    GoToMarker,
    LockTake,
    OpenTrack,
    RemoveMarker,
    Seek,
    SendLane,
    SetGrid,
    SetLane,
    SetLoop,
    SetSpeed,
    Skip,
    StepMarker,
    TogglePlay,
)
from realtime.room.grid import Segment
from realtime.room.take import Lane, Marker, Take
from tests.support.drop import drop_file
from tests.support.fake_desk import HandClock
from tests.support.fake_room import FakeRoom, make_files
from tests.support.fake_show import HOST_AHEAD_S, FakeShow

GRID = (Segment(0.5, 120.0),)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_files(tmp_path_factory.mktemp("room"))


@pytest.fixture
def room(files: Path, tmp_path: Path, show: FakeShow) -> FakeRoom:
    return FakeRoom(files, tmp_path, show)


@pytest.fixture
def model(view_model: ViewModel, room: FakeRoom, clock: HandClock) -> Iterator[RoomModel]:
    model = RoomModel(view_model, now_s=clock)
    yield model
    model.stop()


@pytest.fixture
def window(qtbot: QtBot, view_model: ViewModel, model: RoomModel, stages: Stages) -> Iterator[RehearsalWindow]:
    window = RehearsalWindow(view_model, model, stages)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    with qtbot.waitExposed(window):
        window.show()
    poll(view_model, model)

    def is_known() -> bool:
        model.poll()
        return len(model.heard_beats) > 8 and model.waveform.known_s > 7.9

    qtbot.waitUntil(is_known)
    yield window
    window.close()


def poll(view_model: ViewModel, model: RoomModel) -> None:
    view_model.poll()
    view_model.poll()
    model.poll()


def last(show: FakeShow) -> object:
    return show.commands[-1]


@pytest.mark.parametrize(
    ("key", "command"),
    [
        (Qt.Key.Key_Space, TogglePlay()),
        (Qt.Key.Key_Home, Seek(0.0)),
        (Qt.Key.Key_Right, Skip(2.0)),
        (Qt.Key.Key_O, ClearLoop()),
        (Qt.Key.Key_Period, SetSpeed(1.05)),
        (Qt.Key.Key_X, AddMarker()),
        (Qt.Key.Key_N, StepMarker(1)),
        (Qt.Key.Key_L, LockTake(True)),
        (Qt.Key.Key_S, SendLane("B")),
    ],
)
def test_keys_steer_the_room(
    qtbot: QtBot, window: RehearsalWindow, show: FakeShow, key: Qt.Key, command: object
) -> None:
    qtbot.keyClick(window.windowHandle(), key)
    assert last(show) == command


def test_no_key_means_two_things_and_every_action_is_done() -> None:
    keys = [key for binding in ROOM_BINDINGS for key in binding.amounts]
    assert len(keys) == len(set(keys)) == len(BY_KEY)


def test_every_key_of_the_table_does_something(window: RehearsalWindow, show: FakeShow) -> None:
    for binding in ROOM_BINDINGS:
        if binding.action not in (Action.OUTPUT, Action.EXPORT):
            window.perform(binding.action, next(iter(binding.amounts.values()), 0.0))


def test_the_playhead_follows_the_clock_between_two_snapshots(
    window: RehearsalWindow, model: RoomModel, view_model: ViewModel, room: FakeRoom, clock: HandClock
) -> None:
    clock.now_s = HOST_AHEAD_S + 2.0
    room.change(playing=True, speed=0.5)
    poll(view_model, model)
    assert model.track_s() == pytest.approx(1.0)
    clock.now_s = HOST_AHEAD_S + 3.0
    assert model.track_s() == pytest.approx(1.5)
    room.change(playing=True, speed=1.0, loop=(0.0, 2.0))
    poll(view_model, model)
    assert model.track_s() == pytest.approx(1.0)


def test_a_click_on_the_whole_track_goes_there(qtbot: QtBot, window: RehearsalWindow, show: FakeShow) -> None:
    sight = window.overview.sight()
    place = QPointF(sight.x_of(6.0), sight.box.center().y()).toPoint()
    qtbot.mouseClick(window.overview.viewport(), Qt.MouseButton.LeftButton, pos=place)
    sought = last(show)
    assert isinstance(sought, Seek)
    assert sought.time_s == pytest.approx(6.0, abs=0.05)


def drag(qtbot: QtBot, window: RehearsalWindow, from_s: float, to_s: float, y: float) -> None:
    sight, viewport = window.track.sight(), window.track.viewport()
    start = QPointF(sight.x_of(from_s), sight.box.top() + y).toPoint()
    end = QPointF(sight.x_of(to_s), sight.box.top() + y).toPoint()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(viewport, end)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)


def test_a_dragged_beat_corrects_the_grid(
    qtbot: QtBot, window: RehearsalWindow, model: RoomModel, view_model: ViewModel, room: FakeRoom, show: FakeShow
) -> None:
    room.show_take(Take(grid=GRID))
    poll(view_model, model)
    drag(qtbot, window, 4.5, 4.9, RULER_PX / 2)
    changed = last(show)
    assert isinstance(changed, SetGrid)
    assert changed.segments[0][0] == 0.5
    assert changed.segments[0][1] == pytest.approx(120.0 * 8 / 8.8, abs=0.5)
    drag(qtbot, window, 0.5, 0.8, RULER_PX / 2)
    changed = last(show)
    assert isinstance(changed, SetGrid)
    assert changed.segments[0][0] == pytest.approx(0.8, abs=0.02)


def test_a_dragged_flag_moves_its_marker_and_a_click_goes_there(
    qtbot: QtBot, window: RehearsalWindow, model: RoomModel, view_model: ViewModel, room: FakeRoom, show: FakeShow
) -> None:
    room.show_take(Take(markers=(Marker(2.0, "drop", "peak"),)))
    poll(view_model, model)
    y = RULER_PX + CUES_PX / 2
    drag(qtbot, window, 2.02, 5.0, y)
    moved = last(show)
    assert isinstance(moved, EditMarker)
    assert (moved.number, moved.name, moved.preset) == (1, "drop", "peak")
    assert moved.time_s == pytest.approx(5.0, abs=0.03)
    drag(qtbot, window, 2.02, 2.02, y)
    assert last(show) == Seek(2.0)


def test_a_dragged_loop_end_moves_it(
    qtbot: QtBot, window: RehearsalWindow, model: RoomModel, view_model: ViewModel, room: FakeRoom, show: FakeShow
) -> None:
    room.change(loop=(2.0, 4.0))
    poll(view_model, model)
    drag(qtbot, window, 4.0, 6.0, 100.0)
    moved = last(show)
    assert isinstance(moved, SetLoop)
    assert moved.start_s == 2.0
    assert moved.end_s == pytest.approx(6.0, abs=0.03)


def test_on_the_wave_a_drag_moves_the_view_and_a_click_goes_there(
    qtbot: QtBot, window: RehearsalWindow, show: FakeShow
) -> None:
    window.track.look_at(2.0, 2.0)
    before = len(show.commands)
    drag(qtbot, window, 3.0, 2.5, 120.0)
    assert window.track.seen[0] == pytest.approx(2.5, abs=0.03)
    assert len(show.commands) == before
    drag(qtbot, window, 3.0, 3.0, 120.0)
    sought = last(show)
    assert isinstance(sought, Seek)
    assert sought.time_s == pytest.approx(3.0, abs=0.02)


def test_a_zoom_keeps_its_middle_and_stays_inside_the_track(window: RehearsalWindow) -> None:
    window.track.look_at(2.0, 4.0)
    window.track.zoom(0.5, around_s=3.0)
    assert window.track.seen == pytest.approx((2.5, 4.5))
    window.track.zoom(100.0)
    assert window.track.seen == pytest.approx((0.0, 8.0))


def test_the_heard_beat_is_taken_in_hand_and_given_back(
    window: RehearsalWindow, model: RoomModel, view_model: ViewModel, room: FakeRoom, show: FakeShow
) -> None:
    assert not window.grid.later.isEnabled()
    window.grid.take.click()
    taken = last(show)
    assert isinstance(taken, SetGrid)
    assert taken.segments[0][1] == pytest.approx(120.0, abs=0.5)
    room.show_take(Take(grid=GRID))
    poll(view_model, model)
    window.grid.later.click()
    assert last(show) == SetGrid(((0.51, 120.0, 4),))
    window.grid.double.click()
    assert last(show) == SetGrid(((0.5, 240.0, 4),))
    window.grid.take.click()
    assert last(show) == SetGrid(())


def test_markers_are_listed_named_given_presets_and_removed(
    qtbot: QtBot, window: RehearsalWindow, model: RoomModel, view_model: ViewModel, room: FakeRoom, show: FakeShow
) -> None:
    room.show_take(Take(markers=(Marker(1.0, "in"), Marker(2.0, "drop", "break"))))
    poll(view_model, model)
    first, second = window.markers.rows
    assert (first.name.text(), second.preset.currentText()) == ("in", "break")
    first.go.click()
    assert last(show) == GoToMarker(1)
    first.name.setText("intro")
    first.name.editingFinished.emit()
    assert last(show) == EditMarker(1, 1.0, "intro", "")
    second.preset.activated.emit(0)
    assert last(show) == EditMarker(2, 2.0, "drop", "")
    second.remove.click()
    assert last(show) == RemoveMarker(2)
    room.show_take(Take(markers=(Marker(1.0, "in"),), locked=True))
    poll(view_model, model)
    assert len(window.markers.rows) == 1
    assert not window.markers.rows[0].remove.isEnabled()
    assert window.markers.rows[0].go.isEnabled()


def test_lanes_are_compared_chosen_and_sent(
    window: RehearsalWindow, model: RoomModel, view_model: ViewModel, room: FakeRoom, show: FakeShow
) -> None:
    assert window.b.isHidden()
    window.lanes.compare.click()
    assert last(show) == SetLane("B", seed=1)
    room.show_take(Take(b=Lane(seed=1), sent="B"))
    room.change(danced_b_file=str(room.danced), danced_b_s=8.0)
    poll(view_model, model)
    assert window.b.isVisible()
    assert "SENT" in window.b.badge.text()
    window.lanes.b.next.click()
    assert last(show) == SetLane("B", seed=2)
    window.lanes.a.send.click()
    assert last(show) == SendLane("A")
    window.lanes.a.preset.activated.emit(1)
    assert last(show) == SetLane("A", preset="idle")


class HandJob:
    """An export that goes as far as a test says."""

    def __init__(self, order: ExportOrder) -> None:
        self.order = order
        self.now = JobState()
        self.cancelled = False

    def state(self) -> JobState:
        return self.now

    def cancel(self) -> None:
        self.cancelled = True

    def stop(self) -> None:
        self.cancelled = True


def test_an_export_shows_its_progress_and_its_end(
    window: RehearsalWindow, room: FakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[HandJob] = []

    def start(order: ExportOrder) -> HandJob:
        jobs.append(HandJob(order))
        return jobs[-1]

    monkeypatch.setattr(window.take, "_start", start)
    window.take.export.click()
    assert jobs[0].order.out == room.track.with_name("clicks.take.mp4")
    assert (jobs[0].order.size, jobs[0].order.fps) == ((1920, 1080), 60)
    jobs[0].now = JobState(0.4)
    window.take.poll()
    assert window.take.said.text().startswith("40%")
    window.take.export.click()
    assert jobs[0].cancelled
    jobs[0].now = JobState(0.4, ended=True, cancelled=True)
    window.take.poll()
    assert "nothing was written" in window.take.said.text()
    assert not window.take.exporting


def test_what_is_not_danced_to_its_end_is_not_exported(
    window: RehearsalWindow, model: RoomModel, view_model: ViewModel, room: FakeRoom
) -> None:
    room.change(finished=False)
    poll(view_model, model)
    window.take.export.click()
    assert "not danced" in window.take.said.text()
    assert not window.take.exporting


def test_a_dropped_file_is_opened(window: RehearsalWindow, show: FakeShow) -> None:
    drop_file(window, Path("/music/other.flac"))
    assert last(show) == OpenTrack("/music/other.flac")


def test_trouble_is_said_over_the_stage(
    window: RehearsalWindow, model: RoomModel, view_model: ViewModel, room: FakeRoom
) -> None:
    room.change(message="song.wav.farandole.toml: markers: expected an array")
    poll(view_model, model)
    assert "expected an array" in window.notice.text


def test_everything_a_hand_can_use_has_a_name_and_the_keyboard_reaches_it(window: RehearsalWindow) -> None:
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QAbstractButton | QLineEdit) and not widget.isHidden():
            assert widget.accessibleName(), widget
            assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, widget.accessibleName()
