import numpy as np
import pytest

from realtime.commands import ScaleTempo, SetTempo, TempoRange
from realtime.music.beat import AubioBeatTracker, BeatGate
from realtime.music.gliding import wrapped
from realtime.types import HOP_S, SAMPLE_RATE_HZ, BeatState, TempoSource
from tests.support.beats import drums, listen


def error_s(state: BeatState, tempo_bpm: float, time_s: float) -> float:
    """How far the clock is from the true beat near a time."""
    beat_s = round(time_s * tempo_bpm / 60.0) * 60.0 / tempo_bpm
    return wrapped(state.beat_at(beat_s)) * state.period_s


@pytest.mark.parametrize("tempo_bpm", [96.0, 125.0, 140.0])
def test_drums_are_followed_on_the_beat(tempo_bpm: float) -> None:
    state = listen(AubioBeatTracker(), drums(tempo_bpm, 10.0))[-1]
    assert state.tempo_bpm == pytest.approx(tempo_bpm, rel=0.03)
    assert error_s(state, tempo_bpm, 10.0) == pytest.approx(0.0, abs=0.03)
    assert state.confidence > 0.5


def test_nothing_comes_from_the_future() -> None:
    music = drums(118.0, 7.0)
    changed = music.copy()
    cut = round(4.0 * SAMPLE_RATE_HZ)
    changed[cut:] = np.random.default_rng(1).standard_normal(len(music) - cut).astype(np.float32)
    as_it_was, otherwise = listen(AubioBeatTracker(), music), listen(AubioBeatTracker(), changed)
    heard = round(4.0 / HOP_S)
    assert as_it_was[:heard] == otherwise[:heard]
    assert as_it_was[heard:] != otherwise[heard:]


def test_the_level_of_the_input_does_not_matter() -> None:
    music = drums(125.0, 8.0)
    quiet, loud = (listen(AubioBeatTracker(), music * np.float32(gain))[-1] for gain in (0.03, 1.0))
    assert wrapped(quiet.beat_at(8.0) - loud.beat_at(8.0)) == pytest.approx(0.0, abs=0.02)


def test_silence_is_held_in_phase() -> None:
    music = drums(120.0, 14.0)
    music[8 * SAMPLE_RATE_HZ :] = 0.0
    states = listen(AubioBeatTracker(), music)
    before, after = states[round(8.0 / HOP_S) - 1], states[-1]
    assert abs(wrapped(before.beat_at(14.0) - after.beat_at(14.0))) < 0.1
    assert after.confidence < before.confidence


def test_show_time_may_begin_anywhere() -> None:
    music = drums(125.0, 5.0)
    early, late = listen(AubioBeatTracker(), music)[-1], listen(AubioBeatTracker(), music, start_s=100.0)[-1]
    # Seconds around a hundred are rounded more coarsely: some microseconds of a beat.
    assert wrapped(late.beat_at(105.0) - early.beat_at(5.0)) == pytest.approx(0.0, abs=1e-5)


def test_the_person_wins() -> None:
    tracker = AubioBeatTracker()
    listen(tracker, drums(125.0, 4.0))
    tracker.command(SetTempo(100.0), 4.0)
    state = listen(tracker, drums(125.0, 2.0), start_s=4.0)[-1]
    assert (state.tempo_bpm, state.source) == (100.0, TempoSource.FIXED)


@pytest.mark.parametrize(("command", "tempo_bpm"), [(TempoRange(55.0, 80.0), 62.5), (ScaleTempo(0.5), 62.5)])
def test_half_the_tempo_is_tracked_where_it_is_asked_for(command: TempoRange | ScaleTempo, tempo_bpm: float) -> None:
    tracker = AubioBeatTracker()
    listen(tracker, drums(125.0, 5.0))
    tracker.command(command, 5.0)
    states = listen(tracker, drums(125.0, 9.6), start_s=4.8)
    assert states[-1].tempo_bpm == pytest.approx(tempo_bpm, rel=0.05)


def test_noise_that_hovers_at_the_edge_of_the_gate_does_not_open_and_close_it() -> None:
    gate = BeatGate()
    assert not any(gate.step(-20.0) for _ in range(100))
    assert any(gate.step(-60.0) for _ in range(100))
    assert all(gate.step(-53.0 if hop % 50 == 0 else -60.0) for hop in range(400))
    assert not gate.step(-40.0)


def test_the_gate_closes_on_a_pause_and_not_on_a_quiet_input() -> None:
    gate = BeatGate()
    assert not any(gate.step(-45.0) for _ in range(300))
    assert [gate.step(-100.0) for _ in range(100)][-1]
    assert not gate.step(-45.0)
