from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from realtime.commands import LoadPreset, SetMirror
from realtime.remote.quantise import LONGEST_WAIT_S, PAUSE_S, Quantiser, Quantum
from realtime.types import BeatState

BEAT = BeatState(tempo_bpm=120.0)


def _released_s(quantiser: Quantiser, beat: BeatState, from_s: float, to_s: float = 60.0) -> float:
    time_s = from_s
    while time_s < to_s:
        if quantiser.due(beat, time_s):
            return time_s
        time_s += 0.01
    raise AssertionError("never released")


@given(
    tempo_bpm=st.floats(40.0, 200.0),
    pressed_s=st.floats(0.0, 20.0),
    quantum=st.sampled_from([Quantum.BEAT, Quantum.BAR]),
    origin_beat=st.floats(-3.0, 3.0),
)
def test_a_press_waits_for_the_next_beat_or_bar_and_no_longer(
    tempo_bpm: float, pressed_s: float, quantum: Quantum, origin_beat: float
) -> None:
    beat = BeatState(tempo_bpm=tempo_bpm, origin_beat=origin_beat)
    quantiser = Quantiser(quantum)
    quantiser.add(LoadPreset("peak"), beat, pressed_s)
    released_s = _released_s(quantiser, beat, pressed_s)
    step = 4 if quantum is Quantum.BAR else 1
    waited_beats = (released_s - pressed_s) * tempo_bpm / 60.0
    assert waited_beats <= step + 0.01 * tempo_bpm / 60.0
    place = beat.beat_at(released_s) % step
    assert place <= 0.06 + 0.01 * tempo_bpm / 60.0 or released_s - pressed_s >= LONGEST_WAIT_S - 0.02


def test_without_quantising_a_press_counts_at_once_and_a_flood_ten_times_a_second() -> None:
    quantiser, released_s = Quantiser(Quantum.OFF), list[float]()
    for k in range(100):
        quantiser.add(LoadPreset("peak"), BEAT, k / 100)
        released_s += [k / 100] * len(quantiser.due(BEAT, k / 100))
        assert len(quantiser) <= 1
    assert released_s[0] == 0.0
    assert all(later - earlier >= PAUSE_S - 1e-9 for earlier, later in pairwise(released_s))
    assert len(released_s) >= 9


def test_the_last_press_of_a_kind_counts_and_kinds_do_not_disturb_each_other() -> None:
    quantiser = Quantiser(Quantum.BAR)
    for name in ("a", "b", "c"):
        quantiser.add(LoadPreset(name), BEAT, 0.3)
    quantiser.add(SetMirror(on=True), BEAT, 0.4)
    assert quantiser.due(BEAT, 1.99) == []
    assert quantiser.due(BEAT, 2.0) == [LoadPreset("c"), SetMirror(on=True)]
    assert quantiser.due(BEAT, 4.0) == []


def test_a_press_just_after_the_beat_was_meant_for_it() -> None:
    quantiser = Quantiser(Quantum.BAR)
    quantiser.add(LoadPreset("a"), BEAT, 2.02)
    assert quantiser.due(BEAT, 2.02) == [LoadPreset("a")]


def test_a_clock_that_was_moved_back_does_not_swallow_a_press() -> None:
    quantiser = Quantiser(Quantum.BAR)
    quantiser.add(LoadPreset("a"), BEAT, 10.1)
    moved = BeatState(tempo_bpm=120.0, origin_s=10.2, origin_beat=-100.0)
    assert quantiser.due(moved, 10.1 + LONGEST_WAIT_S - 0.1) == []
    assert quantiser.due(moved, 10.1 + LONGEST_WAIT_S) == [LoadPreset("a")]
