# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""A small streaming network with the parts of a large one: attention over a ring cache, a recurrent token, a decoder.

    python -m tests.support.small_model

writes `tests/data/small_bundle`, which the tests read where torch is not installed.
"""

import math
from pathlib import Path

import torch
from torch import Tensor, nn

from models.export import About, Graph, write_bundle
from tests.support.small_bundle import FOLDER

WIDTH, HEADS, RING, TOKENS = 16, 2, 6, 3


class Step(nn.Module):
    """Attends from a window to itself and to a ring of earlier keys and values, and commits the first token."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.to_qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.memory = nn.GRUCell(WIDTH, WIDTH)
        self.inner, self.outer = nn.Linear(WIDTH, 2 * WIDTH), nn.Linear(2 * WIDTH, WIDTH)

    def forward(self, x: Tensor, ring: Tensor, count: Tensor, memory: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Map x (1, TOKENS, WIDTH), ring (2, 1, RING, WIDTH), count () and memory (1, WIDTH) to their successors."""
        q, k, v = self.to_qkv(self.norm(x) + memory[:, None]).chunk(3, dim=-1)
        keys, values = torch.cat([ring[0], k], dim=1), torch.cat([ring[1], v], dim=1)
        places = torch.arange(RING + TOKENS)
        hidden = (places >= count) & (places < RING)
        scores = self._heads(q) @ self._heads(keys).transpose(-1, -2) / math.sqrt(WIDTH // HEADS)
        scores = scores.masked_fill(hidden, float("-inf"))
        mixed = (torch.softmax(scores, dim=-1) @ self._heads(values)).transpose(1, 2).reshape(1, TOKENS, WIDTH)
        y = x + self.outer(nn.functional.gelu(self.inner(mixed)))
        slot = torch.arange(RING) == count % RING
        ring = torch.where(slot[None, None, :, None], torch.stack([k[:, :1], v[:, :1]]), ring)
        return y, ring, count + 1, self.memory(y[:, 0], memory)

    def _heads(self, x: Tensor) -> Tensor:
        return x.reshape(1, -1, HEADS, WIDTH // HEADS).transpose(1, 2)


class Decoder(nn.Module):
    """Causal convolution of a token with a cache of two."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(WIDTH, WIDTH, 3)
        self.up = nn.Linear(WIDTH, 4 * 8)

    def forward(self, token: Tensor, cache: Tensor) -> tuple[Tensor, Tensor]:
        """Map token (1, 1, WIDTH) and cache (1, 2, WIDTH) to frames (1, 4, 8) and the next cache."""
        seen = torch.cat([cache, token], dim=1)
        frames = self.up(torch.relu(self.convolution(seen.transpose(1, 2))).transpose(1, 2))
        return frames.reshape(1, 4, 8), seen[:, 1:]


def small_graphs(*, int8: bool = True, keep_torch: bool = True) -> dict[str, Graph]:
    """Return both graphs with weights and inputs that are always the same."""
    torch.manual_seed(0)
    return {
        "step": Graph(
            Step(),
            {
                "x": torch.randn(1, TOKENS, WIDTH),
                "ring": torch.randn(2, 1, RING, WIDTH),
                "count": torch.tensor(4),
                "memory": torch.randn(1, WIDTH),
            },
            ["y", "next_ring", "next_count", "next_memory"],
            covers_s=4 / 30,
            tolerance=1e-4,
            int8=int8,
            torch=keep_torch,
        ),
        "decoder": Graph(
            Decoder(),
            {"token": torch.randn(1, 1, WIDTH), "cache": torch.randn(1, 2, WIDTH)},
            ["frames", "next_cache"],
            covers_s=4 / 30,
            tolerance=1e-4,
            torch=keep_torch,
        ),
    }


def write_small_bundle(folder: Path, *, keep_torch: bool = True) -> None:
    """Write both graphs as a bundle."""
    about = About(
        name="small",
        summary="untrained, for the tests",
        fps=30.0,
        feature_version=1,
        licence="GPL-3.0-or-later",
        training_data=["nothing: random weights"],
        card="# small\n\nRandom weights, for the tests (`python -m tests.support.small_model`).\n",
        settings={"ring": RING, "styles": ("plain", "fancy"), "guidance": 1.5, "windowed": True},
    )
    write_bundle(folder, small_graphs(keep_torch=keep_torch), about)


if __name__ == "__main__":
    write_small_bundle(FOLDER, keep_torch=False)
