"""The window's process: the show outlives it, opens it again, and knows when to give up."""

import logging
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.window_process import Patience, WindowProcess, display_available, start_child
from realtime.clock import VirtualClock


class MortalChild:
    """A window that lives for a while and ends with a code."""

    pid = 4711

    def __init__(self, clock: VirtualClock, life_s: float, code: int) -> None:
        self._clock, self._end_s, self._code = clock, clock.now_s() + life_s, code

    def poll(self) -> int | None:
        return self._code if self._clock.now_s() >= self._end_s else None

    def wait(self, timeout: float | None = None) -> int:
        self._clock.sleep_until(self._end_s)
        return self._code

    def terminate(self) -> None:
        self._end_s = self._clock.now_s()

    kill = terminate


class Lives:
    """Windows that live one life after another."""

    def __init__(self, *lives: tuple[float, int]) -> None:
        self.clock = VirtualClock()
        self.left = list(lives)
        self.closed = 0

    def start(self, _command: list[str]) -> MortalChild:
        return MortalChild(self.clock, *self.left.pop(0))

    def close(self) -> None:
        self.closed += 1

    def run(self) -> None:
        WindowProcess(Path("link.json"), self.clock, arguments=[], on_close=self.close, start=self.start).join()


def test_a_window_that_cannot_start_is_tried_three_times_and_given_up_once(caplog: pytest.LogCaptureFixture) -> None:
    lives = Lives(*[(0.4, 134)] * 9)
    lives.run()
    assert len(lives.left) == 6
    assert lives.closed == 0
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert said == ["the window cannot start; the show goes on without it (code 134)"]


def test_a_window_that_dies_is_opened_again_until_a_person_closes_it() -> None:
    lives = Lives((0.4, -9), (0.4, -9), (100.0, -11), (0.4, -9), (0.4, -9), (100.0, 0), (1.0, 0))
    lives.run()
    assert (len(lives.left), lives.closed) == (1, 1)


@given(st.lists(st.floats(3.001, 8.0), min_size=6, max_size=6))
def test_six_deaths_in_a_minute_are_enough(lives_s: list[float]) -> None:
    patience, now_s, reasons = Patience(), 0.0, list[str]()
    for life_s in lives_s:
        reasons.append(patience.ends_with(now_s, now_s + life_s))
        now_s += life_s
    assert reasons[:5] == [""] * 5
    assert "in a minute" in reasons[5]


@given(st.lists(st.floats(13.0, 1e4), max_size=30))
def test_a_window_that_lives_is_never_given_up(lives_s: list[float]) -> None:
    patience, now_s = Patience(), 0.0
    for life_s in lives_s:
        assert patience.ends_with(now_s, now_s + life_s) == ""
        now_s += life_s


@pytest.mark.skipif(not hasattr(os, "getsid"), reason="sessions are a thing of POSIX")
def test_the_interrupt_of_the_terminal_does_not_reach_the_window() -> None:
    child = start_child(["sleep", "30"])
    try:
        assert os.getsid(child.pid) == child.pid
    finally:
        child.kill()
        child.wait()


@pytest.mark.parametrize(
    ("environment", "available"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"QT_QPA_PLATFORM": "offscreen"}, True),
        ({"QT_QPA_PLATFORM": "xcb"}, False),
    ],
)
def test_a_display_is_needed_where_qt_needs_one(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], available: bool
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert display_available() is available
