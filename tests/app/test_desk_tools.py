"""What surrounds the dance: the show mode, recording, the benchmark page, claps, meters of inputs, dropped files."""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import settings as settings_file
from app.bench import bench_report
from app.calibration import ENOUGH_TAPS, ClapRound
from app.input_levels import InputLevel, InputLevels
from app.measured import with_histograms
from app.meter_inputs import meter
from app.open_room import RoomOpener
from app.panels.bench_panel import BenchPanel
from app.panels.calibration_panel import HEARING
from app.panels.input_picker import InputPicker, words
from app.panels.master_row import SETUP_TEXTS
from app.show_mode import CLOSE_AGAIN_S
from app.stages import Stages
from app.view_model import ViewModel
from app.windows.operator import OperatorWindow
from realtime import commands
from realtime.audio.device import InputDevice
from realtime.errors import DeviceError
from tests.support.drop import drop_file
from tests.support.fake_desk import HandClock
from tests.support.fake_show import HOST_AHEAD_S, SNAPSHOT, FakeShow
from tests.support.music import click_track
from tests.support.servers import write_wav


def press(desk: OperatorWindow, key: Qt.Key) -> None:
    QTest.keyClick(desk.windowHandle(), key)


@pytest.fixture
def rooms(desk: OperatorWindow, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands by which rooms would be opened."""
    started: list[list[str]] = []
    opener = RoomOpener(started.append)
    opener.said.connect(desk._view_model.remark)  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(desk, "_rooms", opener)
    return started


def test_in_show_mode_no_setting_can_be_reached_and_the_dance_can(
    desk: OperatorWindow, show: FakeShow, view_model: ViewModel, stages: Stages, tmp_path: Path
) -> None:
    press(desk, Qt.Key.Key_F2)
    press(desk, Qt.Key.Key_F12)
    assert not desk.setup.isVisible()
    for key in (Qt.Key.Key_F2, Qt.Key.Key_F9):
        press(desk, key)
        assert not desk.setup.isVisible()
        assert not desk.calibration.isVisible()
        view_model.poll()
        assert "F12 unlocks" in desk.stage.notice.text
    assert desk.master.setup.text() == SETUP_TEXTS[1]
    assert not desk.master.display.isEnabled()
    press(desk, Qt.Key.Key_B)
    press(desk, Qt.Key.Key_3)
    assert show.commands == [commands.Blackout(True), commands.LoadPreset("drop", "bar", 0.5)]
    assert stages.settings.show_mode
    press(desk, Qt.Key.Key_F12)
    press(desk, Qt.Key.Key_F2)
    assert desk.setup.isVisible()
    assert desk.master.setup.text() == SETUP_TEXTS[0]


def test_a_window_that_is_opened_again_is_locked_still(tmp_path: Path, desk: OperatorWindow, stages: Stages) -> None:
    press(desk, Qt.Key.Key_F12)
    assert settings_file.load(tmp_path / "window.json").show_mode


def test_in_show_mode_one_slip_does_not_close_the_desk(
    desk: OperatorWindow, show: FakeShow, clock: HandClock, view_model: ViewModel
) -> None:
    press(desk, Qt.Key.Key_F12)
    assert not desk.close()
    view_model.poll()
    assert "once more" in desk.stage.notice.text
    clock.now_s += CLOSE_AGAIN_S + 0.1
    assert not desk.close()
    assert show.commands == []
    clock.now_s += 1.0
    assert desk.close()
    assert show.commands == [commands.Quit()]


def test_every_switch_of_the_master_row_fits_into_the_least_window(desk: OperatorWindow) -> None:
    desk.resize(1024, 700)
    QApplication.processEvents()
    assert desk.width() == 1024
    row = desk.master
    parts = (row.help, row.setup, row.display, row.output, row.record, row.mute, row.idle, row.freeze, row.blackout)
    lefts = [part.geometry().left() for part in (*parts, row.panic)]
    rights = [part.geometry().right() for part in (*parts, row.panic)]
    assert all(right < left for right, left in zip(rights, lefts[1:], strict=False))
    assert rights[-1] < row.width()
    for button in (row.record, row.mute, row.idle, row.freeze):
        assert "\u2026" not in button.text()


def test_idle_and_recording_are_asked_for_and_shown(
    desk: OperatorWindow, show: FakeShow, view_model: ViewModel
) -> None:
    desk.master.idle.click()
    desk.master.record.click()
    assert show.commands == [commands.Idle(True), commands.Record(True)]
    assert not desk.master.record.isChecked(), "only the show changes it"
    show.shown = replace(SNAPSHOT, idle=True, recording=True)
    view_model.poll()
    assert desk.master.idle.isChecked()
    assert desk.master.record.isChecked()
    assert desk.master.record.accessibleDescription() == "recording"


def test_a_track_that_is_dropped_opens_in_a_room_that_is_muted(
    desk: OperatorWindow, show: FakeShow, rooms: list[list[str]], tmp_path: Path, view_model: ViewModel
) -> None:
    track = tmp_path / "song.wav"
    write_wav(track, click_track(120.0, seconds=1.0))
    drop_file(desk, track)
    assert rooms == [[sys.executable, "-m", "app.cli", "room", str(track), "--muted", "--preset", "drop"]]
    view_model.poll()
    assert "song.wav" in desk.stage.notice.text
    assert show.commands == [], "the show goes on"


def test_what_is_no_track_opens_nothing_and_is_said(
    desk: OperatorWindow, rooms: list[list[str]], tmp_path: Path, view_model: ViewModel
) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir")
    drop_file(desk, tmp_path / "letter.txt")
    assert rooms == []
    view_model.poll()
    assert "no track" in desk.stage.notice.text
    assert "letter.txt" in desk.stage.notice.text
    press(desk, Qt.Key.Key_F12)
    drop_file(desk, tmp_path / "letter.txt")
    view_model.poll()
    assert "F12 unlocks" in desk.stage.notice.text


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    """A benchmark as a show writes it."""
    values_s = {"lateness": np.linspace(0.0005, 0.004, 100), "draw": np.full(50, 0.02)}
    path = tmp_path / "show.bench"
    report = with_histograms(bench_report(values_s, counters={}, settings={"seconds": 12.0}), values_s)
    path.write_text(json.dumps(report))
    return path


def test_the_benchmark_page_shows_and_exports_what_the_show_measures(
    qtbot: QtBot, desk: OperatorWindow, show: FakeShow, view_model: ViewModel, measured: Path, tmp_path: Path
) -> None:
    page = BenchPanel(view_model, desk, folder=tmp_path / "reports")
    page.open()
    assert show.commands == [commands.Measure(True)]
    assert not page.export.isEnabled()
    show.shown = replace(SNAPSHOT, measured=str(measured))
    view_model.poll()
    page.read()
    assert page.says.text().startswith("12 s measured")
    assert "lateness 2.2, 4.0" in page.table.accessibleDescription()
    before = page.table.grab().toImage()
    page.table.show_report({})
    assert page.table.grab().toImage() != before, "histograms are drawn"
    page.export.click()
    written = sorted(path.suffix for path in (tmp_path / "reports").iterdir())
    assert written == [".html", ".json"]
    page.run.click()
    assert show.commands[-1] == commands.Measure(False)


def test_a_benchmark_of_a_show_that_went_away_must_be_asked_for_anew(
    desk: OperatorWindow, show: FakeShow, view_model: ViewModel, qtbot: QtBot
) -> None:
    desk.bench.open()
    assert desk.bench.run.text() == "STOP"
    show.alive = False
    view_model.poll()
    assert desk.bench.run.text() == "RUN"
    press(desk, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not desk.bench.isVisible())


def test_a_report_that_cannot_be_written_says_why(
    desk: OperatorWindow, show: FakeShow, view_model: ViewModel, measured: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    page = BenchPanel(view_model, desk, folder=tmp_path / "file")
    show.shown = replace(SNAPSHOT, measured=str(measured))
    view_model.poll()
    page.read()
    page.write()
    assert "cannot write" in page.says.text()


def test_claps_say_how_late_the_show_hears(
    desk: OperatorWindow, show: FakeShow, clock: HandClock, view_model: ViewModel
) -> None:
    panel = desk.calibration
    panel._now_s = clock  # pyright: ignore[reportPrivateUsage]
    panel.open()
    panel.what.setCurrentText(HEARING)
    panel.what.textActivated.emit(HEARING)
    assert "Clap" in panel.words.text()
    for number in range(ENOUGH_TAPS):
        clock.now_s += 0.8
        press(desk, Qt.Key.Key_T)
        wobble_s = (-0.004, 0.004)[number % 2] + (0.2 if number == 5 else 0.0)
        show.shown = replace(SNAPSHOT, clap_s=clock.now_s - HOST_AHEAD_S + 0.045 + wobble_s)
        view_model.poll()
        panel.listen()
    assert panel.late_s == pytest.approx(0.045, abs=0.002)
    assert "+45 ms late" in panel.words.text()
    panel.use.click()
    (command,) = show.commands
    assert isinstance(command, commands.SetOffset)
    assert command.offset_s == pytest.approx(0.045, abs=0.002)


@given(st.floats(-0.2, 0.3), st.lists(st.booleans(), min_size=4, max_size=30))
def test_claps_and_keys_that_stand_alone_do_not_count(lag_s: float, lonely: list[bool]) -> None:
    claps = ClapRound()
    at_s = 0.0
    for number in range(ENOUGH_TAPS):
        at_s += 5.0
        if number < len(lonely):
            (claps.key if lonely[number] else claps.clap)(at_s - 2.0)
        first, second = (claps.key, claps.clap) if lag_s >= 0.0 else (claps.clap, claps.key)
        first(at_s)
        second(at_s + abs(lag_s))
    offset = claps.offset()
    assert offset is not None
    assert offset.seconds == pytest.approx(lag_s, abs=1e-6)


def test_inputs_are_metered_before_one_is_chosen(qtbot: QtBot) -> None:
    lines = [json.dumps({"name": "ALSA: mixer", "level_db": -9.0, "problem": ""}), "not json"]
    lines += [json.dumps({"name": "ALSA: microphone", "level_db": None, "problem": "busy"})]
    levels = InputLevels((sys.executable, "-c", f"print({os.linesep.join(lines)!r}, flush=True); input()"))
    picker = InputPicker("Input", levels)
    qtbot.addWidget(picker)
    picker.show_names(("demo", "ALSA: mixer", "ALSA: microphone"), "demo")
    picker.show()
    picker.showPopup()
    qtbot.waitUntil(lambda: levels.of("ALSA: microphone") is not None, timeout=10_000)
    assert levels.of("ALSA: mixer") == InputLevel(-9.0)
    assert picker.itemData(1, Qt.ItemDataRole.AccessibleTextRole) == "ALSA: mixer, -9 dB"
    assert picker.itemData(2, Qt.ItemDataRole.AccessibleTextRole) == "ALSA: microphone, in use or gone"
    row = picker.view().visualRect(picker.model().index(1, 0))
    silent = picker.view().visualRect(picker.model().index(0, 0))
    shown = picker.view().viewport().grab().toImage()
    ratio = shown.devicePixelRatio()

    def colours(rect_top: int, rect_bottom: int, left: int) -> set[int]:
        columns = range(round(left * ratio), shown.width())
        rows = range(round(rect_top * ratio), round(rect_bottom * ratio))
        return {shown.pixel(x, y) for x in columns for y in rows}

    meter_at = row.right() - 90
    assert len(colours(row.top() + 2, row.bottom() - 2, meter_at)) > 3
    assert len(colours(silent.top() + 2, silent.bottom() - 2, meter_at)) == 1
    picker.hidePopup()
    levels.stop()


def test_a_level_is_said_in_words() -> None:
    assert words(None) == ""
    assert words(InputLevel(-12.4)) == "-12 dB"
    assert words(InputLevel(None)) == "sends nothing"


def test_every_input_is_listened_to_though_one_cannot_be_opened() -> None:
    def listen(device: InputDevice) -> float | None:
        if device.index == 1:
            raise DeviceError("busy")
        return -20.0

    written: list[str] = []
    meter([InputDevice(n, f"ALSA: {n}", 2, 48000.0, is_default=False) for n in range(3)], written.append, listen)
    assert [json.loads(line)["level_db"] for line in written] == [-20.0, None, -20.0]
    assert json.loads(written[1])["problem"] == "busy"
