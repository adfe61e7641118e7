# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""The task of learning to dance: examples of encoded takes, the curriculum, and dances to held-out music.

Options: `motion_vae` and `music_vae` (their best.pt), `width`, `layers`, `heads`,
`curriculum_from` (the step at which the network begins to see its own predictions as history),
`curriculum_rate` (tokens more per thousand steps).
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from models.live.tokens import LATENT, STYLES, TOKEN_FRAMES, WINDOW
from models.representation import FPS, mirror_features
from models.training.config import TrainConfig
from models.training.contact_sheet import contact_sheet
from models.training.evaluation.takes import Take as HeldOut
from models.training.evaluation.takes import read_takes, spread_over
from models.training.live.generator_network import GeneratorNetwork
from models.training.live.music_vae_task import music_features
from models.training.live.networks import torch_networks
from models.training.live.pairs import Take, load_takes
from models.training.live.rollout import examine, roll_out
from models.training.live.sequences import BLOCKS, TokenTake, example, ranks
from models.training.task import Batch
from realtime.errors import FarandoleError
from realtime.types import FloatArray, PoseChunk

_EXAMINED, _EXAMINED_S = 5, 12.0


class GeneratorTask:
    """Learns to dance."""

    def __init__(self, config: TrainConfig) -> None:
        options = {
            "motion_vae": "",
            "music_vae": "",
            "width": 192,
            "heads": 6,
            "layers": 5,
            "curriculum_from": 2000,
            "curriculum_rate": 4.0,
        }
        unknown = set(config.options) - set(options)
        if unknown:
            raise FarandoleError(f"options: expected {', '.join(options)}; got {', '.join(sorted(unknown))} as well")
        options |= config.options
        self._from, self._rate = int(options["curriculum_from"]), float(options["curriculum_rate"])
        motion = torch.load(str(options["motion_vae"]), weights_only=True, map_location="cpu")["network"]
        music = torch.load(str(options["music_vae"]), weights_only=True, map_location="cpu")["network"]
        vae_width = motion["vae.decoder.layers.0.conv.weight"].shape[0]
        self._network = GeneratorNetwork(
            int(options["width"]), int(options["heads"]), int(options["layers"]), vae_width
        )
        for part, state in ((self._network.motion, motion), (self._network.music, music)):
            part.load_state_dict({name[4:]: value for name, value in state.items() if name.startswith("vae.")})
        data = Path(config.data)
        train, test = load_takes(data, split="train"), load_takes(data, split="test")
        self._quantiles = ranks(train)
        coded = [self._coded(take) for take in train]
        every = np.concatenate([tokens.reshape(-1, LATENT) for tokens in coded])
        self._network.token_mean.copy_(torch.from_numpy(every.mean(axis=0)))
        self._network.token_scale.copy_(torch.from_numpy(every.std(axis=0) + 1e-3))
        self._train = [self._token_take(take, tokens) for take, tokens in zip(train, coded, strict=True)]
        self._test = [self._token_take(take, self._coded(take)) for take in test]
        styles = {take.name: STYLES[take.style_id] for take in test if take.style_id >= 0}
        held_out = [take for take in read_takes(data) if take.info.name in styles]
        self._examined = [(take, styles[take.info.name]) for take in spread_over(held_out, _EXAMINED)]
        minutes = {style: sum(len(take.features) for take in train if take.style == style) for style in self._quantiles}
        weights = np.array([len(take.features) / minutes[take.style] ** 0.5 for take in train])
        self._weights = weights / weights.sum()

    @property
    def network(self) -> nn.Module:
        """Return the generator with its frozen autoencoders."""
        return self._network

    def batch(self, rng: np.random.Generator, size: int, step: int) -> Batch:
        """Return `size` examples; from `curriculum_from` on half of them see q own predictions as history."""
        chosen = rng.choice(len(self._train), size, p=self._weights)
        predicted = int(self._rate * max(0, step - self._from) / 1000.0 + 0.999)
        return _batch([self._train[number] for number in chosen], predicted, rng)

    def validate(self, network: nn.Module) -> Mapping[str, float]:
        """Return the losses on held-out takes."""
        rng = np.random.default_rng(0)
        with torch.random.fork_rng():
            torch.manual_seed(0)
            losses: Mapping[str, Tensor] = network(_batch([*self._test, *self._test], 0, rng))
        figures = {name: float(value) for name, value in losses.items()}
        danced = examine([(take, chunk) for take, _, chunk in self._dances(network)])
        return {"score": figures["flow"] + figures["velocity"], **figures, **danced}

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
            (take, style, roll_out(networks, take, seconds=_EXAMINED_S, style=style)) for take, style in self._examined
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


def _batch(takes: list[TokenTake], predicted: int, rng: np.random.Generator) -> dict[str, Tensor]:
    """Return one example of each take; all have their blocks at the same places, which keeps the mask small."""
    offset = int(rng.integers(WINDOW))
    examples = [example(taken, rng, offset) for taken in takes]
    batch = {name: torch.from_numpy(np.stack([part[name] for part in examples])) for name in examples[0]}
    batch = {name: value.float() if value.dtype == torch.float64 else value for name, value in batch.items()}
    batch["places"] = torch.from_numpy(offset + np.arange(BLOCKS * WINDOW).reshape(BLOCKS, WINDOW))
    own = rng.random((len(examples), 1)) < 0.5
    batch["predicted"] = torch.from_numpy(np.where(own, predicted, 0))
    return batch


def make(config: TrainConfig) -> GeneratorTask:
    """Return the task.

    Raises:
        FarandoleError: an option is unknown.
    """
    return GeneratorTask(config)
