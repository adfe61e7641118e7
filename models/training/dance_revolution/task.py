# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUnknownParameterType=false
"""The training task `dance_revolution`: what `farandole train` needs to teach the network.

Examples are stretches of paired takes at 15 frames a second, even and odd frames apart as in the paper, mirrored half
of the time; rare styles are shown more often than they are found. How many of its own predictions the decoder is fed
follows the curriculum; it is a figure of every step ("own") so that nobody has to wonder whether it was on.
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
import torch
from msgspec import Meta
from numpy.typing import NDArray
from torch import Tensor, nn

from models.dance_revolution.body25 import NUMBERS, keypoints_of, mirror_keypoints
from models.dance_revolution.curriculum import Curriculum, Growth
from models.dance_revolution.frames import halved_music, halved_poses
from models.dance_revolution.net.network import DanceRevolution, Shape
from models.representation import FEATURES, mirror_features
from models.training.config import TrainConfig
from models.training.dance_revolution.pairs import Take, load_takes
from realtime.errors import FarandoleError

_EXAM_FRAMES = 300


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a configuration may say under [options].

    Attributes:
        body: "rotations" of our skeleton, or "body25": the paper's 25 points in a picture, to check fidelity.
        frames: length of a training stretch, 15 a second.
        growth, most, true_frames, coin: see `Curriculum`; it ends with the last
            step.
        difference_weight, vigour_weight: of the losses on frame-to-frame differences and on how far joints go; the
            paper has neither.
        units, inner, width, heads, head_width, window, dropout, causal, stale_hidden, random_state, residual: see
            `Shape`.
    """

    body: Literal["rotations", "body25"] = "rotations"
    frames: Annotated[int, Meta(ge=16)] = 240
    growth: Growth = "linear"
    most: Annotated[float, Meta(ge=0)] = 60.0
    true_frames: Annotated[int, Meta(ge=1)] = 10
    coin: bool = False
    difference_weight: Annotated[float, Meta(ge=0)] = 0.0
    vigour_weight: Annotated[float, Meta(ge=0)] = 0.0
    units: Annotated[int, Meta(ge=1)] = 1024
    inner: Annotated[int, Meta(ge=1)] = 1024
    width: Annotated[int, Meta(ge=2)] = 200
    heads: Annotated[int, Meta(ge=1)] = 8
    head_width: Annotated[int, Meta(ge=1)] = 64
    window: Annotated[int, Meta(ge=1)] = 100
    dropout: Annotated[float, Meta(ge=0, lt=1)] = 0.1
    causal: bool = True
    stale_hidden: bool = False
    random_state: bool = True
    residual: bool = False


def make(config: TrainConfig) -> "DanceRevolutionTask":
    """Return the task of a configuration, its data loaded."""
    try:
        options = msgspec.convert(config.options, Options)
    except msgspec.ValidationError as error:
        raise FarandoleError(f"[options]: {error}") from error
    train, test = (load_takes(Path(config.data), split, causal=options.causal) for split in ("train", "test"))
    return DanceRevolutionTask(options, train, test, steps=config.loop.steps, batch=config.loop.batch, seed=config.seed)


class DanceRevolutionTask:
    """The network, its stretches of dance, and its examination on held-out trials."""

    def __init__(
        self, options: Options, train: list[Take], test: list[Take], *, steps: int, batch: int, seed: int
    ) -> None:
        """Make a network that is standardised on the training takes.

        Args:
            options: see there.
            train: takes to learn from.
            test: takes of other trials.
            steps: how many there will be: the curriculum ends with them.
            batch: stretches per step.
            seed: of the first weights and of the examination.
        """
        torch.manual_seed(seed)
        self._options = options
        self._mirror = mirror_features if options.body == "rotations" else mirror_keypoints
        self._halves = [half for take in train for half in halves(take, options.body)]
        frames = np.array([len(poses) for _, poses in self._halves])
        self._chances = _balanced(frames, [take.style for take in train for _ in (0, 1)])
        self._steps_per_epoch = frames.sum() / (options.frames * batch)
        epochs = steps / self._steps_per_epoch
        self._curriculum = Curriculum(options.growth, options.most, epochs, options.true_frames, options.coin)
        self._exam = _exam([half for take in test for half in halves(take, options.body)[:1]])
        self._network = DanceRevolution(shape_of(options))
        self._network.standardise(
            np.concatenate([poses for _, poses in self._halves]), np.concatenate([music for music, _ in self._halves])
        )

    @property
    def network(self) -> nn.Module:
        """What is trained."""
        return self._network

    def own_frames(self, step: int) -> int:
        """Return q at a step."""
        return self._curriculum.own_frames(step / self._steps_per_epoch)

    def batch(self, rng: np.random.Generator, size: int, step: int) -> Mapping[str, Tensor]:
        """Return `size` stretches; takes that are shorter are filled up with frames that do not count."""
        frames = self._options.frames
        music = np.zeros((size, frames, self._network.shape.music), np.float32)
        poses = np.zeros((size, frames, self._network.shape.pose), np.float32)
        heard = np.zeros((size, frames), np.float32)
        for row, index in enumerate(rng.choice(len(self._halves), size=size, p=self._chances)):
            song, dance = self._halves[index]
            start = int(rng.integers(0, max(len(dance) - frames, 0) + 1))
            piece = slice(start, start + frames)
            count = len(dance[piece])
            music[row, :count], heard[row, :count] = song[piece], 1.0
            poses[row, :count] = self._mirror(dance[piece]) if rng.random() < 0.5 else dance[piece]
            poses[row, count:] = poses[row, count - 1]
        epoch = step / self._steps_per_epoch
        return {
            "music": torch.from_numpy(music),
            "poses": torch.from_numpy(poses),
            "heard": torch.from_numpy(heard),
            "own": torch.from_numpy(self._curriculum.pattern(epoch, frames, rng)),
            "q": torch.tensor(float(self.own_frames(step))),
            "weight": torch.tensor(self._options.difference_weight),
            "vigour": torch.tensor(self._options.vigour_weight),
        }

    def validate(self, network: nn.Module) -> Mapping[str, float]:
        """Return how held-out dances are predicted, and danced without help for 20 s.

        "guided" is the error with the truth fed, "free" without; "activity" is how much the free dance moves from frame
        to frame against the truth: 1 is as much, 0 is frozen. "score" is the free error and how far activity is from 1.
        """
        assert isinstance(network, DanceRevolution)
        music, poses = self._exam
        frames = poses.shape[1]
        whole = {
            "music": music,
            "poses": poses,
            "heard": torch.ones(poses.shape[:2]),
            "own": torch.zeros(frames, dtype=torch.bool),
            "weight": torch.tensor(0.0),
            "vigour": torch.tensor(0.0),
        }
        guided = float(network(whole)["loss"])
        danced = network.dance(music, poses[:, 0], torch.Generator().manual_seed(0))
        error = torch.abs((danced - poses) / network.pose_scale)
        moved, wanted = ((dance[:, 1:] - dance[:, :-1]) / network.pose_scale for dance in (danced, poses))
        late = frames // 2
        activity = float(moved[:, late:].abs().mean() / wanted[:, late:].abs().mean())
        free = float(error.mean())
        return {"score": free + abs(1.0 - activity), "guided": guided, "free": free, "activity": activity}

    def sample(self, network: nn.Module, out: Path) -> None:
        """Write the free dances of the examination as `OUT.npz`: features at 15 frames a second."""
        assert isinstance(network, DanceRevolution)
        music, poses = self._exam
        danced = network.dance(music, poses[:, 0], torch.Generator().manual_seed(0))
        np.savez(out.with_suffix(".npz"), danced=danced.numpy(), truth=poses.numpy())


def _balanced(frames: NDArray[np.int_], styles: list[str]) -> NDArray[np.float64]:
    """Return how often each half is chosen: by its length, over the root of how much there is of its style."""
    of_style = {style: float(frames[[other == style for other in styles]].sum()) for style in set(styles)}
    wanted = frames / np.sqrt([of_style[style] for style in styles])
    return wanted / wanted.sum()


def shape_of(options: Options) -> Shape:
    """Return the network's shape that options ask for."""
    wanted = msgspec.structs.asdict(options)
    pose = FEATURES if options.body == "rotations" else NUMBERS
    return Shape(pose=pose, **{key: wanted[key] for key in asdict(Shape()) if key in wanted})


def halves(take: Take, body: str = "rotations") -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Return music and poses of the even and of the odd frames."""
    if body == "body25":
        points = keypoints_of(take.poses).astype(np.float32)
        return [(halved_music(take.music, phase), points[phase::2]) for phase in (0, 1)]
    return [(halved_music(take.music, phase), halved_poses(take.poses, phase).astype(np.float32)) for phase in (0, 1)]


def _exam(halves: list[tuple[Any, Any]]) -> tuple[Tensor, Tensor]:
    """Return the first 20 s of the held-out dances that last so long, or of the longest."""
    frames = min(_EXAM_FRAMES, max(len(poses) for _, poses in halves))
    long_enough = [(music[:frames], poses[:frames]) for music, poses in halves if len(poses) >= frames]
    return tuple(torch.from_numpy(np.stack([pair[side] for pair in long_enough])) for side in (0, 1))  # pyright: ignore[reportReturnType]
