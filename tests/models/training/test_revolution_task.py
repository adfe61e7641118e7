# ruff: noqa: E402 - nothing of this can be imported without torch
"""The task: what it shows the network, what it says of it, and what a later run takes over."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the train extra is not installed")

from models.dance_revolution.clock import CLOCK
from models.dance_revolution.net.decoder import MEANING
from models.representation import FEATURES, JOINTS, PELVIS
from models.training.dance_revolution.classifier import train_classifier
from models.training.dance_revolution.lesson import Lesson
from models.training.dance_revolution.options import Options
from models.training.dance_revolution.pairs import Take
from models.training.dance_revolution.task import DanceRevolutionTask, load_state

pytestmark = pytest.mark.train
torch.set_num_threads(1)

SMALL: Mapping[str, object] = {
    "units": 8,
    "inner": 8,
    "width": 8,
    "heads": 1,
    "head_width": 8,
    "window": 8,
    "frames": 40,
    "dropout": 0.0,
    "residual": True,
    "most": 20.0,
}
MOVING: Mapping[str, object] = {
    **SMALL,
    "clock": True,
    "moves": 4,
    "named": True,
    "strangers": 1.0,
    "position_weight": 1.0,
    "slide_weight": 0.1,
}


def swung(seconds: float, *, rate_hz: float, height_m: float = 0.95, numbers: slice = JOINTS) -> np.ndarray:
    """Return a dance (T, 152): every number of `numbers` swings a little."""
    time_s = np.arange(round(seconds * 30)) / 30
    poses = np.zeros((len(time_s), FEATURES))
    poses[:, 3] = height_m
    poses[:, PELVIS.start : JOINTS.stop] = np.tile([1, 0, 0, 0, 1, 0], 24)
    poses[:, numbers] += 0.3 * np.sin(2 * np.pi * rate_hz * time_s)[:, None]
    return poses


def take(name: str, style: str, seed: int) -> Take:
    poses = swung(10.0, rate_hz=1.0 + 0.3 * seed)
    music = np.random.default_rng(seed).normal(size=(len(poses), 438 + CLOCK)).astype(np.float32)
    half_beats = (np.arange(len(poses)) / 30 * 4).astype(int)
    return Take(name, name, style, name, poses, music, np.arange(0.0, 10.0, 0.5), half_beats)


def task(options: Mapping[str, object], steps: int = 10) -> DanceRevolutionTask:
    takes = [take("a", "swing", 0), take("b", "polka", 1)]
    wanted = Options(**options)  # pyright: ignore[reportArgumentType]
    return DanceRevolutionTask(wanted, takes, [take("c", "swing", 2)], steps=steps, batch=2, seed=0)


@pytest.mark.parametrize("options", [SMALL, MOVING])
def test_every_loss_is_finite_and_the_network_can_be_examined(options: Mapping[str, object]) -> None:
    made = task(options)
    losses = made.network(made.batch(np.random.default_rng(0), 2, 9))
    assert all(torch.isfinite(value).all() for value in losses.values())
    assert float(losses["q"]) == made.own_frames(9) > 0
    losses["loss"].backward()
    assert ("odds" in losses) == ("moves" in options)
    figures = made.validate(made.network.eval())
    assert all(np.isfinite(value) for value in figures.values())


def test_the_curriculum_is_at_its_most_when_it_has_grown() -> None:
    made = task({**SMALL, "grown": 0.5}, steps=100)
    assert [made.own_frames(step) for step in (0, 25, 50, 99)] == [0, 10, 20, 20]


def test_a_stretch_that_begins_in_a_strange_pose_counts_only_after_a_while() -> None:
    batch = task(MOVING).batch(np.random.default_rng(1), 2, 9)
    assert not torch.equal(batch["first"], batch["poses"][:, 0])
    assert not batch["heard"][:, :10].any()
    assert batch["heard"][:, 10:].all()


def test_a_move_is_only_asked_for_where_one_begins() -> None:
    batch = task(MOVING).batch(np.random.default_rng(2), 2, 3)
    turn, move = batch["turn"].numpy(), batch["move"].numpy()
    assert turn.any()
    assert (move[:, 1:][turn[:, :-1]] > 0).all()
    assert set(batch["style"].sum(dim=1).tolist()) <= {0.0, 1.0}


def test_a_later_run_begins_with_the_weights_of_another_but_hears_its_own_music(tmp_path: Path) -> None:
    first = task(MOVING)
    assert isinstance(first.network, Lesson)
    torch.save({"network": first.network.state_dict()}, tmp_path / "best.pt")
    later = task({**MOVING, "causal": False, "start": str(tmp_path / "best.pt")})
    assert isinstance(later.network, Lesson)
    one, other = first.network.dancer.state_dict(), later.network.dancer.state_dict()
    assert load_state(tmp_path / "best.pt").keys() == one.keys()
    assert torch.equal(one["decoder.meant"], other["decoder.meant"])
    assert other["decoder.meant"].shape == (5, MEANING)


def test_a_style_is_known_by_its_movement_whatever_the_height_of_the_dancer() -> None:
    arms, legs = slice(JOINTS.start + 90, JOINTS.stop), slice(JOINTS.start, JOINTS.start + 48)

    def dances(height_m: float) -> list[tuple[str, np.ndarray]]:
        return [
            (style, swung(12.0, rate_hz=rate_hz, height_m=height_m, numbers=numbers))
            for style, numbers in (("arms", arms), ("legs", legs))
            for rate_hz in (0.7, 1.1)
        ]

    examined = train_classifier(dances(0.95), dances(1.25), steps=40)
    assert examined.accuracy > 0.9
    assert set(examined.by_style) == {"arms", "legs"}
    assert examined.by_chance == pytest.approx(0.5)
