import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.commands import (
    AutoTempo,
    Blackout,
    ChangeTempo,
    Command,
    LockTempo,
    NudgeBeat,
    ResyncBar,
    RoundTempo,
    ScaleTempo,
    SetTempo,
    Tap,
    TempoRange,
)
from realtime.music.gliding import wrapped
from realtime.music.tempo import MAX_BPM, MIN_BPM, RELOCK, BeatOpinion, TempoClock
from realtime.types import HOP_S, BeatState, TempoSource

opinions = st.one_of(
    st.none(),
    st.builds(
        BeatOpinion,
        tempo_bpm=st.floats(50, 220),
        beat_s=st.floats(-1, 30),
        confidence=st.floats(0, 1),
        beats_per_bar=st.sampled_from([3, 4]),
        beat_in_bar=st.sampled_from([None, 0, 1, 2]),
        places=st.sampled_from([(), (1.0, 0.0, 0.0, 0.0), (0.25, 0.25, 0.25, 0.25), (0.1, 0.8, 0.1)]),
    ),
)
numbers = st.floats(-1000, 1000) | st.sampled_from([math.nan, math.inf, -math.inf])
commands = st.one_of(
    st.builds(Tap, st.just(0.0)),
    st.builds(SetTempo, numbers),
    st.builds(ChangeTempo, numbers),
    st.just(RoundTempo()),
    st.builds(ScaleTempo, numbers),
    st.builds(NudgeBeat, st.floats(-0.5, 0.5)),
    st.just(ResyncBar()),
    st.builds(LockTempo, st.booleans()),
    st.just(AutoTempo()),
    st.builds(TempoRange, numbers, numbers),
)


def follow(clock: TempoClock, opinion: BeatOpinion | None, start_s: float, seconds: float) -> list[BeatState]:
    hops = range(1, round(seconds / HOP_S) + 1)
    return [clock.follow(opinion, start_s + hop * HOP_S) for hop in hops]


def settled_at(tempo_bpm: float, seconds: float = 8.0) -> TempoClock:
    clock = TempoClock()
    follow(clock, BeatOpinion(tempo_bpm, 0.0, 0.9, 4, 0), 0.0, seconds)
    return clock


def is_sane(state: BeatState) -> bool:
    inside = MIN_BPM * (1 - RELOCK) - 1e-9 <= state.tempo_bpm <= MAX_BPM * (1 + RELOCK) + 1e-9
    finite = all(math.isfinite(value) for value in (state.tempo_bpm, state.origin_s, state.origin_beat))
    return inside and finite and 0 <= state.confidence <= 1 and state.beats_per_bar in {3, 4}


def test_the_clock_takes_up_a_beat_at_once_when_nobody_dances_yet() -> None:
    clock = TempoClock()
    state = clock.follow(BeatOpinion(93.0, 0.1, 0.9), HOP_S)
    assert state.tempo_bpm == pytest.approx(93.0)
    assert wrapped(state.beat_at(0.1)) == pytest.approx(0.0, abs=1e-9)


@given(
    st.lists(opinions, min_size=1, max_size=8),
    st.lists(commands, max_size=8),
)
@settings(max_examples=60, deadline=None)
def test_the_phase_never_steps_once_the_clock_is_settled(heard: list[BeatOpinion | None], asked: list[Command]) -> None:
    clock, now_s = settled_at(120.0), 8.0
    steps = [(opinion, asked[index] if index < len(asked) else None) for index, opinion in enumerate(heard)]
    for opinion, command in steps:
        before = clock.state
        if command is not None:
            clock.command(command, now_s)
            assert wrapped(clock.state.beat_at(now_s) - before.beat_at(now_s)) == pytest.approx(0.0, abs=1e-6)
        for _ in range(100):
            before, now_s = clock.state, now_s + HOP_S
            doubtful = opinion is None or opinion.confidence < 0.3  # doubt unsettles in the end
            after = clock.follow(None if doubtful else opinion, now_s)
            assert wrapped(after.beat_at(now_s) - before.beat_at(now_s)) == pytest.approx(0.0, abs=1e-6)


@given(st.lists(opinions, min_size=1, max_size=8), st.lists(commands, min_size=8, max_size=8))
@settings(max_examples=60, deadline=None)
def test_beats_only_ever_grow_and_every_command_leaves_a_sane_clock(
    heard: list[BeatOpinion | None], asked: list[Command]
) -> None:
    clock, now_s, beat = TempoClock(), 0.0, 0.0
    for opinion, command in zip(heard, asked, strict=False):
        for _ in range(80):
            now_s += HOP_S
            state = clock.follow(opinion, now_s)
            assert is_sane(state)
            assert state.beat_at(now_s) >= beat - 1e-9
            beat = state.beat_at(now_s)
        clock.command(command, now_s)
        assert is_sane(clock.state)


def test_a_small_error_is_made_up_for_within_a_bar_and_by_a_small_change_of_tempo() -> None:
    clock = settled_at(120.0)
    states = follow(clock, BeatOpinion(120.0, 0.06, 0.9, 4, 0), 8.0, 4.0)
    assert max(abs(state.rate_hz / 2.0 - 1.0) for state in states) <= 0.09
    assert wrapped(states[-1].beat_at(12.06)) == pytest.approx(0.0, abs=0.005)


def test_an_error_beyond_a_sixteenth_waits_for_the_next_bar_and_is_gone_within_two_beats() -> None:
    clock = settled_at(120.0)  # the next bar begins at 10 s
    follow(clock, None, 8.0, 0.3)
    states = follow(clock, BeatOpinion(120.0, 0.24, 0.9), 8.3, 4.0)
    waiting, arrived = states[: round(1.68 / HOP_S)], states[round(2.9 / HOP_S) :]
    assert all(state.tempo_bpm == pytest.approx(120.0) for state in waiting)
    assert all(abs(wrapped(state.beat_at(12.24))) < 0.04 for state in arrived)


def test_another_tempo_is_taken_over_at_the_next_bar() -> None:
    clock = settled_at(128.0)
    states = follow(clock, BeatOpinion(100.0, 8.1, 0.9), 8.0, 4.0)
    assert states[10].tempo_bpm == pytest.approx(128.0)
    assert states[-1].tempo_bpm == pytest.approx(100.0, rel=0.01)


def test_a_slow_drift_of_the_tempo_is_followed_without_waiting() -> None:
    clock, beat_s, now_s = settled_at(120.0), 8.0, 8.0
    for beat in range(40):
        period_s = 60.0 / (120.0 + beat * 0.5)
        while now_s < beat_s + period_s:
            now_s += HOP_S
            clock.follow(BeatOpinion(60.0 / period_s, beat_s, 0.9), now_s)
        beat_s += period_s
    assert clock.state.tempo_bpm == pytest.approx(139.5, rel=0.02)
    assert abs(wrapped(clock.state.beat_at(beat_s))) < 0.06


def test_silence_holds_the_beat_while_confidence_fades() -> None:
    clock = settled_at(123.0)
    before = clock.state
    states = follow(clock, None, 8.0, 20.0)
    assert wrapped(states[-1].beat_at(28.0) - before.beat_at(28.0)) == pytest.approx(0.0, abs=0.02)
    assert states[-1].confidence < 0.2 * before.confidence
    assert states[-1].tempo_bpm == pytest.approx(123.0)


def test_the_bar_is_counted_as_the_tracker_counts_it() -> None:
    clock = settled_at(120.0)
    states = follow(clock, BeatOpinion(120.0, 8.0, 0.9, 3, 1), 8.0, 4.0)
    assert states[-1].beats_per_bar == 3
    assert states[-1].beat_in_bar(8.01) == 2


@given(st.floats(45, 220), st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_four_taps_make_the_tempo_and_the_beat(tempo_bpm: float, start: float) -> None:
    clock, period_s = settled_at(120.0), 60.0 / tempo_bpm
    taps_s = [8.0 + start + tap * period_s for tap in range(4)]
    for tap_s in taps_s:
        clock.command(Tap(), tap_s)
    states = follow(clock, None, taps_s[-1], 3.0)
    tapped_bpm = states[-1].tempo_bpm
    assert states[-1].source is TempoSource.TAP
    octave = math.log2(tapped_bpm / tempo_bpm)
    assert octave == pytest.approx(round(octave), abs=1e-6)
    assert wrapped(states[-1].beat_at(taps_s[-1])) == pytest.approx(0.0, abs=1e-3)


def test_taps_outside_the_range_mean_its_half_or_double() -> None:
    for range_bpm, interval_s, expected_bpm in (((80, 160), 1.2, 100.0), ((60, 140), 0.3, 100.0)):
        clock = TempoClock()
        clock.command(TempoRange(*range_bpm), 0.0)
        for tap in range(5):
            clock.command(Tap(), 1.0 + tap * interval_s)
        assert follow(clock, None, 8.0, 1.0)[-1].tempo_bpm == pytest.approx(expected_bpm)


def test_a_finger_time_earlier_than_its_arrival_counts() -> None:
    clock = TempoClock()
    for tap in range(4):
        clock.command(Tap(host_s=1.0 + tap * 0.5), 1.3 + tap * 0.5)
    states = follow(clock, None, 2.8, 2.0)
    assert wrapped(states[-1].beat_at(1.0)) == pytest.approx(0.0, abs=1e-3)


def test_three_taps_or_a_pause_change_nothing() -> None:
    clock = settled_at(120.0)
    for tap_s in (8.0, 8.4, 8.8, 11.0, 11.4, 11.8):
        clock.command(Tap(), tap_s)
    assert clock.state.source is TempoSource.AUTO


@pytest.mark.parametrize(
    ("command", "tempo_bpm"), [(SetTempo(140.0), 140.0), (ChangeTempo(-3.5), 120.2), (RoundTempo(), 124.0)]
)
def test_a_persons_tempo_stays_until_it_is_given_back(command: Command, tempo_bpm: float) -> None:
    clock = settled_at(123.7)
    phase = clock.state.beat_at(8.0)
    clock.command(command, 8.0)
    assert wrapped(clock.state.beat_at(8.0) - phase) == pytest.approx(0.0, abs=1e-6)
    states = follow(clock, BeatOpinion(90.0, 8.2, 1.0), 8.0, 6.0)
    assert all(state.tempo_bpm == pytest.approx(tempo_bpm, abs=0.01) for state in states)
    assert all(state.source is TempoSource.FIXED for state in states)
    clock.command(AutoTempo(), 14.0)
    assert follow(clock, BeatOpinion(90.0, 8.2, 1.0), 14.0, 5.0)[-1].tempo_bpm == pytest.approx(90.0, rel=0.01)


def test_a_lock_holds_the_line_and_unlocking_lets_the_tracker_lead() -> None:
    clock = settled_at(120.0)
    clock.command(LockTempo(on=True), 8.0)
    locked = follow(clock, BeatOpinion(90.0, 8.2, 1.0), 8.0, 5.0)
    assert all(state.locked and state.tempo_bpm == pytest.approx(120.0) for state in locked)
    clock.command(LockTempo(on=False), 13.0)
    assert follow(clock, BeatOpinion(90.0, 8.2, 1.0), 13.0, 5.0)[-1].tempo_bpm == pytest.approx(90.0, rel=0.01)


def test_a_nudge_moves_the_beat_and_the_tracker_does_not_pull_it_back() -> None:
    clock, opinion = settled_at(120.0), BeatOpinion(120.0, 0.0, 0.9, 4, 0)
    clock.command(NudgeBeat(0.04), 8.0)
    states = follow(clock, opinion, 8.0, 5.0)
    assert wrapped(states[-1].beat_at(8.04)) == pytest.approx(0.0, abs=0.005)


@pytest.mark.parametrize("press_s", [8.02, 8.98, 9.26, 9.51])
def test_resync_makes_now_the_first_beat_of_a_bar_and_keeps_it(press_s: float) -> None:
    clock, opinion = settled_at(120.0), BeatOpinion(120.0, 0.0, 0.9, 4, 0)
    follow(clock, opinion, 8.0, press_s - 8.0)
    clock.command(ResyncBar(), press_s)
    state = follow(clock, opinion, press_s, 4.0)[-1]
    place = state.beat_at(press_s) % 4
    assert min(place, 4 - place) < 0.06


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_half_and_double_go_on_tracking_at_their_level(factor: float) -> None:
    clock, opinion = settled_at(120.0), BeatOpinion(120.0, 0.0, 0.9, 4, 0)
    clock.command(ScaleTempo(factor), 8.0)
    states = follow(clock, opinion, 8.0, 6.0)
    assert states[-1].source is TempoSource.AUTO
    assert states[-1].tempo_bpm == pytest.approx(120.0 * factor, rel=0.01)
    assert abs(wrapped(states[-1].beat_at(12.0))) < 0.02 or factor == 0.5


def test_the_range_decides_the_octave() -> None:
    clock = TempoClock()
    clock.command(TempoRange(60.0, 115.0), 0.0)
    follow(clock, BeatOpinion(170.0, 0.0, 0.9), 0.0, 2.0)
    assert clock.state.tempo_bpm == pytest.approx(85.0)


def test_commands_that_are_not_about_the_tempo_change_nothing() -> None:
    clock = settled_at(120.0)
    before = clock.state
    clock.command(Blackout(on=True), 8.0)
    assert clock.state == before


def _sure_of(place: int, share: float = 0.8, confidence: float = 0.9) -> BeatOpinion:
    rest = (1.0 - share) / 3
    places = tuple(share if k == place else rest for k in range(4))
    return BeatOpinion(120.0, 0.0, confidence, 4, place, places)


def test_the_clock_is_as_sure_of_its_bar_as_the_tracker_is_of_the_place_that_it_shows() -> None:
    clock = TempoClock()
    follow(clock, _sure_of(0), 0.0, 8.0)
    assert clock.state.bar_confidence == pytest.approx(0.9 * 0.8)
    # The tracker changes its mind: until the bar is counted anew, the place that is shown is hardly believed in.
    (state,) = follow(clock, _sure_of(2), 8.0, HOP_S)
    assert state.bar_confidence == pytest.approx(0.9 * 0.2 / 3)
    state = follow(clock, _sure_of(2), 8.0 + HOP_S, 4.0)[-1]
    assert state.bar_confidence == pytest.approx(0.9 * 0.8)


def test_a_bar_of_another_meter_or_none_is_not_believed_in() -> None:
    clock = TempoClock()
    follow(clock, _sure_of(0), 0.0, 8.0)
    waltz = BeatOpinion(120.0, 0.0, 0.9, 3, 0, (0.8, 0.1, 0.1))
    assert follow(clock, waltz, 8.0, HOP_S)[-1].bar_confidence == 0.0
    assert follow(clock, BeatOpinion(120.0, 0.0, 0.9), 8.01, HOP_S)[-1].bar_confidence == 0.0


def test_a_person_s_bar_is_certain_and_fades_for_none_until_it_is_given_back() -> None:
    clock = TempoClock()
    follow(clock, _sure_of(0), 0.0, 8.0)
    clock.command(ResyncBar(), 8.0)
    assert follow(clock, _sure_of(2), 8.0, 4.0)[-1].bar_confidence == 1.0
    assert follow(clock, None, 12.0, 6.0)[-1].bar_confidence == 1.0
    clock.command(AutoTempo(), 18.0)
    assert follow(clock, _sure_of(0), 18.0, 1.0)[-1].bar_confidence < 1.0


def test_in_silence_the_bar_is_held_and_less_and_less_sure() -> None:
    clock = TempoClock()
    follow(clock, _sure_of(0), 0.0, 8.0)
    sure = [state.bar_confidence for state in follow(clock, None, 8.0, 6.0)]
    assert sure == sorted(sure, reverse=True)
    assert sure[-1] == pytest.approx(0.5 * 0.9 * 0.8, rel=0.01)


@given(st.lists(st.tuples(opinions, st.one_of(st.none(), commands)), max_size=30))
def test_how_sure_the_bar_is_stays_between_0_and_1(story: list[tuple[BeatOpinion | None, Command | None]]) -> None:
    clock, time_s = TempoClock(), 0.0
    for opinion, command in story:
        if command is not None:
            clock.command(command, time_s)
        for state in follow(clock, opinion, time_s, 0.3):
            assert 0.0 <= state.bar_confidence <= 1.0
        time_s += 0.3
