"""The setup, the tap measurement and the strip: what they ask of the show, and that they stop nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import settings as settings_file
from app import theme
from app.calibration import ENOUGH_TAPS, Offset, TapRound, lateness, offset_of
from app.palettes import DARK, PALETTES
from app.stages import FADES_S, WAITS, Stages
from app.view_model import ViewModel
from app.windows.compact import SIZE
from app.windows.operator import OperatorWindow
from realtime import commands
from realtime.types import BeatState
from tests.support.fake_desk import HandClock
from tests.support.fake_show import HOST_AHEAD_S, SNAPSHOT, FakeShow


@pytest.fixture(autouse=True)
def _dark_again() -> object:
    yield
    theme.use(DARK)


def press(desk: OperatorWindow, key: Qt.Key) -> None:
    QTest.keyClick(desk.windowHandle(), key)


def test_the_setup_offers_what_there_is_and_asks_for_what_is_picked(
    desk: OperatorWindow, show: FakeShow, qtbot: QtBot
) -> None:
    press(desk, Qt.Key.Key_F2)
    setup = desk.setup
    assert setup.isVisible()
    qtbot.waitUntil(lambda: setup.input.findText("ALSA: mixer") >= 0)
    assert setup.input.itemText(0) == "demo"
    setup.input.textActivated.emit("ALSA: mixer")
    setup.receiver.setCurrentText("VSeeFace, Warudo (VMC)")
    setup.receiver.textActivated.emit("VSeeFace, Warudo (VMC)")
    assert show.commands == [commands.ChooseInput("ALSA: mixer"), commands.ChooseTargets(("vmc@127.0.0.1:39539",))]
    setup.place.setText("10.0.0.7:5000")
    setup.done.click()
    assert show.commands[-1] == commands.ChooseTargets(("vmc@10.0.0.7:5000",))
    assert not setup.isVisible()


def test_the_setup_stops_no_key(desk: OperatorWindow, show: FakeShow) -> None:
    press(desk, Qt.Key.Key_F2)
    press(desk, Qt.Key.Key_B)
    assert show.commands == [commands.Blackout(True)]
    assert QApplication.activeModalWidget() is None


def test_the_first_evening_begins_with_three_choices_and_the_second_does_not(
    desk: OperatorWindow, stages: Stages, view_model: ViewModel
) -> None:
    desk.welcome()
    assert desk.setup.isVisible()
    assert "Welcome" in desk.setup.title.text()
    desk.setup.done.click()
    desk.welcome()
    assert not desk.setup.isVisible()


def test_nothing_in_the_setup_is_wider_than_it(desk: OperatorWindow) -> None:
    desk.setup.open(first=True)
    desk.resize(1024, 700)
    QApplication.processEvents()
    for widget in desk.setup.inside.findChildren(QWidget):
        if widget.isVisible():
            right = widget.mapTo(desk.setup, widget.rect().topRight()).x()
            assert right < desk.setup.width(), widget.accessibleName()


def test_every_control_over_the_stage_has_a_name_and_is_large_enough(desk: OperatorWindow) -> None:
    desk.setup.open()
    desk.calibration.open()
    for panel in (desk.setup, desk.calibration):
        for widget in panel.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.objectName().startswith("qt_"):
                assert widget.accessibleName(), widget
                assert widget.sizeHint().height() >= theme.TARGET_PX, widget.accessibleName()


def test_colours_change_at_once_and_are_remembered(desk: OperatorWindow, stages: Stages) -> None:
    before = desk.grab().toImage().pixelColor(2, 2).name().upper()
    seen = [desk.appearance.name]
    for _ in range(2):
        press(desk, Qt.Key.Key_F8)
        seen.append(desk.appearance.name)
    assert seen == list(PALETTES)
    assert before == PALETTES["dark"].ground
    assert desk.grab().toImage().pixelColor(2, 2).name().upper() == PALETTES["red"].ground
    desk.appearance.set_brightness(0.3)
    assert (stages.settings.theme, stages.settings.brightness) == ("red", 0.3)


def test_presets_wait_and_fade_as_chosen(desk: OperatorWindow, show: FakeShow) -> None:
    press(desk, Qt.Key.Key_W)
    press(desk, Qt.Key.Key_X)
    press(desk, Qt.Key.Key_2)
    assert show.commands == [commands.LoadPreset("verse", "4 bars", 1.0)]
    assert (desk.dance.wait.text(), desk.dance.fade.text()) == ("4 bars", "1 s")
    for _ in WAITS:
        press(desk, Qt.Key.Key_W)
    for _ in FADES_S:
        press(desk, Qt.Key.Key_X)
    assert (desk.dance.wait.text(), desk.dance.fade.text()) == ("4 bars", "1 s")


def test_a_preset_that_waits_is_shown_by_its_button(
    desk: OperatorWindow, view_model: ViewModel, show: FakeShow
) -> None:
    show.shown = replace(SNAPSHOT, next_preset="verse")
    view_model.poll()
    assert [bool(button.property("waiting")) for button in desk.dance.presets[:3]] == [False, True, False]
    view_model.step_preset(1)
    assert show.commands == [commands.LoadPreset("drop", "bar", 0.5)]


def test_gain_and_gate_are_heard_by_the_show(desk: OperatorWindow, show: FakeShow) -> None:
    desk.input.gain.track.setValue(6)
    desk.input.gate.track.setValue(-50)
    desk.input.gate.track.setValue(-70)
    assert show.commands == [commands.SetGain(6.0), commands.SetGate(-50.0), commands.SetGate(-120.0)]
    assert desk.input.gate.text == "off"


def test_what_is_behind_the_dancer_is_chosen_for_the_output_and_remembered(
    desk: OperatorWindow, stages: Stages
) -> None:
    stages.toggle_output()
    assert stages.output is not None
    clear = Qt.WidgetAttribute.WA_TranslucentBackground
    for wanted, see_through in (("black", False), ("clear", True), ("stage", False)):
        press(desk, Qt.Key.Key_G)
        assert stages.settings.background == wanted
        assert stages.output.testAttribute(clear) is see_through
        assert stages.output.is_open


def test_the_strip_is_small_on_top_and_comes_back_where_it_was(
    desk: OperatorWindow, stages: Stages, show: FakeShow, view_model: ViewModel
) -> None:
    press(desk, Qt.Key.Key_F10)
    strip = desk.strip
    assert strip is not None
    assert strip.isVisible()
    assert strip.size() == SIZE
    assert strip.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    view_model.poll()
    assert strip.digits.text() == "128.0"
    strip.moved.emit(40, 50)
    QTest.keyClick(strip.windowHandle(), Qt.Key.Key_T)
    QTest.mouseClick(strip.panic, Qt.MouseButton.LeftButton)
    assert show.commands == [commands.Tap(2000.0), commands.Panic(True)]
    assert stages.settings.compact == (40, 50)
    press(desk, Qt.Key.Key_F10)
    assert not strip.isVisible()
    assert stages.settings.compact is None


def test_settings_of_another_version_are_read_as_far_as_they_are_known(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text('{"theme": "red", "from_the_future": 3}')
    assert settings_file.load(path).theme == "red"


def tap_at(desk: OperatorWindow, clock: HandClock, lag_s: float) -> None:
    """Tap a whole round, each so long after its beat, with a human's unsteadiness and one slip."""
    beat = SNAPSHOT.beat
    for number in range(ENOUGH_TAPS):
        wobble_s = (-0.008, 0.004, 0.006, -0.002)[number % 4] + (0.17 if number == 7 else 0.0)
        first = beat.beat_at(clock.now_s - HOST_AHEAD_S)
        clock.now_s = beat.time_of(round(first) + 2) + lag_s + wobble_s + HOST_AHEAD_S
        desk.calibration.tap()


def test_taps_to_the_sound_and_to_the_picture_say_how_late_the_picture_is(
    desk: OperatorWindow, stages: Stages, clock: HandClock, view_model: ViewModel
) -> None:
    desk.calibration._now_s = clock  # pyright: ignore[reportPrivateUsage]
    press(desk, Qt.Key.Key_F9)
    panel = desk.calibration
    tap_at(desk, clock, -0.030)
    assert "see" in panel.words.text()
    tap_at(desk, clock, 0.055)
    assert panel.late_s == pytest.approx(0.085, abs=0.004)
    panel.use.click()
    assert stages.settings.display_offset_s == pytest.approx(0.085, abs=0.004)
    assert view_model.display_offset_s == stages.settings.display_offset_s
    assert not panel.isVisible()


def test_a_target_is_measured_by_itself_and_gets_its_own_lead(
    desk: OperatorWindow, clock: HandClock, show: FakeShow
) -> None:
    desk.calibration._now_s = clock  # pyright: ignore[reportPrivateUsage]
    panel = desk.calibration
    panel.open()
    tap_at(desk, clock, -0.030)
    panel.what.setCurrentText("Avatar")
    panel.what.textActivated.emit("Avatar")
    tap_at(desk, clock, 0.090)
    panel.use.click()
    (command,) = show.commands
    assert isinstance(command, commands.SetTargetLead)
    assert command.index == 2
    assert command.lead_s == pytest.approx(0.120, abs=0.004)


@given(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2), st.floats(-0.1, 0.1))
def test_what_a_person_always_does_falls_out(sound_s: float, picture_s: float, habit_s: float) -> None:
    heard, seen = Offset(sound_s + habit_s, 0.01, 9), Offset(picture_s + habit_s, 0.01, 9)
    assert lateness(seen, heard) == pytest.approx(picture_s - sound_s, abs=0.0006)


@given(st.floats(-0.1, 0.1), st.floats(60.0, 180.0))
def test_a_round_of_steady_taps_says_their_lag(lag_s: float, tempo_bpm: float) -> None:
    clock, taps = BeatState(tempo_bpm, 3.0), TapRound()
    for number in range(ENOUGH_TAPS):
        assert taps.offset() is None
        taps.tap(clock, clock.time_of(number) + lag_s)
    offset = taps.offset()
    assert offset is not None
    assert offset.seconds == pytest.approx(lag_s, abs=1e-6)


@given(st.lists(st.floats(-0.02, 0.02), min_size=6, max_size=12), st.floats(0.15, 0.3))
def test_a_slip_does_not_count(lags_s: list[float], slip_s: float) -> None:
    clean, slipped = offset_of(lags_s), offset_of([*lags_s, slip_s])
    assert abs(slipped.seconds - clean.seconds) < 0.02
