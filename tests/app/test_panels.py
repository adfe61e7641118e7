"""The panels show the snapshot, stay where they are, and can be read in the dark."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QLabel, QLineEdit, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from app import theme
from app.panels.beat_squares import BeatSquares
from app.panels.level_meter import HOLD_S, LAMPS, LevelMeter
from app.panels.slider import NamedSlider
from app.readings import Level, Mark
from app.stages import Stages
from app.view_model import ViewModel
from app.windows.operator import OperatorWindow
from realtime import commands
from realtime.health import HealthSnapshot, Latencies, RemoteHealth, TargetHealth
from realtime.types import BeatState, TempoSource
from tests.support.fake_desk import HandClock
from tests.support.fake_show import SNAPSHOT, FakeShow

EXTREME = HealthSnapshot(
    title="Monitor of a device with a very long name indeed, which nobody can shorten",
    input_state="lost",
    level_db=-120.0,
    peak=1.0,
    beat=BeatState(299.9, 0.0, 399_996.0, 4, 1.0, TempoSource.DJLINK, locked=True),
    generator="groove",
    fallback=True,
    preset="a very long name of a preset",
    presets=tuple(f"a very long name of a preset {n}" for n in range(9)),
    fps=120.0,
    measured_fps=119.0,
    blackout=1.0,
    frozen=True,
    idle=True,
    panic=True,
    muted=True,
    energy_control=1.0,
    style_control=1.0,
    smoothing_control=1.0,
    offset_s=-0.5,
    overruns=123_456,
    late_ticks=123_456,
    last_failure="the session timed out and said so at great length",
    latencies=Latencies(*[12.345] * 10),
    remote=RemoteHealth("127.0.0.1:10010", refused=123_456, last_problem="a packet from somewhere far away"),
    targets=tuple(TargetHealth("a long name", "vmc", "10.0.0.1:1", True, 120.0, 1, 1, "no route") for _ in range(3)),
)


def show_snapshot(view_model: ViewModel, show: FakeShow, snapshot: HealthSnapshot) -> None:
    show.shown = snapshot
    view_model.poll()


def test_the_desk_shows_the_snapshot(desk: OperatorWindow) -> None:
    assert desk.top.state.word == "LIVE"
    assert desk.top.title.text() == "Scarlett 2i2 (ALSA)"
    assert desk.top.level.text() == "-9 dB"
    assert desk.top.rate.text() == "60/60 fps"
    assert desk.top.losses.word == "0 lost"
    assert desk.top.dancer.word == "live"
    assert desk.tempo.digits.text() == "128.0"
    assert desk.tempo.source.word == "AUTO 92%"
    assert desk.latency.total.text() == "47 ms"
    assert {part: label.text() for part, label in desk.latency.parts.items()} == {
        "audio": "5 / 11",
        "beat": "3 / 6",
        "model": "12 / 18",
        "send": "0 / 1",
        "draw": "8 / 11",
    }
    assert [(row.status.word, row.rate.text()) for row in desk.targets.rows] == [
        ("ok", "60 Hz"),
        ("slow", "31 Hz"),
        ("no route", "0 Hz"),
    ]
    assert [button.isChecked() for button in desk.dance.presets[:5]] == [False, False, True, False, False]
    assert [desk.dance.energy.text, desk.dance.smoothing.text, desk.dance.offset.text] == ["50%", "25%", "0 ms"]


def test_a_desk_without_a_show_states_no_numbers_and_names_nobody(
    qtbot: QtBot, view_model: ViewModel, stages: Stages, show: FakeShow
) -> None:
    show.shown = None
    desk = OperatorWindow(view_model, stages)
    qtbot.addWidget(desk)
    view_model.poll()
    top, tempo = desk.top, desk.tempo
    assert [top.dancer.word, top.losses.word, tempo.source.word] == ["--", "-- lost", "--"]
    assert [label.text() for label in (tempo.digits, tempo.bar, top.level, top.rate)] == [
        "--",
        "bar --",
        "-- dB",
        "-- fps",
    ]


def test_a_tempo_by_hand_is_marked_as_that(desk: OperatorWindow, view_model: ViewModel, show: FakeShow) -> None:
    beat = replace(SNAPSHOT.beat, source=TempoSource.TAP, locked=True)
    show_snapshot(view_model, show, replace(SNAPSHOT, beat=beat))
    assert desk.tempo.source.word == "TAP"
    assert desk.tempo.lock.isChecked()


def test_an_unsure_tempo_is_marked_as_that(desk: OperatorWindow, view_model: ViewModel, show: FakeShow) -> None:
    show_snapshot(view_model, show, replace(SNAPSHOT, beat=replace(SNAPSHOT.beat, confidence=0.1)))
    assert (desk.tempo.source.word, desk.tempo.source.mark) == ("AUTO 10%", Mark.WARN)


def test_lost_input_is_said_over_the_stage(desk: OperatorWindow, view_model: ViewModel, show: FakeShow) -> None:
    show_snapshot(view_model, show, replace(SNAPSHOT, input_state="lost"))
    assert desk.stage.notice.text == "Input lost - unplugged? running on internal clock 128.0"
    assert desk.stage.notice.isVisible()
    assert desk.top.state.word == "NO INPUT"
    show_snapshot(view_model, show, SNAPSHOT)
    assert not desk.stage.notice.isVisible()


def test_a_lost_show_is_shown_and_nothing_can_be_asked_of_it(
    desk: OperatorWindow, view_model: ViewModel, show: FakeShow
) -> None:
    show.alive = False
    view_model.poll()
    assert desk.top.state.word == "LOST"
    assert "reconnecting" in desk.stage.notice.text
    assert not desk.master.panic.isEnabled()
    assert not desk.tempo.isEnabled()
    show.alive = True
    view_model.poll()
    assert desk.top.state.word == "LIVE"
    assert desk.master.panic.isEnabled()
    assert not desk.stage.notice.isVisible()


def test_what_holds_back_the_show_is_told_by_its_button(
    desk: OperatorWindow, view_model: ViewModel, show: FakeShow
) -> None:
    show_snapshot(view_model, show, replace(SNAPSHOT, blackout=0.4, frozen=True, idle=True, panic=True, muted=True))
    master = desk.master
    texts = [button.text() for button in (master.freeze, master.blackout, master.panic, master.mute)]
    assert texts == ["FROZEN", "BLACK 40%", "DANCE AGAIN", "MUTED"]
    QTest.mouseClick(master.panic, Qt.MouseButton.LeftButton)
    assert show.commands == [commands.Panic(False)]


def test_a_dancer_who_rests_is_told_with_the_way_back(
    desk: OperatorWindow, view_model: ViewModel, show: FakeShow
) -> None:
    show_snapshot(view_model, show, replace(SNAPSHOT, idle=True))
    assert desk.stage.notice.isVisible()
    show_snapshot(view_model, show, SNAPSHOT)
    assert not desk.stage.notice.isVisible()


def test_what_the_remote_control_drops_is_told(desk: OperatorWindow, view_model: ViewModel, show: FakeShow) -> None:
    calm = RemoteHealth("127.0.0.1:10010", packets=9, commands=9, subscribers=2, midi="Launchkey")
    line = desk.remote
    for remote, mark, word, detail in (
        (RemoteHealth(), Mark.OFF, "off", "not listening"),
        (calm, Mark.OK, "ok", "127.0.0.1:10010 \u00b7 Launchkey \u00b7 2 subscribed"),
        (replace(calm, refused=2, malformed=1, last_problem="not OSC"), Mark.WARN, "3 dropped", "not OSC"),
        (replace(calm, floods=1, unknown=7), Mark.WARN, "flooded", "127.0.0.1:10010"),
    ):
        show_snapshot(view_model, show, replace(SNAPSHOT, remote=remote))
        assert (line.status.mark, line.status.word, line.detail.text()) == (mark, word, detail)
    assert line.toolTip() == "9 packets, 9 commands, 7 with an unknown address, 1 floods, 2 subscribers"


def test_nothing_moves_when_everything_changes(desk: OperatorWindow, view_model: ViewModel, show: FakeShow) -> None:
    calm = replace(EXTREME, beat=BeatState(1.0), latencies=Latencies(), title="", level_db=0.0, input_state="live")
    calm = replace(calm, overruns=0, late_ticks=0, panic=False, muted=False, frozen=False, idle=False)
    calm = replace(calm, blackout=0.0, fallback=False, remote=RemoteHealth())
    show_snapshot(view_model, show, calm)
    before = _places(desk)
    show_snapshot(view_model, show, EXTREME)
    assert _places(desk) == before


def test_the_desk_fits_a_small_screen(desk: OperatorWindow, view_model: ViewModel, show: FakeShow) -> None:
    show_snapshot(view_model, show, EXTREME)
    layout = desk.layout()
    assert layout is not None
    assert layout.minimumSize().width() <= 1024
    assert layout.minimumSize().height() <= 700


def test_everything_that_can_be_pressed_has_a_name_and_is_large_enough(desk: OperatorWindow) -> None:
    kinds = (QAbstractButton, QAbstractSlider, QLineEdit, QComboBox)
    found = [widget for widget in desk.findChildren(QWidget) if isinstance(widget, kinds) and widget.isVisible()]
    found = [widget for widget in found if widget.accessibleName() or not widget.objectName().startswith("qt_")]
    # A scroll bar is no control of the show: the wheel and Tab reach what it would.
    found = [widget for widget in found if not isinstance(widget, QScrollBar)]
    assert len(found) > 25
    for widget in found:
        assert widget.accessibleName(), widget
        assert widget.height() >= theme.TARGET_PX, widget.accessibleName()
        assert widget.width() >= theme.TARGET_PX, widget.accessibleName()
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, widget.accessibleName()


def test_tab_goes_through_the_desk_from_the_top_left_to_panic(desk: OperatorWindow) -> None:
    order = [desk.tempo.lock, desk.tempo.field, desk.targets.rows[0].switch, desk.targets.rows[2].switch]
    order += [desk.dance.presets[0], desk.dance.energy.track, desk.master.help, desk.master.panic]
    chain: list[QWidget] = []
    widget = desk.nextInFocusChain()
    while widget is not None and widget is not desk:
        chain.append(widget)
        widget = widget.nextInFocusChain()
    places = [chain.index(control) for control in order]
    assert places == sorted(places)


def test_no_label_is_smaller_than_14_pixels(desk: OperatorWindow) -> None:
    sizes = {label.fontInfo().pixelSize() for label in desk.findChildren(QLabel)}
    assert min(sizes) >= 14
    assert desk.tempo.digits.fontInfo().pixelSize() >= 48


def test_contrast_runs_from_one_to_21() -> None:
    assert theme.contrast("#777777", "#777777") == pytest.approx(1.0)
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21.0)


@given(beat=st.floats(0.0, 500.0), beats_per_bar=st.integers(2, 7))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_the_lit_square_is_the_beat_of_the_clock(qapp: object, beat: float, beats_per_bar: int) -> None:
    clock = BeatState(120.0, 3.0, 0.0, beats_per_bar)
    squares = BeatSquares(lambda: (clock, clock.time_of(beat)))
    squares.look()
    assert squares.shown is not None
    count, active, brightness, filled = squares.shown
    assert (count, active + 1) == (beats_per_bar, clock.beat_in_bar(clock.time_of(beat)))
    assert brightness > 0
    assert 0 <= filled <= squares.width()


def test_a_beat_that_looks_the_same_is_not_painted_again(qtbot: QtBot) -> None:
    now_s = [0.0]
    squares = BeatSquares(lambda: (BeatState(60.0), now_s[0]))
    paints: list[bool] = []
    squares.update = lambda: paints.append(True)  # type: ignore[method-assign, assignment]
    squares.look()
    now_s[0] = 0.001
    squares.look()
    assert len(paints) == 1
    now_s[0] = 0.5
    squares.look()
    assert len(paints) == 2


@given(st.floats(-120.0, 0.0), st.floats(-120.0, 0.0))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_a_louder_input_never_lights_fewer_lamps(qapp: object, one_db: float, other_db: float) -> None:
    lit: list[int] = []
    for level_db in sorted((one_db, other_db)):
        meter = LevelMeter(HandClock())
        meter.show_level(Level(level_db, 0.5, silent=False))
        lit.append(meter.lit)
    assert 0 <= lit[0] <= lit[1] <= LAMPS


def test_the_clip_light_stays_long_enough_to_be_seen(qapp: object, clock: HandClock) -> None:
    meter = LevelMeter(clock)
    meter.show_level(Level(-0.1, 1.0, silent=False))
    meter.show_level(Level(-20.0, 0.1, silent=False))
    assert meter.clipped
    clock.now_s += HOLD_S
    assert not meter.clipped


def test_a_hand_on_a_slider_is_stronger_than_the_show(qtbot: QtBot) -> None:
    moved: list[int] = []
    slider = NamedSlider("energy", str, moved.append)
    qtbot.addWidget(slider)
    slider.resize(300, 60)
    slider.show()
    track = slider.track
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=QPoint(track.width() - 1, 10))
    slider.show_value(20)
    assert (moved, slider.text) == ([100], "100")
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: slider.text == "20")
    assert moved == [100]


def test_a_slider_moved_by_the_show_asks_nothing_of_it(
    desk: OperatorWindow, view_model: ViewModel, show: FakeShow
) -> None:
    show_snapshot(view_model, show, replace(SNAPSHOT, energy_control=0.9, offset_s=-0.1))
    assert (desk.dance.energy.text, desk.dance.offset.text) == ("90%", "-100 ms")
    assert show.commands == []


def test_the_latency_says_which_number_is_a_median_and_which_a_rare_worst(desk: OperatorWindow) -> None:
    captions = [label.text() for label in desk.latency.findChildren(QLabel)]
    assert captions[:2] == ["LATENCY\np50 / p99", "47 ms"]
    assert desk.latency.parts["audio"].accessibleDescription() == "Latency of audio: p50 / p99 in ms"


def test_the_latency_curve_gets_the_newest_total(desk: OperatorWindow) -> None:
    desk.latency.sample()
    assert desk.latency.sparkline.values[-1] == 47


def test_more_targets_get_more_rows_and_fewer_get_fewer(
    desk: OperatorWindow, view_model: ViewModel, show: FakeShow
) -> None:
    show_snapshot(view_model, show, replace(SNAPSHOT, targets=SNAPSHOT.targets * 3))
    assert len(desk.targets.rows) == 9
    QTest.mouseClick(desk.targets.rows[6].switch, Qt.MouseButton.LeftButton)
    assert show.commands == [commands.EnableTarget(7, False)]
    show_snapshot(view_model, show, replace(SNAPSHOT, targets=()))
    assert desk.targets.rows == ()


def test_the_focus_can_be_seen_on_every_kind_of_control(desk: OperatorWindow) -> None:
    for widget in (desk.master.freeze, desk.tempo.field, desk.master.display, desk.dance.energy.track):
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        focused = widget.grab().toImage()
        ring = QColor(theme.FOCUS).rgb()
        pixels = {focused.pixel(x, y) for x in range(focused.width()) for y in range(focused.height())}
        assert ring in pixels, widget.accessibleName()


def _places(desk: OperatorWindow) -> list[tuple[str, object]]:
    widgets = [widget for widget in desk.findChildren(QWidget) if widget is not desk.stage.notice]
    return [(type(widget).__name__, widget.geometry()) for widget in widgets if widget.isVisible()]
