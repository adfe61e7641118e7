from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from realtime.music.activations import BeatActivations
from realtime.music.bands import N_BANDS
from realtime.music.beat import WEIGHTS


@pytest.fixture
def bands() -> NDArray[np.float32]:
    return np.random.default_rng(3).random((40, N_BANDS), dtype=np.float32)


def sigmoid(values: NDArray[np.floating]) -> NDArray[np.floating]:
    return 1.0 / (1.0 + np.exp(-values))


def probabilities(weights: Path, bands: NDArray[np.float32]) -> NDArray[np.floating]:
    """The network as its paper writes it, in float64 and one gate at a time."""
    w = {name: value.astype(np.float64) for name, value in np.load(weights).items()}
    units = w["recurrent_weight_hh_l0"].shape[1]
    states = [np.zeros(units), np.zeros(units)]
    answers: list[NDArray[np.floating]] = []
    for frame, band in enumerate(bands):
        rises = np.maximum(band - bands[max(frame - 2, 0)], 0.0)
        value = np.maximum(w["inner_weight"] @ np.concatenate([band, 4.0 * rises]) + w["inner_bias"], 0.0)
        for layer in (0, 1):
            wi, wh = w[f"recurrent_weight_ih_l{layer}"], w[f"recurrent_weight_hh_l{layer}"]
            bi, bh = w[f"recurrent_bias_ih_l{layer}"], w[f"recurrent_bias_hh_l{layer}"]
            heard, kept = np.split(wi @ value + bi, 3), np.split(wh @ states[layer] + bh, 3)
            reset, update = sigmoid(heard[0] + kept[0]), sigmoid(heard[1] + kept[1])
            new = np.tanh(heard[2] + reset * kept[2])
            states[layer] = value = (1.0 - update) * new + update * states[layer]
        logits = w["outer_weight"] @ value + w["outer_bias"]
        answers.append(np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum())
    return np.array(answers)


def test_the_stream_computes_the_gated_recurrent_network(bands: NDArray[np.float32]) -> None:
    prior = np.load(WEIGHTS)["prior"]
    network = BeatActivations(WEIGHTS)
    for heard, (none, downbeat, beat, offbeat) in zip(
        [network.step(band) for band in bands], probabilities(WEIGHTS, bands), strict=True
    ):
        assert heard.none == pytest.approx(np.log(none / prior[0]), abs=1e-3)
        assert heard.beat == pytest.approx(np.log((downbeat + beat) / (prior[1] + prior[2])), abs=1e-3)
        assert heard.offbeat == pytest.approx(np.log(offbeat / prior[3]), abs=1e-3)
        assert heard.downbeat == pytest.approx(np.log(downbeat / beat) - np.log(prior[1] / prior[2]), abs=1e-3)


def test_two_streams_do_not_share_a_state(bands: NDArray[np.float32]) -> None:
    alone = [BeatActivations(WEIGHTS).step(band) for band in bands[:1]]
    first, second = BeatActivations(WEIGHTS), BeatActivations(WEIGHTS)
    for band in bands:
        first.step(band)
    assert [second.step(band) for band in bands[:1]] == alone


def test_the_weights_are_small_enough_to_ship() -> None:
    assert WEIGHTS.stat().st_size < 2_000_000
