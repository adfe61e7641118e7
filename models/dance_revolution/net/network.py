# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
# pyright: reportUntypedFunctionDecorator=false
"""Encoder and decoder together: a song and a first pose in, a dance out; trained by the curriculum.

Poses and music are standardised inside, so everything outside speaks of metres and of features as they are measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.dance_revolution.net.decoder import Decoder
from models.dance_revolution.net.encoder import Encoder
from models.dance_revolution.net.unrolled import unrolled
from models.dance_revolution.positions import POSITIONS
from models.representation import FEATURES, JOINTS, PELVIS


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the network is and how it is wired; the defaults are the paper's, for our poses.

    Attributes:
        pose: numbers per frame: 152 for our skeleton, 50 for BODY_25 in 2D as published.
        music: features per frame.
        width, layers, heads, head_width, inner, window: of the encoder.
        units: of each recurrent cell.
        dropout: while training.
        causal: whether the encoder hears the past only.
        stale_hidden: see `decoder`.
        random_state: whether the state begins at random, or with zeros.
        residual: whether the decoder says how the pose changes; the paper's says what it is.
    """

    pose: int = 152
    music: int = 438
    width: int = 200
    layers: int = 2
    heads: int = 8
    head_width: int = 64
    inner: int = 1024
    window: int = 100
    units: int = 1024
    dropout: float = 0.1
    causal: bool = True
    stale_hidden: bool = False
    random_state: bool = True
    residual: bool = False


class DanceRevolution(nn.Module):
    """The network of the paper. `network(batch)` returns its losses, `dance` its dances."""

    pose_mean: Tensor
    pose_scale: Tensor
    music_mean: Tensor
    music_scale: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(
            shape.music,
            shape.width,
            shape.layers,
            shape.heads,
            shape.head_width,
            shape.inner,
            shape.window,
            shape.dropout,
            causal=shape.causal,
        )
        self.decoder = Decoder(
            shape.pose,
            shape.width,
            shape.units,
            shape.dropout,
            stale_hidden=shape.stale_hidden,
            random_state=shape.random_state,
            residual=shape.residual,
        )
        for name, size in (("pose", shape.pose), ("music", shape.music)):
            self.register_buffer(f"{name}_mean", torch.zeros(size))
            self.register_buffer(f"{name}_scale", torch.ones(size))

    def standardise(self, poses: NDArray[np.floating], music: NDArray[np.floating]) -> None:
        """Take mean and spread from data: shapes (N, pose) and (M, music). What hardly varies is not blown up."""
        self.pose_mean.copy_(torch.from_numpy(poses.mean(axis=0)))
        self.pose_scale.copy_(torch.from_numpy(np.maximum(poses.std(axis=0), 0.03)))
        self.music_mean.copy_(torch.from_numpy(music.mean(axis=0)))
        self.music_scale.copy_(torch.from_numpy(np.maximum(music.std(axis=0), 0.02)))

    def forward(self, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the losses of a batch.

        Args:
            batch: "music" (B, T, music), "poses" (B, T, pose), "heard" (B, T) 1 where a frame counts, "own" (T,) which
                inputs are the network's own, "weight" () of the loss on frame-to-frame differences, "vigour" () of the
                loss on how far each joint goes in a frame, whichever way.
        """
        truth = (batch["poses"] - self.pose_mean) / self.pose_scale
        start = torch.randint(0, POSITIONS, (len(truth),))
        heard = self.encode(batch["music"], start)
        predicted = unrolled(self.decoder, truth[:, :-1], heard[:, :-1], batch["own"][:-1])
        counts = batch["heard"][:, 1:, None]
        share = counts.sum() * truth.shape[-1]
        loss = (torch.abs(predicted - truth[:, 1:]) * counts).sum() / share
        moved, wanted = predicted[:, 1:] - predicted[:, :-1], truth[:, 2:] - truth[:, 1:-1]
        difference = (torch.abs(moved - wanted) * counts[:, 1:]).sum() / share
        own = batch["own"].float().mean()
        vigour = (self._vigour(predicted, truth, batch["own"]) * counts).sum() / counts.sum()
        total = loss + batch["weight"] * difference + batch["vigour"] * vigour
        return {"loss": total, "pose": loss, "difference": difference, "vigour": vigour, "own": own}

    def _vigour(self, predicted: Tensor, truth: Tensor, own: Tensor) -> Tensor:
        """Return (B, T-1, 1): how differently far the joints go in each frame.

        Of many ways that a dance may go on, the mean is none of them: standing still. This loss does not ask where a
        joint goes, only that it goes.
        """
        fed = truth[:, :-1].clone()
        fed[:, 1:] = torch.where(own[1:-1, None], predicted[:, :-1].detach(), truth[:, 1:-1])
        parts = slice(PELVIS.start, JOINTS.stop) if truth.shape[-1] == FEATURES else slice(None)
        size = 6 if truth.shape[-1] == FEATURES else 1
        went, wanted = (
            torch.linalg.vector_norm(step[..., parts].unflatten(-1, (-1, size)) + 1e-4, dim=-1)
            for step in (predicted - fed, truth[:, 1:] - truth[:, :-1])
        )
        return torch.abs(went - wanted).mean(dim=-1, keepdim=True)

    def encode(self, music: Tensor, start: int | Tensor = 0) -> Tensor:
        """Return the encoding (B, T, width) of features as measured (B, T, music)."""
        return self.encoder((music - self.music_mean) / self.music_scale, start)

    @torch.no_grad()
    def dance(self, music: Tensor, first: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Return the dance (B, T, pose) to a song (B, T, music) from a first pose (B, pose), all as measured."""
        heard = self.encode(music)
        state = self.decoder.begin(len(first), generator)
        pose = (first - self.pose_mean) / self.pose_scale
        poses = [pose]
        for frame in range(music.shape[1] - 1):
            pose, state = self.decoder(pose, heard[:, frame], state)
            poses.append(pose)
        return torch.stack(poses, dim=1) * self.pose_scale + self.pose_mean


__all__ = ["DanceRevolution", "Shape"]
