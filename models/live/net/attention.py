# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""Self-attention with rotary positions whose keys and values can be kept: one layer for batches and for streams.

Positions reach a layer as tables of cosines and sines, and who may look at whom as a mask, so the same weights serve a
whole training sequence with its blocks and one step on stage with a ring of cached keys. Keys are kept turned by their
own position (RoFormer, Su et al. 2021): what matters is the difference, so their order in the ring does not.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor, nn


class Seen(NamedTuple):
    """What a layer can look back on: `keys` and `values`, each (B, heads, M, head width)."""

    keys: Tensor
    values: Tensor


class Attention(nn.Module):
    """Multi-head self-attention of (B, N, C) tokens over themselves and over what was seen before."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.inner = nn.Linear(width, 3 * width)
        self.outer = nn.Linear(width, width)

    def forward(
        self, x: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor, seen: Seen | None = None
    ) -> tuple[Tensor, Seen]:
        """Return the attended tokens, and the keys and values of these tokens.

        Args:
            x: shape (B, N, C).
            cosine: shape (N, head width / 2), of the tokens' positions.
            sine: like `cosine`.
            mask: added to the scores, (..., N, M + N): 0 where a token may look, -inf elsewhere.
            seen: of M earlier tokens.
        """
        batch, count, width = x.shape
        parts = self.inner(x).view(batch, count, 3, self.heads, width // self.heads)
        queries, keys, values = parts.permute(2, 0, 3, 1, 4).unbind(0)
        queries, keys = _turned(queries, cosine, sine), _turned(keys, cosine, sine)
        new = Seen(keys, values)
        if seen is not None:
            keys = torch.cat([seen.keys, keys], dim=2)
            values = torch.cat([seen.values, values], dim=2)
        attended = F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
        return self.outer(attended.transpose(1, 2).reshape(batch, count, width)), new


def _turned(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    return torch.cat([first * cosine - second * sine, second * cosine + first * sine], dim=-1)
