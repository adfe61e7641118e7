# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
# pyright: reportUntypedFunctionDecorator=false
"""The training task `dance_revolution`: what `farandole train` needs to teach the network.

Examples are stretches of paired takes at 15 frames a second, even and odd frames apart as in the paper, mirrored half
of the time; rare styles are shown more often than they are found. How many of its own predictions the decoder is fed
follows the curriculum; it is a figure of every step ("q") so that nobody has to wonder whether it was on.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.dance_revolution.curriculum import Curriculum
from models.dance_revolution.net.decoder import MEANING
from models.dance_revolution.net.network import DanceRevolution
from models.training.config import TrainConfig
from models.training.dance_revolution.exam import exam_of, examine, free_dances
from models.training.dance_revolution.halves import Half, every_dance, halves
from models.training.dance_revolution.lesson import Lesson
from models.training.dance_revolution.options import Options, shape_of
from models.training.dance_revolution.pairs import Take, load_takes
from models.training.dance_revolution.vocabulary import Vocabulary, find_moves
from realtime.errors import FarandoleError

MOVES = "moves.npz"
"""File of a run's vocabulary, beside its weights."""
_SETTLING_FRAMES = 10
"""Frames that do not count after a stretch that begins in somebody else's pose."""
_UNNAMED = 0.1
"""Share of the stretches whose style is not told."""


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
        self.exam = exam_of([self._cut(take, vocabulary)[0] for take in test], self.styles)
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
            velocity=options.velocity_weight,
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
        """Return what `examine` does of held-out dances."""
        assert isinstance(network, Lesson)
        return examine(network, self.exam)

    def sample(self, network: nn.Module, out: Path) -> None:
        """Write the free dances of the examination as `OUT.npz`: features at 15 frames a second."""
        assert isinstance(network, Lesson)
        np.savez(out.with_suffix(".npz"), danced=free_dances(network, self.exam).numpy(), truth=self.exam.poses.numpy())

    def _cut(self, take: Take, vocabulary: Vocabulary | None) -> list[Half]:
        return halves(take, self._options.body, inputs=self._inputs, vocabulary=vocabulary)


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
