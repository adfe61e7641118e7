"""The flagship can be learned from a paired directory, stage after stage, and exported."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.live.tokens import TOKEN_FRAMES, WINDOW  # noqa: E402
from models.training.config import LoopConfig, TrainConfig  # noqa: E402
from models.training.live.generator_network import GeneratorNetwork  # noqa: E402
from models.training.live.pairs import load_takes  # noqa: E402
from models.training.live.weights import weights_of  # noqa: E402
from models.training.loop import train  # noqa: E402
from models.training.tasks import make_task  # noqa: E402
from realtime.errors import FarandoleError  # noqa: E402
from tests.support.danced_pairs import write_pairs  # noqa: E402

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return write_pairs(tmp_path_factory.mktemp("pairs"))


def learned(pairs: Path, task: str, options: dict[str, object], steps: int) -> dict[str, float]:
    loop = LoopConfig(steps=steps, batch=4, log_every=100, validate_every=steps, warmup_steps=5, learning_rate=1e-3)
    config = TrainConfig(task=task, data=str(pairs), out=str(pairs.parent / task), loop=loop, options=options)
    return dict(train(make_task(config), config, say=lambda _: None))


def test_every_stage_learns_something_from_the_stage_before(pairs: Path) -> None:
    music = {"music": str(pairs.parent / "live.music_vae" / "best.pt")}
    assert learned(pairs, "live.music_vae", {}, 30)["score"] < 0.8
    first = learned(pairs, "live.motion_vae", {**music, "width": 32}, 60)
    assert first["position_mm"] < 250.0
    weights = {"music_vae": music["music"], "motion_vae": str(pairs.parent / "live.motion_vae" / "best.pt")}
    small = {"width": 64, "heads": 2, "layers": 2, "curriculum_from": 5, "rollouts_from": 10, "rollout_steps": 2}
    small |= {"losses": {"drag": 0.4, "hit": 0.1, "jitter": 0.0002}}
    figures = learned(pairs, "live.generator", {**weights, **small}, 15)
    assert np.isfinite(list(figures.values())).all()
    state = torch.load(pairs.parent / "live.generator" / "best.pt", weights_only=True)["network"]
    network = GeneratorNetwork(64, 2, 2, 32)
    network.load_state_dict(state)
    first_vae = torch.load(weights["motion_vae"], weights_only=True)["network"]
    frozen = network.motion.state_dict()
    assert all(torch.equal(frozen[name], first_vae[f"vae.{name}"]) for name in frozen)


def test_a_dancer_that_was_shipped_goes_on_learning(pairs: Path, tmp_path: Path) -> None:
    def trained(task: str, options: dict[str, object], precision: str) -> dict[str, Any]:
        loop = LoopConfig(steps=2, batch=2, validate_every=2, warmup_steps=0, learning_rate=1e-4, precision=precision)
        config = TrainConfig(task=task, data=str(pairs), out=str(tmp_path / task), loop=loop, options=options)
        train(make_task(config), config, say=lambda _: None)
        return torch.load(tmp_path / task / "best.pt", weights_only=True)["network"]

    shipped = weights_of("live")
    encoder = trained("live.motion_vae", {"bundle": "live", "contrast": 0.0}, "32-true")
    kept = [name for name in shipped if name.startswith("motion.decoder.")]
    assert all(torch.equal(encoder[f"vae.{name[7:]}"], shipped[name]) for name in kept)
    options: dict[str, object] = {"bundle": "live", "motion_vae": str(tmp_path / "live.motion_vae" / "best.pt")}
    # In half precision the curriculum used to stop the run: its history had another type than its guesses.
    network = trained("live.generator", options | {"curriculum_from": -1000}, "bf16-mixed")
    assert all(torch.equal(network[name], shipped[name]) for name in kept)
    name = "denoiser.outer.weight"
    assert 0.0 < float((network[name] - shipped[name]).abs().max()) < 0.01


def test_a_take_knows_its_music_and_its_clock_from_before_it_began(pairs: Path) -> None:
    take = load_takes(pairs, split="test")[0]
    assert take.before == 4 * 30
    assert len(take.sound) == take.before + len(take.features)
    tempo_bpm = 100.0 + 12.0 * 3
    np.testing.assert_allclose(take.clock[:, 0], tempo_bpm)
    assert WINDOW * TOKEN_FRAMES == 32


def test_unknown_options_and_broken_data_are_named(pairs: Path, tmp_path: Path) -> None:
    config = TrainConfig(task="live.generator", data=str(pairs), out="", options={"wdith": 3})
    with pytest.raises(FarandoleError, match="wdith"):
        make_task(config)
    config = TrainConfig(task="live.generator", data=str(pairs), out="", options={"losses": {"joy": 1.0}})
    with pytest.raises(FarandoleError, match="joy"):
        make_task(config)
    with pytest.raises(FarandoleError, match="expected what farandole data pair writes"):
        load_takes(tmp_path, split="train")
