# ruff: noqa: E402 - nothing of this can be imported without torch
"""The ablation: what its ruler says of good, frozen and broken dances; a killed run goes on as if it had not been."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the train extra is not installed")

from models.training.dance_revolution import ablation
from models.training.dance_revolution.ablation import PEOPLE, Plan, ablate
from models.training.dance_revolution.ruler import Ruler
from tests.models.training.test_revolution_task import take

pytestmark = pytest.mark.train


def dances(count: int, frames: int = 1800, *, seed: int = 0) -> np.ndarray:
    """Return dances (count, frames, 152) that sway with noise."""
    rng = np.random.default_rng(seed)
    phase = np.arange(frames)[None, :, None] / 15 + rng.uniform(0, 9, (count, 1, 1))
    return (np.sin(2.0 * phase + np.arange(152)) + 0.2 * rng.normal(size=(count, frames, 152))).astype(np.float32)


def test_dances_like_the_datas_are_near_and_a_frozen_one_is_far_and_still() -> None:
    ruler = Ruler(dances(4).reshape(-1, 152))
    alike, frozen = ruler.measure(dances(4, seed=1)), ruler.measure(np.repeat(dances(2)[:, :1], 1800, axis=1))
    for span in ("0-30", "30-60", "60-120"):
        assert alike[f"distance {span}"] < 1.0 < frozen[f"distance {span}"]
        assert alike[f"activity {span}"] == pytest.approx(1.0, abs=0.05)
        assert frozen[f"activity {span}"] == 0.0
    assert alike["blown"] == frozen["blown"] == 0.0


@pytest.mark.parametrize("broken", [np.nan, np.inf, 1e38])
def test_a_dance_that_blows_up_is_said_to_and_when(broken: float) -> None:
    danced = dances(4)
    danced[1, 600:] = broken
    figures = Ruler(dances(4, seed=1).reshape(-1, 152)).measure(danced)
    assert figures["blown"] == 0.25
    assert figures["blew up at s"] == 40.0
    assert all(np.isfinite(value) for value in figures.values())
    assert figures["wild 0-30"] == 0.0 < figures["wild 60-120"]


def test_every_arm_is_measured_once_and_a_killed_one_goes_on_as_if_it_had_not_been(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.set_num_threads(1)
    small = {"units": 8, "inner": 8, "width": 8, "heads": 1, "head_width": 8, "window": 8, "frames": 40}
    monkeypatch.setattr(ablation, "SMALL", {**ablation.SMALL, **small})
    monkeypatch.setattr(ablation, "SPANS_S", ((0, 4),))  # how long the dances are: 120 s of them are much for a test
    train, test = [take("a", "swing", 0), take("b", "polka", 1)], [take("c", "swing", 2)]
    plan = Plan(["teacher forcing", "linear"], [0], steps=4, most=20.0, moves=3)
    rows = ablate(train, test, tmp_path / "whole", plan)
    assert [row["arm"] for row in rows] == [PEOPLE, "teacher forcing", "linear"]
    assert all(np.isfinite(row["distance 0-30"]) for row in rows)
    assert rows[1]["distance 0-30"] != rows[2]["distance 0-30"]
    assert ablate(train, test, tmp_path / "whole", plan) == rows, "what is done is not done again"

    monkeypatch.setattr(ablation, "_SAVE_EVERY_S", 0.0)

    saves = 0
    save = torch.save

    def killed_after_the_second(*args: object) -> None:
        nonlocal saves
        saves += 1
        if saves == 3:
            raise KeyboardInterrupt
        save(*args)

    with monkeypatch.context() as patch:
        patch.setattr(torch, "save", killed_after_the_second)
        with pytest.raises(KeyboardInterrupt):
            ablate(train, test, tmp_path / "killed", plan)
    resumed = ablate(train, test, tmp_path / "killed", plan)
    for row, other in zip(rows, resumed, strict=True):
        assert {**row, "cpu_s": 0} == {**other, "cpu_s": 0}
