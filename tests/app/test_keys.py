"""Every key does what the table says, whatever has the focus, but for text fields and the arrows of a slider."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.key_filter import HOLD_MS, TWICE_MS, EscapeGesture
from app.keys import BINDINGS, BY_KEY, Action, as_markdown, works_in_text_fields
from app.room_keys import ROOM_BINDINGS
from app.windows.operator import OperatorWindow
from realtime import commands
from realtime.commands import Command
from tests.support.fake_show import SNAPSHOT, FakeShow

NOW_S = 2000.0
COMMANDS: dict[str, Command | None] = {
    "T": commands.Tap(NOW_S),
    "R": commands.ResyncBar(NOW_S),
    "L": commands.LockTempo(True),
    "A": commands.AutoTempo(),
    "Y": commands.RoundTempo(),
    "H": commands.ScaleTempo(0.5),
    "D": commands.ScaleTempo(2.0),
    "Left": commands.NudgeBeat(-0.010),
    "Right": commands.NudgeBeat(0.010),
    "Shift+Left": commands.NudgeBeat(-0.002),
    "Shift+Right": commands.NudgeBeat(0.002),
    "Up": commands.ChangeTempo(0.1),
    "Down": commands.ChangeTempo(-0.1),
    **{str(n): commands.LoadPreset(name, "bar", 0.5) for n, name in enumerate(SNAPSHOT.presets, start=1)},
    **dict.fromkeys("6789"),
    "N": commands.LoadPreset("break", "bar", 0.5),
    "P": commands.LoadPreset("verse", "bar", 0.5),
    "F": commands.Freeze(True),
    "I": commands.Idle(True),
    "B": commands.Blackout(True),
    "Shift+Esc": commands.Panic(False),
    "M": commands.MuteTargets(True),
    "K": commands.Record(True),
    "Ctrl+Shift+B": commands.Measure(True),
    **{f"Ctrl+{n}": commands.EnableTarget(n, False) for n in (1, 2, 3)},
    **dict.fromkeys(f"Ctrl+{n}" for n in range(4, 10)),
    **dict.fromkeys(("F1", "F2", "F8", "F9", "F10", "F11", "F12", "V", "C", "G", "W", "X")),
}
"""What each key of the table asks of the show that `SNAPSHOT` describes; None: nothing."""


def click(desk: OperatorWindow, key: str) -> None:
    """Strike a key, written as in the table, where the window gets it."""
    *names, last = key.split("+")
    held = Qt.KeyboardModifier.NoModifier
    for name in names:
        held |= {"Shift": Qt.KeyboardModifier.ShiftModifier, "Ctrl": Qt.KeyboardModifier.ControlModifier}[name]
    strike = Qt.Key["Key_Escape" if last == "Esc" else f"Key_{last}"]
    QTest.keyClick(desk.windowHandle(), strike, held)


def test_the_table_of_this_test_is_the_table_of_the_desk() -> None:
    assert COMMANDS.keys() == BY_KEY.keys()
    assert {binding.action for binding in (*BINDINGS, *ROOM_BINDINGS)} == set(Action)


@pytest.mark.parametrize("key", BY_KEY)
def test_a_key_sends_its_command_once(desk: OperatorWindow, show: FakeShow, key: str) -> None:
    click(desk, key)
    expected = COMMANDS[key]
    assert show.commands == ([] if expected is None else [expected])


def test_every_key_rests_in_a_text_field_but_those_that_type_nothing(desk: OperatorWindow, show: FakeShow) -> None:
    for key in BY_KEY:
        if not works_in_text_fields(key):
            desk.tempo.field.setFocus()
            click(desk, key)
    assert show.commands == []
    assert not desk.help.isVisible()
    desk.tempo.field.setFocus()
    click(desk, "F1")
    assert desk.help.isVisible()


def test_a_typed_tempo_is_fixed_and_the_keys_are_back(desk: OperatorWindow, show: FakeShow, qtbot: QtBot) -> None:
    desk.tempo.field.setFocus()
    qtbot.keyClicks(desk.tempo.field, "127,5")
    QTest.keyClick(desk.windowHandle(), Qt.Key.Key_Return)
    click(desk, "T")
    assert show.commands == [commands.SetTempo(127.5), commands.Tap(NOW_S)]


@pytest.mark.parametrize("typed", ["", "29", "301", "fast", "nan"])
def test_what_is_no_tempo_is_not_sent_and_said(desk: OperatorWindow, show: FakeShow, typed: str, qtbot: QtBot) -> None:
    desk.tempo.field.setFocus()
    desk.tempo.field.setText(typed)
    QTest.keyClick(desk.windowHandle(), Qt.Key.Key_Return)
    assert show.commands == []
    assert desk.tempo.field.placeholderText() == "30 to 300"


def test_a_focused_slider_keeps_its_arrows_and_nothing_else(desk: OperatorWindow, show: FakeShow) -> None:
    desk.dance.energy.track.setFocus()
    click(desk, "Right")
    assert show.commands == [commands.SetEnergy(0.51)]
    click(desk, "Shift+Right")
    click(desk, "T")
    assert show.commands[1:] == [commands.NudgeBeat(0.002), commands.Tap(NOW_S)]


def test_a_focused_button_is_pressed_by_space_and_leaves_the_keys_alone(desk: OperatorWindow, show: FakeShow) -> None:
    desk.master.freeze.setFocus()
    QTest.keyClick(desk.windowHandle(), Qt.Key.Key_Space)
    click(desk, "T")
    click(desk, "Left")
    assert show.commands == [commands.Freeze(True), commands.Tap(NOW_S), commands.NudgeBeat(-0.010)]


def test_the_number_pad_loads_presets_too(desk: OperatorWindow, show: FakeShow) -> None:
    QTest.keyClick(desk.windowHandle(), Qt.Key.Key_2, Qt.KeyboardModifier.KeypadModifier)
    assert show.commands == [commands.LoadPreset("verse", "bar", 0.5)]


def test_escape_twice_is_a_panic_even_in_a_text_field(desk: OperatorWindow, show: FakeShow) -> None:
    desk.tempo.field.setFocus()
    for _ in range(2):
        QTest.keyClick(desk.windowHandle(), Qt.Key.Key_Escape)
    assert show.commands == [commands.Panic(True)]
    assert not desk.tempo.field.hasFocus()


def test_escape_held_is_a_panic(qtbot: QtBot) -> None:
    gesture = EscapeGesture()
    with qtbot.waitSignal(gesture.panic, timeout=5 * HOLD_MS):
        gesture.press()


def test_escape_once_is_no_panic(qtbot: QtBot) -> None:
    gesture = EscapeGesture()
    panics: list[bool] = []
    gesture.panic.connect(lambda: panics.append(True))
    with qtbot.waitSignal(gesture.once, timeout=5 * TWICE_MS):
        gesture.press()
        gesture.release()
    assert panics == []


def test_mashing_escape_never_ends_a_panic(desk: OperatorWindow, show: FakeShow) -> None:
    for _ in range(6):
        QTest.keyClick(desk.windowHandle(), Qt.Key.Key_Escape)
    assert set(show.commands) == {commands.Panic(True)}


def test_help_and_handbook_list_every_key_once(desk: OperatorWindow) -> None:
    shown = [label.text() for label in desk.help.findChildren(QLabel)]
    handbook = as_markdown().splitlines()
    for binding in BINDINGS:
        assert shown.count(binding.label) == 1
        assert shown.count(binding.words) == 1
        assert handbook.count(f"| {binding.label} | {binding.words} |") == 1
