"""Hearing: the same frames whatever the blocks, nothing from the future, honest about silence and loss."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from realtime.meter import NullTimer
from realtime.music.beat import AubioBeatTracker
from realtime.music.features import LoudnessGate, mel_filterbank
from realtime.music.listener import Listener
from realtime.types import HOP_SAMPLES, SAMPLE_RATE_HZ, AudioBlock, MusicFrame
from tests.support.music import click_track, noise


def listen(samples: NDArray[np.float32], sizes: list[int]) -> list[MusicFrame]:
    listener, frames, at, turn = Listener(AubioBeatTracker(), NullTimer()), list[MusicFrame](), 0, 0
    while at < len(samples):
        size = sizes[turn % len(sizes)]
        frames += listener.hear(AudioBlock(samples[at : at + size], at))
        at, turn = at + size, turn + 1
    return frames


def same(one: MusicFrame, other: MusicFrame) -> bool:
    a, b = one.features, other.features
    scalars = ("level_db", "peak", "low", "mid", "high", "onset", "energy", "silent")
    return (
        one.time_s == other.time_s
        and one.beat == other.beat
        and all(getattr(a, name) == getattr(b, name) for name in scalars)
        and np.array_equal(a.log_mel, b.log_mel)
    )


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(1, 4096), min_size=1, max_size=5))
def test_block_sizes_change_no_bit(sizes: list[int]) -> None:
    music = click_track(124.0, seconds=3.0)
    assert all(map(same, listen(music, sizes), listen(music, [HOP_SAMPLES])))


@settings(max_examples=8, deadline=None)
@given(st.integers(10, 290), st.integers(0, 1000))
def test_what_comes_after_changes_nothing_before(hop: int, seed: int) -> None:
    music = click_track(124.0, seconds=3.0)
    changed = music.copy()
    changed[hop * HOP_SAMPLES :] = noise(seed, len(music) - hop * HOP_SAMPLES)
    one, other = listen(music, [1000])[:hop], listen(changed, [1000])[:hop]
    assert len(one) == hop
    assert all(map(same, one, other))


def test_one_frame_a_hop_at_the_time_of_its_end() -> None:
    frames = listen(noise(1, 48_000), [777])
    assert [frame.time_s for frame in frames] == pytest.approx([k / 100 for k in range(1, 101)])


def test_lost_samples_are_heard_as_silence_so_that_time_stays_true() -> None:
    listener = Listener(AubioBeatTracker(), NullTimer())
    frames = listener.hear(AudioBlock(noise(1, 960), 0))
    frames += listener.hear(AudioBlock(noise(2, 960), 960 + 48_000, gap_samples=48_000))
    assert len(frames) == 104
    assert frames[-1].time_s == pytest.approx((2 * 960 + 48_000) / SAMPLE_RATE_HZ)
    assert frames[50].features.level_db == -120.0


def test_a_block_at_another_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="48000"):
        Listener(AubioBeatTracker(), NullTimer()).hear(AudioBlock(noise(1, 441), 0, 44_100))


def test_broken_samples_poison_nothing() -> None:
    samples = noise(1, 48_000)
    samples[1000] = np.nan
    samples[2000] = np.inf
    assert all(np.isfinite(frame.features.energy) for frame in listen(samples, [512]))


def test_gain_is_heard() -> None:
    listener = Listener(AubioBeatTracker(), NullTimer())
    listener.gain = 0.1
    frame = listener.hear(AudioBlock(noise(1, HOP_SAMPLES), 0))[0]
    assert frame.features.level_db == pytest.approx(listen(noise(1, HOP_SAMPLES), [480])[0].features.level_db - 20.0)


def test_silence_is_told_from_music_with_hysteresis() -> None:
    gate = LoudnessGate()
    assert gate.step(-90.0)
    assert not gate.step(-20.0)
    assert not any(gate.step(-55.0) for _ in range(200))  # Quiet music, once open, stays music.
    assert not any(gate.step(-70.0) for _ in range(49))
    assert gate.step(-70.0)
    assert gate.step(-52.0)  # And a closed gate does not open for hum.


def test_features_stay_in_their_ranges_at_any_level() -> None:
    for gain in (1e-6, 0.01, 1.0, 50.0):
        for frame in listen(noise(3, 24_000) * np.float32(gain), [512]):
            heard = frame.features
            assert all(0.0 <= v <= 1.0 for v in (heard.low, heard.mid, heard.high, heard.onset, heard.energy))


def test_drums_have_onsets_where_they_sound_and_more_energy_than_a_drone() -> None:
    frames = listen(click_track(120.0, seconds=4.0), [480])
    onsets = np.array([frame.features.onset for frame in frames])
    hits = [round(100 * k * 0.5) for k in range(1, 8)]
    assert all(onsets[hit : hit + 4].max() > 0.9 for hit in hits)
    between = [round(100 * (k * 0.5 + 0.3)) for k in range(1, 7)]
    assert all(onsets[at : at + 10].max() < 0.3 for at in between)
    drone = (0.2 * np.sin(2 * np.pi * 220 * np.arange(4 * 48_000) / 48_000)).astype(np.float32)
    assert frames[-1].features.energy > listen(drone, [480])[-1].features.energy + 0.2


def test_every_mel_filter_hears_something() -> None:
    filters = mel_filterbank()
    assert np.all(np.abs(filters.sum(axis=1) - 1.0) < 1e-9)
    assert np.all(filters >= 0.0)
