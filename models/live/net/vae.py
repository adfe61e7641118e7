# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""The causal autoencoder of BiCoR-VAE (You et al., MoMu-Diffusion, NeurIPS 2024), for motion and for music.

30 frames a second become 7.5 tokens of `LATENT` numbers, for both: token j is made of frames up to 4j + 3, and frames
up to 4j + 3 are made of tokens up to j. Nothing looks ahead, so a stream is decoded token by token.
"""

import torch
from torch import Tensor, nn

from models.live.net.causal import CausalConv, Residual, Upsample
from models.live.tokens import LATENT


class Encoder(nn.Module):
    """Frames to the mean and the logarithm of the variance of tokens."""

    def __init__(self, features: int, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            CausalConv(features, width, width=3),
            Residual(width),
            CausalConv(width, width, width=4, stride=2),
            Residual(width),
            CausalConv(width, width, width=4, stride=2),
            Residual(width),
            Residual(width, dilation=2),
            nn.SiLU(),
            nn.Conv1d(width, 2 * LATENT, 1),
        )

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log variance, each (B, T / 4, LATENT), of normalised frames (B, T, F)."""
        mean, log_variance = self.layers(frames.transpose(1, 2)).transpose(1, 2).chunk(2, dim=-1)
        return mean, log_variance.clamp(-12.0, 4.0)


class Decoder(nn.Module):
    """Tokens to frames; it looks back `CONTEXT` tokens."""

    def __init__(self, features: int, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            CausalConv(LATENT, width, width=3),
            Residual(width),
            Residual(width, dilation=2),
            Upsample(width),
            Residual(width),
            Upsample(width),
            Residual(width),
            nn.SiLU(),
            CausalConv(width, features, width=3),
        )

    def forward(self, tokens: Tensor) -> Tensor:
        """Return normalised frames (B, 4N, F) of tokens (B, N, LATENT)."""
        return self.layers(tokens.transpose(1, 2)).transpose(1, 2)


class Vae(nn.Module):
    """Encoder, decoder and the scale of the features."""

    mean: Tensor
    scale: Tensor

    def __init__(self, features: int, width: int) -> None:
        super().__init__()
        self.encoder = Encoder(features, width)
        self.decoder = Decoder(features, width)
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("scale", torch.ones(features))

    def encode(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log variance, each (B, T / 4, LATENT), of frames (B, T, F)."""
        return self.encoder((frames - self.mean) / self.scale)

    def decode(self, tokens: Tensor) -> Tensor:
        """Return frames (B, 4N, F) of tokens (B, N, LATENT)."""
        return self.decoder(tokens) * self.scale + self.mean


def sampled(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return tokens drawn from what the encoder says of them."""
    return mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return the mean KL divergence from the standard normal, per number."""
    return 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance).mean()
