# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""Second stage of BiCoR-VAE: the autoencoder of motion, aligned with music's, which is frozen.

L = reconstruction (features, and the body's positions, velocity, acceleration, contacts and sliding feet) + KL + a
bidirectional rhythmic contrast. Options: `music` (the best.pt of the first stage), `contrast` (its weight; 0 is
the ablation), `width`. With `bundle` instead of `music` and `width`, the decoder and the encoder of music are those of
a bundle, and an encoder is learned that fits them: what is needed to go on from a dancer that was shipped.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor, nn

from models.live.net.vae import Vae, divergence, sampled
from models.live.tokens import LATENT, TOKEN_FRAMES
from models.representation import FEATURES, Place, decode, mirror_features
from models.training.body import physical_losses
from models.training.config import TrainConfig
from models.training.live.contrast import WINDOW_TOKENS, Contrast, retrieval
from models.training.live.directogram import directogram, kinematic_amplitude
from models.training.live.music_vae_task import FEATURES as MUSIC_FEATURES
from models.training.live.music_vae_task import MusicVaeNetwork, music_features
from models.training.live.pairs import Take, load_takes
from models.training.live.weights import weights_of
from models.training.task import Batch
from realtime.errors import FarandoleError
from realtime.music.conditioning import STRONGEST_ONSET
from realtime.types import FloatArray

_FRAMES = 96
_WARM_FRAMES = 16
"""Frames whose reconstruction does not count: the decoder has not yet seen what is before them."""
_WEIGHTS = {"position": 4.0, "velocity": 0.4, "acceleration": 0.01, "contact": 1.0, "slide": 0.3}
_KL = 1e-5
WINDOWS = _FRAMES // (TOKEN_FRAMES * WINDOW_TOKENS)
"""Windows of the contrast in one excerpt."""


class MotionVaeNetwork(nn.Module):
    """The autoencoder of motion, the frozen one of music, and the contrast between them."""

    def __init__(self, width: int, contrast: float) -> None:
        super().__init__()
        self.vae = Vae(FEATURES, width)
        self.music = MusicVaeNetwork().vae.requires_grad_(False)
        self.contrast = Contrast(LATENT)
        self.contrast_weight = contrast

    def forward(self, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the losses of (B, T, FEATURES) motion with (B, T, ...) music and (B, T) amplitudes."""
        frames = batch["motion"]
        mean, log_variance = self.vae.encode(frames)
        made = self.vae.decode(sampled(mean, log_variance))[:, _WARM_FRAMES:]
        true = frames[:, _WARM_FRAMES:]
        losses = {
            "features": F.smooth_l1_loss(made / self.vae.scale, true / self.vae.scale, beta=0.5),
            "kl": divergence(mean, log_variance),
            **physical_losses(made, true),
        }
        loss = losses["features"] + _KL * losses["kl"]
        loss = loss + sum(weight * losses[name] for name, weight in _WEIGHTS.items())
        with torch.no_grad():
            music, _ = self.music.encode(batch["music"])
        # Without the contrast its heads learn all the same, so that the ablation is examined fairly.
        compared = mean if self.contrast_weight else mean.detach()
        losses["contrast"] = self.contrast(compared, music, batch["amplitude"], batch["onset"])
        loss = loss + (self.contrast_weight or 1.0) * losses["contrast"]
        return {"loss": loss, **losses}


class MotionVaeTask:
    """Learns to sum up motion in tokens that music's tokens can be compared with."""

    def __init__(self, config: TrainConfig) -> None:
        options = dict(config.options)
        music, bundle = str(options.pop("music", "")), str(options.pop("bundle", ""))
        contrast, width = float(options.pop("contrast", 0.1)), int(options.pop("width", 192))
        if options:
            raise FarandoleError(
                f"options: expected music, contrast, width and bundle, got {', '.join(options)} as well"
            )
        data = Path(config.data)
        self._train = [_Example(take) for take in load_takes(data, split="train", kinds=("dance", "prior"))]
        self._test = [_Example(take) for take in load_takes(data, split="test")]
        every = np.concatenate([example.motion for example in self._train])
        every = np.concatenate([every, mirror_features(every)])
        self._network = _network(contrast, width, Path(music), every) if not bundle else _fitting(contrast, bundle)

    @property
    def network(self) -> nn.Module:
        """Return the autoencoder with what it is compared with."""
        return self._network

    def batch(self, rng: np.random.Generator, size: int, step: int) -> Batch:  # noqa: ARG002 - no curriculum
        """Return `size` excerpts, half of them mirrored."""
        return _collate([_excerpt(self._pick(rng), rng) for _ in range(size)])

    def _pick(self, rng: np.random.Generator) -> "_Example":
        if not hasattr(self, "_weights"):
            lengths = np.array([len(example.motion) for example in self._train], float)
            self._weights = lengths / lengths.sum()
        return self._train[int(rng.choice(len(self._train), p=self._weights))]

    def validate(self, network: nn.Module) -> Mapping[str, float]:
        """Return errors on held-out motion (mm, m/s), and how often music finds its motion (R@1).

        "retrieval" is among eight windows of any takes, by chance 0.125; "retrieval_same_tempo" among the six of the
        same excerpt, by chance 0.167.
        """
        assert isinstance(network, MotionVaeNetwork)
        rng = np.random.default_rng(0)
        batch = _collate([_excerpt(example, rng) for example in self._test for _ in range(3)])
        true = batch["motion"]
        mean, _ = network.vae.encode(true)
        made = network.vae.decode(mean)[:, _WARM_FRAMES:]
        losses = physical_losses(made, true[:, _WARM_FRAMES:])
        music, _ = network.music.encode(batch["music"])
        figures = {name: float(value) for name, value in losses.items()}
        figures["position_mm"] = 1000.0 * figures.pop("position")
        moving, sounding = network.contrast.embedded(mean, music)
        figures["retrieval"] = retrieval(moving, sounding)
        # The windows of one take have one tempo: only the moment tells them apart.
        figures["retrieval_same_tempo"] = retrieval(moving, sounding, among=WINDOWS, shuffled=False)
        figures["score"] = figures["position_mm"] + 20.0 * figures["velocity"]
        return figures

    def sample(self, network: nn.Module, out: Path) -> None:
        """Draw nothing: the generator's samples are looked at."""


class _Example:
    """A take with its mirror image's ingredients."""

    def __init__(self, take: Take) -> None:
        self.motion = take.features
        heard = len(take.sound) > 0
        self.music = music_features(take)[take.before :] if heard else None
        body, _ = decode(take.features.astype(np.float64), Place(0.0, 0.0, 0.0))
        self.amplitude = kinematic_amplitude(directogram(body.root_m, body.rotations_wxyz)).astype(np.float32)


def _network(contrast: float, width: int, music: Path, every: FloatArray) -> MotionVaeNetwork:
    """Return a new network for frames like `every`, with the encoder of music that a run has learned."""
    network = MotionVaeNetwork(width, contrast)
    network.music.load_state_dict(_below("vae.", torch.load(music, weights_only=True, map_location="cpu")["network"]))
    network.vae.mean.copy_(torch.from_numpy(every.mean(axis=0)))
    network.vae.scale.copy_(torch.from_numpy(np.maximum(every.std(axis=0), 0.08)))
    return network


def _fitting(contrast: float, bundle: str) -> MotionVaeNetwork:
    """Return a network that has everything of a bundle but the encoder of motion, and learns that alone."""
    weights = weights_of(bundle)
    decoder = _below("motion.", weights)
    network = MotionVaeNetwork(decoder["decoder.layers.0.conv.weight"].shape[0], contrast)
    network.music.load_state_dict(_below("music.", weights), strict=False)
    network.vae.load_state_dict(decoder, strict=False)
    network.vae.decoder.requires_grad_(False)
    return network


def _below(prefix: str, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name[len(prefix) :]: value for name, value in state.items() if name.startswith(prefix)}


def _excerpt(example: _Example, rng: np.random.Generator) -> dict[str, FloatArray]:
    last = max(0, len(example.motion) - _FRAMES) // TOKEN_FRAMES
    start = int(rng.integers(last + 1)) * TOKEN_FRAMES
    part = slice(start, start + _FRAMES)
    motion = example.motion[part]
    if rng.random() < 0.5:
        motion = mirror_features(motion)
    music = example.music[part] if example.music is not None else np.full((len(motion), MUSIC_FEATURES), np.nan)
    short = _FRAMES - len(motion)
    parts = {"motion": motion, "music": music, "amplitude": example.amplitude[part][:, None]}
    return {name: np.pad(value, ((0, short), (0, 0)), mode="edge").astype(np.float32) for name, value in parts.items()}


def _collate(excerpts: list[dict[str, FloatArray]]) -> dict[str, Tensor]:
    batch = {name: torch.from_numpy(np.stack([part[name] for part in excerpts])) for name in excerpts[0]}
    batch["amplitude"] = batch["amplitude"][..., 0]
    batch["onset"] = batch["music"][..., STRONGEST_ONSET]
    return batch


def make(config: TrainConfig) -> MotionVaeTask:
    """Return the task.

    Raises:
        FarandoleError: an option is unknown.
    """
    return MotionVaeTask(config)
