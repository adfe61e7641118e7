"""A convolutional network that remembers two and a half seconds, in plain numpy: events, and the part of the beat.

The recurrent network may take the offbeat for the beat and then stay with it, because it hears its own decision in its
state. This one cannot: what it heard 2.6 s ago is gone. Dilated causal convolutions with residual connections, after
van den Oord et al., "WaveNet" (2016), and Davies and Böck, "Temporal convolutional networks for musical audio beat
tracking" (EUSIPCO 2019).
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from realtime.music.activations import EVENTS, Heard, Usual
from realtime.music.bands import N_BANDS

PHASES = 16
"""Parts of a beat that it tells apart."""
DILATIONS = (1, 2, 4, 8, 16, 32, 64)
"""Frames between the three that a layer sees."""
_DIFF_FRAMES = 2

Vector = NDArray[np.float32]


class Rhythm(NamedTuple):
    """What is heard in a frame: events, and the log likelihood of each part of the beat, shape (PHASES,)."""

    heard: Heard
    parts: Vector


class RhythmActivations:
    """Hears bands and returns what the recent past sounds like. Streams: one `step` per frame."""

    def __init__(self, weights: Path) -> None:
        with np.load(weights) as file:
            self._inner = _Convolution(file["rhythm_inner_weight"], file["rhythm_inner_bias"], 1)
            self._layers = [
                _Layer(
                    _Convolution(file[f"rhythm_wide_{index}_weight"], file[f"rhythm_wide_{index}_bias"], dilation),
                    file[f"rhythm_mix_{index}_weight"],
                    file[f"rhythm_mix_{index}_bias"],
                )
                for index, dilation in enumerate(DILATIONS)
            ]
            self._outer_w, self._outer_b = file["rhythm_outer_weight"], file["rhythm_outer_bias"]
            self._usual = Usual.of(file["rhythm_prior"])
        self._recent: list[Vector] = []

    def step(self, bands: Vector) -> Rhythm:
        """Return what is heard in one frame: shape (N_BANDS,) of `bands` as `AubioBands` returns them."""
        if not self._recent:
            self._recent = [bands] * _DIFF_FRAMES
        rises = np.maximum(bands - self._recent.pop(0), _NOTHING)
        self._recent.append(bands)
        hidden = np.maximum(self._inner.step(np.concatenate((bands, _RISE * rises))), _NOTHING)
        for layer in self._layers:
            hidden = layer.step(hidden)
        outer = self._outer_w @ np.maximum(hidden, _NOTHING) + self._outer_b
        parts = outer[EVENTS:]
        parts = parts - parts.max()
        return Rhythm(self._usual.against(outer[:EVENTS].tolist()), parts - np.log(np.exp(parts).mean()))


class _Convolution:
    """Sees its input now, one and two dilations ago; all zero before the first.

    Every frame is written twice, half the ring apart, so that the three are always one slice.
    """

    def __init__(self, weight: Vector, bias: Vector, dilation: int) -> None:
        """Take weights of shape (out, in, 3), the oldest first."""
        out, width, taps = weight.shape
        self._weight = np.ascontiguousarray(weight.transpose(0, 2, 1).reshape(out, taps * width))
        self._bias = bias
        self._length = 2 * dilation + 1
        ring = np.zeros((2 * self._length, width), np.float32)
        self._ring = ring
        self._seen = [ring[end - 2 * dilation : end + 1 : dilation] for end in range(self._length - 1, len(ring))]
        self._now = 0

    def step(self, frame: Vector) -> Vector:
        """Return what it makes of the frame and its past."""
        now, ring = self._now, self._ring
        ring[now] = frame
        ring[now + self._length] = frame
        seen = self._seen[now + 1].ravel()
        self._now = now + 1 if now + 1 < self._length else 0
        return self._weight @ seen + self._bias


class _Layer:
    def __init__(self, wide: _Convolution, mix_w: Vector, mix_b: Vector) -> None:
        self._wide = wide
        self._mix_w, self._mix_b = mix_w, mix_b

    def step(self, hidden: Vector) -> Vector:
        return hidden + self._mix_w @ np.maximum(self._wide.step(hidden), _NOTHING) + self._mix_b


_NOTHING, _RISE = np.float32(0.0), np.float32(4.0)
N_INPUTS = 2 * N_BANDS
