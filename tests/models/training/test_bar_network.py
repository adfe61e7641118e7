# ruff: noqa: E402 - nothing of this can be imported without torch
"""The network over beats: trained through the filter of the show, which computes what was trained."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the train extra is not installed")

from models.training.beats.bar_network import UNKNOWN, BarNetwork, beliefs, count, save, train
from realtime.music.bands import N_BANDS
from realtime.music.bar_activations import LAGS, BarActivations
from realtime.music.bar_filter import BarFilter
from realtime.music.beat_features import N_FEATURES

pytestmark = pytest.mark.train

PERIOD_S = 0.5


def a_take(path: Path, seed: int, *, beats: int = 60, per_bar: int = 4, style: str = "module") -> Path:
    """Save a take whose bars begin with a bass drum."""
    rng = np.random.default_rng(seed)
    bands = 0.05 * rng.random((round((beats + 1) * PERIOD_S * 100), N_BANDS))
    beats_s, first = 0.4 + PERIOD_S * np.arange(beats), int(rng.integers(per_bar))
    places = (np.arange(beats) + first) % per_bar
    for beat_s, place in zip(beats_s, places, strict=True):
        frame = round(beat_s * 100)
        bands[frame : frame + 8, slice(0, 8) if place == 0 else slice(16, 24)] += np.exp(-np.arange(8) / 4.0)[:, None]
    np.savez(
        path, bands=np.minimum(bands, 1.0).astype(np.float16), beats_s=beats_s, places=places, beats_per_bar=per_bar,
        style=style,
    )  # fmt: skip
    return path


def test_what_is_trained_through_is_the_filter_of_the_show() -> None:
    said = np.random.default_rng(0).normal(0.0, 3.0, (30, LAGS))
    trained = torch.exp(beliefs(torch.from_numpy(said)[None]))[0].numpy()
    filter_ = BarFilter()
    for ratios, belief in zip(said.tolist(), trained, strict=True):
        filter_.step(*ratios)
        np.testing.assert_allclose([*filter_.places(4), *filter_.places(3)], belief, atol=1e-9)


def test_the_show_computes_what_was_trained(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = BarNetwork(torch.rand(N_FEATURES), 0.1 + torch.rand(N_FEATURES)).eval()
    torch.nn.init.normal_(network.outer.weight)
    save(network, tmp_path / "weights.npz")
    features = np.random.default_rng(1).random((20, N_FEATURES)).astype(np.float32)
    with torch.no_grad():
        wanted = network(torch.from_numpy(features[None]))[0].numpy()
    shown = BarActivations(tmp_path / "weights.npz")
    np.testing.assert_allclose([shown.step(each) for each in features], wanted, atol=1e-4)


def test_it_learns_that_a_bass_drum_begins_the_bar(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(1, 7):
        a_take(tmp_path / f"{number:05d}_0.npz", number)
    a_take(tmp_path / "00025_0.npz", 25)
    (tmp_path / "learned").mkdir()
    train(tmp_path, tmp_path / "learned" / "weights.npz", steps=60)
    right = float(capsys.readouterr().out.strip().rsplit("held out ", 1)[1].split()[0])
    assert right > 0.9


def test_bars_of_two_teach_no_place(tmp_path: Path) -> None:
    counted = count(a_take(tmp_path / "march.npz", 1, per_bar=2))
    assert counted is not None
    assert set(counted.states.tolist()) == {UNKNOWN}
    waltz = count(a_take(tmp_path / "waltz.npz", 1, per_bar=3))
    assert waltz is not None
    assert set(waltz.states.tolist()) == {4, 5, 6}


def test_a_take_of_a_few_beats_is_left_out(tmp_path: Path) -> None:
    assert count(a_take(tmp_path / "short.npz", 1, beats=6)) is None
