"""The causal features of Dance Revolution."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.music.revolution import (
    BEAT,
    CHROMA,
    FRAME_SAMPLES,
    FRAMES_PER_S,
    MFCC,
    N_FEATURES,
    ONSET,
    TEMPOGRAM,
    RevolutionFeatures,
)
from realtime.types import SAMPLE_RATE_HZ, BeatState, FloatArray

CLOCK = BeatState(tempo_bpm=120.0)


def hear(samples: FloatArray, hop: int = 480, clock: BeatState = CLOCK) -> FloatArray:
    hears = RevolutionFeatures()
    samples = samples.astype(np.float32)
    heard = [hears.step(samples[k : k + hop], clock) for k in range(0, len(samples), hop)]
    return np.array([features for features in heard if features is not None])


def noise(seconds: float, seed: int = 0) -> FloatArray:
    return 0.1 * np.random.default_rng(seed).standard_normal(round(seconds * SAMPLE_RATE_HZ))


def tone(hz: float, seconds: float) -> FloatArray:
    return 0.3 * np.sin(2 * np.pi * hz * np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ)


def clicks(period_s: float, seconds: float) -> FloatArray:
    samples = np.zeros(round(seconds * SAMPLE_RATE_HZ))
    for start in range(0, len(samples), round(period_s * SAMPLE_RATE_HZ)):
        burst = samples[start : start + 960]
        burst += 0.5 * np.random.default_rng(1).standard_normal(len(burst)) * np.linspace(1, 0, len(burst))
    return samples


def test_there_are_thirty_frames_a_second_of_438_finite_numbers() -> None:
    heard = hear(noise(2.0))
    assert heard.shape == (2 * FRAMES_PER_S, N_FEATURES)
    assert np.isfinite(heard).all()


def test_silence_is_finite_and_has_no_onset() -> None:
    heard = hear(np.zeros(SAMPLE_RATE_HZ))
    assert np.isfinite(heard).all()
    assert not heard[:, ONSET].any()


@settings(max_examples=10, deadline=None)
@given(cut=st.integers(1000, 40_000), seed=st.integers(0, 5))
def test_what_sounds_later_changes_nothing_that_was_heard(cut: int, seed: int) -> None:
    first = noise(1.0)
    other = np.concatenate([first[:cut], noise(1.0, seed + 1)[cut:]])
    frames = cut // FRAME_SAMPLES
    np.testing.assert_array_equal(hear(first)[:frames], hear(other)[:frames])


@settings(max_examples=10, deadline=None)
@given(hop=st.integers(1, 1600))
def test_features_do_not_depend_on_where_the_hops_end(hop: int) -> None:
    samples = noise(0.5)
    np.testing.assert_array_equal(hear(samples, hop), hear(samples)[: len(hear(samples, hop))])


@pytest.mark.parametrize(("hz", "pitch"), [(261.63, 0), (440.0, 9), (98.0, 7), (1174.66, 2)])
def test_the_chroma_is_largest_at_the_pitch_that_sounds(hz: float, pitch: int) -> None:
    assert np.argmax(hear(tone(hz, 1.5))[-1, CHROMA]) == pitch


def test_the_spectrum_does_not_know_how_loud_the_music_is() -> None:
    quiet, loud = hear(0.1 * noise(2.0)), hear(noise(2.0))
    np.testing.assert_allclose(quiet[30:, MFCC], loud[30:, MFCC], atol=0.5)


def test_the_tempogram_peaks_at_the_period_of_the_clicks() -> None:
    tempogram = hear(clicks(0.5, 13.0))[-1, TEMPOGRAM]
    lags = np.arange(8, 24)
    assert lags[np.argmax(tempogram[lags])] == 15


def test_onsets_are_where_the_clicks_are() -> None:
    onsets = hear(clicks(0.5, 3.0))[30:, ONSET][:, 0]
    peaks = np.flatnonzero(onsets > 0.5 * onsets.max())
    assert set(np.diff(peaks)) <= {1, 14, 15}


def test_every_beat_of_the_clock_is_in_one_frame() -> None:
    clock = BeatState(tempo_bpm=97.0, origin_s=0.013)
    heard = hear(noise(10.0), clock=clock)
    assert heard[:, BEAT].sum() == np.floor(clock.beat_at(10.0)) - np.floor(clock.beat_at(0.0))
