"""The three stages together: nothing from the future, never frozen, obedient."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from realtime.commands import Blackout, Command, Freeze, Idle, Panic, SetEnergy, SetFade, SetOffset, SetSeed
from realtime.engine import Engine
from realtime.motion.kinematics import forward_kinematics
from realtime.rehearsal import Performance, heard_elsewhere, heard_here, rehearse
from realtime.types import DanceControls, Pose, ShowState
from tests.support.engines import RememberingSink, SwayingDancer, blocks_of, make_engine, silence
from tests.support.music import click_track, noise

MUSIC = click_track(118.0, seconds=8.0)
IDLE_MUSIC = click_track(118.0, seconds=20.0)
FASTEST_JOINT_M_S = 12.0


def perform(samples: NDArray[np.float32], **options: object) -> Performance:
    engine = make_engine(controls=DanceControls(seed=5))
    return rehearse(engine, heard_here(engine, blocks_of(samples)))


def run(
    engine: Engine, samples: NDArray[np.float32], *, at: dict[float, Callable[[], None]], deliver: bool = True
) -> list[Pose]:
    """Play samples hop by hop with things that happen at given times; return the pose of every tick (100 Hz)."""
    waiting = sorted(at.items())
    poses: list[Pose] = []
    for block in blocks_of(samples):
        now_s = block.end_s
        while waiting and waiting[0][0] <= now_s:
            waiting.pop(0)[1]()
        engine.listen(block)
        chunk = engine.choreograph(now_s)
        if chunk is not None and deliver:
            engine.deliver(chunk)
        poses.append(engine.perform(now_s, ShowState(), slot_s=0.01))
    return poses


def joints(poses: list[Pose]) -> np.ndarray:
    return forward_kinematics(
        np.array([pose.root_m for pose in poses]), np.array([pose.rotations_wxyz for pose in poses])
    ).positions_m


def fastest_m_s(poses: list[Pose], rate_hz: float = 100.0) -> float:
    return float(np.max(np.linalg.norm(np.diff(joints(poses), axis=0), axis=-1))) * rate_hz


@settings(max_examples=4, deadline=None)
@given(st.integers(100, 700), st.integers(0, 100))
def test_nothing_from_the_future_reaches_the_stage(hop: int, seed: int) -> None:
    """Law 13, for the whole engine, bit for bit."""
    changed = MUSIC.copy()
    changed[hop * 480 :] = noise(seed, len(MUSIC) - hop * 480)
    one, other = perform(MUSIC), perform(changed)
    upto = int(np.searchsorted(one.time_s, hop * 0.01, side="right"))
    assert upto > 10
    assert np.array_equal(one.root_m[:upto], other.root_m[:upto])
    assert np.array_equal(one.rotations_wxyz[:upto], other.rotations_wxyz[:upto])
    early = [beat for beat in one.beats if beat.time_s < hop * 0.01]
    assert early == [beat for beat in other.beats if beat.time_s < hop * 0.01]


def test_a_rehearsal_is_repeatable_bit_for_bit_and_a_seed_changes_it() -> None:
    one, other = perform(MUSIC), perform(MUSIC)
    assert np.array_equal(one.rotations_wxyz, other.rotations_wxyz)
    assert one.beats == other.beats
    another = make_engine(controls=DanceControls(seed=6))
    third = rehearse(another, heard_here(another, blocks_of(MUSIC)))
    assert not np.array_equal(one.rotations_wxyz, third.rotations_wxyz)


def test_what_another_process_heard_gives_the_same_dance_bit_for_bit() -> None:
    listener = make_engine()
    heard = [(block.end_s, listener.listen(block)) for block in blocks_of(MUSIC)]
    engine = make_engine(controls=DanceControls(seed=5))
    one, other = perform(MUSIC), rehearse(engine, heard_elsewhere(engine, heard))
    assert np.array_equal(one.rotations_wxyz, other.rotations_wxyz)
    assert one.beats == other.beats


def test_a_rehearsal_delivers_chunks_as_late_as_live_would() -> None:
    late = make_engine(controls=DanceControls(seed=5))
    late.generate_latency_s = 0.2
    one, other = perform(MUSIC), rehearse(late, heard_here(late, blocks_of(MUSIC)))
    assert other.deadline_misses == 0
    assert not np.array_equal(one.rotations_wxyz, other.rotations_wxyz)


def test_every_frame_is_performed_once_at_its_time() -> None:
    engine = make_engine()
    performance = rehearse(engine, heard_here(engine, blocks_of(MUSIC)), fps=30.0)
    assert len(performance.time_s) == 240
    assert np.allclose(np.diff(performance.time_s), 1 / 30)
    assert np.allclose(np.linalg.norm(performance.rotations_wxyz, axis=-1), 1.0)


def test_beats_are_announced_before_they_sound() -> None:
    beats = perform(click_track(120.0, seconds=20.0)).beats
    assert len(beats) > 30
    assert all(beat.announced_at_s < beat.time_s for beat in beats)
    assert all(one.time_s < other.time_s for one, other in itertools.pairwise(beats))


def test_a_failing_dancer_is_replaced_by_groove_and_comes_back() -> None:
    dancer = SwayingDancer()
    engine = make_engine(generator=dancer)
    names: dict[str, str] = {}

    def fail() -> None:
        names["before"] = engine.generator_name
        dancer.failing = True

    def mend() -> None:
        names["during"] = engine.generator_name
        dancer.failing = False

    poses = run(engine, MUSIC, at={2.0: fail, 5.0: mend})
    assert names == {"before": "sway", "during": "groove"}
    assert engine.generator_name == "sway"
    assert "the model broke" in engine.counters.last_failure
    assert engine.counters.starved_s == 0.0
    assert fastest_m_s(poses) < FASTEST_JOINT_M_S


def test_another_dancer_takes_over_at_once_and_without_a_jump() -> None:
    engine, successor = make_engine(), SwayingDancer()
    at = {4.0: lambda: engine.dance_with(successor), 4.02: lambda: asked.append(len(successor.requests))}
    asked: list[int] = []
    poses = run(engine, MUSIC, at=at)
    assert asked[0] >= 1  # Its first chunk does not wait for the predecessor's to end.
    assert engine.generator_name == successor.name
    assert not engine.counters.fallback
    assert fastest_m_s(poses) < FASTEST_JOINT_M_S


def test_a_dancer_that_never_delivers_leaves_groove_dancing() -> None:
    engine = make_engine(generator=SwayingDancer())
    poses = run(engine, MUSIC, at={}, deliver=False)
    assert engine.generator_name == "groove"
    still = np.linalg.norm(np.diff(joints(poses[300:]), axis=0), axis=-1).max(axis=1)
    assert np.mean(still > 1e-4) > 0.95


def test_a_chunk_that_comes_after_its_time_is_counted_and_not_shown() -> None:
    dancer = SwayingDancer()
    engine = make_engine(generator=dancer)
    run(engine, MUSIC[:96_000], at={})
    old = dancer.generate(dancer.requests[0])
    misses = engine.counters.deadline_misses
    engine.deliver(old)
    engine.perform(2.0, ShowState())
    assert engine.counters.deadline_misses == misses + 1


def test_freeze_holds_the_dancer_and_lets_go_without_a_jump() -> None:
    engine = make_engine()
    poses = run(engine, MUSIC, at={3.0: lambda: engine.post(Freeze(True)), 5.0: lambda: engine.post(Freeze(False))})
    held = joints(poses[350:490])
    assert float(np.ptp(held, axis=0).max()) < 1e-3
    assert float(np.ptp(joints(poses[550:]), axis=0).max()) > 0.05
    assert fastest_m_s(poses) < FASTEST_JOINT_M_S


def test_panic_stands_the_dancer_still_fades_and_keeps_every_output_alive() -> None:
    sink = RememberingSink()
    engine = make_engine([sink])
    poses = run(engine, MUSIC, at={3.0: lambda: engine.post(Panic(True)), 6.0: lambda: engine.post(Panic(False))})
    assert len(sink.poses) == len(poses)
    calm = sink.states[550]
    assert (calm.running, calm.blackout) == (False, 1.0)
    assert float(np.ptp(joints(poses[520:590]), axis=0).max()) < 5e-3
    assert poses[550].root_m[1] == pytest.approx(0.95, abs=0.02)
    assert sink.states[-1].running
    assert fastest_m_s(poses) < FASTEST_JOINT_M_S


def test_letting_go_of_freeze_does_not_end_a_panic() -> None:
    """A button that sends 0 on release used to set the dancer going behind the black."""
    engine = make_engine()
    run(engine, MUSIC, at={2.0: lambda: engine.post(Panic(True)), 3.0: lambda: engine.post(Freeze(False))})
    assert engine.held == "panic"


@pytest.mark.parametrize("hold", [Panic, Freeze])
def test_after_a_long_hold_somebody_dances_even_if_the_generator_is_gone(hold: type[Panic] | type[Freeze]) -> None:
    """The held pose used to stay for ever when the newest chunk was over by then."""
    dancer = SwayingDancer()
    engine = make_engine(generator=dancer)

    def let_go() -> None:
        dancer.failing = True
        engine.post(hold(False))

    poses = run(engine, MUSIC, at={2.0: lambda: engine.post(hold(True)), 6.0: let_go})
    assert float(np.ptp(joints(poses[680:]), axis=0).max()) > 0.02
    assert fastest_m_s(poses) < FASTEST_JOINT_M_S


def test_a_blackout_fades_and_can_be_turned_round() -> None:
    sink = RememberingSink()
    engine = make_engine([sink])
    on, off = Blackout(True, fade_s=2.0), Blackout(False, fade_s=2.0)
    run(engine, MUSIC, at={1.0: lambda: engine.post(on), 2.0: lambda: engine.post(off)})
    blackout = np.array([state.blackout for state in sink.states])
    assert blackout[90] == 0.0
    assert blackout[198] == pytest.approx(0.5, abs=0.02)
    assert blackout[-1] == 0.0
    assert np.max(np.abs(np.diff(blackout))) < 0.01


def test_a_blackout_that_does_not_say_takes_as_long_as_the_preset_wants() -> None:
    sink = RememberingSink()
    engine = make_engine([sink])
    engine.post(SetFade(4.0))
    run(engine, MUSIC, at={1.0: lambda: engine.post(Blackout(True))})
    assert sink.states[298].blackout == pytest.approx(0.5, abs=0.02)


def test_a_lead_shows_now_what_the_stage_shows_later() -> None:
    plain, ahead = RememberingSink(), RememberingSink(lead_s=0.2)
    run(make_engine([plain, ahead]), MUSIC, at={})
    assert ahead.poses[300].time_s == pytest.approx(plain.poses[320].time_s)
    difference = joints(ahead.poses[300:500]) - joints(plain.poses[320:520])
    assert float(np.linalg.norm(difference, axis=-1).max()) < 0.02


def test_an_offset_moves_every_sink() -> None:
    sink = RememberingSink()
    engine = make_engine([sink])
    run(engine, MUSIC[:48_000], at={0.5: lambda: engine.post(SetOffset(0.1))})
    assert sink.poses[-1].time_s == pytest.approx(1.1)


def test_who_idles_rests_while_the_music_is_heard_and_told_and_dances_again() -> None:
    sink, plain = RememberingSink(), RememberingSink()
    run(make_engine([plain], controls=DanceControls(seed=5)), IDLE_MUSIC, at={})
    engine = make_engine([sink], controls=DanceControls(seed=5))
    at = {6.0: lambda: engine.post(Idle(True)), 14.0: lambda: engine.post(Idle(False))}
    poses = run(engine, IDLE_MUSIC, at=at)
    assert [frame.features.level_db for frame in sink.music] == [frame.features.level_db for frame in plain.music]
    assert [frame.beat for frame in sink.music] == [frame.beat for frame in plain.music]
    assert fastest_m_s(poses[300:600]) > 1.0
    assert fastest_m_s(poses[1000:1390]) < 0.25
    assert fastest_m_s(poses[1600:2000]) > 1.0
    assert fastest_m_s(poses) < FASTEST_JOINT_M_S


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (SetEnergy(7.0), DanceControls(energy=1.0)),
        (SetEnergy(-1.0), DanceControls(energy=0.0)),
        (SetSeed(-3), DanceControls(seed=3)),
        (Idle(True), DanceControls(idle=True)),
        (Command(), DanceControls()),
    ],
)
def test_controls_stay_in_their_ranges(command: Command, expected: DanceControls) -> None:
    engine = make_engine()
    engine.post(command)
    engine.perform(0.0, ShowState())
    assert engine.controls == expected


def test_no_onset_is_lost_between_two_ticks() -> None:
    sink = RememberingSink()
    engine = make_engine([sink])
    rehearse(engine, heard_here(engine, blocks_of(MUSIC)), fps=30.0)
    assert len(engine.music) == 400
    heard = [frame.features.onset for frame in sink.music]
    strong = list(np.arange(1.0, 7.5, 60 / 118))
    for beat_s in strong:
        tick = round(beat_s * 30)
        assert max(heard[max(tick - 1, 0) : tick + 4]) > 0.5


def test_before_the_first_sound_somebody_stands_there() -> None:
    pose = make_engine().perform(0.0, ShowState())
    positions = forward_kinematics(pose.root_m, pose.rotations_wxyz).positions_m
    assert 1.4 < positions[15, 1] < 1.8
    assert abs(positions[10, 1] - 0.02) < 0.01


def test_a_minute_of_silence_brings_no_jump() -> None:
    engine = make_engine()
    poses = run(engine, silence(60.0), at={})
    assert len(engine.music) == 400
    assert fastest_m_s(poses) < 2.0
