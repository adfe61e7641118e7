"""A convolutional network that remembers ten seconds, in plain numpy: events, and the part of the beat.

The recurrent network may take the offbeat for the beat and then stay with it, because it hears its own decision in its
state. This one cannot: what it heard 10.3 s ago is gone. Dilated causal convolutions with residual connections, after
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
DILATIONS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
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
            inner_w, inner_b = file["rhythm_inner_weight"], file["rhythm_inner_bias"]
            self._inner = _Convolution(inner_w, inner_b, 1, outside=np.zeros(N_INPUTS, np.float32))
            self._layers: list[tuple[_Convolution, Vector]] = []
            owed = np.zeros(len(inner_w), np.float32)
            for index, dilation in enumerate(DILATIONS):
                wide = file[f"rhythm_wide_{index}_weight"], file[f"rhythm_wide_{index}_bias"]
                self._layers.append((_Convolution(*wide, dilation, outside=owed), file[f"rhythm_mix_{index}_weight"]))
                owed = owed + file[f"rhythm_mix_{index}_bias"]
            self._owed = owed
            self._outer_w, self._outer_b = file["rhythm_outer_weight"], file["rhythm_outer_bias"]
            self._usual = Usual.of(file["rhythm_prior"])
        self._recent: list[Vector] = []

    def step(self, bands: Vector) -> Rhythm:
        """Return what is heard in one frame: shape (N_BANDS,) of `bands` as `AubioBands` returns them."""
        if not self._recent:
            self._recent = [bands] * _DIFF_FRAMES
        rises = np.maximum(bands - self._recent.pop(0), _NOTHING)
        self._recent.append(bands)
        hidden = self._inner.step(np.concatenate((bands, _RISE * rises)))
        np.maximum(hidden, _NOTHING, out=hidden)
        for wide, mix in self._layers:
            seen = wide.step(hidden)
            hidden += mix @ np.maximum(seen, _NOTHING, out=seen)
        hidden += self._owed
        outer = self._outer_w @ np.maximum(hidden, _NOTHING, out=hidden) + self._outer_b
        parts = outer[EVENTS:]
        parts = parts - parts.max()
        return Rhythm(self._usual.against(outer[:EVENTS].tolist()), parts - np.log(np.exp(parts).mean()))


class _Convolution:
    """Sees its input now, one and two dilations ago; before the first there was nothing.

    At this size a call into numpy costs more than what it computes, so there are few: every frame is written twice,
    half the ring apart, so that the three are always one slice; a column of ones carries the bias; and what earlier
    layers would add as a constant (`outside`) is not added to the frames but counted in the bias.
    """

    def __init__(self, weight: Vector, bias: Vector, dilation: int, *, outside: Vector) -> None:
        """Take weights of shape (out, in, 3), the oldest first, and what is missing in every frame, shape (in,)."""
        out, width, taps = weight.shape
        by_tap = weight.transpose(0, 2, 1)
        biases = np.zeros((out, taps, 1), np.float32)
        biases[:, -1, 0] = bias + by_tap.sum(axis=1) @ outside
        self._weight = np.ascontiguousarray(np.concatenate([by_tap, biases], axis=2).reshape(out, -1))
        self._length = 2 * dilation + 1
        ring = np.ones((2 * self._length, width + 1), np.float32)
        ring[:, :width] = -outside
        self._written = ring.reshape(2, self._length, width + 1)[:, :, :width].swapaxes(0, 1)
        self._seen = [ring[end - 2 * dilation : end + 1 : dilation] for end in range(self._length - 1, len(ring))]
        self._now = 0

    def step(self, frame: Vector) -> Vector:
        """Return what it makes of the frame and its past: a new array."""
        now = self._now
        self._written[now] = frame
        self._now = now + 1 if now + 1 < self._length else 0
        return self._weight @ self._seen[now + 1].ravel()


_NOTHING, _RISE = np.float32(0.0), np.float32(4.0)
N_INPUTS = 2 * N_BANDS
