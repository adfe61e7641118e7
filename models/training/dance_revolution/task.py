# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
# pyright: reportUntypedFunctionDecorator=false
"""The training task `dance_revolution`: what `farandole train` needs to teach the network.

Examples are stretches of paired takes at 15 frames a second, even and odd frames apart as in the paper, mirrored half
of the time; rare styles are shown more often than they are found. How many of its own predictions the decoder is fed
follows the curriculum; it is a figure of every step ("q") so that nobody has to wonder whether it was on.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import numpy as np
import torch
from msgspec import Meta
from numpy.typing import NDArray
from torch import Tensor, nn

from models.dance_revolution.body25 import NUMBERS
from models.dance_revolution.curriculum import Curriculum, Growth
from models.dance_revolution.net.decoder import MEANING
from models.dance_revolution.net.network import DanceRevolution, Shape
from models.representation import FEATURES
from models.training.config import TrainConfig
from models.training.dance_revolution.halves import Half, every_dance, halves
from models.training.dance_revolution.lesson import Lesson
from models.training.dance_revolution.pairs import Take, load_takes
from models.training.dance_revolution.vocabulary import Vocabulary, find_moves
from realtime.errors import FarandoleError

MOVES = "moves.npz"
"""File of a run's vocabulary, beside its weights."""
_EXAM_FRAMES = 300
_SETTLING_FRAMES = 10
"""Frames that do not count after a stretch that begins in somebody else's pose."""
_UNNAMED = 0.1
"""Share of the stretches whose style is not told."""

Share = Annotated[float, Meta(ge=0, le=1)]
Weight = Annotated[float, Meta(ge=0)]
Size = Annotated[int, Meta(ge=1)]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a configuration may say under [options].

    Attributes:
        body: "rotations" of our skeleton, or "body25": the paper's 25 points in a picture, to check fidelity.
        frames: length of a training stretch, 15 a second.
        growth, most, true_frames, coin: see `Curriculum`.
        grown: after which share of the steps q is at its most.
        difference_weight, vigour_weight, position_weight, slide_weight, odds_weight: see `Lesson`; the paper has none.
        strangers: share of the stretches that begin in the pose of another dance: the network learns to get from
            anywhere to what is meant. Only with moves, and once q is longer than it takes.
        named: whether the style is told; only with moves.
        start: weights (.pt of a run of this task) to begin with, as far as they fit, and with its moves; "" for none.
        units, inner, width, heads, head_width, window, dropout, causal, stale_hidden, random_state, residual, clock,
            moves: see `Shape`.
    """

    body: Literal["rotations", "body25"] = "rotations"
    frames: Annotated[int, Meta(ge=16)] = 240
    growth: Growth = "linear"
    most: Weight = 60.0
    true_frames: Size = 10
    grown: Annotated[float, Meta(gt=0, le=1)] = 1.0
    coin: bool = False
    difference_weight: Weight = 0.0
    vigour_weight: Weight = 0.0
    position_weight: Weight = 0.0
    slide_weight: Weight = 0.0
    odds_weight: Weight = 0.3
    strangers: Share = 0.0
    named: bool = False
    start: str = ""
    units: Size = 1024
    inner: Size = 1024
    width: Annotated[int, Meta(ge=2)] = 200
    heads: Size = 8
    head_width: Size = 64
    window: Size = 100
    dropout: Annotated[float, Meta(ge=0, lt=1)] = 0.1
    causal: bool = True
    stale_hidden: bool = False
    random_state: bool = True
    residual: bool = False
    clock: bool = False
    moves: Annotated[int, Meta(ge=0)] = 0


def make(config: TrainConfig) -> "DanceRevolutionTask":
    """Return the task of a configuration, its data loaded."""
    try:
        options = msgspec.convert(config.options, Options)
    except msgspec.ValidationError as error:
        raise FarandoleError(f"[options]: {error}") from error
    if options.body == "body25" and options.moves:
        raise FarandoleError('[options]: moves are of a body of rotations; with body = "body25" leave them out')
    train, test = (load_takes(Path(config.data), split, causal=options.causal) for split in ("train", "test"))
    vocabulary = None
    if options.moves and options.start:
        vocabulary = Vocabulary.load(Path(options.start).with_name(MOVES))
    elif options.moves:
        vocabulary = find_moves(every_dance(train), options.moves, seed=config.seed)
    if vocabulary is not None:
        Path(config.out).mkdir(parents=True, exist_ok=True)
        vocabulary.save(Path(config.out) / MOVES)
    loop = config.loop
    return DanceRevolutionTask(
        options, train, test, steps=loop.steps, batch=loop.batch, seed=config.seed, vocabulary=vocabulary
    )


@dataclass(frozen=True)
class Exam:
    """The first seconds of held-out dances: see `Half` for the parts, all with a batch axis first."""

    music: Tensor
    poses: Tensor
    half_beats: NDArray[np.int_]
    moves: NDArray[np.int_]
    style: Tensor


class DanceRevolutionTask:
    """The network, its stretches of dance, and its examination on held-out trials."""

    def __init__(
        self,
        options: Options,
        train: list[Take],
        test: list[Take],
        *,
        steps: int,
        batch: int,
        seed: int,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        """Make a network that is standardised on the training takes.

        Args:
            options: see there.
            train: takes to learn from.
            test: takes of other trials.
            steps: how many there will be: the curriculum is measured by them.
            batch: stretches per step.
            seed: of the first weights and of the examination.
            vocabulary: of the moves; found in the training takes where there is none yet.
        """
        torch.manual_seed(seed)
        self._options = options
        self.styles = sorted({take.style for take in train}) if options.named and options.moves else []
        shape = shape_of(options, styles=len(self.styles))
        self._inputs = shape.inputs
        if options.moves and vocabulary is None:
            vocabulary = find_moves(every_dance(train), options.moves, seed=seed)
        self._halves = [half for take in train for half in self._cut(take, vocabulary)]
        frames = np.array([len(half) for half in self._halves])
        self._chances = _balanced(frames, [half.style for half in self._halves])
        self._steps_per_epoch = frames.sum() / (options.frames * batch)
        epochs = max(steps * options.grown, 1.0) / self._steps_per_epoch
        self._curriculum = Curriculum(options.growth, options.most, epochs, options.true_frames, options.coin)
        self.exam = self._exam([self._cut(take, vocabulary)[0] for take in test])
        dancer = DanceRevolution(shape)
        dancer.standardise(
            np.concatenate([half.poses[0] for half in self._halves]),
            np.concatenate([half.music for half in self._halves]),
        )
        if vocabulary is not None:
            _tell_apart(dancer, vocabulary)
        if options.start:
            _take_over(dancer, Path(options.start))
        self._network = Lesson(
            dancer,
            difference=options.difference_weight,
            vigour=options.vigour_weight,
            position=options.position_weight,
            slide=options.slide_weight,
            odds=options.odds_weight,
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
        frames, shape = self._options.frames, self._network.dancer.shape
        music = np.zeros((size, frames, shape.inputs), np.float32)
        poses = np.zeros((size, frames, shape.pose), np.float32)
        heard = np.zeros((size, frames), np.float32)
        moves, turn = np.zeros((size, frames), np.int_), np.zeros((size, frames), np.bool_)
        style = np.zeros((size, len(self.styles)), np.float32)
        for row, index in enumerate(rng.choice(len(self._halves), size=size, p=self._chances)):
            half = self._halves[index]
            start = int(rng.integers(0, max(len(half) - frames, 0) + 1))
            piece, side = slice(start, start + frames), int(rng.random() < 0.5)
            count = len(half.music[piece])
            music[row, :count], heard[row, :count] = half.music[piece], 1.0
            poses[row, :count] = half.poses[side, piece]
            poses[row, count:] = poses[row, count - 1]
            moves[row, :count] = half.moves[side, piece]
            turn[row, : count - 1] = np.diff(half.half_beats[piece]) != 0
            if self.styles and rng.random() > _UNNAMED:
                style[row, self.styles.index(half.style)] = 1.0
        own = self._curriculum.pattern(step / self._steps_per_epoch, frames, rng)
        first = poses[:, 0].copy()
        if self._options.strangers and self.own_frames(step) > _SETTLING_FRAMES:
            strange = rng.random(size) < self._options.strangers
            first[strange] = np.roll(first, 1, axis=0)[strange]
            heard[strange, :_SETTLING_FRAMES] = 0.0
        # The move at hand when a stretch begins is known, unless the dance has just begun.
        moves[rng.random(size) < _UNNAMED, :4] = 0
        turn[:, :-1] &= moves[:, 1:] > 0
        return {
            "music": torch.from_numpy(music),
            "poses": torch.from_numpy(poses),
            "first": torch.from_numpy(first),
            "heard": torch.from_numpy(heard),
            "own": torch.from_numpy(own),
            "q": torch.tensor(float(self.own_frames(step))),
            **({"move": torch.from_numpy(moves), "turn": torch.from_numpy(turn)} if self._options.moves else {}),
            **({"style": torch.from_numpy(style)} if self._options.moves else {}),
        }

    def validate(self, network: nn.Module) -> Mapping[str, float]:
        """Return how held-out dances are predicted, and danced without help for 20 s.

        "guided" is the error with the truth fed, "free" without (of a network with moves: with those of the truth);
        "activity" is how much the dance of the network alone moves from frame to frame against the truth: 1 is as much,
        0 is frozen. "score" is the free error and how far activity is from 1.
        """
        assert isinstance(network, Lesson)
        dancer, exam = network.dancer, self.exam
        whole = {
            "music": exam.music,
            "poses": exam.poses,
            "heard": torch.ones(exam.poses.shape[:2]),
            "own": torch.zeros(exam.poses.shape[1], dtype=torch.bool),
        }
        if dancer.shape.moves:
            turn = np.zeros(exam.moves.shape, np.bool_)
            turn[:, :-1] = (np.diff(exam.half_beats, axis=1) != 0) & (exam.moves[:, 1:] > 0)
            whole |= {"move": torch.from_numpy(exam.moves), "turn": torch.from_numpy(turn), "style": exam.style}
        guided = network(whole)
        alone = self.danced(network)
        led = self.danced(network, moves=exam.moves) if dancer.shape.moves else alone
        free = float(torch.abs((led - exam.poses) / dancer.pose_scale).mean())
        moved, wanted = ((dance.diff(dim=1)) / dancer.pose_scale for dance in (alone, exam.poses))
        late = exam.poses.shape[1] // 2
        activity = float(moved[:, late:].abs().mean() / wanted[:, late:].abs().mean())
        figures = {"score": free + abs(1.0 - activity), "guided": float(guided["pose"]), "free": free}
        odds = {"odds": float(guided["odds"])} if "odds" in guided else {}
        return {**figures, "activity": activity, **odds}

    def danced(self, network: Lesson, *, moves: NDArray[np.int_] | None = None) -> Tensor:
        """Return the free dances of the examination: (B, T, pose)."""
        exam = self.exam
        return network.dancer.dance(
            exam.music,
            exam.poses[:, 0],
            torch.Generator().manual_seed(0),
            half_beats=exam.half_beats,
            style=exam.style,
            moves=moves,
        )

    def sample(self, network: nn.Module, out: Path) -> None:
        """Write the free dances of the examination as `OUT.npz`: features at 15 frames a second."""
        assert isinstance(network, Lesson)
        np.savez(out.with_suffix(".npz"), danced=self.danced(network).numpy(), truth=self.exam.poses.numpy())

    def _cut(self, take: Take, vocabulary: Vocabulary | None) -> list[Half]:
        return halves(take, self._options.body, inputs=self._inputs, vocabulary=vocabulary)

    def _exam(self, parts: list[Half]) -> Exam:
        """Return the first 20 s of the held-out dances that last so long, or of the longest."""
        frames = min(_EXAM_FRAMES, max(len(half) for half in parts))
        chosen = [half for half in parts if len(half) >= frames]
        style = np.array([[float(half.style == name) for name in self.styles] for half in chosen], np.float32)
        return Exam(
            torch.from_numpy(np.stack([half.music[:frames] for half in chosen])),
            torch.from_numpy(np.stack([half.poses[0, :frames] for half in chosen])),
            np.stack([half.half_beats[:frames] for half in chosen]),
            np.stack([half.moves[0, :frames] for half in chosen]),
            torch.from_numpy(style.reshape(len(chosen), len(self.styles))),
        )


def _tell_apart(dancer: DanceRevolution, vocabulary: Vocabulary) -> None:
    """Let moves that look alike mean alike from the beginning."""
    centres = torch.from_numpy(vocabulary.centres).float()
    width = min(centres.shape[1], MEANING)
    with torch.no_grad():
        dancer.decoder.meant.mul_(0.1)
        dancer.decoder.meant[1:, :width] += centres[:, :width] / centres.std()
        dancer.decoder.meant[0] = 0.0


def _take_over(dancer: DanceRevolution, weights: Path) -> None:
    """Begin with the weights of another run, as far as they fit."""
    state = load_state(weights)
    own = dancer.state_dict()
    fitting = {
        name: state[name]
        for name, value in own.items()
        if name in state and state[name].shape == value.shape and not name.startswith("music_")
    }
    dancer.load_state_dict(own | fitting)


def load_state(weights: Path) -> dict[str, Tensor]:
    """Return the weights of the dancer from a checkpoint of a run."""
    state = torch.load(weights, weights_only=True, map_location="cpu")["network"]
    return {name.removeprefix("dancer."): value for name, value in state.items()}


def _balanced(frames: NDArray[np.int_], styles: list[str]) -> NDArray[np.float64]:
    """Return how often each half is chosen: by its length, over the root of how much there is of its style."""
    of_style = {style: float(frames[[other == style for other in styles]].sum()) for style in set(styles)}
    wanted = frames / np.sqrt([of_style[style] for style in styles])
    return wanted / wanted.sum()


def shape_of(options: Options, *, styles: int = 0) -> Shape:
    """Return the network's shape that options ask for."""
    wanted = msgspec.structs.asdict(options)
    pose = FEATURES if options.body == "rotations" else NUMBERS
    fields = {key: wanted[key] for key in asdict(Shape()) if key in wanted}
    return Shape(pose=pose, styles=styles, **fields)
