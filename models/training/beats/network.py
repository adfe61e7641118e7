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

from models.training.beats.dataset import TAKES
from models.training.beats.weights import write_weights
from realtime.music.activations import LABEL_DELAY_FRAMES
from realtime.music.bands import N_BANDS
from realtime.types import HOP_S

NONE, DOWNBEAT, BEAT, OFFBEAT = range(4)
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


def targets(beats_s: NDArray[np.float64], places: NDArray[np.int64], frames: int) -> NDArray[np.float32]:
    """Return soft targets, shape (frames, 4): a triangle of three frames around every event."""
    result = np.zeros((frames, 4), np.float32)
    middles_s = (beats_s[:-1] + beats_s[1:]) / 2
    for times_s, kind in ((middles_s, OFFBEAT), (beats_s[places != 0], BEAT), (beats_s[places == 0], DOWNBEAT)):
        at = times_s / HOP_S - 1 + LABEL_DELAY_FRAMES
        for offset in (-1, 0, 1):
            frame = np.round(at).astype(int) + offset
            weight = np.clip(1.2 - np.abs(frame - at) * 0.6, 0, 1)
            inside = (frame >= 0) & (frame < frames)
            result[frame[inside], kind] = np.maximum(result[frame[inside], kind], weight[inside])
    events = result[:, 1:].sum(axis=1, keepdims=True)
    result[:, 1:] /= np.maximum(events, 1.0)
    result[:, NONE] = 1.0 - result[:, 1:].sum(axis=1)
    return result


class Tracks:
    """All tracks in memory; hands out random chunks, some of them cut from one track to another."""

    def __init__(self, folder: Path, *, held_out: bool) -> None:
        self._folder, self._held_out = folder, held_out
        self._known: set[Path] = set()
        self._tracks: list[tuple[NDArray[np.float16], NDArray[np.float32]]] = []
        self.grow()

    def grow(self) -> None:
        """Take in what was rendered since: training may begin before the last track is done."""
        for path in sorted(set(self._folder.glob(f"*_{TAKES - 1}.npz")) - self._known):
            self._known.add(path)
            number = path.stem.split("_")[0]
            if (int(number) % 25 == 0) == self._held_out:
                for take in range(TAKES):
                    self._load(path.with_stem(f"{number}_{take}"))

    def _load(self, path: Path) -> None:
        with np.load(path) as file:
            bands = file["bands"]
            self._tracks.append((bands, targets(file["beats_s"], file["places"], len(bands))))

    def __len__(self) -> int:
        return len(self._tracks)

    def batch(self, size: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Return bands and targets of `size` chunks."""
        chunks = [self._chunk(rng) for _ in range(size)]
        bands = np.stack([chunk[0] for chunk in chunks])
        shape = (size, 1, N_BANDS)
        tone = np.cumsum(rng.standard_normal(shape), axis=-1) * 0.008
        bands = bands + tone + rng.uniform(-0.08, 0.02, (size, 1, 1)) + rng.standard_normal(bands.shape) * 0.008
        floor = rng.uniform(-0.1, 0.35, (size, 1, 1)) * (rng.random((size, 1, 1)) < 0.3)
        bands = np.clip(np.maximum(bands, floor), 0.0, 1.05)
        wanted = np.stack([chunk[1] for chunk in chunks])
        return torch.from_numpy(bands.astype(np.float32)), torch.from_numpy(wanted)

    def _chunk(self, rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        bands, wanted = self._piece(_CHUNK_FRAMES, rng)
        if rng.random() < 0.12:
            cut = int(rng.integers(200, _CHUNK_FRAMES - 200))
            other_bands, other_wanted = self._piece(_CHUNK_FRAMES - cut, rng)
            bands, wanted = np.concatenate([bands[:cut], other_bands]), np.concatenate([wanted[:cut], other_wanted])
        return bands.astype(np.float32), wanted

    def _piece(self, frames: int, rng: np.random.Generator) -> tuple[NDArray[np.float16], NDArray[np.float32]]:
        bands, wanted = self._tracks[rng.integers(len(self._tracks))]
        if len(bands) <= frames:
            bands = np.pad(bands, ((0, frames - len(bands) + 1), (0, 0)))
            wanted = np.pad(wanted, ((0, frames - len(wanted) + 1), (0, 0)))
        start = int(rng.integers(0, len(bands) - frames))
        return bands[start : start + frames], wanted[start : start + frames]


def loss_of(logits: Tensor, wanted: Tensor) -> Tensor:
    """Return the weighted cross entropy of soft targets."""
    weighted = wanted * torch.tensor(_CLASS_WEIGHTS)
    return -(weighted * torch.log_softmax(logits, dim=-1)).sum(dim=-1).mean()


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
    held_out, tracks = Tracks(folder, held_out=True), Tracks(folder, held_out=False)
    print(f"{len(tracks)} tracks, {len(held_out)} held out", flush=True)  # noqa: T201
    network = BeatNetwork()
    if start is not None:
        with np.load(start) as file:
            state = {name: torch.from_numpy(file[name.replace(".", "_")]) for name in network.state_dict()}
        network.load_state_dict(state)
    averaged = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(0.995))
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-3)
    check = held_out.batch(48, np.random.default_rng(1))
    began_s, step = time.monotonic(), 0
    while (done := (time.monotonic() - began_s) / (60 * minutes)) < 1.0:
        rate = (3e-3 if start is None else 1.5e-3) * min((step + 1) / 100, 1.0) * 0.5 * (
            1 + np.cos(np.pi * done)
        ) + 1e-5
        optimiser.param_groups[0]["lr"] = rate
        bands, wanted = tracks.batch(24, rng)
        loss = loss_of(network(bands), wanted)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        averaged.update_parameters(network)
        step += 1
        if step % 50 == 0:
            with torch.no_grad():
                logits = averaged.module(check[0])
                prior = torch.softmax(logits, dim=-1).mean(dim=(0, 1)).numpy()
                checked = loss_of(logits, check[1]).item()
                print(f"{done:.3f} {step} {loss.item():.4f} held out {checked:.4f}", flush=True)  # noqa: T201
            save(cast(BeatNetwork, averaged.module), out, prior)
            tracks.grow()


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
