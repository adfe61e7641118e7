# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""Trains the causal network that hears beats: bands in, one of four classes a frame out.

    python -m models.training.beats.network DATA --out WEIGHTS.npz --minutes 30

Classes: `NONE`, `DOWNBEAT`, `BEAT` (any other) and `OFFBEAT` (half way to the next beat: tells beats from eighths).
The target lies `LABEL_DELAY_FRAMES` after the beat, so that the network has heard the attack; the clock knows about it.
"""

import argparse
import time
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models.training.beats.pieces import Takes, batch_to_check
from models.training.beats.weights import write_weights
from realtime.music.bands import N_BANDS

_CLASS_WEIGHTS = (1.0, 5.0, 4.0, 3.0)
_CHUNK_FRAMES = 1000
_DIFF_FRAMES = 2


class BeatNetwork(nn.Module):
    """Two recurrent layers over bands and their rises."""

    def __init__(self, units: int = 96, inner: int = 48) -> None:
        super().__init__()
        self.inner = nn.Linear(2 * N_BANDS, inner)
        self.recurrent = nn.GRU(inner, units, num_layers=2, batch_first=True)
        self.outer = nn.Linear(units, 4)

    def forward(self, bands: Tensor) -> Tensor:
        """Return logits (batch, frames, 4) of bands (batch, frames, N_BANDS)."""
        before = torch.cat([bands[:, :1].expand(-1, _DIFF_FRAMES, -1), bands[:, :-_DIFF_FRAMES]], dim=1)
        rises = torch.relu(bands - before)
        hidden = torch.relu(self.inner(torch.cat([bands, 4.0 * rises], dim=-1)))
        return self.outer(self.recurrent(hidden)[0])


def loss_of(logits: Tensor, wanted: Tensor) -> Tensor:
    """Return the weighted cross entropy of soft targets."""
    weighted = wanted * torch.tensor(_CLASS_WEIGHTS)
    return -(weighted * torch.log_softmax(logits, dim=-1)).sum(dim=-1).mean()


def learn(loss: Tensor, network: nn.Module, optimiser: torch.optim.Optimizer, averaged: AveragedModel) -> None:
    """Take one step down a loss, of a bounded length; the averaged weights follow."""
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
    averaged.update_parameters(network)


def save(network: BeatNetwork, path: Path, prior: NDArray[np.float32]) -> None:
    """Write the weights as plain arrays, for `realtime.music.activations`."""
    arrays: dict[str, Any] = {
        name.replace(".", "_"): value.detach().numpy() for name, value in network.named_parameters()
    }
    write_weights(path, {"prior": prior, **arrays})


def train(folder: Path, out: Path, *, minutes: float, threads: int, start: Path | None) -> None:
    """Train for so many minutes, with the learning rate falling along the way; keep the averaged weights."""
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    held_out, takes = Takes(folder, held_out=True), Takes(folder, held_out=False)
    print(f"{len(takes)} takes, {len(held_out)} held out", flush=True)  # noqa: T201
    network = BeatNetwork()
    if start is not None:
        with np.load(start) as file:
            state = {name: torch.from_numpy(file[name.replace(".", "_")]) for name in network.state_dict()}
        network.load_state_dict(state)
    averaged = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(0.995))
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-3)
    check = batch_to_check(takes, held_out, 48, _CHUNK_FRAMES)
    began_s, step = time.monotonic(), 0
    while (done := (time.monotonic() - began_s) / (60 * minutes)) < 1.0:
        rate = (3e-3 if start is None else 1.5e-3) * min((step + 1) / 100, 1.0) * 0.5 * (
            1 + np.cos(np.pi * done)
        ) + 1e-5
        optimiser.param_groups[0]["lr"] = rate
        bands, wanted, _ = map(torch.from_numpy, takes.batch(24, _CHUNK_FRAMES, rng))
        loss = loss_of(network(bands), wanted)
        learn(loss, network, optimiser, averaged)
        step += 1
        if step % 50 == 0:
            with torch.no_grad():
                logits = averaged.module(torch.from_numpy(check.bands))
                prior = torch.softmax(logits, dim=-1).mean(dim=(0, 1)).numpy()
                checked = loss_of(logits, torch.from_numpy(check.wanted)).item()
                print(f"{done:.3f} {step} {loss.item():.4f} held out {checked:.4f}", flush=True)  # noqa: T201
            save(cast(BeatNetwork, averaged.module), out, prior)
            takes.grow()


def main() -> None:
    """Train on every file of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--start", type=Path)
    arguments = parser.parse_args()
    train(
        arguments.data,
        arguments.out,
        minutes=arguments.minutes,
        threads=arguments.threads,
        start=arguments.start,
    )


if __name__ == "__main__":
    main()
