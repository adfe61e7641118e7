# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""The music encoder: self-attention within a window, over the whole song or as it comes.

Huang et al. (ICLR 2021), section 3.2: Linear 438 -> 200, sinusoid positions, 2 layers of 8 heads of 64, feed-forward
1024, normalised after each sum, dropout 0.1. Frame i attends to |i - j| <= k; with `causal` to i - k <= j <= i, so that
a song can be encoded while it sounds: keys and values of the last k frames are all that has to be remembered.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.dance_revolution.positions import POSITIONS, sinusoids


class Memory(NamedTuple):
    """What a causal encoder keeps: keys and values (layers, batch, heads, window, 64), and how many frames it heard.

    The newest frame is last; of a song that began less than a window ago the first places are empty (and masked).
    """

    keys: Tensor
    values: Tensor
    heard: Tensor


class Encoder(nn.Module):
    """Music features in, as many encoded frames out."""

    table: Tensor

    def __init__(
        self,
        inputs: int = 438,
        width: int = 200,
        layers: int = 2,
        heads: int = 8,
        head_width: int = 64,
        inner: int = 1024,
        window: int = 100,
        dropout: float = 0.1,
        *,
        causal: bool = True,
    ) -> None:
        super().__init__()
        self.window, self.causal = window, causal
        self.heads, self.head_width = heads, head_width
        self.embed = nn.Linear(inputs, width)
        self.layers = nn.ModuleList(Layer(width, heads, head_width, inner, dropout) for _ in range(layers))
        self.register_buffer("table", torch.from_numpy(sinusoids(width)), persistent=False)

    def forward(self, music: Tensor, start: int | Tensor = 0) -> Tensor:
        """Return the encoding of whole sequences: (B, T, inputs) -> (B, T, width).

        Args:
            music: shape (B, T, inputs), standardised.
            start: the position of the first frame, one for all or shape (B,).
        """
        frames = torch.arange(music.shape[1], device=music.device)
        first = torch.as_tensor(start, device=music.device).reshape(-1, 1)
        x = self.embed(music) + self.table[(first + frames) % POSITIONS]
        away = frames[:, None] - frames[None, :]
        allowed = (away <= self.window) & (away >= (0 if self.causal else -self.window))
        for layer in self.layers:
            x, _, _ = layer(x, None, None, allowed)
        return x

    def begin(self, batch: int = 1) -> Memory:
        """Return the memory of a causal encoder that has heard nothing."""
        shape = (len(self.layers), batch, self.heads, self.window, self.head_width)
        return Memory(torch.zeros(shape), torch.zeros(shape), torch.zeros(batch))

    def listen(self, music: Tensor, position: Tensor, memory: Memory) -> tuple[Tensor, Memory]:
        """Encode the frames that come next: any number of them gives what `forward` gives of the whole.

        Args:
            music: shape (B, n, inputs), standardised.
            position: shape (B, n, width), rows of the sinusoids.
            memory: of the frames before.

        Returns:
            (B, n, width) and the memory of all frames up to the last.
        """
        count = music.shape[1]
        x = self.embed(music) + position
        column = torch.arange(self.window + count)
        row = torch.arange(count)[:, None] + self.window
        near = (column <= row) & (column >= row - self.window)
        kept = column >= self.window - memory.heard[:, None, None]  # (B, 1, window + n)
        allowed = (near & kept)[:, None]
        keys: list[Tensor] = []
        values: list[Tensor] = []
        for index, layer in enumerate(self.layers):
            x, all_keys, all_values = layer(x, memory.keys[index], memory.values[index], allowed)
            keys.append(all_keys[:, :, -self.window :])
            values.append(all_values[:, :, -self.window :])
        heard = torch.clamp(memory.heard + count, max=float(self.window))
        return x, Memory(torch.stack(keys), torch.stack(values), heard)


class Layer(nn.Module):
    """Attention and feed-forward, each added to what came in and normalised."""

    def __init__(self, width: int, heads: int, head_width: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.head_width = heads, head_width
        self.queries = nn.Linear(width, heads * head_width)
        self.keys = nn.Linear(width, heads * head_width)
        self.values = nn.Linear(width, heads * head_width)
        self.mix = nn.Linear(heads * head_width, width)
        self.inner, self.outer = nn.Linear(width, inner), nn.Linear(inner, width)
        self.attended, self.fed = nn.LayerNorm(width), nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    def forward(
        self, x: Tensor, before_keys: Tensor | None, before_values: Tensor | None, allowed: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the layer's output (B, n, width), and all keys and values (B, heads, before + n, head_width)."""
        keys, values = self._split(self.keys(x)), self._split(self.values(x))
        if before_keys is not None and before_values is not None:
            keys, values = torch.cat([before_keys, keys], dim=2), torch.cat([before_values, values], dim=2)
        queries = self._split(self.queries(x))
        heard = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=allowed)
        heard = heard.transpose(1, 2).flatten(2)  # (B, n, heads * head_width)
        x = self.attended(x + self.dropout(self.mix(heard)))
        x = self.fed(x + self.dropout(self.outer(functional.relu(self.inner(x)))))
        return x, keys, values

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, self.head_width)).transpose(1, 2)  # (B, heads, n, head_width)
