# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
# pyright: reportUntypedFunctionDecorator=false
"""Does the curriculum keep long dances alive? Small networks, trained alike but for it, danced for two minutes.

    python -m models.training.dance_revolution.ablation PAIRS --out FOLDER --steps 300 --seeds 0 1

Every arm has the same network, the same batches in the same order and the same number of steps. Its dance goes on for
120 s to held-out music, one song after another; errors are measured over the time since the last pose that was given:
0-30, 30-60 and 60-120 s. No truth lasts so long, so the error is how far the dance is from the held-out dances as a
whole: "distance", of Gaussians over poses and their differences in the data's own principal directions; "activity",
how much it moves from frame to frame against the data (1 as much, 0 frozen); "wild", the share of numbers further than
five deviations from the data's mean. "free" is the plain error against the truth over the first 20 s. The network is
the paper's, small, but for what it takes to move at all after so few updates: see `SMALL`.
"""

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.dance_revolution.clock import CLOCK
from models.dance_revolution.frames import FPS
from models.training.dance_revolution.halves import halves
from models.training.dance_revolution.lesson import Lesson
from models.training.dance_revolution.options import Options
from models.training.dance_revolution.pairs import Take, load_takes
from models.training.dance_revolution.task import DanceRevolutionTask
from models.training.metrics.spread import frechet_distance
from realtime.music.revolution import N_FEATURES

ARMS: Mapping[str, dict[str, object]] = {
    "teacher forcing": {"growth": "none"},
    "scheduled sampling": {"growth": "linear", "coin": True},
    "constant": {"growth": "constant"},
    "linear": {"growth": "linear"},
    "sigmoid": {"growth": "sigmoid"},
    "exponential": {"growth": "exponential"},
}
SMALL: Mapping[str, object] = {
    "units": 96,
    "inner": 192,
    "width": 64,
    "heads": 4,
    "head_width": 16,
    "window": 60,
    "frames": 120,
    "dropout": 0.0,
    "residual": True,
    "difference_weight": 0.2,
    "vigour_weight": 1.0,
}
"""What all arms share; the rest is the paper's. An L1 loss alone stands still within seconds, whatever the arm."""
SPANS_S = ((0, 30), (30, 60), (60, 120))
_FARTHEST = 50.0
"""Deviations; a dance that has blown up is as wrong as can be, not infinitely so."""
_DIRECTIONS = 24
_SONGS = 8


def ablate(
    folder: Path, out: Path, *, arms: Sequence[str], seeds: Sequence[int], steps: int, most: float, moves: int = 0
) -> list[dict[str, object]]:
    """Return what was measured of every arm and seed.

    Args:
        folder: paired data.
        out: file, written anew after every arm.
        arms: names of `ARMS`.
        seeds: of weights, batches and dances.
        steps: of training, the same for all.
        most: q at the end, and of the constant arm all along.
        moves: see `Shape`; 0 is the paper's.
    """
    train, test = load_takes(folder, "train"), load_takes(folder, "test")
    songs = _long_songs(test, round(SPANS_S[-1][1] * FPS))
    ruler = _Ruler(np.concatenate([half.poses[0] for take in test for half in halves(take)[:1]]))
    rows: list[dict[str, object]] = []
    for seed in seeds:
        for arm in arms:
            options = {**SMALL, "most": most, "moves": moves, "clock": moves > 0}
            task = DanceRevolutionTask(
                Options(**{**options, **ARMS[arm]}),  # pyright: ignore[reportArgumentType]
                train,
                test,
                steps=steps,
                batch=16,
                seed=seed,
            )
            began_s = time.process_time()
            network = _trained(task, steps, seed)
            trained_s = time.process_time() - began_s
            with torch.no_grad():
                danced = network.dancer.dance(
                    songs.music[..., : network.dancer.shape.inputs],
                    songs.firsts,
                    torch.Generator().manual_seed(seed),
                    half_beats=songs.half_beats,
                    seed=seed,
                ).numpy()
            row: dict[str, object] = {"arm": arm, "seed": seed, "steps": steps, "cpu_s": round(trained_s, 1)}
            row |= {key: value for key, value in task.validate(network).items() if key in ("guided", "free")}
            row |= ruler.measure(danced)
            rows.append(row)
            out.write_text(json.dumps(rows, indent=1), "utf-8")
            print(json.dumps(row), flush=True)  # noqa: T201
    return rows


def _trained(task: DanceRevolutionTask, steps: int, seed: int) -> Lesson:
    network = task.network
    assert isinstance(network, Lesson)
    optimiser = torch.optim.Adam(network.parameters(), lr=2e-3, betas=(0.9, 0.98))
    for step in range(steps):
        rng = np.random.default_rng((seed, step))
        torch.manual_seed(step)
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min((step + 1) / 20, 1.0, 1.1 - step / steps)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = network(task.batch(rng, 16, step))["loss"]
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
    return network.eval()


class _Songs(NamedTuple):
    """Music (N, T, inputs), the half beat of each step (N, T), and a pose to begin in (N, pose)."""

    music: Tensor
    half_beats: NDArray[np.int_]
    firsts: Tensor


def _long_songs(takes: Sequence[Take], frames: int) -> _Songs:
    """Return held-out songs one after another, `frames` long, and the first pose of each."""
    parts = [halves(take, inputs=N_FEATURES + CLOCK)[0] for take in takes]
    chosen: list[tuple[NDArray[np.float32], NDArray[np.int_], NDArray[np.float32]]] = []
    for index in range(_SONGS):
        order = [parts[(index * len(parts) // _SONGS + k) % len(parts)] for k in range(len(parts))]
        music, half_beats = (
            np.concatenate([getattr(part, name) for part in order]) for name in ("music", "half_beats")
        )
        chosen.append((music[:frames], half_beats[:frames], order[0].poses[0, 0]))
    music, half_beats, firsts = (np.stack(values) for values in zip(*chosen, strict=True))
    return _Songs(torch.from_numpy(music), half_beats, torch.from_numpy(firsts))


class _Ruler:
    """Measures dances (N, T, 152) against dances of people (M, 152)."""

    def __init__(self, poses: NDArray[np.float32]) -> None:
        self._mean, self._scale = poses.mean(axis=0), np.maximum(poses.std(axis=0), 0.03)
        flat = (poses - self._mean) / self._scale
        self._moved = float(np.abs(np.diff(flat, axis=0)).mean())
        pairs = self._pairs(flat[None])
        self._directions = np.linalg.svd(pairs - pairs.mean(axis=0), full_matrices=False)[2][:_DIRECTIONS].T
        self._reference = pairs @ self._directions

    def measure(self, danced: NDArray[np.float32]) -> dict[str, float]:
        """Return distance, activity and wildness of each span of time."""
        flat = np.nan_to_num((danced - self._mean) / self._scale, nan=_FARTHEST, posinf=_FARTHEST, neginf=-_FARTHEST)
        flat = np.clip(flat, -_FARTHEST, _FARTHEST)
        figures: dict[str, float] = {}
        for from_s, until_s in SPANS_S:
            span = flat[:, round(from_s * FPS) : round(until_s * FPS)]
            name = f"{from_s}-{until_s}"
            figures[f"distance {name}"] = frechet_distance(self._pairs(span) @ self._directions, self._reference)
            figures[f"activity {name}"] = float(np.abs(np.diff(span, axis=1)).mean()) / self._moved
            figures[f"wild {name}"] = float((np.abs(span) > 5.0).mean())
        return figures

    @staticmethod
    def _pairs(flat: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return poses and their differences, weighted alike: (N, T, 152) -> (N (T - 1), 304)."""
        moved = np.diff(flat, axis=1)
        return np.concatenate([flat[:, 1:], 4.0 * moved], axis=-1).reshape(-1, 2 * flat.shape[-1]).astype(np.float64)


def main() -> None:
    """Write `ablation.json` into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--arms", nargs="+", default=list(ARMS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1])
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--most", type=float, default=20.0)
    parser.add_argument("--moves", type=int, default=0, help="kinds of moves to choose from; 0 is the paper's")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    ablate(
        arguments.data,
        arguments.out / "ablation.json",
        arms=arguments.arms,
        seeds=arguments.seeds,
        steps=arguments.steps,
        moves=arguments.moves,
        most=arguments.most,
    )


if __name__ == "__main__":
    main()
