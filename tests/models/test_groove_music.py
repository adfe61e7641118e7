"""How the groove listens: on the beat, as large as the music, never the same dance twice."""

import numpy as np
import pytest

from realtime.motion.kinematics import forward_kinematics
from realtime.motion.rotations import to_rotation_vector
from realtime.motion.skeleton import Joint
from realtime.types import BeatState, DanceControls, FloatArray, PoseChunk
from tests.support.groove_show import FPS, perform


def _arrivals_s(show: PoseChunk) -> FloatArray:
    """Return when balls of feet come down."""
    down = show.contacts[:, [1, 3]] > 0.5
    return (np.flatnonzero((down[1:] & ~down[:-1]).any(axis=1)) + 1) / FPS


def _lag_s(times_s: FloatArray, grid_s: float) -> FloatArray:
    return (times_s + grid_s / 2) % grid_s - grid_s / 2


def _movement(show: PoseChunk) -> float:
    """Return the mean speed of the joints, metres a second."""
    joints = forward_kinematics(show.roots_m, show.rotations_wxyz).positions_m
    return float(np.linalg.norm(np.diff(joints, axis=0), axis=-1).mean() * FPS)


@pytest.mark.parametrize(("bpm", "bar"), [(66, 4), (80, 4), (98, 3), (124, 4), (148, 4), (174, 4), (180, 3), (200, 4)])
def test_feet_come_down_on_the_beat(bpm: float, bar: int) -> None:
    show = perform(45.0, tempo_bpm=bpm, beats_per_bar=bar, energy=0.7)
    arrivals = _arrivals_s(show)
    grid_s = 60.0 / bpm * (0.5 if bpm < 74 else 1.0)
    lag = _lag_s(arrivals, grid_s)
    assert len(arrivals) > 20
    assert abs(np.median(lag)) <= 0.015
    assert np.mean(np.abs(lag) <= 0.035) > 0.85


def test_fast_music_is_stepped_at_half_time_and_slow_music_at_double() -> None:
    def steps_per_minute(bpm: float) -> float:
        return 1.5 * len(_arrivals_s(perform(40.0, tempo_bpm=bpm, energy=0.7)))

    assert steps_per_minute(180) < 110
    assert steps_per_minute(200) < 115
    assert steps_per_minute(62) > 45


def test_the_hips_are_lowest_on_the_beat_or_between_beats() -> None:
    show = perform(60.0, tempo_bpm=120.0, energy=0.6)
    height = show.roots_m[:, 1]
    phase = np.exp(2j * np.pi * np.arange(len(height)) / FPS * 2.0)
    bars = (height - height.mean()) * phase.conj()
    strength = bars[: 30 * 120].reshape(-1, 120).mean(axis=1)  # one number for every two seconds
    marked = strength[np.abs(strength) > 0.004]
    assert len(marked) > 0.7 * len(strength)
    on_or_between = np.abs(np.cos(np.angle(marked)))
    assert np.median(on_or_between) > 0.8


def test_the_dance_follows_a_clock_that_drifts_and_locks_again() -> None:
    def beat_at(time_s: float) -> BeatState:
        if time_s < 15.0:
            return BeatState(118.0 + 0.2 * time_s, 0.0, 0.0, 4, 0.8)
        return BeatState(128.0, 15.13, 30.4, 4, 0.8)

    show = perform(40.0, beat_at=beat_at, energy=0.8)
    joints = forward_kinematics(show.roots_m, show.rotations_wxyz).positions_m
    assert np.linalg.norm(np.diff(joints, axis=0), axis=-1).max() * FPS < 12.0
    late = _arrivals_s(show)
    late = late[late > 19.0]
    beats = 30.4 + (late - 15.13) * 128.0 / 60.0
    assert abs(np.median(_lag_s(beats, 1.0))) * 60.0 / 128.0 <= 0.015


def test_a_change_of_tempo_does_not_make_the_dancer_stumble() -> None:
    def beat_at(time_s: float) -> BeatState:
        tempo_bpm = (90.0, 180.0, 60.0, 130.0, 75.0)[int(time_s // 8)]
        return BeatState(tempo_bpm, 8.0 * (time_s // 8), 7.3 * (time_s // 8), 4, 0.8)

    show = perform(40.0, beat_at=beat_at, energy=0.8)
    joints = forward_kinematics(show.roots_m, show.rotations_wxyz).positions_m
    down = show.contacts[:, 1] > 0.5
    still = down[1:] & down[:-1]
    assert np.linalg.norm(np.diff(joints[:, Joint.LEFT_FOOT], axis=0), axis=-1)[still].max() < 1e-6
    acceleration = np.linalg.norm(np.diff(show.roots_m, 2, axis=0), axis=-1) * FPS**2
    assert acceleration.max() < 90.0


def test_more_energy_is_more_movement() -> None:
    def movement(energy: float, wish: float = 0.5) -> float:
        shows = [perform(20.0, energy=energy, controls=DanceControls(energy=wish, seed=s)) for s in range(3)]
        return float(np.mean([_movement(show) for show in shows]))

    calm, middling, wild = movement(0.1), movement(0.5), movement(1.0)
    assert 1.35 * calm < middling
    assert 1.25 * middling < wild
    assert movement(0.5, wish=0.0) < 0.75 * middling
    assert movement(0.5, wish=1.0) > 1.2 * middling


def test_a_breakdown_is_small_and_a_drop_is_answered_within_a_bar_and_a_half() -> None:
    show = perform(30.0, tempo_bpm=126.0, energy=lambda time_s: 0.12 if time_s < 15.0 else 0.95)

    def between(start_s: float, end_s: float) -> float:
        a, b = round(start_s * FPS), round(end_s * FPS)
        return _movement(PoseChunk(0.0, FPS, show.roots_m[a:b], show.rotations_wxyz[a:b], show.contacts[a:b], ""))

    breakdown = between(6.0, 15.0)
    assert between(15.0 + 6 * 60 / 126, 24.0) > 2.0 * breakdown
    hands = forward_kinematics(show.roots_m, show.rotations_wxyz).positions_m[:, [Joint.LEFT_HAND, Joint.RIGHT_HAND], 1]
    answered = hands[round(15.0 * FPS) : round((15.0 + 6 * 60 / 126) * FPS)]
    assert answered.max() > hands[round(6.0 * FPS) : round(15.0 * FPS)].max() + 0.2


def test_in_silence_the_dancer_comes_to_rest_but_lives() -> None:
    show = perform(30.0, energy=0.7, silent=lambda time_s: time_s > 10.0)
    joints = forward_kinematics(show.roots_m, show.rotations_wxyz).positions_m
    resting = slice(round(15.0 * FPS), None)
    speed = np.linalg.norm(np.diff(joints[resting], axis=0), axis=-1) * FPS
    assert speed.max() < 0.25
    assert speed.mean(axis=0)[Joint.HEAD] > 0.003, "a body that does not move at all is a statue"
    assert show.contacts[resting].min() == 1.0, "both feet rest flat"
    assert joints[resting][:, [Joint.LEFT_HAND, Joint.RIGHT_HAND], 1].max() < 1.0, "arms hang"


@pytest.mark.parametrize("silent_from_s", [5.0, 6.1, 7.3, 8.2, 9.4])
def test_silence_never_leaves_the_body_wrung(silent_from_s: float) -> None:
    controls = DanceControls(seed=4, style=1.0, energy=0.7)
    show = perform(silent_from_s + 5.0, energy=0.8, controls=controls, silent=lambda time_s: time_s > silent_from_s)
    hips = np.degrees(to_rotation_vector(show.rotations_wxyz[:, [Joint.LEFT_HIP, Joint.RIGHT_HIP]]))
    assert np.abs(hips[..., 1]).max() < 85.0
    assert np.abs(hips[-60:, :, 1]).max() < 20.0


def test_the_dance_begins_again_after_silence() -> None:
    show = perform(30.0, energy=0.7, silent=lambda time_s: 8.0 < time_s < 16.0)
    arrivals = _arrivals_s(show)
    assert not ((arrivals > 12.0) & (arrivals < 16.0)).any()
    assert ((arrivals > 16.0) & (arrivals < 22.0)).sum() >= 2


@pytest.mark.parametrize("bpm", [90.0, 120.0, 140.0])
@pytest.mark.parametrize("wakes_s", [16.0, 16.34, 16.68, 17.02, 17.36])
def test_after_silence_a_foot_is_lifted_within_half_a_bar_of_hearing_the_music(bpm: float, wakes_s: float) -> None:
    show = perform(20.0, tempo_bpm=bpm, energy=0.7, silent=lambda time_s: 8.0 < time_s < wakes_s, every_frames=15)
    lifted_s = np.flatnonzero((show.contacts[:, [1, 3]] < 0.5).any(axis=1)) / FPS
    heard_s = np.ceil(wakes_s * 4.0) / 4.0
    assert lifted_s[lifted_s > wakes_s][0] - heard_s <= 2.6 * 60.0 / bpm


@pytest.mark.parametrize("bar", [3, 4])
def test_no_sixteen_bars_come_back(bar: int) -> None:
    show = perform(110.0, tempo_bpm=120.0, beats_per_bar=bar, energy=0.6)
    bar_frames = bar * 30
    joints = forward_kinematics(show.roots_m, show.rotations_wxyz).positions_m
    shape = (joints - show.roots_m[:, None, :])[:: bar_frames // 6]  # six looks a bar
    bars = len(shape) // 6
    shape = shape[: bars * 6].reshape(bars, -1)
    apart = np.abs(shape[:, None, :] - shape[None, :, :]).max(axis=-1)  # bars by bars, metres
    for shift in range(1, bars - 16):
        same = np.diagonal(apart, shift) < 0.02
        runs = np.split(same, np.flatnonzero(~same))
        assert max(int(run.sum()) for run in runs) < 4, "not even four bars"


def test_every_seed_is_another_dance() -> None:
    first, second = (perform(20.0, controls=DanceControls(seed=seed)) for seed in (1, 2))
    assert np.abs(first.roots_m - second.roots_m).max() > 0.1
