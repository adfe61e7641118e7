# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""The bidirectional rhythmic contrast of BiCoR-VAE: windows of motion and of music that belong together are alike.

Windows of the latent sequences are max-pooled over time and compared by cosine; InfoNCE in both directions. A positive
is the same window of time in which the sudden-ness of the motion (kinematic amplitude) and of the music (onset) agree:
both above or both below the middle of the batch. Negatives are all other windows, of other takes and of other moments
of the same take. Temperature 0.1 and windows of four tokens are ours; the paper does not state them. The pooled music
goes through a linear head of its own, because its autoencoder is frozen.
"""

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor, nn

from models.live.tokens import TOKEN_FRAMES

WINDOW_TOKENS = 4
_TEMPERATURE = 0.1


class Contrast(nn.Module):
    """Two linear heads and the loss between them."""

    def __init__(self, latent: int) -> None:
        super().__init__()
        self.motion = nn.Linear(latent, latent)
        self.music = nn.Linear(latent, latent)

    def embedded(self, motion: Tensor, music: Tensor) -> tuple[Tensor, Tensor]:
        """Return unit vectors (windows, C) of token sequences (B, N, LATENT); takes without music are left out."""
        heard = torch.isfinite(music).all(dim=-1).all(dim=-1)
        return _unit(self.motion(_pooled(motion[heard]))), _unit(self.music(_pooled(music[heard])))

    def forward(self, motion: Tensor, music: Tensor, amplitude: Tensor, onset: Tensor) -> Tensor:
        """Return the loss.

        Args:
            motion: shape (B, N, LATENT).
            music: like `motion`; that of takes without any is NaN.
            amplitude: shape (B, 4N), kinematic amplitude.
            onset: shape (B, 4N), strength of onsets.
        """
        heard = torch.isfinite(music).all(dim=-1).all(dim=-1)
        moving, sounding = self.embedded(motion, music)
        agree = _high(amplitude[heard]) == _high(onset[heard])
        alike = moving @ sounding.T / _TEMPERATURE
        truth = torch.arange(len(alike), device=alike.device)
        both = F.cross_entropy(alike, truth, reduction="none") + F.cross_entropy(alike.T, truth, reduction="none")
        return 0.5 * (both * agree).sum() / agree.sum().clamp(min=1)


def retrieval(motion: Tensor, music: Tensor, among: int = 8, *, shuffled: bool = True) -> float:
    """Return R@1: how often music is most like its own motion, of `among` windows, drawn or as they come."""
    count = len(motion) // among * among
    if not count:
        return 0.0
    order = torch.randperm(len(motion), generator=torch.Generator().manual_seed(0)) if shuffled else torch.arange(count)
    order = order[:count]
    alike = music[order].view(-1, among, music.shape[-1]) @ motion[order].view(-1, among, motion.shape[-1]).mT
    return float((alike.argmax(dim=-1) == torch.arange(among, device=alike.device)).float().mean())


def _pooled(tokens: Tensor) -> Tensor:
    batch, count, latent = tokens.shape
    count = count // WINDOW_TOKENS * WINDOW_TOKENS
    return tokens[:, :count].reshape(batch * count // WINDOW_TOKENS, WINDOW_TOKENS, latent).amax(dim=1)


def _high(strength: Tensor) -> Tensor:
    frames = WINDOW_TOKENS * TOKEN_FRAMES
    count = strength.shape[1] // frames * frames
    strongest = strength[:, :count].reshape(-1, frames).amax(dim=1)
    return strongest > strongest.median()


def _unit(vectors: Tensor) -> Tensor:
    return F.normalize(vectors, dim=-1)
