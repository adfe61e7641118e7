# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""The training loop of every network: any device, resumed after a kill, curves for TensorBoard, the best weights kept.

The batch of a step is chosen by (seed, step, device) alone, so a run that was killed goes on as if it had not been.
"""

import json
import math
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from lightning_fabric import Fabric, seed_everything
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.tensorboard.writer import SummaryWriter

from models.training.config import LoopConfig, TrainConfig
from models.training.task import Task

LAST, BEST, FIGURES = "last.pt", "best.pt", "figures.json"
Say = Callable[[str], None]


@dataclass
class Progress:
    """How far a run has come; saved with its weights."""

    step: int = 0
    seconds: float = 0.0
    best: float = math.inf
    best_step: int = 0
    worse: int = 0


def train(task: Task, config: TrainConfig, *, say: Say = print) -> Mapping[str, float]:
    """Learn until the steps, the minutes or the patience are used up; return the figures of the best weights.

    In `config.out`: `last.pt` to go on from, `best.pt` with the averaged weights that scored best, `figures.json` with
    what was measured on them, and TensorBoard's event files.
    """
    loop, out = config.loop, Path(config.out)
    out.mkdir(parents=True, exist_ok=True)
    if loop.threads:
        torch.set_num_threads(loop.threads)
    fabric = Fabric(accelerator="auto", devices=cast(Any, loop.devices), precision=cast(Any, loop.precision))
    fabric.launch()
    seed_everything(config.seed, workers=False, verbose=False)
    stop = _Interruption()
    _Run(task, config, fabric, say).go(stop)
    stop.over()
    figures = out / FIGURES
    return json.loads(figures.read_text("utf-8")) if figures.exists() else {}


class _Run:
    """One run on one device: its weights, their average, the optimiser, and how far it has come."""

    def __init__(self, task: Task, config: TrainConfig, fabric: Fabric, say: Say) -> None:
        loop = config.loop
        self._task, self._config, self._loop, self._fabric, self._say = task, config, loop, fabric, say
        self._out = Path(config.out)
        self._network = task.network
        self._averaged = AveragedModel(self._network, multi_avg_fn=get_ema_multi_avg_fn(loop.ema)).to(fabric.device)
        learned = [parameter for parameter in self._network.parameters() if parameter.requires_grad]
        optimiser = torch.optim.AdamW(learned, lr=loop.learning_rate, weight_decay=loop.weight_decay, betas=(0.9, 0.98))
        self._wrapped, self._optimiser = fabric.setup(self._network, optimiser)
        self._progress = self._resume()
        self._curves = SummaryWriter(str(self._out)) if fabric.is_global_zero else None
        self._sums: dict[str, float] = {}
        self._summed = 0

    def go(self, stop: "_Interruption") -> None:
        """Descend until something says stop; leave a checkpoint and the figures of the end."""
        loop, progress = self._loop, self._progress
        began_s = time.monotonic() - progress.seconds
        saved_s = time.monotonic()
        while progress.step < loop.steps and progress.seconds < 60.0 * loop.minutes and not stop.wanted:
            self._descend()
            progress.seconds = time.monotonic() - began_s
            if self._curves and self._look(self._curves):
                break
            if self._curves and time.monotonic() - saved_s > loop.checkpoint_every_s:
                self._save()
                saved_s = time.monotonic()
        if self._curves:
            if not stop.wanted and progress.step % loop.validate_every:
                self._validate(self._curves)
            self._save()
            self._curves.close()

    def _descend(self) -> None:
        """Take one step."""
        loop, progress = self._loop, self._progress
        for group in self._optimiser.param_groups:
            group["lr"] = loop.learning_rate * schedule(progress, loop)
        rng = np.random.default_rng((self._config.seed, progress.step, self._fabric.global_rank))
        torch.manual_seed(int(rng.integers(2**31)))
        examples = self._task.batch(rng, loop.batch, progress.step)
        losses: Mapping[str, Tensor] = self._wrapped(
            {name: part.to(self._fabric.device) for name, part in examples.items()}
        )
        self._optimiser.zero_grad(set_to_none=True)
        self._fabric.backward(losses["loss"])
        length = self._fabric.clip_gradients(
            self._wrapped, self._optimiser, max_norm=loop.clip, error_if_nonfinite=False
        )
        # A single broken batch must not end a night's run; it shows in the curve of the losses.
        if length is None or torch.isfinite(length):
            self._optimiser.step()
            self._averaged.update_parameters(self._network)
        progress.step += 1
        self._summed += 1
        for name, value in losses.items():
            self._sums[name] = self._sums.get(name, 0.0) + float(value.detach())

    def _look(self, curves: SummaryWriter) -> bool:
        """Write what is due to be written after a step; return whether patience has run out."""
        loop, step = self._loop, self._progress.step
        if step % loop.log_every == 0:
            means = {name: total / self._summed for name, total in self._sums.items()}
            self._sums, self._summed = {}, 0
            for name, mean in means.items():
                curves.add_scalar(f"train/{name}", mean, step)
            curves.add_scalar("train/learning_rate", self._optimiser.param_groups[0]["lr"], step)
            self._say(f"step {step}  {self._progress.seconds / 60.0:.1f} min  {_listed(means)}")
        if loop.sample_every and step % loop.sample_every == 0:
            self._task.sample(self._averaged.module, self._out / f"step_{step:06d}")
        if step % loop.validate_every == 0:
            self._validate(curves)
            if loop.patience and self._progress.worse >= loop.patience:
                self._say(f"stopped: no better than step {self._progress.best_step}, {loop.patience} times in a row")
                return True
        return False

    def _validate(self, curves: SummaryWriter) -> None:
        progress = self._progress
        network: nn.Module = self._averaged.module
        network.eval()
        with torch.no_grad():
            figures = dict(self._task.validate(network))
        network.train()
        for name, value in figures.items():
            curves.add_scalar(f"held-out/{name}", value, progress.step)
        self._say(f"step {progress.step}  held out: {_listed(figures)}")
        if figures["score"] >= progress.best:
            progress.worse += 1
            return
        progress.best, progress.best_step, progress.worse = figures["score"], progress.step, 0
        figures |= {"step": progress.step, "minutes": progress.seconds / 60.0}
        _write(self._out / BEST, {"network": network.state_dict(), "figures": figures})
        (self._out / FIGURES).write_text(json.dumps(figures, indent=1), "utf-8")

    def _save(self) -> None:
        state = {
            "network": self._network.state_dict(),
            "averaged": self._averaged.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "progress": vars(self._progress),
        }
        _write(self._out / LAST, state)

    def _resume(self) -> Progress:
        path = self._out / LAST
        if not path.exists():
            return Progress()
        state = torch.load(path, weights_only=True, map_location="cpu")
        self._network.load_state_dict(state["network"])
        self._averaged.load_state_dict(state["averaged"])
        self._optimiser.load_state_dict(state["optimiser"])
        progress = Progress(**state["progress"])
        self._say(f"going on from step {progress.step}, {progress.seconds / 60.0:.1f} min, in {self._out}")
        return progress


def schedule(progress: Progress, loop: LoopConfig) -> float:
    """Return the learning rate as a part of the highest: a linear start, then a cosine down to a tenth.

    The end is the steps or the minutes, whichever is nearer.
    """
    if progress.step < loop.warmup_steps:
        return (progress.step + 1) / loop.warmup_steps
    done = min(1.0, max(progress.step / loop.steps, progress.seconds / (60.0 * loop.minutes)))
    return 0.1 + 0.9 * 0.5 * (1.0 + math.cos(math.pi * done))


def _write(path: Path, state: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.replace(path)


def _listed(figures: Mapping[str, float]) -> str:
    return "  ".join(f"{name} {value:.4f}" for name, value in figures.items())


class _Interruption:
    """Ctrl-C and SIGTERM end the run after the step at hand, with a checkpoint."""

    def __init__(self) -> None:
        self.wanted = False
        self._before: dict[int, Any] = {}
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(ValueError):  # only the main thread may listen to signals
                self._before[number] = signal.signal(number, self._heed)

    def _heed(self, *_: object) -> None:
        self.wanted = True

    def over(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
