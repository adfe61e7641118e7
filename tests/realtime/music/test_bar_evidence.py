"""What tells the bar, with the shipped network: four chords over a beat that says where its bars are."""

import numpy as np
import pytest

from realtime.music.bands import N_BANDS
from realtime.music.bar_activations import LAGS, BarActivations
from realtime.music.bar_evidence import BarEvidence
from realtime.music.bar_filter import BarFilter
from realtime.music.beat import WEIGHTS
from realtime.music.beat_features import ATTACK_FRAMES, N_FEATURES
from realtime.types import FloatArray

PERIOD = 50


def _frame(beat: int, frame: int, per_bar: int, chord: int) -> FloatArray:
    """Return the bands of a bass drum on the first beat, a snare on the third, if any, and a chord that goes on."""
    decay = np.exp(-frame / 8.0)
    bands = 0.25 * np.random.default_rng(chord).uniform(0.0, 1.0, N_BANDS) * (np.arange(N_BANDS) > 4)
    if beat % per_bar == 0:
        bands[:6] += 0.9 * decay
    elif per_bar == 3 or beat % 4 == 2:
        bands[14:30] += 0.5 * decay
    bands[30:] += 0.2 * decay
    return np.clip(bands, 0.0, 1.0).astype(np.float32)


def _followed(beats: int, *, per_bar: int = 4, first: int = 0, gain: float = 1.0) -> list[tuple[float, ...]]:
    evidence, said = BarEvidence(WEIGHTS), list[tuple[float, ...]]()
    for beat in range(beats):
        for frame in range(PERIOD):
            evidence.hear(0.0, gain * _frame(beat + first, frame, per_bar, (beat + first) // per_bar))
            if frame == ATTACK_FRAMES:
                said.append(evidence.at_beat(float(PERIOD)))
    return said


def _believed(said: list[tuple[float, ...]]) -> BarFilter:
    bar = BarFilter()
    for each in said:
        bar.step(*each)
    return bar


@pytest.mark.parametrize("first", range(4))
def test_the_bar_begins_with_its_bass_drum_and_a_new_chord(first: int) -> None:
    best = _believed(_followed(40, first=first)).best()
    assert (best.beats_per_bar, best.beat_in_bar) == (4, (39 + first) % 4)
    assert best.confidence > 0.6


def test_softer_music_has_the_same_bars() -> None:
    best = _believed(_followed(40, gain=0.7)).best()
    assert (best.beats_per_bar, best.beat_in_bar) == (4, 39 % 4)


def test_a_waltz_has_three_beats() -> None:
    best = _believed(_followed(48, per_bar=3)).best()
    assert (best.beats_per_bar, best.beat_in_bar) == (3, 47 % 3)


def test_what_comes_later_changes_nothing_that_was_said() -> None:
    assert _followed(24)[:16] == _followed(16)
    assert all(len(each) == LAGS for each in _followed(6))


def test_a_long_past_makes_no_difference_to_one_that_forgets() -> None:
    features = np.random.default_rng(0).uniform(0.0, 1.0, (12, N_FEATURES)).astype(np.float32)
    fresh, old = BarActivations(WEIGHTS), BarActivations(WEIGHTS)
    for each in features:
        old.step(each)
    old.forget()
    assert [fresh.step(each) for each in features] == [old.step(each) for each in features]


def test_without_bands_the_downbeats_of_frames_still_tell_the_bar() -> None:
    evidence, bar = BarEvidence(WEIGHTS), BarFilter()
    for beat in range(40):
        for _ in range(PERIOD):
            evidence.hear(1.5 if beat % 4 == 0 else -1.0)
        bar.step(*evidence.at_beat(float(PERIOD)))
    assert bar.best().beat_in_bar == 39 % 4


def test_downbeats_that_all_beats_have_say_nothing() -> None:
    """A network that hears a downbeat in every beat, as it does in house music, is no evidence."""
    evidence = BarEvidence(WEIGHTS)
    said: list[tuple[float, ...]] = []
    for _ in range(20):
        for _ in range(PERIOD):
            evidence.hear(3.0)
        said.append(evidence.at_beat(float(PERIOD)))
    np.testing.assert_allclose(said, 0.0, atol=1e-9)
