# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
# pyright: reportInvalidTypeForm=false
"""Laws of the training loop: a run that was stopped ends where an unbroken one does, and the best weights are kept."""

import os
import signal
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.training.config import LoopConfig, TrainConfig, load_config  # noqa: E402
from models.training.loop import BEST, LAST, train  # noqa: E402
from models.training.tasks import make_task  # noqa: E402
from realtime.errors import FarandoleError  # noqa: E402

pytestmark = pytest.mark.train


class _Line(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.slope = torch.nn.Linear(1, 1)
        torch.nn.init.zeros_(self.slope.weight)
        torch.nn.init.zeros_(self.slope.bias)

    def forward(self, batch: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        error = (self.slope(batch["x"]) - 2.0 * batch["x"] - 1.0).square().mean()
        return {"loss": error}


class _LineTask:
    """Learns y = 2 x + 1; may be interrupted by a signal, or examined by figures that get worse."""

    def __init__(self, *, interrupted_at: int = -1, scores: list[float] | None = None) -> None:
        self.network = _Line()
        self._interrupted_at, self._scores = interrupted_at, scores

    def batch(self, rng: np.random.Generator, size: int, step: int) -> dict[str, torch.Tensor]:
        if step == self._interrupted_at:
            os.kill(os.getpid(), signal.SIGTERM)
        return {"x": torch.from_numpy(rng.normal(size=(size, 1)).astype(np.float32))}

    def validate(self, network: torch.nn.Module) -> dict[str, float]:
        if self._scores is not None:
            return {"score": self._scores.pop(0)}
        x = torch.linspace(-1.0, 1.0, 9)[:, None]
        return {"score": float(network({"x": x})["loss"])}

    def sample(self, network: torch.nn.Module, out: Path) -> None:
        out.with_suffix(".txt").write_text("seen")


def config(out: Path, **loop: object) -> TrainConfig:
    settings = {"steps": 60, "batch": 8, "learning_rate": 0.05, "warmup_steps": 5, "ema": 0.5, "validate_every": 20}
    return TrainConfig(task="line", data="", out=str(out), loop=LoopConfig(**{**settings, **loop}))  # pyright: ignore


def quiet(_: str) -> None:
    pass


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole = train(_LineTask(), config(tmp_path / "whole"), say=quiet)
    train(_LineTask(interrupted_at=33), config(tmp_path / "cut"), say=quiet)
    halfway = torch.load(tmp_path / "cut" / LAST, weights_only=True)["progress"]["step"]
    assert halfway == 34
    resumed = train(_LineTask(), config(tmp_path / "cut"), say=quiet)
    assert resumed["score"] == whole["score"]
    ours, theirs = (torch.load(tmp_path / name / LAST, weights_only=True)["network"] for name in ("whole", "cut"))
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert whole["score"] < 0.5


def test_the_best_weights_are_kept_and_patience_ends(tmp_path: Path) -> None:
    said: list[str] = []
    task = _LineTask(scores=[3.0, 1.0, 2.0, 2.5, 0.1])
    figures = train(task, config(tmp_path, steps=200, validate_every=10, patience=2, sample_every=10), say=said.append)
    assert figures["score"] == 1.0
    assert figures["step"] == 20
    assert torch.load(tmp_path / BEST, weights_only=True)["figures"]["score"] == 1.0
    assert any(line.startswith("stopped: no better than step 20") for line in said)
    assert (tmp_path / "step_000010.txt").read_text() == "seen"


def test_curves_are_there_for_tensorboard(tmp_path: Path) -> None:
    train(_LineTask(), config(tmp_path, log_every=10), say=quiet)
    assert list(tmp_path.glob("events.out.tfevents.*"))


def test_a_configuration_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text('task = "line"\ndata = "pairs"\nout = "run"\n[loop]\nstep = 3\n')
    with pytest.raises(FarandoleError, match=r"unknown field `step` - at `\$\.loop`"):
        load_config(path)
    path.write_text('task = "line"\ndata = "pairs"\nout = "run"\n')
    loaded = load_config(path)
    assert loaded.data == str(tmp_path / "pairs")
    with pytest.raises(FarandoleError, match='no task is called "line"'):
        make_task(loaded)
