# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""Trains the network without memory: where in the beat does the last third of a second sound like?

    python -m models.training.beats.local_network DATA --out WEIGHTS.npz

It sees too little to know the tempo, but unlike the recurrent one it cannot be carried away by what it decided before.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from realtime.music.activations import LABEL_DELAY_FRAMES
from realtime.music.local_activations import GROUPS, N_LOCAL, PHASES, group_rises
from realtime.types import HOP_S

_SAMPLES_PER_TAKE = 500
_EPOCHS = 14


def examples(path: Path, rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return inputs (n, N_LOCAL) and phase classes (n,) of random frames of a take."""
    with np.load(path) as file:
        bands, beats_s = file["bands"].astype(np.float32), file["beats_s"]
    rises = np.maximum(np.diff(bands, axis=0, prepend=bands[:1]), 0.0)
    frames = rng.integers(GROUPS * 4, len(bands), _SAMPLES_PER_TAKE)
    heard_s = (frames + 1 - LABEL_DELAY_FRAMES) * HOP_S
    beat = np.interp(heard_s, beats_s, np.arange(len(beats_s)), left=-1.0, right=-1.0)
    frames, beat = frames[beat >= 0], beat[beat >= 0]
    inputs = np.stack([group_rises(rises[: frame + 1], bands[frame]) for frame in frames])
    return inputs.astype(np.float32), np.floor((beat % 1.0) * PHASES).astype(np.int64)


def train(folder: Path, out: Path) -> None:
    """Train on everything and write the weights."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    made = [examples(path, rng) for path in sorted(folder.glob("*.npz"))]
    inputs = torch.from_numpy(np.concatenate([pair[0] for pair in made]))
    classes = torch.from_numpy(np.concatenate([pair[1] for pair in made]))
    held_out = len(inputs) // 20
    network = nn.Sequential(nn.Linear(N_LOCAL, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, PHASES))
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-3)
    for epoch in range(_EPOCHS):
        optimiser.param_groups[0]["lr"] = 2e-3 * 0.5 * (1 + np.cos(np.pi * epoch / _EPOCHS)) + 1e-5
        network.train()
        order = torch.randperm(len(inputs) - held_out) + held_out
        for batch in order.split(512):
            loss = nn.functional.cross_entropy(network(_disturbed(inputs[batch])), classes[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        network.eval()
        with torch.no_grad():
            checked = nn.functional.cross_entropy(network(inputs[:held_out]), classes[:held_out]).item()
        print(f"epoch {epoch}: held out {checked:.4f}, knowing nothing {np.log(PHASES):.4f}", flush=True)  # noqa: T201
    names = ("local_inner_weight", "local_inner_bias", "local_outer_weight", "local_outer_bias")
    arrays: dict[str, Any] = {
        name: weight.detach().numpy() for name, weight in zip(names, network.parameters(), strict=True)
    }
    np.savez(out, **arrays)


def _disturbed(inputs: Tensor) -> Tensor:
    return inputs * (0.8 + 0.4 * torch.rand(len(inputs), 1)) + 0.01 * torch.randn_like(inputs)


def main() -> None:
    """Train on every file of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    train(arguments.data, arguments.out)


if __name__ == "__main__":
    main()
