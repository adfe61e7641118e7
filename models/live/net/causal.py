# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""Convolutions over time that never look ahead: batch first, time last.

Layouts are (B, C, T). An output at time t depends on inputs up to t only; a stride of 2 keeps that by ending each
window at the second frame of its pair, so token j of two strides covers frames 4j to 4j + 3.
"""

import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor, nn


class CausalConv(nn.Module):
    """A convolution padded on the left only."""

    def __init__(self, channels_in: int, channels_out: int, *, width: int, dilation: int = 1, stride: int = 1) -> None:
        super().__init__()
        self._left = (width - 1) * dilation + 1 - stride
        self.conv = nn.Conv1d(channels_in, channels_out, width, dilation=dilation, stride=stride)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, C', T / stride) of (B, C, T)."""
        return self.conv(F.pad(x, (self._left, 0)))


class Residual(nn.Module):
    """Two causal convolutions around which the input goes straight through."""

    def __init__(self, channels: int, *, dilation: int = 1) -> None:
        super().__init__()
        self.first = CausalConv(channels, channels, width=3, dilation=dilation)
        self.second = nn.Conv1d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, C, T) of (B, C, T)."""
        return x + self.second(F.silu(self.first(F.silu(x))))


class Upsample(nn.Module):
    """Makes two frames of each: (B, C, T) to (B, C, 2T)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.spread = nn.Conv1d(channels, 2 * channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, C, 2T) of (B, C, T)."""
        batch, channels, count = x.shape
        return self.spread(x).view(batch, channels, 2, count).transpose(2, 3).reshape(batch, channels, 2 * count)
