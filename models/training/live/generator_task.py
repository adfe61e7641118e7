# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""The streaming generator: flow matching on tokens in blocks, physics on decoded frames, a curriculum on history.

One pass teaches every block of an example: the clean tokens attend causally; each noisy block attends to itself and to
the clean tokens before it. Options: `motion_vae` and `music_vae` (their best.pt), `width`, `layers`, `heads`,
`curriculum_from` (the step at which the network begins to see its own predictions as history),
`curriculum_rate` (tokens more per thousand steps).
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from models.live.net.denoiser import Denoiser, Told
from models.live.net.music_encoder import MusicEncoder, local_causal_mask
from models.live.net.vae import Vae
from models.live.positions import rotary
from models.live.tokens import CONTEXT, LATENT, MUSIC_HISTORY, STYLES, TOKEN_FRAMES, WINDOW
from models.representation import FEATURES, mirror_features
from models.training.body import physical_losses
from models.training.config import TrainConfig
from models.training.live.music_vae_task import FEATURES as MUSIC_FEATURES
from models.training.live.music_vae_task import WIDTH as MUSIC_WIDTH
from models.training.live.music_vae_task import music_features
from models.training.live.pairs import Take, load_takes
from models.training.live.sequences import BEFORE, BLOCKS, TOKENS, TokenTake, example, ranks
from models.training.task import Batch
from realtime.errors import FarandoleError
from realtime.types import FloatArray

MUSIC_MEMORY = 128
PREDICTED_TRUE = 10
"""After q predicted tokens of history come this many true ones (Dance Revolution, section 3.4)."""
_WEIGHTS = {"position": 1.0, "velocity": 0.15, "acceleration": 0.003, "contact": 0.5, "slide": 0.15}
_TRIANGULAR = 0.8
_HISTORY_NOISE = 0.15


class GeneratorNetwork(nn.Module):
    """Music encoder and denoiser, with the frozen autoencoders around them."""

    token_mean: Tensor
    token_scale: Tensor

    def __init__(self, width: int, heads: int, layers: int, vae_width: int) -> None:
        super().__init__()
        self.motion = Vae(FEATURES, vae_width).requires_grad_(False)
        self.music = Vae(MUSIC_FEATURES, MUSIC_WIDTH).requires_grad_(False)
        self.memory = MusicEncoder(MUSIC_MEMORY)
        self.denoiser = Denoiser(width, heads, layers, MUSIC_MEMORY)
        self.register_buffer("token_mean", torch.zeros(LATENT))
        self.register_buffer("token_scale", torch.ones(LATENT))
        head_width, music_head = width // heads, MUSIC_MEMORY // self.memory.heads
        for name, positions, size in (
            ("place", np.arange(TOKENS + WINDOW), head_width),
            ("music_place", np.arange(BEFORE + TOKENS), music_head),
        ):
            cosine, sine = rotary(positions, size)
            self.register_buffer(f"{name}_cosine", torch.from_numpy(cosine), persistent=False)
            self.register_buffer(f"{name}_sine", torch.from_numpy(sine), persistent=False)

    def forward(self, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the losses of a batch of examples; see `models.training.live.sequences`."""
        tokens, places = batch["tokens"], batch["places"]
        memory = self._memory(batch)
        size = len(tokens)
        blocks = tokens[:, places]  # (B, BLOCKS, WINDOW, LATENT)
        level = _levels(size, tokens.device)
        noisy = blocks + level[..., None] * (torch.randn_like(blocks) - blocks)
        history = tokens + _HISTORY_NOISE * torch.rand(size, 1, 1) * torch.randn_like(tokens)
        predicted = int(batch["predicted"].max())
        if predicted:
            with torch.no_grad():
                early = self._denoised(batch, memory, noisy, level, history)
            history = _with_predictions(history, early, places, batch["predicted"])
        made = self._denoised(batch, memory, noisy, level, history)
        valid = batch["valid"][:, places].to(made.dtype)
        weight = valid / (level.square() + 0.05)
        error = (made - blocks).square().mean(dim=-1)
        losses = {"flow": (error * weight).sum() / weight.sum().clamp(min=1e-3)}
        losses |= self._physics(batch, made, places)
        loss = losses["flow"] + sum(weight * losses[name] for name, weight in _WEIGHTS.items())
        return {"loss": loss, **losses, "predicted": batch["predicted"].float().mean()}

    def _memory(self, batch: Mapping[str, Tensor]) -> Tensor:
        """Return (B, BLOCKS, MUSIC_MEMORY): what was heard when each block was begun."""
        mask = local_causal_mask(BEFORE + TOKENS, MUSIC_HISTORY).to(batch["music"].device)
        memories, _ = self.memory(batch["music"], self.music_place_cosine, self.music_place_sine, mask)
        return torch.gather(memories, 1, batch["heard"].long()[..., None].expand(-1, -1, MUSIC_MEMORY))

    def _denoised(
        self, batch: Mapping[str, Tensor], memory: Tensor, noisy: Tensor, level: Tensor, history: Tensor
    ) -> Tensor:
        """Return (B, BLOCKS, WINDOW, LATENT)."""
        size, places = len(noisy), batch["places"]
        flat = BLOCKS * WINDOW
        zeros = history.new_zeros(size, TOKENS, 1)

        def both(clean: Tensor, block: Tensor) -> Tensor:
            return torch.cat([clean, block.reshape(size, flat, -1)], dim=1)

        def each(of_block: Tensor) -> Tensor:
            return of_block[:, :, None].expand(-1, -1, WINDOW, -1)

        style = batch["style"][:, None].expand(-1, BLOCKS, -1)
        told = Told(
            both(zeros, level[..., None])[..., 0],
            both(batch["clean_beat"], batch["block_beat"]),
            both(zeros.expand(-1, -1, MUSIC_MEMORY), each(memory)),
            both(zeros.expand(-1, -1, len(STYLES)), each(style)),
            both(zeros.expand(-1, -1, 2), each(batch["energy"])),
        )
        order = torch.cat([torch.arange(TOKENS, device=places.device), places.reshape(-1)])
        clean, _ = self.denoiser(
            both(history, noisy),
            told,
            self.place_cosine[order],
            self.place_sine[order],
            _mask(places),
        )
        return clean[:, TOKENS:].view(size, BLOCKS, WINDOW, LATENT)

    def _physics(self, batch: Mapping[str, Tensor], made: Tensor, places: Tensor) -> dict[str, Tensor]:
        """Return the losses of one decoded block of every example, after true tokens."""
        possible = [number for number in range(BLOCKS) if int(places[number, 0]) >= CONTEXT]
        block = possible[int(torch.randint(len(possible), ()))]
        first = int(places[block, 0])
        tokens = torch.cat([batch["tokens"][:, first - CONTEXT : first], made[:, block]], dim=1)
        frames = self.motion.decode(tokens * self.token_scale + self.token_mean)[:, CONTEXT * TOKEN_FRAMES :]
        true = batch["frames"][:, first * TOKEN_FRAMES : (first + WINDOW) * TOKEN_FRAMES]
        inside = batch["valid"][:, places[block, -1]].bool()
        if not bool(inside.any()):
            inside = torch.ones_like(inside)
        return physical_losses(frames[inside], true[inside])


def _levels(size: int, device: torch.device) -> Tensor:
    """Return (size, BLOCKS, WINDOW): the triangles of the pipeline, some still starting, and some of no order."""
    steps = torch.arange(WINDOW, device=device)
    shift = torch.rand(size, BLOCKS, 1, device=device)
    starting = torch.rand(size, BLOCKS, 1, device=device) < 0.2
    triangle = ((steps + torch.where(starting, WINDOW * shift, shift)) / WINDOW).clamp(max=1.0)
    free = torch.rand(size, BLOCKS, WINDOW, device=device)
    return torch.where(torch.rand(size, BLOCKS, 1, device=device) < _TRIANGULAR, triangle, free).clamp(min=0.02)


def _mask(places: Tensor) -> Tensor:
    """Return (N, N): clean tokens see clean ones up to themselves; a block sees itself and the clean ones before it."""
    flat = places.reshape(-1)
    clean = torch.arange(TOKENS, device=places.device)
    starts = places[:, :1].expand(-1, WINDOW).reshape(-1)
    rows = [
        torch.cat([clean[None] <= clean[:, None], clean.new_zeros(TOKENS, len(flat)).bool()], dim=1),
        torch.cat([clean[None] < starts[:, None], starts[None] == starts[:, None]], dim=1),
    ]
    allowed = torch.cat(rows)
    return torch.zeros(allowed.shape, device=places.device).masked_fill(~allowed, -torch.inf)


def _with_predictions(history: Tensor, early: Tensor, places: Tensor, predicted: Tensor) -> Tensor:
    """Return history in which q predicted tokens alternate with `PREDICTED_TRUE` true ones.

    Args:
        history: shape (B, TOKENS, LATENT).
        early: shape (B, BLOCKS, WINDOW, LATENT).
        places: shape (BLOCKS, WINDOW).
        predicted: shape (B, 1), q; 0 leaves an example its true history.
    """
    own = history.clone()
    own[:, places.reshape(-1)] = early.reshape(len(history), -1, LATENT)
    period = predicted + PREDICTED_TRUE
    phase = torch.arange(TOKENS, device=history.device)[None] + torch.randint(0, 1000, predicted.shape)
    return torch.where((phase % period < predicted)[..., None], own, history)


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
        motion = torch.load(options["motion_vae"], weights_only=True, map_location="cpu")["network"]
        music = torch.load(options["music_vae"], weights_only=True, map_location="cpu")["network"]
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
        minutes = {style: sum(len(take.features) for take in train if take.style == style) for style in self._quantiles}
        weights = np.array([len(take.features) / minutes[take.style] ** 0.5 for take in train])
        self._weights = weights / weights.sum()

    @property
    def network(self) -> nn.Module:
        """Return the generator with its frozen autoencoders."""
        return self._network

    @property
    def test_takes(self) -> list[TokenTake]:
        """Return the held-out takes, encoded."""
        return self._test

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
        return {"score": figures["flow"] + figures["velocity"], **figures}

    def sample(self, network: nn.Module, out: Path) -> None:
        """Draw nothing: `farandole evaluate` draws the dance."""

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
