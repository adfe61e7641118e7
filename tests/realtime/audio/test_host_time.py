"""The line from host time to show time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.audio.host_time import HostTime

BLOCK = 256


def follow(drift: float, jitter_s: float, seed: int, blocks: int = 1500) -> tuple[HostTime, float, float]:
    """Feed jerky callbacks of a sound card that is `drift` too fast; return the line, last host and true show time."""
    rng = np.random.default_rng(seed)
    line = HostTime(100.0)
    host_s = show_s = 0.0
    for block in range(blocks):
        show_s = block * BLOCK / 48_000
        host_s = 100.0 + show_s / (1.0 + drift)
        line.add(block * BLOCK, host_s + float(rng.exponential(jitter_s)))
    return line, host_s, show_s


@settings(max_examples=20, deadline=None)
@given(st.floats(-5e-4, 5e-4), st.floats(0.0, 0.004), st.integers(0, 100))
def test_jerky_callbacks_of_any_crystal_make_a_smooth_line(drift: float, jitter_s: float, seed: int) -> None:
    line, host_s, show_s = follow(drift, jitter_s, seed)
    # The mean lateness of the callbacks cannot be told from latency; what is left is under a millisecond.
    assert line.show_s(host_s) == pytest.approx(show_s - jitter_s, abs=0.001)
    assert line.show_s(host_s + 1.0) - line.show_s(host_s) == pytest.approx(1.0 + drift, abs=0.004)


def test_before_any_point_show_time_runs_with_the_host() -> None:
    line = HostTime(50.0)
    assert line.show_s(50.0) == 0.0
    assert line.show_s(51.5) == 1.5


def test_a_restart_goes_on_from_the_present_show_time() -> None:
    line, host_s, _ = follow(0.0, 0.001, 1)
    before = line.show_s(host_s + 0.5)
    line.restart(host_s + 0.5)
    assert line.show_s(host_s + 0.5) == pytest.approx(before)
    assert line.show_s(host_s + 1.5) == pytest.approx(before + 1.0)


def test_a_burst_of_callbacks_does_not_bend_time() -> None:
    line = HostTime(0.0)
    for block in range(100):
        line.add(block * 4800, 0.1 * block // 1.0 + 1.0)
    assert abs(line.show_s(11.0) - line.show_s(10.0) - 1.0) <= 0.0101
