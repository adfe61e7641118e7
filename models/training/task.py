# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUnknownParameterType=false
"""What the training loop asks of something that can be learned."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
from torch import Tensor, nn

Batch = Mapping[str, Tensor]


class Task(Protocol):
    """A network, its examples, its losses and its examination."""

    @property
    def network(self) -> nn.Module:
        """What is trained: `network(batch)` returns the losses by name, "loss" being the one to descend."""
        ...

    def batch(self, rng: np.random.Generator, size: int, step: int) -> Batch:
        """Return `size` training examples, chosen by `rng`; `step` is for curricula."""
        ...

    def validate(self, network: nn.Module) -> Mapping[str, float]:
        """Return figures on held-out trials; "score" decides which weights are kept (smaller is better)."""
        ...

    def sample(self, network: nn.Module, out: Path) -> None:
        """Write something to look at, beginning with `out` as the name of its files."""
        ...
