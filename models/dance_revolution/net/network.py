# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
# pyright: reportUntypedFunctionDecorator=false
"""Encoder and decoder together: a song and a first pose in, a dance out; trained by the curriculum.

Poses and music are standardised inside, so everything outside speaks of metres and of features as they are measured.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.dance_revolution.choosing import NO_MOVE, choose
from models.dance_revolution.clock import CLOCK
from models.dance_revolution.net.decoder import Decoder
from models.dance_revolution.net.encoder import Encoder


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
        clock: whether the music comes with the beat clock of `models.dance_revolution.clock`.
        moves: how many kinds of moves the decoder chooses from; 0 is the paper's.
        styles: how many styles can be asked for; only with moves.
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
    clock: bool = False
    moves: int = 0
    styles: int = 0

    @property
    def inputs(self) -> int:
        """Numbers of a frame of music."""
        return self.music + (CLOCK if self.clock else 0)

    @property
    def heard(self) -> int:
        """Numbers of an encoded frame: the clock is handed on as it is."""
        return self.width + (CLOCK if self.clock else 0)


class DanceRevolution(nn.Module):
    """The network of the paper: `encode` hears, `dance` dances. How it learns is in `models.training`."""

    pose_mean: Tensor
    pose_scale: Tensor
    music_mean: Tensor
    music_scale: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(
            shape.inputs,
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
            shape.heard,
            shape.units,
            shape.dropout,
            stale_hidden=shape.stale_hidden,
            random_state=shape.random_state,
            residual=shape.residual,
            moves=shape.moves,
            styles=shape.styles,
        )
        for name, size in (("pose", shape.pose), ("music", shape.inputs)):
            self.register_buffer(f"{name}_mean", torch.zeros(size))
            self.register_buffer(f"{name}_scale", torch.ones(size))

    def standardise(self, poses: NDArray[np.floating], music: NDArray[np.floating]) -> None:
        """Take mean and spread from data: shapes (N, pose) and (M, inputs). What hardly varies is not blown up."""
        self.pose_mean.copy_(torch.from_numpy(poses.mean(axis=0)))
        self.pose_scale.copy_(torch.from_numpy(np.maximum(poses.std(axis=0), 0.03)))
        self.music_mean.copy_(torch.from_numpy(music.mean(axis=0)))
        self.music_scale.copy_(torch.from_numpy(np.maximum(music.std(axis=0), 0.02)))

    def encode(self, music: Tensor, start: int | Tensor = 0) -> Tensor:
        """Return the encoding (B, T, shape.heard) of features as measured (B, T, shape.inputs)."""
        encoded = self.encoder((music - self.music_mean) / self.music_scale, start)
        return torch.cat([encoded, music[..., self.shape.music :]], dim=-1) if self.shape.clock else encoded

    @torch.no_grad()
    def dance(
        self,
        music: Tensor,
        first: Tensor,
        generator: torch.Generator | None = None,
        *,
        half_beats: NDArray[np.int_] | None = None,
        style: Tensor | None = None,
        moves: NDArray[np.int_] | None = None,
        seed: int = 0,
        temperature: float = 1.0,
    ) -> Tensor:
        """Return the dance (B, T, pose) to a song (B, T, inputs) from a first pose (B, pose), all as measured.

        Args:
            music: see there.
            first: see there.
            generator: of the state to begin in.
            half_beats: shape (B, T), which half beat each step belongs to; of a network with moves.
            style: shape (B, styles), of a network with moves.
            moves: shape (B, T), where they are not to be drawn.
            seed: of the draws.
            temperature: see `choose`.
        """
        heard = self.encode(music)
        state = self.decoder.begin(len(first), generator)
        pose = (first - self.pose_mean) / self.pose_scale
        poses = [pose]
        asked = torch.zeros(len(first), self.shape.styles) if style is None else style
        meant = np.full(len(first), NO_MOVE)
        for frame in range(music.shape[1] - 1):
            told = None
            if self.shape.moves:
                if moves is not None:
                    meant = moves[:, frame]
                elif frame:
                    assert half_beats is not None
                    logits = self.decoder.odds(state.hidden[-1], asked, heard[:, frame - 1]).numpy()
                    for row in np.flatnonzero(half_beats[:, frame] != half_beats[:, frame - 1]):
                        number = int(half_beats[row, frame]) + 10_007 * int(row)
                        meant[row] = choose(logits[row], seed=seed, half_beat=number, temperature=temperature)
                told = self.decoder.told(self.decoder.meant[torch.from_numpy(meant)], asked, heard[:, frame])
            pose, state = self.decoder(pose, heard[:, frame], state, told)
            poses.append(pose)
        return torch.stack(poses, dim=1) * self.pose_scale + self.pose_mean


__all__ = ["DanceRevolution", "Shape"]
