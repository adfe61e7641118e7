import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.music.bands import N_BANDS
from realtime.music.beat_features import ATTACK_FRAMES, MOST_PERIOD_FRAMES, N_FEATURES, WINDOW_FRAMES, of_beat

PERIOD = 50


def _music(frames: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.0, 1.0, (frames, N_BANDS)).astype(np.float32)


@given(st.floats(20.0, 150.0), st.integers(1, WINDOW_FRAMES))
def test_every_beat_can_be_described_however_little_was_heard(period: float, frames: int) -> None:
    features = of_beat(_music(frames), period)
    assert features.shape == (N_FEATURES,)
    assert features.dtype == np.float32
    assert np.all(np.isfinite(features))


@pytest.mark.parametrize("period", [28.0, 50.4, float(MOST_PERIOD_FRAMES), 200.0])
def test_the_last_frames_are_enough(period: float) -> None:
    music = _music(3 * WINDOW_FRAMES)
    np.testing.assert_array_equal(of_beat(music, period), of_beat(music[-WINDOW_FRAMES:], period))


def test_an_attack_is_the_rise_of_its_band() -> None:
    bands = np.zeros((3 * PERIOD, N_BANDS), np.float32)
    bands[-1 - ATTACK_FRAMES :, 7] = 0.8
    features = of_beat(bands, PERIOD)
    assert features[7] == pytest.approx(0.8)
    assert np.count_nonzero(features[:-2]) == 1  # nothing is known yet of what follows the attack


def test_a_change_of_harmony_is_the_difference_between_two_beats() -> None:
    bands = np.zeros((2 * PERIOD + 1 + ATTACK_FRAMES, N_BANDS), np.float32)
    bands[:PERIOD, 3], bands[PERIOD:, 12] = 0.5, 0.25
    change, now = (of_beat(bands, PERIOD)[low : low + N_BANDS] for low in (N_BANDS, 2 * N_BANDS))
    assert change[[3, 12]].tolist() == pytest.approx([-0.5, 0.25])
    assert now[[3, 12]].tolist() == pytest.approx([0.0, 0.25])


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_what_rises_between_the_beats_is_told_by_its_sixteenth(quarter: int) -> None:
    bands = np.zeros((2 * PERIOD + 1 + ATTACK_FRAMES, N_BANDS), np.float32)
    at = PERIOD + round(quarter * PERIOD / 4)
    bands[at : at + 2, 35] = 1.0
    told = of_beat(bands, PERIOD)[3 * N_BANDS : -2].reshape(3, -1)
    assert told[quarter - 1].tolist() == [0.0] * 5 + [1.0]
    assert np.count_nonzero(told) == 1


def test_the_same_chord_louder_is_the_same_chord_and_another_is_another() -> None:
    chords = np.random.default_rng(0).uniform(0.0, 0.5, (2, N_BANDS)).astype(np.float32)
    louder = np.repeat([chords[0], 2 * chords[0], chords[0]], [PERIOD, PERIOD, 1 + ATTACK_FRAMES], axis=0)
    another = np.repeat([chords[0], chords[1], chords[0]], [PERIOD, PERIOD, 1 + ATTACK_FRAMES], axis=0)
    assert of_beat(louder, PERIOD)[-2:].tolist() == pytest.approx([0.0, 0.0], abs=0.01)
    assert min(of_beat(another, PERIOD)[-2:]) > 0.3
