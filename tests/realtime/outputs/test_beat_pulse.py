from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.outputs.beat_pulse import PULSE_S, BeatPulse, Pulse
from realtime.types import BeatState

_clocks = st.builds(
    BeatState,
    tempo_bpm=st.floats(40.0, 240.0),
    origin_s=st.floats(-10.0, 10.0),
    origin_beat=st.floats(-50.0, 50.0),
)


def _run(clock: BeatState, rate_hz: float, seconds: float) -> list[Pulse]:
    beats = BeatPulse()
    return [beats.step(clock, frame / rate_hz) for frame in range(round(seconds * rate_hz))]


@given(st.lists(st.tuples(_clocks, st.floats(0.001, 1.0)), max_size=50))
def test_the_count_never_goes_back_whatever_happens_to_the_clock(moves: list[tuple[BeatState, float]]) -> None:
    beats, time_s, counts = BeatPulse(), 0.0, [float("-inf")]
    for clock, step_s in moves:
        time_s += step_s
        counts.append(beats.step(clock, time_s).beat_count)
    assert all(later >= earlier for earlier, later in pairwise(counts))


@given(st.lists(st.tuples(_clocks, st.floats(0.001, 1.0)), max_size=50))
def test_the_count_tells_the_beat_in_the_bar_wherever_the_clock_jumps(moves: list[tuple[BeatState, float]]) -> None:
    beats, time_s, last = BeatPulse(), 0.0, None
    for clock, step_s in moves:
        time_s += step_s
        count = beats.step(clock, time_s).beat_count
        drawn_back = count == last and clock.beat_at(time_s) % 1.0 > 0.5
        assert drawn_back or count % 4 + 1 == clock.beat_in_bar(time_s)
        last = count


@pytest.mark.parametrize("rate_hz", [24.0, 30.0, 60.0, 144.0])
@pytest.mark.parametrize("tempo_bpm", [61.0, 128.0, 190.0])
def test_every_beat_pulses_once_at_every_rate(rate_hz: float, tempo_bpm: float) -> None:
    pulses = _run(BeatState(tempo_bpm=tempo_bpm, origin_s=0.1, origin_beat=1.0), rate_hz, 20.0)
    rises = sum(later.pulse > earlier.pulse for earlier, later in pairwise(pulses))
    assert rises == pulses[-1].beat_count - pulses[0].beat_count
    down_rises = sum(later.downbeat > earlier.downbeat for earlier, later in pairwise(pulses))
    assert down_rises == pulses[-1].beat_count // 4 - pulses[0].beat_count // 4


def test_a_pulse_lasts_60_ms() -> None:
    pulses = _run(BeatState(tempo_bpm=60.0, origin_s=0.5), 1000.0, 1.2)
    on_s = [frame / 1000.0 for frame, pulse in enumerate(pulses) if pulse.pulse]
    assert on_s[0] == 0.5
    assert on_s[-1] == pytest.approx(0.5 + PULSE_S, abs=0.0011)
    assert {pulse.pulse for pulse in pulses} == {0.0, 1.0}


def test_a_beat_that_the_clock_is_drawn_back_over_is_announced_once() -> None:
    beats = BeatPulse()
    beats.step(BeatState(tempo_bpm=60.0), 6.9)
    assert beats.step(BeatState(tempo_bpm=60.0), 7.02) == Pulse(7, 1.0, 0.0)
    back = BeatState(tempo_bpm=60.0, origin_s=0.1)
    told = [beats.step(back, 7.02 + frame * 0.02) for frame in range(1, 10)]
    assert {pulse.beat_count for pulse in told} == {7}
    assert [pulse.pulse for pulse in told[3:]] == [0.0] * 6


def test_a_resync_to_the_first_beat_pulses_at_once() -> None:
    beats = BeatPulse()
    beats.step(BeatState(tempo_bpm=60.0), 9.3)
    beats.step(BeatState(tempo_bpm=60.0), 9.6)
    told = beats.step(BeatState(tempo_bpm=60.0, origin_s=9.62, origin_beat=8.0), 9.63)
    assert told == Pulse(12, 1.0, 1.0)


def test_a_show_that_starts_on_a_beat_starts_with_a_pulse_and_otherwise_without() -> None:
    assert BeatPulse().step(BeatState(), 0.0) == Pulse(0, 1.0, 1.0)
    assert BeatPulse().step(BeatState(), 0.25) == Pulse(0, 0.0, 0.0)
