"""The view model says what changed and nothing else, and never loses sight of a show for long."""

from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intent import Intent
from app.readings import Connection, Mark, Notice, Remark, Target
from app.show_client import ShowClient
from app.show_search import Job, ShowSearch
from app.view_model import ViewModel
from realtime import command_coding, commands
from realtime.errors import LinkError
from realtime.health import HealthSnapshot, Latencies
from realtime.types import BeatState
from tests.support.fake_desk import HandClock
from tests.support.fake_show import HOST_AHEAD_S, SNAPSHOT, FakeShow, search_of

SIGNALS = (
    "connection_changed",
    "input_changed",
    "level_changed",
    "tempo_changed",
    "output_changed",
    "latency_changed",
    "targets_changed",
    "presets_changed",
    "controls_changed",
    "master_changed",
    "notice_changed",
    "scene_changed",
    "remark_changed",
)


class Ear:
    """Hears every signal of a view model."""

    def __init__(self, view_model: ViewModel) -> None:
        self.heard: list[tuple[str, object]] = []
        for name in SIGNALS:
            getattr(view_model, name).connect(partial(self._hear, name))

    def _hear(self, name: str, reading: object) -> None:
        self.heard.append((name, reading))

    def names(self) -> set[str]:
        names = {name for name, _ in self.heard}
        self.heard.clear()
        return names


def test_the_first_poll_tells_everything_and_the_second_nothing(view_model: ViewModel, show: FakeShow) -> None:
    ear = Ear(view_model)
    view_model.poll()
    view_model.poll()
    assert ear.names() == set(SIGNALS)
    view_model.poll()
    show.shown = replace(SNAPSHOT, time_s=72.0)
    view_model.poll()
    assert ear.names() == set()


@pytest.mark.parametrize(
    ("changed", "signals"),
    [
        (replace(SNAPSHOT, level_db=-3.0), {"level_changed"}),
        (replace(SNAPSHOT, beat=BeatState(140.0, 0.0, 0.0, 4, 0.92)), {"tempo_changed"}),
        (replace(SNAPSHOT, overruns=1), {"output_changed"}),
        (replace(SNAPSHOT, latencies=Latencies(total_s=0.09)), {"latency_changed"}),
        (replace(SNAPSHOT, targets=()), {"targets_changed"}),
        (replace(SNAPSHOT, preset="idle"), {"presets_changed", "scene_changed"}),
        (replace(SNAPSHOT, look="ink"), {"scene_changed"}),
        (replace(SNAPSHOT, offset_s=0.02), {"controls_changed"}),
        (replace(SNAPSHOT, frozen=True), {"master_changed"}),
        (replace(SNAPSHOT, muted=True), {"master_changed", "targets_changed"}),
        (replace(SNAPSHOT, panic=True), {"master_changed", "input_changed", "notice_changed"}),
        (replace(SNAPSHOT, input_state="lost"), {"input_changed", "notice_changed"}),
    ],
)
def test_only_the_readings_that_changed_are_told(
    view_model: ViewModel, show: FakeShow, changed: HealthSnapshot, signals: set[str]
) -> None:
    view_model.poll()
    view_model.poll()
    ear = Ear(view_model)
    show.shown = changed
    view_model.poll()
    assert ear.names() == signals


def test_a_change_too_small_to_read_is_not_told(view_model: ViewModel, show: FakeShow) -> None:
    view_model.poll()
    view_model.poll()
    ear = Ear(view_model)
    show.shown = replace(SNAPSHOT, level_db=SNAPSHOT.level_db + 0.01, energy_control=0.5004)
    view_model.poll()
    assert ear.names() == set()


def test_lost_input_says_what_to_do(view_model: ViewModel, show: FakeShow) -> None:
    ear = Ear(view_model)
    show.shown = replace(SNAPSHOT, input_state="lost")
    view_model.poll()
    view_model.poll()
    text = "Input lost - unplugged? running on internal clock 128.0"
    assert ("notice_changed", Notice(Mark.WARN, text)) in ear.heard


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("", "unplugged? "),
        ("Input lost - unplugged?", "unplugged? "),
        ("Input lost - unplugged? no device is called 'Scarlett'", "unplugged? no device is called 'Scarlett' - "),
        ("the device is busy", "the device is busy - "),
    ],
)
def test_lost_input_is_said_once_whoever_says_it(message: str, why: str) -> None:
    notice = Notice.of(replace(SNAPSHOT, input_state="lost", input_message=message))
    assert notice.text == f"Input lost - {why}running on internal clock 128.0"


def test_a_new_failure_is_shown_for_ten_seconds(view_model: ViewModel, show: FakeShow, clock: HandClock) -> None:
    remarks: list[Remark] = []
    view_model.remark_changed.connect(remarks.append)
    view_model.poll()
    for failure in ("no preset is called club2", "listen: ValueError: NaN"):
        show.shown = replace(SNAPSHOT, last_failure=failure)
        view_model.poll()
        clock.now_s += 9.9
        view_model.poll()
        assert remarks[-1] == Remark(failure)
    clock.now_s += 0.2
    view_model.poll()
    assert remarks[-1] == Remark("")


def test_a_failure_that_the_fallback_explains_is_not_said_twice(view_model: ViewModel, show: FakeShow) -> None:
    remarks: list[Remark] = []
    view_model.remark_changed.connect(remarks.append)
    show.shown = replace(SNAPSHOT, generator="groove", fallback=True, last_failure="live: TimeoutError")
    view_model.poll()
    view_model.poll()
    assert remarks == [Remark("")]
    assert Notice.of(show.shown).text == "groove dances until the model is back - live: TimeoutError"


def test_a_tap_carries_the_moment_of_the_finger(view_model: ViewModel, show: FakeShow, clock: HandClock) -> None:
    view_model.poll()
    clock.now_s = 2000.125
    view_model.tap()
    assert show.commands == [commands.Tap(2000.125)]


def test_the_beat_is_that_of_the_moment_that_is_seen(view_model: ViewModel, clock: HandClock) -> None:
    view_model.poll()
    view_model.poll()
    view_model.display_offset_s = 0.05
    assert view_model.beat_now() == (SNAPSHOT.beat, pytest.approx(clock.now_s - HOST_AHEAD_S + 0.05))


def test_two_quick_presses_restore_though_the_show_has_not_answered(view_model: ViewModel, show: FakeShow) -> None:
    view_model.poll()
    view_model.poll()
    view_model.toggle.blackout()
    view_model.toggle.blackout()
    assert show.commands == [commands.Blackout(True), commands.Blackout(False)]


@given(st.lists(st.floats(0.0, 0.29), min_size=1, max_size=8), st.booleans())
def test_presses_faster_than_the_answer_alternate(pauses_s: list[float], held: bool) -> None:
    intent, now_s, asked = Intent(0.3), 0.0, [held]
    for pause_s in pauses_s:
        asked.append(intent.toggle(held, now_s))
        now_s += pause_s
    assert all(one is not other for one, other in pairwise(asked))


def test_what_the_show_reports_is_believed_after_a_while(
    view_model: ViewModel, show: FakeShow, clock: HandClock
) -> None:
    view_model.poll()
    view_model.poll()
    view_model.toggle.freeze()
    clock.now_s += 1.0
    view_model.toggle.freeze()
    assert show.commands == [commands.Freeze(True), commands.Freeze(True)]


def test_presets_step_in_a_ring(view_model: ViewModel, show: FakeShow) -> None:
    show.shown = replace(SNAPSHOT, preset="outro")
    view_model.poll()
    view_model.poll()
    view_model.step_preset(1)
    view_model.step_preset(-1)
    assert show.commands == [commands.LoadPreset("idle", "bar", 0.5), commands.LoadPreset("break", "bar", 0.5)]


def test_numbers_without_a_preset_or_target_do_nothing(view_model: ViewModel, show: FakeShow) -> None:
    view_model.poll()
    view_model.poll()
    view_model.load_preset(9)
    view_model.toggle.target(9)
    assert show.commands == []


def test_a_window_waits_for_its_first_show(qapp: object, clock: HandClock) -> None:
    def nobody() -> ShowClient:
        raise LinkError("no show is running")

    view_model = ViewModel(search_of(nobody), now_s=clock)
    ear = Ear(view_model)
    view_model.poll()
    assert [reading for name, reading in ear.heard if name == "notice_changed"] == [
        Notice(Mark.OFF, "Waiting for the show")
    ]
    assert not view_model.send(commands.Quit())
    assert view_model.beat_now() is None


def test_a_lost_show_is_said_and_found_again(qapp: object, clock: HandClock) -> None:
    first, second = FakeShow(), FakeShow(replace(SNAPSHOT, title="second"))
    shows = [second, first]
    view_model = ViewModel(search_of(shows.pop), now_s=clock)
    view_model.poll()
    view_model.poll()
    ear = Ear(view_model)

    first.alive = False
    clock.now_s += 0.1
    view_model.poll()
    lost = next(reading for name, reading in ear.heard if name == "connection_changed")
    assert isinstance(lost, Connection)
    assert (lost.attached, lost.lost) == (False, True)
    assert "reconnecting" in lost.text

    clock.now_s += 1.0
    view_model.poll()
    view_model.poll()
    assert ("connection_changed", Connection(True)) in ear.heard
    assert "input_changed" in ear.names()
    assert first.closed
    assert view_model.send(commands.AutoTempo())
    assert second.commands == [commands.AutoTempo()]


def test_a_search_that_hangs_hangs_nothing_else(qapp: object, clock: HandClock) -> None:
    jobs: list[Job] = []
    show = FakeShow()
    view_model = ViewModel(ShowSearch(lambda: show, run=jobs.append), now_s=clock)
    for _ in range(5):
        view_model.poll()
        clock.now_s += 1.0
    assert len(jobs) == 1
    assert view_model.client is None
    jobs[0]()
    view_model.poll()
    assert view_model.client is show


def test_a_show_is_looked_for_once_a_second(qapp: object, clock: HandClock) -> None:
    asked: list[float] = []

    def nobody() -> ShowClient:
        asked.append(clock.now_s)
        raise LinkError("no show is running")

    view_model = ViewModel(search_of(nobody), now_s=clock)
    for _ in range(90):
        view_model.poll()
        clock.now_s += 1 / 30
    assert len(asked) == 3


def test_draw_times_are_reported_once_a_second(view_model: ViewModel, show: FakeShow, clock: HandClock) -> None:
    view_model.add_draw_source(lambda: (0.004, 0.005))
    for _ in range(5):
        view_model.poll()
        clock.now_s += 0.5
    assert show.commands == [commands.ReportDraw((0.004, 0.005), 2.0)] * 2


def test_a_report_fits_through_the_link_however_many_frames_were_drawn(
    view_model: ViewModel, show: FakeShow, clock: HandClock
) -> None:
    view_model.add_draw_source(lambda: tuple(n / 3333 for n in range(4096)))
    view_model.poll()
    clock.now_s += 2.0
    view_model.poll()
    (report,) = show.commands
    assert len(command_coding.encode(report)) < 4096
    assert isinstance(report, commands.ReportDraw)
    assert report.frame_rate_hz == 2048.0


def test_quit_is_sent_once(view_model: ViewModel, show: FakeShow) -> None:
    view_model.poll()
    view_model.quit_show()
    view_model.quit_show()
    assert show.commands == [commands.Quit()]


@pytest.mark.parametrize(
    ("change", "word", "mark"),
    [
        ({}, "ok", Mark.OK),
        ({"rate_hz": 31.0}, "slow", Mark.WARN),
        ({"rate_hz": 31.0, "wanted_hz": 30.0}, "ok", Mark.OK),
        ({"rate_hz": 20.0, "wanted_hz": 30.0}, "slow", Mark.WARN),
        ({"rate_hz": 60.0, "wanted_hz": 120.0}, "ok", Mark.OK),
        ({"rate_hz": 4.0, "wanted_hz": 5.0}, "ok", Mark.OK),
        ({"rate_hz": 0.0, "errors": 9, "last_error": "no route to host"}, "no route", Mark.BAD),
        ({"rate_hz": 0.0}, "waiting", Mark.OFF),
        ({"enabled": False, "rate_hz": 0.0}, "off", Mark.OFF),
    ],
)
def test_a_target_has_a_word_and_a_shape(change: dict[str, object], word: str, mark: Mark) -> None:
    target = replace(SNAPSHOT.targets[0], **change)  # type: ignore[arg-type]
    reading = Target.of(target, fps=60.0, muted=False)
    assert (reading.word, reading.mark) == (word, mark)
