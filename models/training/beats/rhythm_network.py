# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""Trains the network with a short memory: events, and which part of the beat the last 2.6 s have come to.

    python -m models.training.beats.rhythm_network DATA --out WEIGHTS.npz --steps 3600

It learns on the same takes as the recurrent one, with more of them spoiled: level, tone, noise floor, missing bands.
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

from models.training.beats.network import loss_of, targets
from models.training.beats.weights import write_weights
from realtime.music.activations import EVENTS, LABEL_DELAY_FRAMES
from realtime.music.bands import N_BANDS
from realtime.music.rhythm_activations import DILATIONS, N_INPUTS, PHASES
from realtime.types import HOP_S

_CHUNK_FRAMES, _WARM_FRAMES = 700, 150
_BATCH, _FASTEST = 16, 2.5e-3
_TAPS = 3
_DIFF_FRAMES = 2
_UNKNOWN = -1
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


class Piece(NamedTuple):
    """Bands (frames, N_BANDS), targets of the events (frames, EVENTS), parts of the beat (frames,), -1 if unknown."""

    bands: NDArray[np.floating]
    wanted: NDArray[np.float32]
    parts: NDArray[np.int64]


def parts_of(beats_s: NDArray[np.float64], frames: int) -> NDArray[np.int64]:
    """Return the part of the beat heard at each frame, shape (frames,); -1 before the first beat and after the last."""
    heard_s = (np.arange(frames) + 1 - LABEL_DELAY_FRAMES) * HOP_S
    beat = np.interp(heard_s, beats_s, np.arange(len(beats_s)), left=_UNKNOWN, right=_UNKNOWN)
    return np.where(beat < 0, _UNKNOWN, np.floor((beat % 1.0) * PHASES)).astype(np.int64)


def read_take(path: Path) -> Piece:
    """Return a take of `models.training.beats.dataset` up to its last beat."""
    with np.load(path) as file:
        beats_s, bands = file["beats_s"], file["bands"][: round(file["beats_s"][-1] / HOP_S) + 10]
        return Piece(bands, targets(beats_s, file["places"], len(bands)), parts_of(beats_s, len(bands)))


def cut_piece(take: Piece, frames: int, rng: np.random.Generator) -> Piece:
    """Return a random piece of a take, filled up with silence of which nothing is known."""
    start = int(rng.integers(0, max(len(take.bands) - frames, 0) + 1))
    span = slice(start, start + frames)
    bands, wanted, parts = take.bands[span], take.wanted[span], take.parts[span]
    missing = frames - len(bands)
    return Piece(
        np.pad(bands.astype(np.float32), ((0, missing), (0, 0))),
        np.pad(wanted, ((0, missing), (0, 0))),
        np.pad(parts, (0, missing), constant_values=_UNKNOWN),
    )


def batch_of(takes: list[Piece], rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Return bands, targets and parts of some pieces, one in ten of them cut from one take to another."""
    pieces = [cut_piece(takes[rng.integers(len(takes))], _CHUNK_FRAMES, rng) for _ in range(_BATCH)]
    for index, piece in enumerate(pieces):
        if rng.random() < 0.1:
            cut = int(rng.integers(200, _CHUNK_FRAMES - 200))
            other = cut_piece(takes[rng.integers(len(takes))], _CHUNK_FRAMES - cut, rng)
            pieces[index] = Piece(
                np.concatenate([piece.bands[:cut], other.bands]),
                np.concatenate([piece.wanted[:cut], other.wanted]),
                np.concatenate([piece.parts[:cut], other.parts]),
            )
    bands = _spoiled(np.stack([piece.bands for piece in pieces]), rng)
    wanted, parts = np.stack([piece.wanted for piece in pieces]), np.stack([piece.parts for piece in pieces])
    return torch.from_numpy(bands), torch.from_numpy(wanted), torch.from_numpy(parts)


def _spoiled(bands: NDArray[np.floating], rng: np.random.Generator) -> NDArray[np.float32]:
    shape = (len(bands), 1, N_BANDS)
    one = (len(bands), 1, 1)
    tone = np.cumsum(rng.standard_normal(shape), axis=-1) * 0.008
    bands = bands * rng.uniform(0.85, 1.1, one) + tone + rng.uniform(-0.1, 0.05, one)
    bands += rng.standard_normal(bands.shape) * 0.008
    floor = rng.uniform(-0.1, 0.4, one) * (rng.random(one) < 0.35)
    bands = np.clip(np.maximum(bands, floor), 0.0, 1.1)
    for piece in bands[rng.random(len(bands)) < 0.3]:
        low = int(rng.integers(0, N_BANDS))
        piece[:, low : low + int(rng.integers(2, 10))] = 0.0
    return bands.astype(np.float32)


def losses_of(logits: Tensor, wanted: Tensor, parts: Tensor) -> Tensor:
    """Return the loss on events and parts together, once the network has heard enough."""
    heard, wanted, parts = logits[:, _WARM_FRAMES:], wanted[:, _WARM_FRAMES:], parts[:, _WARM_FRAMES:]
    apart = functional.cross_entropy(heard[..., EVENTS:].flatten(0, 1), parts.flatten(), ignore_index=_UNKNOWN)
    return loss_of(heard[..., :EVENTS], wanted) + _PARTS_SHARE * apart


def save(network: RhythmNetwork, path: Path, prior: NDArray[np.float32]) -> None:
    """Write the weights as plain arrays, for `realtime.music.rhythm_activations`."""
    arrays: dict[str, Any] = {
        f"rhythm_{name.replace('.', '_')}": value.detach().numpy() for name, value in network.named_parameters()
    }
    for name in ("rhythm_outer_weight", *(f"rhythm_mix_{index}_weight" for index in range(len(DILATIONS)))):
        arrays[name] = arrays[name][..., 0]
    write_weights(path, {"rhythm_prior": prior, **arrays})


def train(folder: Path, out: Path, *, steps: int) -> None:
    """Train for so many steps, with the learning rate falling along the way; keep the averaged weights."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    paths = sorted(folder.glob("*.npz"))
    takes = [read_take(path) for path in paths if int(path.stem.split("_")[0]) % 25]
    held_out = [read_take(path) for path in paths if not int(path.stem.split("_")[0]) % 25]
    check = batch_of(held_out or takes, np.random.default_rng(1))
    network = RhythmNetwork()
    averaged = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(0.995))
    optimiser = torch.optim.AdamW(network.parameters(), lr=_FASTEST, weight_decay=1e-2)
    for step in range(1, steps + 1):
        rate = _FASTEST * min(step / 100, 1.0) * 0.5 * (1 + np.cos(np.pi * step / steps)) + 2e-5
        optimiser.param_groups[0]["lr"] = rate
        bands, wanted, parts = batch_of(takes, rng)
        loss = losses_of(network(bands), wanted, parts)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        averaged.update_parameters(network)
        if step % 50 == 0 or step == steps:
            averaged.eval()
            with torch.no_grad():
                logits = averaged.module(check[0])
                checked = losses_of(logits, check[1], check[2]).item()
            prior = torch.softmax(logits[:, _WARM_FRAMES:, :EVENTS], dim=-1).mean(dim=(0, 1)).numpy()
            print(f"{step} of {steps}: {loss.item():.4f}, held out {checked:.4f}", flush=True)  # noqa: T201
            save(cast(RhythmNetwork, averaged.module), out, prior)


def main() -> None:
    """Train on every file of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=3600)
    arguments = parser.parse_args()
    train(arguments.data, arguments.out, steps=arguments.steps)


if __name__ == "__main__":
    main()
