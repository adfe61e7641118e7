# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""The streaming generator as it is trained: every block of an example in one pass, with the losses of its dance.

Clean tokens attend causally; each noisy block attends to itself and to the clean tokens before it, which is what the
sampler does on stage with cached keys. Flow matching on tokens, physics on decoded frames, and a history that is partly
the network's own predictions.
"""

from collections.abc import Mapping

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor, nn

from models.live.net.denoiser import Denoiser, Told
from models.live.net.music_encoder import MusicEncoder, local_causal_mask
from models.live.net.vae import Vae
from models.live.positions import rotary
from models.live.tokens import CONTEXT, LATENT, MUSIC_HISTORY, STYLES, TOKEN_FRAMES, WINDOW
from models.representation import FEATURES
from models.training.body import physical_losses
from models.training.live.distilling import Teacher
from models.training.live.music_vae_task import FEATURES as MUSIC_FEATURES
from models.training.live.music_vae_task import WIDTH as MUSIC_WIDTH
from models.training.live.sequences import BEFORE, BLOCKS, TOKENS

MUSIC_MEMORY = 128
PREDICTED_TRUE = 10
"""After q predicted tokens of history come this many true ones (Dance Revolution, section 3.4)."""
WEIGHTS = {
    "position": 1.0,
    "velocity": 0.15,
    "acceleration": 0.003,
    "contact": 0.5,
    "slide": 0.15,
    "drag": 0.0,
    "jitter": 0.0,
    "hit": 0.0,
}
"""Of the losses on decoded frames, in the units of `models.training.body.physical_losses`."""
_TRIANGULAR = 0.8
_HISTORY_NOISE = 0.15
_DEAF = 0.12
"""How many blocks are made without being told of the music: what guidance exaggerates the difference to."""
_EMPHASIS = 3.0
"""How much more a frame counts in which the dancer of the data hits something; its neighbours count half of that."""


class GeneratorNetwork(nn.Module):
    """Music encoder and denoiser, with the frozen autoencoders around them."""

    token_mean: Tensor
    token_scale: Tensor
    place_cosine: Tensor
    place_sine: Tensor
    music_place_cosine: Tensor
    music_place_sine: Tensor

    def __init__(self, width: int, heads: int, layers: int, vae_width: int) -> None:
        super().__init__()
        self.motion = Vae(FEATURES, vae_width).requires_grad_(False)
        self.music = Vae(MUSIC_FEATURES, MUSIC_WIDTH).requires_grad_(False)
        self.memory = MusicEncoder(MUSIC_MEMORY)
        self.denoiser = Denoiser(width, heads, layers, MUSIC_MEMORY)
        self.weights = dict(WEIGHTS)
        self.teacher: Teacher | None = None
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
        size = len(tokens)
        # Who learns what guidance makes of a deaf dancer is never deaf.
        deaf = 0.0 if self.teacher else _DEAF
        told = (torch.rand(size, BLOCKS, 1, device=tokens.device) >= deaf).to(tokens.dtype)
        memory = self.remembered(batch) * told
        batch = {**batch, "block_beat": batch["block_beat"] * told[..., None]}
        blocks = tokens[:, places]  # (B, BLOCKS, WINDOW, LATENT)
        level, noise = _levels(size, tokens.device), torch.randn_like(blocks)
        noisy = blocks + level[..., None] * (noise - blocks)
        history = tokens + _HISTORY_NOISE * torch.rand(size, 1, 1) * torch.randn_like(tokens)
        if int(batch["predicted"].max()):
            history, guessed = self._lived(batch, memory, noisy, level, history)
            if self.teacher:
                # On stage its window holds its own tokens, not people's: it is corrected in what it does itself.
                own = (batch["predicted"] > 0)[..., None, None]
                noisy = torch.where(own, guessed + level[..., None] * (noise - guessed), noisy)
        made = self.denoised(batch, memory, noisy, level, history)
        aims = self.teacher.shown(batch, noisy, level, history) if self.teacher else blocks
        valid = batch["valid"][:, places].to(made.dtype)
        weight = valid / (level.square() + 0.05)
        error = (made - aims).square().mean(dim=-1)
        losses = {"flow": (error * weight).sum() / weight.sum().clamp(min=1e-3)}
        losses |= self._physics(batch, made, aims)
        loss = losses["flow"] + sum(weight * losses[name] for name, weight in self.weights.items())
        return {"loss": loss, **losses, "predicted": batch["predicted"].float().mean()}

    def _lived(
        self, batch: Mapping[str, Tensor], memory: Tensor, noisy: Tensor, level: Tensor, history: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return a history that is partly the network's own, and all of its own tokens that it was made of.

        Without rollouts these are its guesses at the noisy blocks. With `rolled` passes every block is sampled from
        pure noise in as many steps, each upon the history that the step before it made.
        """
        passes, places, predicted = int(batch["rolled"].max()), batch["places"], batch["predicted"]
        phase = torch.randint(0, 1000, predicted.shape, device=predicted.device)
        with torch.no_grad():
            if not passes:
                clean = self.denoised(batch, memory, noisy, level, history)
                return _with_predictions(history, clean, places, predicted, phase), clean
            current, lived, clean = torch.randn_like(noisy), history, noisy
            for left in range(passes, 0, -1):
                at = torch.full_like(level, left / passes)
                clean = self.denoised(batch, memory, current, at, lived)
                lived = _with_predictions(history, clean, places, predicted, phase)
                current = clean + (left - 1) / left * (current - clean)
            return lived, clean

    def remembered(self, batch: Mapping[str, Tensor]) -> Tensor:
        """Return (B, BLOCKS, MUSIC_MEMORY): what was heard when each block was begun."""
        mask = local_causal_mask(BEFORE + TOKENS, MUSIC_HISTORY).to(batch["music"].device)
        memories, _ = self.memory(batch["music"], self.music_place_cosine, self.music_place_sine, mask)
        return torch.gather(memories, 1, batch["heard"].long()[..., None].expand(-1, -1, MUSIC_MEMORY))

    def denoised(
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

    def _physics(self, batch: Mapping[str, Tensor], made: Tensor, aims: Tensor) -> dict[str, Tensor]:
        """Return the losses of one decoded block of every example, after true tokens."""
        places = batch["places"]
        possible = [number for number in range(BLOCKS) if int(places[number, 0]) >= CONTEXT]
        block = possible[int(torch.randint(len(possible), ()))]
        first = int(places[block, 0])
        before = batch["tokens"][:, first - CONTEXT : first]
        frames = self._frames(before, made[:, block])
        true = batch["frames"][:, first * TOKEN_FRAMES : (first + WINDOW) * TOKEN_FRAMES]
        if self.teacher:
            true = self._frames(before, aims[:, block])
        inside = batch["valid"][:, places[block, -1]].bool()
        if not bool(inside.any()):
            inside = torch.ones_like(inside)
        accents = batch["accents"][:, first * TOKEN_FRAMES : (first + WINDOW) * TOKEN_FRAMES]
        near = F.max_pool1d(accents[:, None], 3, stride=1, padding=1)[:, 0]
        emphasis = _EMPHASIS * torch.maximum(accents, 0.5 * near)
        return physical_losses(frames[inside], true[inside], emphasis[inside])

    def _frames(self, before: Tensor, made: Tensor) -> Tensor:
        """Return the frames of a block (B, WINDOW, LATENT) after the tokens before it (B, CONTEXT, LATENT)."""
        tokens = torch.cat([before, made], dim=1) * self.token_scale + self.token_mean
        return self.motion.decode(tokens)[:, CONTEXT * TOKEN_FRAMES :]


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


def _with_predictions(history: Tensor, early: Tensor, places: Tensor, predicted: Tensor, begin: Tensor) -> Tensor:
    """Return history in which q predicted tokens alternate with `PREDICTED_TRUE` true ones.

    Args:
        history: shape (B, TOKENS, LATENT).
        early: shape (B, BLOCKS, WINDOW, LATENT).
        places: shape (BLOCKS, WINDOW).
        predicted: shape (B, 1), q; 0 leaves an example its true history.
        begin: shape (B, 1), where in the alternation an example begins.
    """
    own = history.clone()
    own[:, places.reshape(-1)] = early.reshape(len(history), -1, LATENT).to(history.dtype)
    period = predicted + PREDICTED_TRUE
    phase = torch.arange(TOKENS, device=history.device)[None] + begin
    return torch.where((phase % period < predicted)[..., None], own, history)
