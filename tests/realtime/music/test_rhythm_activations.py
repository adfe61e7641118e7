import numpy as np
import pytest

from realtime.music.activations import Heard
from realtime.music.bands import N_BANDS
from realtime.music.beat import WEIGHTS
from realtime.music.rhythm_activations import DILATIONS, PHASES, Rhythm, RhythmActivations

MEMORY_FRAMES = 2 * sum(DILATIONS) + 2 + 2
"""Two dilations a layer, two frames of the first convolution, two of the rises."""


def noise(frames: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random((frames, N_BANDS)).astype(np.float32)


def listen(bands: np.ndarray) -> list[Rhythm]:
    network = RhythmActivations(WEIGHTS)
    return [network.step(frame) for frame in bands]


def test_what_is_longer_ago_than_its_memory_is_forgotten() -> None:
    recent = noise(MEMORY_FRAMES + 20, 0)
    once, otherwise = (listen(np.concatenate([noise(200, seed), recent])) for seed in (1, 2))
    assert np.array_equal(once[-1].parts, otherwise[-1].parts)
    assert once[-1].heard == otherwise[-1].heard
    assert once[200].heard != otherwise[200].heard


def test_nothing_comes_from_the_future() -> None:
    bands, changed = noise(300, 3), noise(300, 3)
    changed[200:] = 0.0
    before, after = listen(bands), listen(changed)
    assert [rhythm.heard for rhythm in before[:200]] == [rhythm.heard for rhythm in after[:200]]
    assert before[200].heard != after[200].heard


def test_the_parts_of_a_beat_are_likelihoods_against_knowing_nothing() -> None:
    for rhythm in listen(noise(50, 4)):
        assert rhythm.parts.shape == (PHASES,)
        assert float(np.exp(rhythm.parts).mean()) == pytest.approx(1.0, rel=1e-4)


def test_two_who_agree_are_surer_and_two_who_differ_cancel() -> None:
    beat, none = Heard(-1.0, 2.0, -1.0, 0.5), Heard(1.0, -2.0, 1.0, -0.5)
    assert beat.together_with(beat) == Heard(-2.0, 4.0, -2.0, 1.0)
    assert beat.together_with(none) == Heard(0.0, 0.0, 0.0, 0.0)
