# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""What the dancer remembers of the music: causal local self-attention over its tokens.

Dance Revolution's encoder (Huang et al., ICLR 2021, section 3.2: each position attends to its neighbourhood), made
causal: position i attends to i - k to i, and on stage the keys and values of the k before are kept in a ring.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from models.live.net.attention import Attention, Seen
from models.live.tokens import LATENT


class MusicEncoder(nn.Module):
    """Tokens of music (B, N, LATENT) to memories (B, N, width)."""

    def __init__(self, width: int = 128, heads: int = 4, layers: int = 2) -> None:
        super().__init__()
        self.width, self.heads = width, heads
        self.inner = nn.Linear(LATENT, width)
        self.layers = nn.ModuleList(_Layer(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(
        self, tokens: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor, seen: Sequence[Seen] | None = None
    ) -> tuple[Tensor, list[Seen]]:
        """Return memories (B, N, width) and the keys and values of every layer; see `Attention.forward`."""
        x = self.inner(tokens)
        news: list[Seen] = []
        for number, layer in enumerate(self.layers):
            x, new = layer(x, cosine, sine, mask, seen[number] if seen is not None else None)
            news.append(new)
        return self.norm(x), news


class _Layer(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attention = Attention(width, heads)
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mix = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor, seen: Seen | None) -> tuple[Tensor, Seen]:
        attended, new = self.attention(self.first(x), cosine, sine, mask, seen)
        x = x + attended
        return x + self.mix(self.second(x)), new


def local_causal_mask(count: int, window: int) -> Tensor:
    """Return (count, count): 0 where i may look at j, for i - window <= j <= i, else -inf."""
    places = torch.arange(count)
    behind = places[:, None] - places[None, :]
    return torch.where((behind >= 0) & (behind <= window), 0.0, -torch.inf)
