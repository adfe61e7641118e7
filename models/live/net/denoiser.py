# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""The diffusion transformer: noisy tokens in, clean ones out, each with a noise level of its own.

Committed tokens attend causally and are seen through their cached keys and values; the window of tokens that are being
made attends to itself both ways and to the committed ones. What a token is told (noise level, where the beat is, what
the music was, style and energy) scales and shifts every layer (DiT, Peebles and Xie, ICCV 2023; one set of
modulations for all layers as in PixArt-alpha, Chen et al. 2023). It predicts the clean token itself.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor, nn

from models.live.net.attention import Attention, Seen
from models.live.tokens import LATENT, STYLES, TOKEN_FRAMES
from realtime.music.conditioning import BEAT

ENERGY = 2
"""Numbers about the energy: how much, and whether it is told at all."""


class Told(NamedTuple):
    """What is said of each token.

    Attributes:
        level: shape (B, N), 0 clean to 1 noise.
        beat: shape (B, N, TOKEN_FRAMES * BEAT), where the beat is in the token's frames.
        memory: shape (B, N, music width), of the music heard when the token was asked for; 0 for committed tokens.
        style: shape (B, N, len(STYLES)), adding up to 1; 0 for no wish and for committed tokens.
        energy: shape (B, N, ENERGY); 0 for no wish and for committed tokens.
    """

    level: Tensor
    beat: Tensor
    memory: Tensor
    style: Tensor
    energy: Tensor


class Denoiser(nn.Module):
    """Tokens (B, N, LATENT) with noise to tokens without."""

    rates: Tensor

    def __init__(self, width: int = 192, heads: int = 6, layers: int = 5, music_width: int = 128) -> None:
        super().__init__()
        self.width, self.heads = width, heads
        self.inner = nn.Linear(LATENT, width)
        self.level = nn.Sequential(nn.Linear(32, width), nn.SiLU(), nn.Linear(width, width))
        self.beat = nn.Sequential(nn.Linear(TOKEN_FRAMES * BEAT, width), nn.SiLU(), nn.Linear(width, width))
        self.memory = nn.Linear(music_width, width, bias=False)
        self.style = nn.Linear(len(STYLES), width, bias=False)
        self.energy = nn.Sequential(nn.Linear(ENERGY, width), nn.SiLU(), nn.Linear(width, width, bias=False))
        self.modulation = nn.Linear(width, 6 * width)
        self.layers = nn.ModuleList(_Layer(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.last = nn.Linear(width, 2 * width)
        self.outer = nn.Linear(width, LATENT)
        self.register_buffer("rates", torch.exp(torch.linspace(0.0, 6.0, 16)), persistent=False)
        nn.init.zeros_(self.modulation.weight)
        nn.init.zeros_(self.modulation.bias)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(
        self,
        tokens: Tensor,
        told: Told,
        cosine: Tensor,
        sine: Tensor,
        mask: Tensor,
        seen: Sequence[Seen] | None = None,
    ) -> tuple[Tensor, list[Seen]]:
        """Return clean tokens (B, N, LATENT) and the keys and values of every layer; see `Attention.forward`."""
        said = F.silu(self._said(told))
        modulation = self.modulation(said)
        x = self.inner(tokens) + self.beat(told.beat)
        news: list[Seen] = []
        for number, layer in enumerate(self.layers):
            x, new = layer(x, modulation, cosine, sine, mask, seen[number] if seen is not None else None)
            news.append(new)
        shift, scale = self.last(said).chunk(2, dim=-1)
        return self.outer(self.norm(x) * (1.0 + scale) + shift), news

    def _said(self, told: Told) -> Tensor:
        angles = told.level[..., None] * self.rates
        level = self.level(torch.cat([torch.sin(angles), torch.cos(angles)], dim=-1))
        return (
            level + self.beat(told.beat) + self.memory(told.memory) + self.style(told.style) + self.energy(told.energy)
        )


class _Layer(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attention = Attention(width, heads)
        self.first = nn.LayerNorm(width, elementwise_affine=False)
        self.second = nn.LayerNorm(width, elementwise_affine=False)
        self.mix = nn.Sequential(nn.Linear(width, 3 * width), nn.GELU(), nn.Linear(3 * width, width))
        self.own = nn.Parameter(torch.randn(6 * width) / width**0.5)

    def forward(
        self, x: Tensor, modulation: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor, seen: Seen | None
    ) -> tuple[Tensor, Seen]:
        shift_a, scale_a, gate_a, shift_m, scale_m, gate_m = (modulation + self.own).chunk(6, dim=-1)
        attended, new = self.attention(self.first(x) * (1.0 + scale_a) + shift_a, cosine, sine, mask, seen)
        x = x + gate_a * attended
        return x + gate_m * self.mix(self.second(x) * (1.0 + scale_m) + shift_m), new
