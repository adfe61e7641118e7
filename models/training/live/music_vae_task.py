# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""First stage of BiCoR-VAE: the autoencoder of music, reconstruction + KL + an adversary (equation of section 2)."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor, nn

from models.live.net.causal import CausalConv
from models.live.net.vae import Vae, divergence, sampled
from models.live.tokens import TOKEN_FRAMES
from models.training.config import TrainConfig
from models.training.live.pairs import Take, load_takes
from models.training.task import Batch
from realtime.music.conditioning import BEAT, RATE_HZ, SOUND, beat_of
from realtime.types import FloatArray

FEATURES = SOUND + BEAT
WIDTH = 96
_KL, _ADVERSARY = 1e-4, 0.02
_FRAMES = 96


def music_features(take: Take) -> FloatArray:
    """Return (T + before, FEATURES): sound and beat, as heard at each frame."""
    times_s = take.start_s + (np.arange(len(take.sound)) - take.before) / RATE_HZ
    tempo_bpm, origin_s, origin_beat, rate_hz, confidence, beats_per_bar = take.clock.T
    beats = origin_beat + (times_s - origin_s) * rate_hz
    beat = beat_of(beats, tempo_bpm=tempo_bpm, beats_per_bar=beats_per_bar, confidence=confidence)
    return np.concatenate([take.sound, beat], axis=1).astype(np.float32)


class MusicVaeNetwork(nn.Module):
    """The autoencoder and its adversary; one pass gives the losses of both."""

    def __init__(self) -> None:
        super().__init__()
        self.vae = Vae(FEATURES, WIDTH)
        self.critic = nn.Sequential(
            CausalConv(FEATURES, 48, width=4, stride=2),
            nn.LeakyReLU(0.2),
            CausalConv(48, 48, width=4, stride=2),
            nn.LeakyReLU(0.2),
            CausalConv(48, 1, width=3),
        )

    def forward(self, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the losses of (B, T, FEATURES) music."""
        frames = batch["music"]
        mean, log_variance = self.vae.encode(frames)
        made = self.vae.decode(sampled(mean, log_variance))
        rebuilt = ((made - frames) / self.vae.scale).abs().mean()
        kl = divergence(mean, log_variance)
        real, fake = self._judged(frames), self._judged(made.detach())
        critic = F.relu(1.0 - real).mean() + F.relu(1.0 + fake).mean()
        for parameter in self.critic.parameters():
            parameter.requires_grad_(False)
        fooled = -self._judged(made).mean()
        for parameter in self.critic.parameters():
            parameter.requires_grad_(True)
        loss = rebuilt + _KL * kl + _ADVERSARY * fooled + critic
        return {"loss": loss, "rebuilt": rebuilt, "kl": kl, "critic": critic}

    def _judged(self, frames: Tensor) -> Tensor:
        return self.critic(((frames - self.vae.mean) / self.vae.scale).transpose(1, 2))


class MusicVaeTask:
    """Learns to sum up music in tokens."""

    def __init__(self, config: TrainConfig) -> None:
        data = Path(config.data)
        self._train = [music_features(take) for take in load_takes(data, split="train")]
        self._test = [music_features(take) for take in load_takes(data, split="test")]
        self._network = MusicVaeNetwork()
        every = np.concatenate(self._train)
        self._network.vae.mean.copy_(torch.from_numpy(every.mean(axis=0)))
        self._network.vae.scale.copy_(torch.from_numpy(np.maximum(every.std(axis=0), 0.05)))

    @property
    def network(self) -> nn.Module:
        """Return the autoencoder with its adversary."""
        return self._network

    def batch(self, rng: np.random.Generator, size: int, step: int) -> Batch:  # noqa: ARG002 - no curriculum
        """Return `size` excerpts of music."""
        return {"music": torch.from_numpy(excerpts(self._train, rng, size, _FRAMES))}

    def validate(self, network: nn.Module) -> Mapping[str, float]:
        """Return the reconstruction error on held-out music, in standard deviations."""
        assert isinstance(network, MusicVaeNetwork)
        rng = np.random.default_rng(0)
        frames = torch.from_numpy(excerpts(self._test, rng, 64, _FRAMES))
        mean, _ = network.vae.encode(frames)
        error = ((network.vae.decode(mean) - frames) / network.vae.scale).abs()
        return {"score": float(error.mean()), "beat": float(error[..., SOUND:].mean())}

    def sample(self, network: nn.Module, out: Path) -> None:
        """Draw nothing: there is nothing to see in a code of sounds."""


def excerpts(takes: list[FloatArray], rng: np.random.Generator, size: int, frames: int) -> FloatArray:
    """Return (size, frames, F): excerpts that begin with a token; long takes are chosen more often."""
    lengths = np.array([len(take) for take in takes], float)
    chosen = rng.choice(len(takes), size, p=lengths / lengths.sum())
    parts: list[FloatArray] = []
    for number in chosen:
        take = takes[number]
        last = max(0, len(take) - frames) // TOKEN_FRAMES
        start = int(rng.integers(last + 1)) * TOKEN_FRAMES
        part = take[start : start + frames]
        parts.append(np.pad(part, ((0, frames - len(part)), (0, 0)), mode="edge"))
    return np.stack(parts)


def make(config: TrainConfig) -> MusicVaeTask:
    """Return the task; it takes no options."""
    return MusicVaeTask(config)
