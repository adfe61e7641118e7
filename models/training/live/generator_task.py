# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""The task of learning to dance: examples of encoded takes, the curriculum, and dances to held-out music.

Options: `motion_vae` and `music_vae` (their best.pt), `width`, `layers`, `heads`, or, to go on from a dancer that was
shipped, `bundle` (its name or folder, or the best.pt of a run that went on from it) and `motion_vae` (of an encoder
that was learned for that bundle);
`curriculum_from` (the step at which the network begins to see its own predictions as history),
`curriculum_rate` (tokens more per thousand steps), `rollouts_from` and `rollout_steps` (from which step on, and in how
many passes, that history is sampled as on stage), `losses` (other weights than `WEIGHTS` of the losses on frames);
`style_balance` (0: styles are seen as often as there is data of them, 1: equally often) and `tempos` (each take is seen
at these multiples of its tempo, too); `guidance` of the dances that are examined, or, with `teacher` (a bundle, or the
best.pt of a run of this task), of the teacher whose guided dance is to be learned without guidance.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from models.live.tokens import LATENT, STYLES, TOKEN_FRAMES, WINDOW
from models.representation import FPS, mirror_features
from models.training.config import TrainConfig
from models.training.contact_sheet import contact_sheet
from models.training.evaluation.takes import Take as HeldOut
from models.training.evaluation.takes import read_takes, spread_over
from models.training.live.distilling import Teacher
from models.training.live.generator_network import WEIGHTS, GeneratorNetwork
from models.training.live.music_vae_task import music_features
from models.training.live.networks import network_like, torch_networks
from models.training.live.pairs import Take, load_takes
from models.training.live.rollout import examine, missed, roll_out
from models.training.live.sequences import BLOCKS, TokenTake, example, ranks
from models.training.live.stretching import at_tempo
from models.training.live.weights import weights_of
from models.training.task import Batch
from realtime.errors import FarandoleError
from realtime.types import FloatArray, PoseChunk

_EXAMINED, _EXAMINED_S = 7, 15.0
_OPTIONS: dict[str, Any] = {
    "motion_vae": "",
    "music_vae": "",
    "bundle": "",
    "width": 192,
    "heads": 6,
    "layers": 5,
    "curriculum_from": 2000,
    "curriculum_rate": 4.0,
    "rollouts_from": 0,
    "rollout_steps": 0,
    "losses": {},
    "style_balance": 0.5,
    "tempos": [],
    "teacher": "",
    "guidance": 1.0,
}


class GeneratorTask:
    """Learns to dance.

    Attributes:
        shares: how often each style of the data is seen, adding up to 1.
    """

    def __init__(self, config: TrainConfig) -> None:
        options = _OPTIONS | config.options
        unknown = set(options) - set(_OPTIONS)
        if unknown:
            raise FarandoleError(f"options: expected {', '.join(_OPTIONS)}; got {', '.join(sorted(unknown))} as well")
        self._from, self._rate = int(options["curriculum_from"]), float(options["curriculum_rate"])
        self._rollouts_from, self._passes = int(options["rollouts_from"]), int(options["rollout_steps"])
        unknown = set(options["losses"]) - set(WEIGHTS)
        if unknown:
            raise FarandoleError(f"options.losses: expected {', '.join(WEIGHTS)}; got {', '.join(sorted(unknown))}")
        self._network = _gone_on_with(options) if options["bundle"] else _begun(options)
        self._network.weights.update({name: float(weight) for name, weight in options["losses"].items()})
        teacher, self._guidance = str(options["teacher"]), float(options["guidance"])
        if teacher:
            self._network.teacher = Teacher(_dancer(teacher), self._guidance)
            self._guidance = 1.0
        data = Path(config.data)
        train, test = load_takes(data, split="train"), load_takes(data, split="test")
        self._quantiles = ranks(train)
        train += [at_tempo(take, float(factor)) for factor in options["tempos"] for take in train]
        coded = [self._coded(take) for take in train]
        if not options["bundle"]:
            every = np.concatenate([tokens.reshape(-1, LATENT) for tokens in coded])
            self._network.token_mean.copy_(torch.from_numpy(every.mean(axis=0)))
            self._network.token_scale.copy_(torch.from_numpy(every.std(axis=0) + 1e-3))
        self._train = [self._token_take(take, tokens) for take, tokens in zip(train, coded, strict=True)]
        self._test = [self._token_take(take, self._coded(take)) for take in test]
        styles = {take.name: STYLES[take.style_id] for take in test if take.style_id >= 0}
        held_out = [take for take in read_takes(data) if take.info.name in styles]
        self._examined = [(take, styles[take.info.name]) for take in spread_over(held_out, _EXAMINED)]
        minutes = {style: sum(len(take.features) for take in train if take.style == style) for style in self._quantiles}
        balance = float(options["style_balance"])
        weights = np.array([len(take.features) / minutes[take.style] ** balance for take in train])
        self._weights = weights / weights.sum()
        self.shares = {s: float(sum(self._weights[[take.style == s for take in train]])) for s in minutes}

    @property
    def network(self) -> nn.Module:
        """Return the generator with its frozen autoencoders."""
        return self._network

    def batch(self, rng: np.random.Generator, size: int, step: int) -> Batch:
        """Return `size` examples; from `curriculum_from` on half of them see q own predictions as history."""
        chosen = rng.choice(len(self._train), size, p=self._weights)
        predicted = int(self._rate * max(0, step - self._from) / 1000.0 + 0.999)
        passes = self._passes if step >= self._rollouts_from else 0
        return _batch([self._train[number] for number in chosen], predicted, rng, passes)

    def validate(self, network: nn.Module) -> Mapping[str, float]:
        """Return the losses on held-out takes, and what dances to their music miss of the gates as "score"."""
        rng = np.random.default_rng(0)
        with torch.random.fork_rng():
            torch.manual_seed(0)
            losses: Mapping[str, Tensor] = network(_batch([*self._test, *self._test], 0, rng))
        figures = {name: float(value) for name, value in losses.items()}
        danced = examine([(take, chunk) for take, _, chunk in self._dances(network)])
        return {"score": missed(danced), **figures, **danced}

    def sample(self, network: nn.Module, out: Path) -> None:
        """Draw a contact sheet of a dance to every held-out take that is examined."""
        for take, style, chunk in self._dances(network):
            first = 2 * round(FPS)
            frames = list(range(first, min(first + 128, len(chunk.roots_m)), 4))
            labels = [f"{chunk.start_s + frame / FPS:.2f}" for frame in frames]
            path = out.with_name(f"{out.name}_{take.info.name}.png")
            contact_sheet(chunk, frames, labels, path, title=f"{take.info.name}, {style}")

    def _dances(self, network: nn.Module) -> list[tuple[HeldOut, str, PoseChunk]]:
        assert isinstance(network, GeneratorNetwork)
        networks = torch_networks(network)
        return [
            (take, style, roll_out(networks, take, seconds=_EXAMINED_S, style=style, guidance=self._guidance))
            for take, style in self._examined
        ]

    def _coded(self, take: Take) -> FloatArray:
        """Return (2, N, LATENT): the take and its mirror image, not yet normalised."""
        count = len(take.features) // TOKEN_FRAMES * TOKEN_FRAMES
        both = np.stack([take.features[:count], mirror_features(take.features[:count])]).astype(np.float32)
        with torch.no_grad():
            mean, _ = self._network.motion.encode(torch.from_numpy(both))
        return mean.numpy()

    def _token_take(self, take: Take, tokens: FloatArray) -> TokenTake:
        count = tokens.shape[1] * TOKEN_FRAMES
        normalised = (tokens - self._network.token_mean.numpy()) / self._network.token_scale.numpy()
        quantiles = self._quantiles.get(take.style, next(iter(self._quantiles.values())))
        with torch.no_grad():
            heard = music_features(take)
            whole = len(heard) // TOKEN_FRAMES * TOKEN_FRAMES
            music, _ = self._network.music.encode(torch.from_numpy(heard[:whole])[None])
        return TokenTake(
            take=take,
            tokens=normalised,
            frames=np.stack([take.features[:count], mirror_features(take.features[:count])]),
            music=music[0].numpy(),
            before=take.before // TOKEN_FRAMES,
            rank=np.interp(take.vigour[:count], quantiles, np.linspace(0.0, 1.0, len(quantiles))),
        )


def _begun(options: Mapping[str, Any]) -> GeneratorNetwork:
    """Return a new generator around two autoencoders."""
    motion, music = _learned(options["motion_vae"]), _learned(options["music_vae"])
    vae_width = motion["decoder.layers.0.conv.weight"].shape[0]
    network = GeneratorNetwork(int(options["width"]), int(options["heads"]), int(options["layers"]), vae_width)
    network.motion.load_state_dict(motion)
    network.music.load_state_dict(music)
    return network


def _gone_on_with(options: Mapping[str, Any]) -> GeneratorNetwork:
    """Return the generator of a bundle, with the encoder of motion that was learned for it."""
    weights = _weights(str(options["bundle"]))
    network = network_like(weights)
    network.load_state_dict(weights, strict=False)
    encoder = {name: value for name, value in _learned(options["motion_vae"]).items() if name.startswith("encoder.")}
    network.motion.load_state_dict(encoder, strict=False)
    return network


def _dancer(where: str) -> GeneratorNetwork:
    """Return a whole dancer that learns nothing more: a bundle's, or that of a run."""
    weights = _weights(where)
    network = network_like(weights)
    network.load_state_dict(weights, strict=False)
    return network.requires_grad_(False).eval()


def _weights(where: str) -> dict[str, Tensor]:
    """Return the weights of a bundle, or of a run's best.pt."""
    if where.endswith(".pt"):
        return torch.load(where, weights_only=True, map_location="cpu")["network"]
    return weights_of(where)


def _learned(path: str) -> dict[str, Tensor]:
    """Return the weights of an autoencoder's run."""
    state = torch.load(path, weights_only=True, map_location="cpu")["network"]
    return {name[4:]: value for name, value in state.items() if name.startswith("vae.")}


def _batch(takes: list[TokenTake], predicted: int, rng: np.random.Generator, passes: int = 0) -> dict[str, Tensor]:
    """Return one example of each take; all have their blocks at the same places, which keeps the mask small."""
    offset = int(rng.integers(WINDOW))
    examples = [example(taken, rng, offset) for taken in takes]
    batch = {name: torch.from_numpy(np.stack([part[name] for part in examples])) for name in examples[0]}
    batch = {name: value.float() if value.dtype == torch.float64 else value for name, value in batch.items()}
    batch["places"] = torch.from_numpy(offset + np.arange(BLOCKS * WINDOW).reshape(BLOCKS, WINDOW))
    own = rng.random((len(examples), 1)) < 0.5
    batch["rolled"] = torch.tensor([passes])
    batch["predicted"] = torch.from_numpy(np.where(own, predicted, 0))
    return batch


def make(config: TrainConfig) -> GeneratorTask:
    """Return the task.

    Raises:
        FarandoleError: an option is unknown.
    """
    return GeneratorTask(config)
