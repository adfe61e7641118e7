"""Closing the desk ends the show, and nothing else does; the output finds its display and survives the loss of it."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import settings as settings_file
from app import window_main
from app.readings import Remark
from app.settings import Settings
from app.stage_slot import PlainStage, StageKit, plain_kit
from app.stage_source import StageSource
from app.stages import Stages
from app.view_model import REMARK_S, ViewModel
from app.windows.operator import OperatorWindow
from realtime import commands, link
from realtime.errors import LinkError
from realtime.motion.skeleton import JOINT_COUNT
from tests.support.fake_desk import FakeDisplays, HandClock
from tests.support.fake_show import HOST_AHEAD_S, SNAPSHOT, FakeShow, search_of


def test_closing_the_desk_ends_the_show_once(desk: OperatorWindow, show: FakeShow) -> None:
    desk.close()
    desk.close()
    assert show.commands == [commands.Quit()]


def test_a_desk_that_is_torn_down_without_being_closed_leaves_the_show_alone(
    view_model: ViewModel, stages: Stages, show: FakeShow
) -> None:
    desk = OperatorWindow(view_model, stages)
    view_model.poll()
    desk.deleteLater()
    view_model.stop()
    assert show.closed
    assert show.commands == []


def test_closing_the_desk_closes_the_output(desk: OperatorWindow, stages: Stages) -> None:
    stages.toggle_output()
    assert stages.output is not None
    desk.close()
    assert not stages.output.is_open


def test_the_output_fills_the_display_that_was_named(desk: OperatorWindow, stages: Stages) -> None:
    stages.choose(display="beamer")
    QTest.keyClick(desk.windowHandle(), Qt.Key.Key_F11)
    output = stages.output
    assert output is not None
    assert output.is_open
    assert output.isFullScreen()
    assert output.cursor().shape() is Qt.CursorShape.BlankCursor
    assert output.windowFlags() & Qt.WindowType.FramelessWindowHint
    assert desk.master.output.isChecked()
    QTest.keyClick(output.windowHandle(), Qt.Key.Key_F11)
    assert not output.is_open
    assert not desk.master.output.isChecked()


def test_the_output_survives_the_loss_of_its_display_and_goes_back(
    desk: OperatorWindow, stages: Stages, displays: FakeDisplays
) -> None:
    stages.choose(display="beamer")
    stages.toggle_output()
    output = stages.output
    assert output is not None
    displays.unplug("beamer")
    assert output.is_open
    assert not output.isFullScreen()
    assert desk.stage.notice.text.startswith("Display beamer is gone")
    assert "desk" in desk.stage.notice.text
    displays.plug("beamer")
    assert output.isFullScreen()
    assert desk.stage.notice.text == ""


def test_the_keys_of_the_desk_work_in_the_output(desk: OperatorWindow, stages: Stages, show: FakeShow) -> None:
    stages.toggle_output()
    assert stages.output is not None
    QTest.keyClick(stages.output.windowHandle(), Qt.Key.Key_B)
    assert show.commands == [commands.Blackout(True)]


def test_escape_twice_in_the_output_is_a_panic_and_the_audience_keeps_its_picture(
    desk: OperatorWindow, stages: Stages, show: FakeShow
) -> None:
    stages.toggle_output()
    assert stages.output is not None
    for _ in range(2):
        QTest.keyClick(stages.output.windowHandle(), Qt.Key.Key_Escape)
    assert show.commands == [commands.Panic(True)]
    assert stages.output.is_open


def test_escape_once_leaves_the_output(desk: OperatorWindow, stages: Stages, qtbot: QtBot, show: FakeShow) -> None:
    stages.toggle_output()
    output = stages.output
    assert output is not None
    output.activateWindow()
    qtbot.waitUntil(output.isActiveWindow)
    QTest.keyClick(output.windowHandle(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not output.is_open)
    assert show.commands == []


def test_without_a_choice_the_output_goes_where_the_operator_is_not(desk: OperatorWindow, stages: Stages) -> None:
    stages.operator_sits_at("beamer")
    assert stages.display == "desk"
    stages.operator_sits_at("desk")
    assert stages.display == "beamer"
    assert desk.master.display.currentText() == "beamer"


def test_the_picker_lists_the_displays_that_are_there_and_the_one_that_is_missed(
    desk: OperatorWindow, stages: Stages, displays: FakeDisplays
) -> None:
    stages.choose(display="beamer")
    displays.unplug("beamer")
    displays.plug("wall")
    picker = desk.master.display
    assert [picker.itemText(place) for place in range(picker.count())] == ["desk", "wall", "beamer"]
    assert picker.currentText() == "beamer"


class RememberingStage(PlainStage):
    """A stage that remembers what it was asked to show."""

    def __init__(self) -> None:
        super().__init__("")
        self.asked: list[str] = []

    def set_look(self, name: str, *, fade_s: float = 0.0) -> None:
        self.asked.append(name)

    def set_colours(self, tint: str, accent: str) -> None:
        if tint or accent:
            self.asked.append(f"{tint} {accent}".strip())

    def set_camera(self, name: str) -> None:
        self.asked.append(name)


def test_every_stage_gets_the_look_and_the_choice_is_remembered(
    view_model: ViewModel, displays: FakeDisplays, tmp_path: Path
) -> None:
    made: list[RememberingStage] = []

    def make(*_: object) -> RememberingStage:
        made.append(RememberingStage())
        return made[-1]

    path = tmp_path / "window.json"
    kit = StageKit(("neon", "ink"), ("front", "orbit"), make)
    stages = Stages(view_model, kit, displays, path)
    stages.make()
    stages.make()
    stages.next_look()
    stages.next_camera()
    stages.next_camera()
    assert [stage.asked for stage in made] == [["ink", "front", "orbit"]] * 2
    assert Stages(view_model, kit, displays, path).look == "ink"


@pytest.fixture
def choosy(view_model: ViewModel, displays: FakeDisplays, tmp_path: Path) -> tuple[Stages, RememberingStage]:
    """Stages with looks and cameras to choose from, which remember "ink" and "low", and one of them."""
    path, stage = tmp_path / "window.json", RememberingStage()
    settings_file.save(Settings(look="ink", camera="low"), path)

    def make(*_: object) -> RememberingStage:
        return stage

    kit = StageKit(("neon", "ink", "ember"), ("front", "orbit", "low"), make)
    stages = Stages(view_model, kit, displays, path)
    stages.make()
    return stages, stage


def load_preset(view_model: ViewModel, show: FakeShow, preset: str, look: str, camera: str) -> None:
    show.shown = replace(SNAPSHOT, preset=preset, look=look, camera=camera)
    view_model.poll()


def test_the_preset_of_the_show_is_stronger_than_the_look_of_last_time(
    choosy: tuple[Stages, RememberingStage], view_model: ViewModel, show: FakeShow
) -> None:
    stages, stage = choosy
    assert (stages.look, stages.camera) == ("ink", "low")
    load_preset(view_model, show, "club", "ember", "orbit")
    assert stage.asked == ["ember", "orbit"]
    load_preset(view_model, show, "peak", "neon", "front")
    assert (stages.look, stages.camera) == ("neon", "front")


def test_a_preset_told_again_changes_no_look_by_hand(
    choosy: tuple[Stages, RememberingStage], view_model: ViewModel, show: FakeShow
) -> None:
    stages, _ = choosy
    load_preset(view_model, show, "club", "ember", "orbit")
    stages.next_look()
    view_model.repeat()
    view_model.poll()
    assert stages.look == "neon"


def test_a_preset_may_bring_its_own_colours(
    choosy: tuple[Stages, RememberingStage], view_model: ViewModel, show: FakeShow
) -> None:
    _, stage = choosy
    show.shown = replace(SNAPSHOT, preset="club", tint="#FF8800")
    view_model.poll()
    assert "#FF8800" in stage.asked


def test_a_look_by_hand_stays_until_another_preset_is_loaded(
    choosy: tuple[Stages, RememberingStage], view_model: ViewModel, show: FakeShow
) -> None:
    stages, _ = choosy
    load_preset(view_model, show, "club", "ember", "orbit")
    stages.next_look()
    stages.next_camera()
    view_model.poll()
    assert (stages.look, stages.camera) == ("neon", "low")
    load_preset(view_model, show, "peak", "ember", "orbit")
    assert (stages.look, stages.camera) == ("ember", "orbit")


def test_a_look_from_the_command_line_holds_against_the_first_preset_only(
    choosy: tuple[Stages, RememberingStage], view_model: ViewModel, show: FakeShow
) -> None:
    stages, _ = choosy
    stages.insist(look="neon", camera="")
    load_preset(view_model, show, "club", "ember", "orbit")
    assert (stages.look, stages.camera) == ("neon", "orbit")
    load_preset(view_model, show, "peak", "ink", "front")
    assert (stages.look, stages.camera) == ("ink", "front")


def test_a_look_that_nobody_knows_is_said_for_a_while_and_changes_nothing(
    choosy: tuple[Stages, RememberingStage], view_model: ViewModel, show: FakeShow, clock: HandClock
) -> None:
    stages, _ = choosy
    remarks: list[Remark] = []
    view_model.remark_changed.connect(remarks.append)
    load_preset(view_model, show, "club", "gone", "front")
    assert (stages.look, stages.camera) == ("ink", "front")
    assert remarks == [Remark('No look is called "gone" - the stage stays as it is. There are: neon, ink, ember')]
    clock.now_s += REMARK_S
    view_model.poll()
    assert remarks[1:] == [Remark("")]


def test_a_remark_lies_over_a_lasting_notice_and_gives_it_back(
    desk: OperatorWindow, view_model: ViewModel, show: FakeShow, clock: HandClock
) -> None:
    show.shown = replace(SNAPSHOT, input_state="lost")
    view_model.poll()
    lasting = desk.stage.notice.text
    assert lasting.startswith("Input lost")
    view_model.remark("something passed")
    view_model.poll()
    assert desk.stage.notice.text == "something passed"
    clock.now_s += REMARK_S
    view_model.poll()
    assert desk.stage.notice.text == lasting


def test_an_output_that_died_with_its_window_comes_back(
    view_model: ViewModel, displays: FakeDisplays, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "window.json"
    died = Stages(view_model, plain_kit(), displays, path)
    died.choose(display="beamer")
    died.toggle_output()
    again = Stages(view_model, plain_kit(), displays, path)
    again.operator_sits_at("beamer")
    again.restore_output()
    assert again.output is None
    again.operator_sits_at("desk")
    again.restore_output()
    assert again.output is not None
    assert again.output.is_open
    died.close()
    again.close()
    closed = Stages(view_model, plain_kit(), displays, path)
    closed.restore_output()
    assert closed.output is None


def test_names_from_another_version_are_forgotten(
    view_model: ViewModel, displays: FakeDisplays, tmp_path: Path
) -> None:
    path = tmp_path / "window.json"
    settings_file.save(Settings(look="gone", camera="gone too"), path)
    stages = Stages(view_model, plain_kit(), displays, path)
    assert (stages.look, stages.camera) == ("plain", "front")


names = st.text(max_size=20)


@given(st.builds(Settings, names, names, names, st.booleans(), st.floats(-0.5, 0.5)))
def test_settings_are_read_as_they_were_kept(tmp_path_factory: pytest.TempPathFactory, kept: Settings) -> None:
    path = tmp_path_factory.mktemp("settings") / "deep" / "window.json"
    settings_file.save(kept, path)
    assert settings_file.load(path) == kept


def test_broken_settings_cost_a_warning_and_no_window(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "window.json"
    path.write_text("{")
    assert settings_file.load(path) == Settings()
    assert str(path) in caplog.text


def test_a_stage_shows_the_pose_of_the_moment_with_the_offsets_of_person_and_display(show: FakeShow) -> None:
    asked: list[float] = []
    pose_at = show.pose_at
    show.shown = replace(SNAPSHOT, offset_s=0.1)
    show.pose_at = lambda show_s: (asked.append(show_s), pose_at(show_s))[1]  # type: ignore[method-assign]
    frame = StageSource(lambda: show, display_offset_s=lambda: 0.02)(HOST_AHEAD_S + 7.0)
    assert asked == [pytest.approx(7.12)]
    assert frame is not None
    assert frame.positions_m.shape == (JOINT_COUNT, 3)
    assert frame.beat == pytest.approx(SNAPSHOT.beat.beat_at(7.12))


def test_a_stage_knows_nothing_without_a_show() -> None:
    assert StageSource(lambda: None, display_offset_s=lambda: 0.0)(1.0) is None
    assert StageSource(lambda: FakeShow(None), display_offset_s=lambda: 0.0)(1.0) is None


def test_the_window_process_ends_with_0_when_a_person_closes_the_desk(
    qapp: QApplication, show: FakeShow, tmp_path: Path
) -> None:
    asked = window_main.parser().parse_args(["--no-stage", "--settings", str(tmp_path / "window.json")])
    QTimer.singleShot(100, _close_the_desk)
    assert window_main.run(qapp, asked, search_of(lambda: show)) == 0
    assert show.commands == [commands.Quit()]
    assert show.closed


def test_the_window_process_ended_by_a_signal_leaves_the_show_dancing(
    qapp: QApplication, show: FakeShow, tmp_path: Path
) -> None:
    asked = window_main.parser().parse_args(["--no-stage", "--settings", str(tmp_path / "window.json")])
    QTimer.singleShot(100, lambda: qapp.exit(128 + 15))
    assert window_main.run(qapp, asked, search_of(lambda: show)) == 143
    assert show.commands == []


def test_a_window_finds_its_show_and_when_that_is_gone_the_newest_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "runtime_folder", lambda: tmp_path)
    first, second = (link.ShowLink(lambda _: None, folder=tmp_path) for _ in range(2))
    attach = window_main.attach_to(first.path)
    attached = attach()
    assert attached.snapshot() is None
    attached.close()
    first.close()
    other = attach()
    second.publish(SNAPSHOT, host_s=1.0, show_s=1.0)
    assert other.snapshot() == SNAPSHOT
    other.close()
    second.close()
    with pytest.raises(LinkError, match="no show is running"):
        attach()


def _close_the_desk() -> None:
    next(window for window in QApplication.topLevelWidgets() if isinstance(window, OperatorWindow)).close()
