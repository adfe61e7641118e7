# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""Trains the network that hears, beat by beat, which beats begin a bar.

    python -m models.training.beats.bar_network DATA --out WEIGHTS.npz --steps 1200

It is trained through the filter that will use it: what is learned is whatever makes `realtime.music.bar_filter` believe
in the right place of the bar, neither more nor less surely than it is right.
"""

import argparse
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models.training.beats.network import learn
from models.training.beats.pieces import is_held_out
from models.training.beats.weights import write_weights
from realtime.music.bands import N_BANDS
from realtime.music.bar_activations import LAGS
from realtime.music.bar_filter import CHANGE, METERS, MOST_SAID, PRIOR
from realtime.music.beat_features import ATTACK_FRAMES, N_FEATURES, WINDOW_FRAMES, of_beat
from realtime.types import HOP_S

UNKNOWN = -1
_BEATS, _BATCH, _FASTEST = 48, 32, 2e-3
_UNHEARD_BEATS = 4
"""The first beats of a piece tell too little to learn from."""
_UNITS = 32
_LEAST_SPREAD = 1e-3


class Counted(NamedTuple):
    """The beats of a take: what they are like, shape (beats, N_FEATURES), and which state of the filter is right."""

    features: NDArray[np.float32]
    states: NDArray[np.int64]


class BarNetwork(nn.Module):
    """One recurrent layer over beats.

    Attributes:
        usual, spread: mean and standard deviation of the features, shape (N_FEATURES,): it learns what is unusual.
    """

    usual: Tensor
    spread: Tensor

    def __init__(self, usual: Tensor, spread: Tensor, units: int = _UNITS) -> None:
        super().__init__()
        self.register_buffer("usual", usual)
        self.register_buffer("spread", spread)
        self.inner = nn.Linear(N_FEATURES, units)
        self.recurrent = nn.GRU(units, units, batch_first=True)
        self.outer = nn.Linear(units, LAGS)
        self.drop = nn.Dropout(0.2)
        nn.init.zeros_(self.outer.weight)
        nn.init.zeros_(self.outer.bias)

    def forward(self, features: Tensor) -> Tensor:
        """Return log likelihood ratios (batch, beats, LAGS) of features (batch, beats, N_FEATURES)."""
        hidden = torch.relu(self.inner(self.drop((features - self.usual) / self.spread)))
        return self.outer(self.drop(self.recurrent(hidden)[0]))


def beliefs(said: Tensor) -> Tensor:
    """Return what `BarFilter` believes after each beat, as logarithms.

    Args:
        said: what the network said, shape (batch, beats, LAGS).

    Returns:
        Shape (batch, beats, states): the places of 4/4, then those of 3/4.
    """
    prior = torch.tensor(PRIOR, dtype=said.dtype)
    belief, result = prior.expand(len(said), -1), list[Tensor]()
    ratios = torch.exp(said.clamp(-MOST_SAID, MOST_SAID))
    for beat in range(said.shape[1]):
        meters = torch.split(belief, list(METERS), dim=1)
        belief = torch.cat([torch.roll(meter, 1, dims=1) for meter in meters], dim=1)
        said_of = [functional.pad(ratios[:, beat], (0, beats - LAGS), value=1.0) for beats in METERS]
        belief = belief * torch.cat(said_of, dim=1)
        belief = belief / belief.sum(dim=1, keepdim=True)
        belief = belief + CHANGE * (prior - belief)
        result.append(torch.log(belief))
    return torch.stack(result, dim=1)


def count(path: Path) -> Counted | None:
    """Return the beats of a take as the tracker would describe them, were it right; None where there are too few."""
    with np.load(path) as file:
        bands, beats_s, places = file["bands"].astype(np.float32), file["beats_s"], file["places"]
        per_bar = int(file["beats_per_bar"])
    frames = np.round(beats_s / HOP_S - 1).astype(int) + ATTACK_FRAMES
    features, states = list[NDArray[np.float32]](), list[int]()
    for beat in range(2, len(frames)):
        now, period = frames[beat], frames[beat] - frames[beat - 1]
        if now < len(bands) and now > 2 * period + ATTACK_FRAMES:
            features.append(of_beat(bands[max(now + 1 - WINDOW_FRAMES, 0) : now + 1], float(period)))
            meter = METERS.index(per_bar) if per_bar in METERS else None
            states.append(UNKNOWN if meter is None else sum(METERS[:meter]) + int(places[beat]))
    return Counted(np.array(features), np.array(states)) if len(features) > 2 * _UNHEARD_BEATS else None


def _batch(takes: list[Counted], rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Return pieces of takes, their bands moved up or down a little, softer or louder."""
    features = np.zeros((_BATCH, _BEATS, N_FEATURES), np.float32)
    states = np.full((_BATCH, _BEATS), UNKNOWN)
    for piece, wanted in zip(features, states, strict=True):
        take = takes[rng.integers(len(takes))]
        first = int(rng.integers(0, max(len(take.features) - _BEATS, 0) + 1))
        heard = take.features[first : first + _BEATS].copy()
        by = int(rng.integers(-2, 3)) if rng.random() < 0.5 else 0
        for low in range(0, 3 * N_BANDS, N_BANDS):
            heard[:, low : low + N_BANDS] = np.roll(heard[:, low : low + N_BANDS], by, axis=1)
        piece[: len(heard)] = heard * rng.uniform(0.8, 1.2) + rng.standard_normal(heard.shape) * 0.002
        wanted[: len(heard)] = take.states[first : first + _BEATS]
    return torch.from_numpy(features), torch.from_numpy(states)


def _right(network: nn.Module, takes: list[Counted]) -> float:
    """Return the share of beats whose place is believed in most, the mean over takes whose bars are known."""
    shares: list[float] = []
    with torch.no_grad():
        for take in takes:
            if UNKNOWN not in take.states:
                best = beliefs(network(torch.from_numpy(take.features[None])))[0].argmax(dim=1).numpy()
                shares.append(float(np.mean(best[_UNHEARD_BEATS:] == take.states[_UNHEARD_BEATS:])))
    return float(np.mean(shares)) if shares else float("nan")


def save(network: BarNetwork, path: Path) -> None:
    """Write the weights as plain arrays, for `realtime.music.bar_activations`."""
    arrays: dict[str, Any] = {
        f"bar_{name.replace('.', '_')}": value.detach().numpy() for name, value in network.named_parameters()
    }
    weight = arrays["bar_inner_weight"] / network.spread.numpy()
    arrays["bar_inner_bias"] = arrays["bar_inner_bias"] - weight @ network.usual.numpy()
    arrays["bar_inner_weight"] = weight
    write_weights(path, arrays)


def train(folder: Path, out: Path, *, steps: int) -> None:
    """Train for so many steps, with the learning rate falling along the way; keep the averaged weights."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    paths = sorted(path for path in folder.glob("*.npz") if _knows_its_bars(path))
    takes = [take for path in paths if not is_held_out(path) and (take := count(path)) is not None]
    held_out = [take for path in paths if is_held_out(path) and (take := count(path)) is not None]
    print(f"{len(takes)} takes, {len(held_out)} held out", flush=True)  # noqa: T201
    every = np.concatenate([take.features for take in takes])
    usual, spread = (torch.from_numpy(value.astype(np.float32)) for value in (every.mean(axis=0), every.std(axis=0)))
    network = BarNetwork(usual, spread + _LEAST_SPREAD)
    averaged = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(0.99))
    optimiser = torch.optim.AdamW(network.parameters(), lr=_FASTEST, weight_decay=3e-2)
    for step in range(1, steps + 1):
        optimiser.param_groups[0]["lr"] = _FASTEST * 0.5 * (1 + np.cos(np.pi * step / steps)) + 2e-5
        features, states = _batch(takes, rng)
        believed = beliefs(network(features))[:, _UNHEARD_BEATS:]
        loss = functional.nll_loss(believed.flatten(0, 1), states[:, _UNHEARD_BEATS:].flatten(), ignore_index=UNKNOWN)
        learn(loss, network, optimiser, averaged)
        if step % 100 == 0 or step == steps:
            averaged.eval()
            right = _right(averaged.module, held_out or takes)
            print(f"{step} of {steps}: {loss.item():.4f}, held out {right:.3f} right", flush=True)  # noqa: T201
            save(cast(BarNetwork, averaged.module), out)


def _knows_its_bars(path: Path) -> bool:
    """Return whether the bars of a take are known: those of music that hindsight labelled are not."""
    with np.load(path) as file:
        return str(file["style"]) != "real"


def main() -> None:
    """Train on every file of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1200)
    arguments = parser.parse_args()
    train(arguments.data, arguments.out, steps=arguments.steps)


if __name__ == "__main__":
    main()
