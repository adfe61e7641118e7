# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUnknownParameterType=false
"""Distillation: what guidance makes of a network in two forwards, another learns to make in one.

The teacher is shown the same noisy tokens and the same history as the pupil. It says what it would make of them, and
what it would make of them deaf; the pupil aims at the first, away from the second (Meng et al., "On Distillation of
Guided Diffusion Models", CVPR 2023, first stage).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from models.training.live.generator_network import GeneratorNetwork


@dataclass(frozen=True)
class Teacher:
    """A frozen dancer and how much it exaggerates what it hears; no part of the network that is learned and saved."""

    network: "GeneratorNetwork"
    guidance: float

    def shown(self, batch: Mapping[str, Tensor], noisy: Tensor, level: Tensor, history: Tensor) -> Tensor:
        """Return the guided clean tokens (B, BLOCKS, WINDOW, LATENT), as `models.live.sampler` makes them on stage."""
        with torch.no_grad():
            memory = self.network.remembered(batch)
            led = self.network.denoised(batch, memory, noisy, level, history)
            deaf = {**batch, "block_beat": torch.zeros_like(batch["block_beat"])}
            unled = self.network.denoised(deaf, torch.zeros_like(memory), noisy, level, history)
        return unled + self.guidance * (led - unled)
