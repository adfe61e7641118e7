# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
# pyright: reportUntypedFunctionDecorator=false
"""Does the curriculum keep long dances alive? Small networks, trained alike but for it, danced for two minutes.

    python -m models.training.dance_revolution.ablation PAIRS --out STEM --arms "teacher forcing" --steps 800
    python -m models.training.dance_revolution.ablation PAIRS --out FOLDER --steps 400 --start STEM/WEIGHTS.pt

Every arm has the same network, the same weights to begin with, the same batches in the same order and as many steps.
Its dance goes on for 120 s to held-out music, one song after another; `Ruler` says how far it is from people's by then,
and "free" is the plain error against the truth over the first 20 s. An arm that was killed goes on where it last was;
one that is done is not danced again.
"""

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models.dance_revolution.clock import CLOCK
from models.dance_revolution.frames import FPS
from models.training.dance_revolution.halves import every_dance, halves
from models.training.dance_revolution.lesson import Lesson
from models.training.dance_revolution.options import Options
from models.training.dance_revolution.pairs import Take, load_takes
from models.training.dance_revolution.ruler import SPANS_S, Ruler
from models.training.dance_revolution.task import DanceRevolutionTask
from models.training.dance_revolution.vocabulary import Vocabulary, find_moves
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
    "units": 128,
    "inner": 128,
    "width": 64,
    "heads": 4,
    "head_width": 16,
    "window": 60,
    "frames": 120,
    "grown": 0.6,
    "dropout": 0.0,
    "residual": True,
    "difference_weight": 0.2,
    "vigour_weight": 1.0,
    "odds_weight": 0.2,
}
"""What all arms share: small cells, the growth of the shipped run and its losses but for those of the body."""
PEOPLE = "people"
"""The row of the training dances, one after another: what the best of dancers would measure."""
_SONGS = 8
_BATCH = 16
_WARM_UP, _AVERAGED = 60, 0.99
_SAVE_EVERY_S = 60.0


@dataclass(frozen=True)
class Plan:
    """What is asked of every arm.

    Attributes:
        arms: names of `ARMS`.
        seeds: of weights, batches and dances.
        steps: of training, the same for all.
        most: q at the end, and of the constant arm all along.
        moves: see `Shape`; 0 is the paper's.
        start: weights to begin with, of an arm; "" for none.
        rate: of learning, at the highest.
    """

    arms: Sequence[str]
    seeds: Sequence[int]
    steps: int
    most: float
    moves: int = 0
    start: str = ""
    rate: float = 2e-3


def ablate(train: list[Take], test: list[Take], out: Path, plan: Plan) -> list[dict[str, Any]]:
    """Return what was measured of people and of every arm and seed; keep it in `out/ablation.json` after each.

    Args:
        train: takes to learn from.
        test: takes of other trials, to dance to and to measure against.
        out: folder; beside the figures it gets the weights and the first dances of each arm.
        plan: see there.
    """
    kept = out / "ablation.json"
    out.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = json.loads(kept.read_text("utf-8")) if kept.exists() else []
    songs = _long_songs(test, round(SPANS_S[-1][1] * FPS))
    ruler = Ruler(np.concatenate([half.poses[0] for take in test for half in halves(take)[:1]]))
    if not rows:
        rows.append({"arm": PEOPLE, **ruler.measure(_end_to_end(train, songs.music.shape[1]))})
    vocabulary = find_moves(every_dance(train), plan.moves) if plan.moves else None
    for seed in plan.seeds:
        for arm in plan.arms:
            name = {"arm": arm, "seed": seed, "steps": plan.steps, "moves": plan.moves, "most": plan.most}
            name |= {"start": Path(plan.start).stem, "rate": plan.rate}
            if any(name.items() <= row.items() for row in rows):
                continue
            task = _task(arm, seed, plan, train, test, vocabulary)
            weights = out / f"{arm}-{seed}-{plan.steps}-{plan.moves}.pt"
            network, cpu_s = _trained(task, plan, seed, weights)
            danced = _danced(network, songs, seed)
            np.savez(weights.with_suffix(".npz"), danced=danced[:2].astype(np.float32))
            examined = {key: value for key, value in task.validate(network).items() if key != "score"}
            rows.append({**name, "cpu_s": round(cpu_s, 1), **examined, **ruler.measure(danced)})
            kept.write_text(json.dumps(rows, indent=1), "utf-8")
            print(json.dumps(rows[-1]), flush=True)  # noqa: T201
    return rows


def _task(
    arm: str, seed: int, plan: Plan, train: list[Take], test: list[Take], vocabulary: Vocabulary | None
) -> DanceRevolutionTask:
    options = {**SMALL, "most": plan.most, "moves": plan.moves, "clock": plan.moves > 0, **ARMS[arm]}
    options["start"] = plan.start
    return DanceRevolutionTask(
        Options(**options),  # pyright: ignore[reportArgumentType]
        train,
        test,
        steps=plan.steps,
        batch=_BATCH,
        seed=seed,
        vocabulary=vocabulary,
    )


def _trained(task: DanceRevolutionTask, plan: Plan, seed: int, weights: Path) -> tuple[Lesson, float]:
    """Return the averaged network and the processor time that it took; go on from `weights` if there are any."""
    network, steps = task.network, plan.steps
    averaged = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(_AVERAGED))
    optimiser = torch.optim.Adam(network.parameters(), lr=plan.rate, betas=(0.9, 0.98))
    parts = {"learning": network, "averaged": averaged, "optimiser": optimiser}
    done, before_s, skipped = 0, 0.0, 0
    if weights.exists():
        state = torch.load(weights, weights_only=True)
        for name, part in parts.items():
            part.load_state_dict(state[name])
        done, before_s, skipped = state["done"], state["cpu_s"], state["skipped"]
    began_s, saved_s = time.process_time() - before_s, time.monotonic()
    for step in range(done, steps):
        rng = np.random.default_rng((seed, step))
        torch.manual_seed(step)
        for group in optimiser.param_groups:
            group["lr"] = plan.rate * min((step + 1) / _WARM_UP, 1.1 - step / steps, 1.0)
        loss = network(task.batch(rng, _BATCH, step))["loss"]
        optimiser.zero_grad()
        loss.backward()
        # One broken batch would make every weight nothing, and the dance with it.
        if torch.isfinite(torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)):
            optimiser.step()
            averaged.update_parameters(network)
        else:
            skipped += 1
        last = step + 1 == steps
        if last or time.monotonic() - saved_s > _SAVE_EVERY_S:
            state = {name: part.state_dict() for name, part in parts.items()}
            state["network"] = averaged.module.state_dict()
            spent_s = time.process_time() - began_s
            part = weights.with_suffix(".part")
            torch.save({**state, "done": step + 1, "cpu_s": spent_s, "skipped": skipped}, part)
            part.replace(weights)
            saved_s = time.monotonic()
            print(f"{weights.stem}  step {step + 1}  loss {float(loss.detach()):.3f}  skipped {skipped}", flush=True)  # noqa: T201
    lesson = averaged.module
    assert isinstance(lesson, Lesson)
    return lesson.eval(), time.process_time() - began_s


class _Songs(NamedTuple):
    """Music (N, T, inputs), the half beat of each step (N, T), and a pose to begin in (N, pose)."""

    music: Tensor
    half_beats: NDArray[np.int_]
    firsts: Tensor


def _danced(network: Lesson, songs: _Songs, seed: int) -> NDArray[np.float32]:
    """Return dances (N, T, pose) to whole songs, without help."""
    dancer = network.dancer
    return dancer.dance(
        songs.music[..., : dancer.shape.inputs],
        songs.firsts,
        torch.Generator().manual_seed(seed),
        half_beats=songs.half_beats,
        seed=seed,
    ).numpy()


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


def _end_to_end(takes: Sequence[Take], frames: int) -> NDArray[np.float32]:
    """Return poses (N, frames, 152) of takes, spread over them all, one after another."""
    every = np.concatenate([halves(take)[0].poses[0] for take in takes])
    count = max(min(_SONGS, len(every) // frames), 1)
    starts = np.linspace(0, max(len(every) - frames, 0), count).astype(int)
    return np.stack([every[start : start + frames] for start in starts])


def main() -> None:
    """Write `ablation.json` into a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--arms", nargs="+", default=list(ARMS), choices=list(ARMS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--most", type=float, default=60.0)
    parser.add_argument("--moves", type=int, default=512, help="kinds of moves to choose from; 0 is the paper's")
    parser.add_argument("--start", default="", help="weights of an arm that all begin with")
    parser.add_argument("--rate", type=float, default=2e-3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    train, test = load_takes(arguments.data, "train"), load_takes(arguments.data, "test")
    plan = Plan(
        arguments.arms,
        arguments.seeds,
        arguments.steps,
        arguments.most,
        arguments.moves,
        arguments.start,
        arguments.rate,
    )
    ablate(train, test, arguments.out, plan)


if __name__ == "__main__":
    main()
