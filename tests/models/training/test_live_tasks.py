"""The flagship can be learned from a paired directory, stage after stage, and exported."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch")

from models.live.tokens import TOKEN_FRAMES, WINDOW  # noqa: E402
from models.representation import VELOCITY  # noqa: E402
from models.training.config import LoopConfig, TrainConfig  # noqa: E402
from models.training.live.distilling import Teacher  # noqa: E402
from models.training.live.generator_network import GeneratorNetwork  # noqa: E402
from models.training.live.generator_task import GeneratorTask  # noqa: E402
from models.training.live.networks import network_like  # noqa: E402
from models.training.live.pairs import load_takes  # noqa: E402
from models.training.live.stretching import at_tempo  # noqa: E402
from models.training.live.weights import weights_of  # noqa: E402
from models.training.loop import train  # noqa: E402
from models.training.tasks import make_task  # noqa: E402
from realtime.errors import FarandoleError  # noqa: E402
from realtime.music import conditioning  # noqa: E402
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


@pytest.fixture(scope="module")
def going_on(pairs: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Options to go on from the shipped dancer; its encoder has hardly learned anything."""
    out = tmp_path_factory.mktemp("encoder")
    loop = LoopConfig(steps=2, batch=2, validate_every=2, learning_rate=1e-4)
    options: dict[str, object] = {"bundle": "live", "contrast": 0.0}
    config = TrainConfig(task="live.motion_vae", data=str(pairs), out=str(out), loop=loop, options=options)
    train(make_task(config), config, say=lambda _: None)
    return {"bundle": "live", "motion_vae": str(out / "best.pt")}


def test_a_pupil_is_as_far_from_its_teacher_as_guidance_takes_it(pairs: Path, going_on: dict[str, object]) -> None:
    task = make_task(TrainConfig(task="live.generator", data=str(pairs), out="", options=going_on))
    batch = task.batch(np.random.default_rng(0), 2, 0)
    pupil, teacher = (network_like(weights_of("live")) for _ in range(2))
    for network in (pupil, teacher):
        network.load_state_dict(weights_of("live"), strict=False)
    names = set(pupil.state_dict())

    def off(guidance: float) -> float:
        torch.manual_seed(0)
        pupil.teacher = Teacher(teacher.eval(), guidance)
        return float(pupil(batch)["flow"].detach())

    # Without guidance it is its teacher; what guidance adds grows in proportion, and its square is what is measured.
    assert off(1.0) < 1e-9
    assert off(2.0) > 1e-4
    assert off(3.0) == pytest.approx(4.0 * off(2.0), rel=1e-3)
    assert set(pupil.state_dict()) == names, "a teacher is not saved with its pupil"


def test_distilling_brings_a_pupil_nearer_to_its_teacher(
    pairs: Path, going_on: dict[str, object], tmp_path: Path
) -> None:
    loop = LoopConfig(steps=30, batch=4, validate_every=100, log_every=30, warmup_steps=0, learning_rate=4e-5)
    options = going_on | {"teacher": "live", "guidance": 3.0, "curriculum_from": -1000}
    config = TrainConfig(task="live.generator", data=str(pairs), out=str(tmp_path), loop=loop, options=options)
    task = make_task(config)
    batch = task.batch(np.random.default_rng(0), 8, 0)

    def apart() -> float:
        torch.manual_seed(0)  # the same noise before and after
        with torch.no_grad():
            return float(task.network(batch)["flow"])

    before = apart()
    train(task, config, say=lambda _: None)
    assert apart() < 0.95 * before


@pytest.mark.parametrize("factor", [0.8, 1.25])
def test_a_take_at_another_tempo_keeps_its_music_under_its_motion(pairs: Path, factor: float) -> None:
    take = load_takes(pairs, split="test")[0]
    other = at_tempo(take, factor)
    assert len(other.features) == len(other.accents) == len(other.vigour) == int(len(take.features) / factor)
    assert len(other.sound) == len(other.clock) == other.before + len(other.features)
    np.testing.assert_allclose(other.clock[:, 0], factor * take.clock[0, 0])

    def beat(clock: NDArray[np.float64], frame: float) -> float:
        _, origin_s, origin_beat, rate_hz, *_ = clock
        return float(origin_beat + (take.start_s + frame / 30.0 - origin_s) * rate_hz)

    # Which beat the tracker told at a moment of the dance does not change: the moment comes earlier or later.
    for old in (0, 60, 200):
        new = old / factor
        told = beat(other.clock[other.before + round(new)], new)
        assert told == pytest.approx(beat(take.clock[take.before + old], old), abs=1e-6)
    # No onset is lost, and the body travels as far.
    onset = conditioning.STRONGEST_ONSET
    clicks = [np.count_nonzero(np.diff(t.sound[:, onset] > 0.5) > 0) for t in (take, other)]
    assert clicks[1] == pytest.approx(clicks[0], abs=1)
    way = [np.linalg.norm(t.features[:, VELOCITY], axis=1).sum() for t in (take, other)]
    assert way[1] == pytest.approx(way[0], rel=0.1)
    with pytest.raises(ValueError, match=r"0\.5 to 2 times"):
        at_tempo(take, 3.0)


def test_styles_are_seen_as_often_as_is_wished(pairs: Path, going_on: dict[str, object]) -> None:
    def shares(balance: float) -> dict[str, float]:
        options = going_on | {"style_balance": balance, "tempos": [0.8]}
        task = make_task(TrainConfig(task="live.generator", data=str(pairs), out="", options=options))
        assert isinstance(task, GeneratorTask)
        return task.shares

    even, natural = shares(1.0), shares(0.0)
    assert even == pytest.approx(dict.fromkeys(even, 1.0 / len(even)))
    assert len(even) == 3
    assert sum(natural.values()) == pytest.approx(1.0)


def test_unknown_options_and_broken_data_are_named(pairs: Path, tmp_path: Path) -> None:
    config = TrainConfig(task="live.generator", data=str(pairs), out="", options={"wdith": 3})
    with pytest.raises(FarandoleError, match="wdith"):
        make_task(config)
    config = TrainConfig(task="live.generator", data=str(pairs), out="", options={"losses": {"joy": 1.0}})
    with pytest.raises(FarandoleError, match="joy"):
        make_task(config)
    with pytest.raises(FarandoleError, match="expected what farandole data pair writes"):
        load_takes(tmp_path, split="train")
