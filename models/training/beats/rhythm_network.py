# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""Trains the network with a short memory: events, and which part of the beat the last seconds have come to.

    python -m models.training.beats.rhythm_network DATA --out WEIGHTS.npz --steps 3600

It learns on the same takes as the recurrent one, with more of them spoiled: level, tone, noise floor, missing bands.
"""

import argparse
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models.training.beats.network import learn, loss_of
from models.training.beats.pieces import UNKNOWN, Takes, batch_to_check
from models.training.beats.weights import write_weights
from realtime.music.activations import EVENTS
from realtime.music.rhythm_activations import DILATIONS, N_INPUTS, PHASES

_CHUNK_FRAMES, _WARM_FRAMES = 1100, 250
_BATCH, _FASTEST, _FASTEST_FROM_START = 16, 2.5e-3, 6e-4
_CHECKED = 48
_TAPS = 3
_DIFF_FRAMES = 2
_PARTS_SHARE = 0.5


class RhythmNetwork(nn.Module):
    """Dilated causal convolutions over bands and their rises."""

    def __init__(self, channels: int = 48) -> None:
        super().__init__()
        self.inner = nn.Conv1d(N_INPUTS, channels, _TAPS)
        self.wide = nn.ModuleList([nn.Conv1d(channels, channels, _TAPS, dilation=dilation) for dilation in DILATIONS])
        self.mix = nn.ModuleList([nn.Conv1d(channels, channels, 1) for _ in DILATIONS])
        self.outer = nn.Conv1d(channels, EVENTS + PHASES, 1)
        self.drop = nn.Dropout1d(0.1)

    def forward(self, bands: Tensor) -> Tensor:
        """Return logits (batch, frames, EVENTS + PHASES) of bands (batch, frames, N_BANDS)."""
        before = torch.cat([bands[:, :1].expand(-1, _DIFF_FRAMES, -1), bands[:, :-_DIFF_FRAMES]], dim=1)
        inputs = torch.cat([bands, 4.0 * torch.relu(bands - before)], dim=-1).transpose(1, 2)
        hidden = self.drop(torch.relu(self.inner(functional.pad(inputs, (_TAPS - 1, 0)))))
        for wide, mix, dilation in zip(self.wide, self.mix, DILATIONS, strict=True):
            past = functional.pad(hidden, ((_TAPS - 1) * dilation, 0))
            hidden = hidden + mix(torch.relu(wide(past)))
        return self.outer(torch.relu(hidden)).transpose(1, 2)


def losses_of(logits: Tensor, wanted: Tensor, parts: Tensor) -> Tensor:
    """Return the loss on events and parts together, once the network has heard enough."""
    heard, wanted, parts = logits[:, _WARM_FRAMES:], wanted[:, _WARM_FRAMES:], parts[:, _WARM_FRAMES:]
    apart = functional.cross_entropy(heard[..., EVENTS:].flatten(0, 1), parts.flatten(), ignore_index=UNKNOWN)
    return loss_of(heard[..., :EVENTS], wanted) + _PARTS_SHARE * apart


def save(network: RhythmNetwork, path: Path, prior: NDArray[np.float32]) -> None:
    """Write the weights as plain arrays, for `realtime.music.rhythm_activations`."""
    arrays: dict[str, Any] = {
        f"rhythm_{name.replace('.', '_')}": value.detach().numpy() for name, value in network.named_parameters()
    }
    for name in ("rhythm_outer_weight", *(f"rhythm_mix_{index}_weight" for index in range(len(DILATIONS)))):
        arrays[name] = arrays[name][..., 0]
    write_weights(path, {"rhythm_prior": prior, **arrays})


def go_on_with(network: RhythmNetwork, weights: Path) -> None:
    """Take over what a file of weights holds; layers that it lacks say nothing at first."""
    with np.load(weights) as file, torch.no_grad():
        for name, value in network.named_parameters():
            key = f"rhythm_{name.replace('.', '_')}"
            if key in file:
                value.copy_(torch.from_numpy(file[key]).reshape(value.shape))
            elif name.startswith("mix."):
                value.zero_()


def train(folder: Path, out: Path, *, steps: int, start: Path | None = None) -> None:
    """Train for so many steps, with the learning rate falling along the way; keep the averaged weights."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    takes, held_out = Takes(folder, held_out=False), Takes(folder, held_out=True)
    check = batch_to_check(takes, held_out, _CHECKED, _CHUNK_FRAMES)
    print(f"{len(takes)} takes, {len(held_out)} held out", flush=True)  # noqa: T201
    network = RhythmNetwork()
    if start is not None:
        go_on_with(network, start)
    averaged = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(0.995))
    fastest = _FASTEST if start is None else _FASTEST_FROM_START
    optimiser = torch.optim.AdamW(network.parameters(), lr=fastest, weight_decay=1e-2)
    for step in range(1, steps + 1):
        rate = fastest * min(step / 100, 1.0) * 0.5 * (1 + np.cos(np.pi * step / steps)) + 2e-5
        optimiser.param_groups[0]["lr"] = rate
        bands, wanted, parts = map(torch.from_numpy, takes.batch(_BATCH, _CHUNK_FRAMES, rng))
        loss = losses_of(network(bands), wanted, parts)
        learn(loss, network, optimiser, averaged)
        if step % 50 == 0 or step == steps:
            averaged.eval()
            with torch.no_grad():
                logits = averaged.module(torch.from_numpy(check.bands))
                checked = losses_of(logits, torch.from_numpy(check.wanted), torch.from_numpy(check.parts)).item()
            prior = torch.softmax(logits[:, _WARM_FRAMES:, :EVENTS], dim=-1).mean(dim=(0, 1)).numpy()
            print(f"{step} of {steps}: {loss.item():.4f}, held out {checked:.4f}", flush=True)  # noqa: T201
            save(cast(RhythmNetwork, averaged.module), out, prior)
            takes.grow()


def main() -> None:
    """Train on every file of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=3600)
    parser.add_argument("--start", type=Path, help="weights to go on with")
    arguments = parser.parse_args()
    train(arguments.data, arguments.out, steps=arguments.steps, start=arguments.start)


if __name__ == "__main__":
    main()
