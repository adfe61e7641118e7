# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""A denoiser of the flagship's size on every engine that is here, side by side, in one run; needs the train extra.

Run it with `python -m tests.benchmarks.bench_engines`. Random weights: what is measured is arithmetic. One run makes
one token, 133 ms of dance; the ratio is to ONNX Runtime, fp32. Engines take turns: a busy machine is unfair to all.
"""

import logging
import sys
import tempfile
from pathlib import Path

import torch
from torch import Tensor, nn

from models.export import About, Graph, write_bundle
from models.runtime.select import ENGINES, open_model
from models.runtime.session import Session
from models.runtime.timing import time_session

WIDTH, LAYERS, HEADS, WINDOW, HISTORY, LATENT = 256, 6, 4, 8, 60, 16
ROUNDS, RUNS = 12, 25


class Block(nn.Module):
    """A transformer block whose window attends to itself and to cached keys and values."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.to_qkv, self.to_out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.inner, self.outer = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Tensor, ring: Tensor, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """Map x (1, WINDOW, WIDTH) and ring (2, 1, HISTORY, WIDTH) to the next x and the first key and value."""
        q, k, v = self.to_qkv(self.first(x)).chunk(3, dim=-1)
        keys, values = (_heads(torch.cat(pair, dim=1)) for pair in ((ring[0], k), (ring[1], v)))
        scores = (_heads(q) @ keys.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5).masked_fill(hidden, float("-inf"))
        mixed = (torch.softmax(scores, dim=-1) @ values).transpose(1, 2).reshape(1, WINDOW, WIDTH)
        x = x + self.to_out(mixed)
        return x + self.outer(nn.functional.gelu(self.inner(self.second(x)))), torch.stack([k[:, :1], v[:, :1]])


class Denoiser(nn.Module):
    """Blocks between a latent window, its conditions and its next state; the ring is written at `count`."""

    def __init__(self) -> None:
        super().__init__()
        self.enter, self.leave = nn.Linear(2 * LATENT, WIDTH), nn.Linear(WIDTH, LATENT)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))

    def forward(self, x: Tensor, condition: Tensor, rings: Tensor, count: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Map a window, its condition and the caches to their successors."""
        places = torch.arange(HISTORY + WINDOW)
        hidden = (places >= count) & (places < HISTORY)
        slot = (torch.arange(HISTORY) == count % HISTORY)[:, None]
        x = self.enter(torch.cat([x, condition], dim=-1))
        kept: list[Tensor] = []
        for index, block in enumerate(self.blocks):
            x, fresh = block(x, rings[index], hidden)
            kept.append(torch.where(slot, fresh, rings[index]))
        return self.leave(x), torch.stack(kept), count + 1


def _heads(x: Tensor) -> Tensor:
    return x.reshape(1, -1, HEADS, WIDTH // HEADS).transpose(1, 2)


def main() -> None:
    """Print the table."""
    logging.disable(logging.WARNING)
    torch.manual_seed(0)
    inputs = {
        "x": torch.randn(1, WINDOW, LATENT),
        "condition": torch.randn(1, WINDOW, LATENT),
        "rings": torch.randn(LAYERS, 2, 1, HISTORY, WIDTH),
        "count": torch.tensor(45),
    }
    graph = Graph(Denoiser(), inputs, ["y", "next_rings", "next_count"], covers_s=2 / 15, int8=True, torch=True)
    about = About("speed", "random weights", 30.0, 1, "GPL-3.0-or-later", ["nothing"], "# speed\n")
    with tempfile.TemporaryDirectory() as folder:
        bundle = write_bundle(Path(folder) / "bundle", {"denoiser": graph}, about)
        sessions: dict[str, Session] = {}
        for name in ENGINES:
            opened = open_model(bundle, [name])
            if opened.engine == name:
                sessions[name] = opened.sessions["denoiser"]
            else:
                sys.stdout.write(f"{name:12} {opened.refusals[name]}\n")
        medians: dict[str, list[float]] = {name: [] for name in sessions}
        for _ in range(ROUNDS):
            for name, session in sessions.items():
                medians[name].append(time_session(session, bundle, "denoiser", runs=RUNS).median_ms)
        best = {name: sorted(values)[ROUNDS // 2] for name, values in medians.items()}
        size_mb = bundle.onnx_file("denoiser").stat().st_size / 1e6
        sys.stdout.write(f"d {WIDTH} x {LAYERS}, {size_mb:.1f} MB, window {WINDOW}, history {HISTORY}\n")
        for name, median_ms in best.items():
            ratio = median_ms / best["onnx"]
            sys.stdout.write(
                f"{name:12} {median_ms:7.2f} ms a token, ratio {ratio:.2f}, {133.3 / median_ms:5.0f} times real time\n"
            )


if __name__ == "__main__":
    main()
