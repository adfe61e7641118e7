import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.commands import AutoTempo, OutsideBeat, SetTempo
from realtime.music.outside import PRIORITY, SILENT_S
from realtime.music.tempo import BeatOpinion, TempoClock
from realtime.types import BeatState, TempoSource

STEP_S = 0.01


class Deck:
    """An outside clock that tells every beat of its own."""

    def __init__(self, source: TempoSource, tempo_bpm: float, first_s: float = 0.0) -> None:
        self.source, self.tempo_bpm, self.next_s, self.count = source, tempo_bpm, first_s, 0

    def play(self, clock: TempoClock, time_s: float) -> None:
        while self.next_s <= time_s:
            clock.command(OutsideBeat(int(self.source), self.tempo_bpm, self.next_s, self.count % 4), time_s)
            self.next_s += 60.0 / self.tempo_bpm
            self.count += 1


def _run(clock: TempoClock, from_s: float, to_s: float, *decks: Deck, heard_bpm: float = 120.0) -> BeatState:
    """Let time pass while our own ear hears a beat at each multiple of its period."""
    state = clock.state
    for step in range(round(from_s / STEP_S), round(to_s / STEP_S)):
        time_s = step * STEP_S
        for deck in decks:
            deck.play(clock, time_s)
        period_s = 60.0 / heard_bpm
        state = clock.follow(BeatOpinion(heard_bpm, time_s // period_s * period_s, 0.9), time_s)
    return state


def _off_beats(state: BeatState, beat_s: float) -> float:
    return abs((state.beat_at(beat_s) + 0.5) % 1.0 - 0.5)


@pytest.mark.parametrize("source", PRIORITY)
@settings(max_examples=15)
@given(tempo_bpm=st.floats(60.0, 190.0), first_s=st.floats(6.0, 7.0))
def test_a_clock_outside_is_followed_to_its_tempo_its_beat_and_its_bar(
    source: TempoSource, tempo_bpm: float, first_s: float
) -> None:
    clock, deck = TempoClock(), Deck(source, tempo_bpm, first_s)
    assert _run(clock, 0.0, 6.0).source is TempoSource.AUTO
    state = _run(clock, 6.0, 30.0, deck)
    assert state.source is source
    assert state.tempo_bpm == pytest.approx(tempo_bpm, rel=0.02)
    assert _off_beats(state, deck.next_s) < 0.05
    assert round(state.beat_at(deck.next_s)) % 4 == deck.count % 4


def test_the_most_trusted_clock_wins_and_when_it_falls_silent_the_next_one_does() -> None:
    clock = TempoClock()
    decks = {source: Deck(source, 100.0 + 10 * k) for k, source in enumerate(reversed(PRIORITY))}
    ends_s = [10.0, 24.0, 38.0, 52.0]
    playing = dict(decks)
    time_s = 0.0
    for source, end_s in zip(PRIORITY, ends_s, strict=True):
        state = _run(clock, time_s, end_s, *playing.values())
        assert state.source is source
        assert state.tempo_bpm == pytest.approx(decks[source].tempo_bpm, rel=0.01)
        del playing[source]
        time_s = end_s
    state = _run(clock, time_s, time_s + 12.0)
    assert state.source is TempoSource.AUTO
    assert state.tempo_bpm == pytest.approx(120.0, rel=0.01)


def test_a_silent_clock_is_left_after_three_seconds_and_not_before() -> None:
    clock, deck = TempoClock(), Deck(TempoSource.LINK, 100.0)
    _run(clock, 0.0, 10.0, deck)
    assert _run(clock, 10.0, 10.0 + SILENT_S - 1.0).source is TempoSource.LINK
    assert _run(clock, 12.0, 10.0 + SILENT_S + 0.1).source is TempoSource.AUTO


def test_the_person_wins_over_every_clock_until_the_tempo_is_given_back() -> None:
    clock, deck = TempoClock(), Deck(TempoSource.LINK, 100.0)
    _run(clock, 0.0, 5.0, deck)
    clock.command(SetTempo(140.0), 5.0)
    state = _run(clock, 5.0, 15.0, deck)
    assert (state.source, state.tempo_bpm) == (TempoSource.FIXED, 140.0)
    clock.command(AutoTempo(), 15.0)
    assert _run(clock, 15.0, 25.0, deck).source is TempoSource.LINK


@given(
    source=st.integers(-5, 20),
    tempo_bpm=st.floats(allow_nan=True, allow_infinity=True),
    host_s=st.floats(allow_nan=True, allow_infinity=True),
    in_bar=st.integers(-(2**31), 2**31),
)
def test_a_clock_that_talks_nonsense_is_not_followed(source: int, tempo_bpm: float, host_s: float, in_bar: int) -> None:
    clock = TempoClock()
    _run(clock, 0.0, 1.0)
    clock.command(OutsideBeat(source, tempo_bpm, host_s, in_bar), 1.0)
    state = _run(clock, 1.0, 2.0)
    assert 20.0 <= state.tempo_bpm <= 400.0
    assert state.beat_at(2.0) == pytest.approx(state.beat_at(2.0))
