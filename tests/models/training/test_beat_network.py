# ruff: noqa: E402 - nothing of this can be imported without torch
"""Training, on tiny data: the beat network learns, and the show computes what was trained."""

from math import exp
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the train extra is not installed")

from models.training.beats.bar_network import BarNetwork
from models.training.beats.bar_network import save as save_bar
from models.training.beats.network import BeatNetwork, loss_of, save
from models.training.beats.pieces import (
    BEAT,
    DOWNBEAT,
    NONE,
    OFFBEAT,
    Take,
    Takes,
    batch_of,
    batch_to_check,
    cut_piece,
    parts_of,
    targets,
)
from models.training.beats.rhythm_network import RhythmNetwork, go_on_with, losses_of
from models.training.beats.rhythm_network import save as save_rhythm
from models.training.beats.weights import mixed
from realtime.music.activations import LABEL_DELAY_FRAMES, BeatActivations
from realtime.music.bands import N_BANDS
from realtime.music.beat import WEIGHTS
from realtime.music.beat_features import N_FEATURES
from realtime.music.rhythm_activations import PHASES, RhythmActivations

pytestmark = pytest.mark.train


def clicks(frames: int, period: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return bands that flare up on every beat, and the targets of those beats."""
    rng = np.random.default_rng(seed)
    bands = 0.05 * rng.random((frames, N_BANDS)).astype(np.float32)
    beats = np.arange(period, frames, period)
    for beat in beats:
        bands[beat : beat + 6] += np.exp(-np.arange(6) / 2.0)[: frames - beat, None].astype(np.float32)
    return bands, targets((beats + 1).astype(np.float64) * 0.01, np.arange(len(beats)) % 4, frames)


def clicked_take(frames: int, period: int, seed: int) -> Take:
    bands, _ = clicks(frames, period, seed)
    beats_s = np.arange(period + 1, frames + 1, period) / 100.0
    return Take(bands, beats_s, np.arange(len(beats_s)) % 4)


def test_a_target_marks_the_beat_a_little_after_it_sounds() -> None:
    wanted = targets(np.array([1.0, 1.5, 2.0]), np.array([0, 1, 2]), 300)
    frame = 100 - 1 + LABEL_DELAY_FRAMES
    assert wanted[frame].argmax() == DOWNBEAT
    assert wanted[frame + 50].argmax() == BEAT
    assert wanted[frame + 25].argmax() == OFFBEAT
    assert wanted[frame + 10].argmax() == NONE
    assert np.allclose(wanted.sum(axis=1), 1.0, atol=1e-5)


def test_a_tiny_network_learns_clicks_in_a_few_steps() -> None:
    torch.manual_seed(0)
    network = BeatNetwork(units=8, inner=8)
    optimiser = torch.optim.Adam(network.parameters(), 2e-2)
    made = [clicks(300, period, seed) for seed, period in enumerate((40, 45, 50, 55))]
    bands = torch.from_numpy(np.stack([one for one, _ in made]))
    wanted = torch.from_numpy(np.stack([one for _, one in made]))
    losses: list[float] = []
    for _ in range(60):
        optimiser.zero_grad()
        loss = loss_of(network(bands), wanted)
        loss.backward()
        optimiser.step()
        losses.append(float(loss))
    assert losses[-1] < 0.6 * losses[0]


def test_the_show_hears_what_was_trained(tmp_path: Path) -> None:
    """No difference between training and serving: the numpy network agrees with torch frame by frame."""
    torch.manual_seed(1)
    network = BeatNetwork().eval()
    prior = np.array([0.9, 0.02, 0.05, 0.03], np.float32)
    save(network, tmp_path / "weights.npz", prior)
    bands, _ = clicks(200, 50, 3)
    with torch.no_grad():
        shares = torch.softmax(network(torch.from_numpy(bands)[None])[0], dim=-1).numpy()
    served = BeatActivations(tmp_path / "weights.npz")
    for frame in range(200):
        heard = served.step(bands[frame])
        assert exp(heard.none) * prior[NONE] == pytest.approx(shares[frame, NONE], rel=1e-3)
        assert exp(heard.offbeat) * prior[OFFBEAT] == pytest.approx(shares[frame, OFFBEAT], rel=1e-3)


def test_the_show_hears_the_rhythm_as_it_was_trained(tmp_path: Path) -> None:
    torch.manual_seed(2)
    network = RhythmNetwork(channels=8).eval()
    prior = np.array([0.9, 0.02, 0.05, 0.03], np.float32)
    save_rhythm(network, tmp_path / "weights.npz", prior)
    bands, _ = clicks(700, 50, 3)
    with torch.no_grad():
        logits = network(torch.from_numpy(bands)[None])[0]
    events, parts = torch.softmax(logits[:, :4], dim=-1).numpy(), torch.softmax(logits[:, 4:], dim=-1).numpy()
    served = RhythmActivations(tmp_path / "weights.npz")
    for frame in range(700):  # longer than its longest memory
        rhythm = served.step(bands[frame])
        assert exp(rhythm.heard.none) * prior[NONE] == pytest.approx(events[frame, NONE], rel=1e-3)
        assert np.exp(rhythm.parts) / PHASES == pytest.approx(parts[frame], rel=1e-3)


def test_the_parts_of_a_beat_are_told_a_little_after_they_sound() -> None:
    parts = parts_of(np.array([0.5, 1.0, 1.5]), 200)
    beat = 50 - 1 + LABEL_DELAY_FRAMES
    assert (parts[:beat] == -1).all()
    assert parts[beat + 1] == 0
    assert parts[beat + 26] == PHASES // 2
    assert (parts[beat + 101 :] == -1).all()


def test_however_fast_a_piece_is_played_its_beats_are_marked_where_they_sound() -> None:
    rng = np.random.default_rng(0)
    take = clicked_take(2000, 50, 0)
    periods: set[int] = set()
    for _ in range(30):
        piece = cut_piece(take, 900, rng)
        flares = np.flatnonzero(np.diff(piece.bands.mean(axis=1)) > 0.3) + 1
        marked = np.flatnonzero(piece.wanted[:, DOWNBEAT] + piece.wanted[:, BEAT] > 0.9)
        marked = marked[marked > 10]  # what flared up before the piece begins is not seen in it
        apart = np.abs(marked[:, None] - LABEL_DELAY_FRAMES - flares[None, :]).min(axis=1)
        assert len(marked) >= 12
        assert apart.max() <= 2
        periods.add(int(np.median(np.diff(flares))))
        assert (piece.parts[marked[:-1] + 1] == 0).all()
    assert min(periods) < 45
    assert max(periods) > 55


def test_what_comes_after_the_end_of_a_take_is_unknown() -> None:
    piece = cut_piece(clicked_take(300, 50, 0), 900, np.random.default_rng(1))
    assert (piece.parts[400:] == -1).all()
    assert not piece.bands[400:].any()


@pytest.mark.parametrize(("names", "loudness"), [(("1_a", "25_a"), 0.0), (("1_a", "2_a"), 1.0)])
def test_the_loss_is_always_looked_at_with_the_same_pieces_held_out_where_any_are(
    tmp_path: Path, names: tuple[str, str], loudness: float
) -> None:
    for name in names:
        beats_s = np.arange(0.5, 8.0, 0.5)
        bands = np.full((900, N_BANDS), 0.0 if name == "25_a" else 1.0, np.float32)
        np.savez(tmp_path / f"{name}.npz", bands=bands, beats_s=beats_s, places=np.arange(len(beats_s)) % 4)
    takes, held_out = Takes(tmp_path, held_out=False), Takes(tmp_path, held_out=True)
    check = batch_to_check(takes, held_out, 8, 300)
    assert np.median(check.bands) == pytest.approx(loudness, abs=0.3)
    assert np.array_equal(check.bands, batch_to_check(takes, held_out, 8, 300).bands)


def test_layers_that_are_new_say_nothing_until_they_have_learned(tmp_path: Path) -> None:
    torch.manual_seed(3)
    network = RhythmNetwork(channels=8).eval()
    save_rhythm(network, tmp_path / "all.npz", np.full(4, 0.25, np.float32))
    with np.load(tmp_path / "all.npz") as file:
        kept = {name: file[name] for name in file if "_8_" not in name}
    np.savez(tmp_path / "fewer.npz", allow_pickle=False, **kept)
    grown = RhythmNetwork(channels=8).eval()
    go_on_with(grown, tmp_path / "fewer.npz")
    with torch.no_grad():
        for value in network.mix[8].parameters():
            value.zero_()
        bands = torch.from_numpy(clicks(200, 50, 3)[0])[None]
        assert torch.equal(grown(bands), network(bands))


def test_a_tiny_rhythm_network_learns_clicks_in_a_few_steps() -> None:
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    takes = [clicked_take(800, period, seed) for seed, period in enumerate((40, 45, 50, 55))]
    network = RhythmNetwork(channels=8)
    optimiser = torch.optim.Adam(network.parameters(), 1e-2)
    losses: list[float] = []
    for _ in range(40):
        bands, wanted, parts = map(torch.from_numpy, batch_of(takes, 8, 700, rng))
        optimiser.zero_grad()
        loss = losses_of(network(bands), wanted, parts)
        loss.backward()
        optimiser.step()
        losses.append(float(loss))
    assert np.mean(losses[-5:]) < 0.8 * losses[0]


def test_all_networks_share_a_file_in_whichever_order_they_are_trained(tmp_path: Path) -> None:
    file, prior = tmp_path / "beats.npz", np.full(4, 0.25, np.float32)
    save_rhythm(RhythmNetwork(), file, prior)
    save_bar(BarNetwork(torch.zeros(N_FEATURES), torch.ones(N_FEATURES)), file)
    save(BeatNetwork(), file, prior)
    with np.load(file) as both, np.load(WEIGHTS) as shipped:
        assert {name: both[name].shape for name in both} == {name: shipped[name].shape for name in shipped}


def test_a_mean_of_weights_lets_new_layers_say_their_share() -> None:
    before = {"rhythm_inner_bias": np.array([1.0]), "inner_bias": np.array([7.0])}
    after = {
        "rhythm_inner_bias": np.array([3.0]),
        "rhythm_wide_8_weight": np.array([5.0]),
        "rhythm_mix_8_weight": np.array([4.0]),
    }
    both = mixed(before, after, 0.25)
    assert {name: float(value[0]) for name, value in both.items()} == {
        "inner_bias": 7.0,
        "rhythm_inner_bias": 1.5,
        "rhythm_wide_8_weight": 5.0,
        "rhythm_mix_8_weight": 1.0,
    }
