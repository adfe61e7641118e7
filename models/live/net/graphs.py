# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""The networks as they run on stage: flat inputs and outputs of fixed shapes, caches passed in and new entries out.

These modules are exported, and training's own rollouts run them too, so what is examined is what dances.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.live.net.attention import Seen
from models.live.net.denoiser import Denoiser, Told
from models.live.net.music_encoder import MusicEncoder
from models.live.net.vae import Decoder, Encoder
from models.live.tokens import WINDOW


class MusicGraph(nn.Module):
    """The last frames of music to the memory of their last token."""

    mean: Tensor
    scale: Tensor

    def __init__(self, encoder: Encoder, mean: Tensor, scale: Tensor, memory: MusicEncoder) -> None:
        super().__init__()
        self.encoder, self.memory = encoder, memory
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)

    def forward(
        self, frames: Tensor, cosine: Tensor, sine: Tensor, keys: Tensor, values: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the memory (1, width) and the token's keys and values, each (layers, 1, heads, 1, head width).

        Args:
            frames: shape (1, MUSIC_FRAMES, features), the newest last.
            cosine: shape (1, head width / 2), of the token's position.
            sine: like `cosine`.
            keys: shape (layers, 1, heads, MUSIC_HISTORY, head width).
            values: like `keys`.
            mask: shape (1, MUSIC_HISTORY + 1), 0 or -inf.
        """
        tokens, _ = self.encoder((frames - self.mean) / self.scale)
        seen = [Seen(keys[layer], values[layer]) for layer in range(len(self.memory.layers))]
        memory, news = self.memory(tokens[:, -1:], cosine, sine, mask, seen)
        return memory[:, 0], torch.stack([new.keys for new in news]), torch.stack([new.values for new in news])


class DenoiserGraph(nn.Module):
    """One step of the whole window: every token one level down, the newest committed token remembered."""

    def __init__(self, denoiser: Denoiser) -> None:
        super().__init__()
        self.denoiser = denoiser

    def forward(
        self,
        tokens: Tensor,
        level: Tensor,
        beat: Tensor,
        memory: Tensor,
        style: Tensor,
        energy: Tensor,
        cosine: Tensor,
        sine: Tensor,
        keys: Tensor,
        values: Tensor,
        mask: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the clean window (1, WINDOW, LATENT) and the first token's keys and values.

        Args:
            tokens: shape (1, 1 + WINDOW, LATENT): the token committed last, then the window.
            level: shape (1, 1 + WINDOW); the first is 0.
            beat: shape (1, 1 + WINDOW, TOKEN_FRAMES * BEAT).
            memory: shape (1, music width).
            style: shape (1, len(STYLES)).
            energy: shape (1, ENERGY).
            cosine: shape (1 + WINDOW, head width / 2).
            sine: like `cosine`.
            keys: shape (layers, 1, heads, HISTORY, head width).
            values: like `keys`.
            mask: shape (1 + WINDOW, HISTORY + 1 + WINDOW), 0 or -inf.
        """
        made = torch.ones_like(level)[..., None]
        made = torch.cat([torch.zeros_like(made[:, :1]), made[:, 1:]], dim=1)
        told = Told(level, beat, made * memory[:, None], made * style[:, None], made * energy[:, None])
        seen = [Seen(keys[layer], values[layer]) for layer in range(len(self.denoiser.layers))]
        clean, news = self.denoiser(tokens, told, cosine, sine, mask, seen)
        return (
            clean[:, -WINDOW:],
            torch.stack([new.keys[:, :, :1] for new in news]),
            torch.stack([new.values[:, :, :1] for new in news]),
        )


class DecoderGraph(nn.Module):
    """Tokens to frames of motion features."""

    mean: Tensor
    scale: Tensor
    token_mean: Tensor
    token_scale: Tensor

    def __init__(self, decoder: Decoder, mean: Tensor, scale: Tensor, token_mean: Tensor, token_scale: Tensor) -> None:
        super().__init__()
        self.decoder = decoder
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)
        self.register_buffer("token_mean", token_mean)
        self.register_buffer("token_scale", token_scale)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return (1, 4 * WINDOW, FEATURES) of (1, CONTEXT + WINDOW, LATENT) normalised tokens: the window's frames."""
        frames = self.decoder(tokens * self.token_scale + self.token_mean) * self.scale + self.mean
        return frames[:, -4 * WINDOW :]


class TorchGraph:
    """A graph run by torch itself, for rollouts during training; a `models.live.sampler.Graph`."""

    def __init__(self, module: nn.Module, inputs: Sequence[str], outputs: Sequence[str]) -> None:
        self._module, self._inputs, self._outputs = module.eval(), tuple(inputs), tuple(outputs)

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Return the outputs by name."""
        with torch.no_grad():
            made = self._module(*(torch.from_numpy(np.ascontiguousarray(inputs[name])) for name in self._inputs))
        results = made if isinstance(made, tuple) else (made,)
        return {name: value.numpy() for name, value in zip(self._outputs, results, strict=True)}


MUSIC_IO = (("frames", "cosine", "sine", "keys", "values", "mask"), ("memory", "new_keys", "new_values"))
DENOISER_IO = (
    ("tokens", "level", "beat", "memory", "style", "energy", "cosine", "sine", "keys", "values", "mask"),
    ("clean", "new_keys", "new_values"),
)
DECODER_IO = (("tokens",), ("frames",))
