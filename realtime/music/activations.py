"""A small recurrent network that hears beats in the bands, frame by frame, in plain numpy.

Two gated recurrent layers (Cho et al. 2014, in the variant of PyTorch's `nn.GRU`) of some tens of units: at this size
numpy needs fewer microseconds than a call into an inference engine, and the core stays free of one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LABEL_DELAY_FRAMES = 3
"""The network answers this many frames after the end of the hop in which a beat began."""
_DIFF_FRAMES = 2

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heard:
    """How likely a frame is under each class, as the logarithm of probability over its usual share.

    Attributes:
        none: nothing of the following.
        beat: any beat.
        offbeat: the middle between two beats.
        downbeat: a beat that begins a bar against one that does not, given that it is a beat.
    """

    none: float
    beat: float
    offbeat: float
    downbeat: float

    def together_with(self, other: "Heard") -> "Heard":
        """Return what two hear who listen differently: surer where they agree, less sure where they do not."""
        return Heard(
            self.none + other.none,
            self.beat + other.beat,
            self.offbeat + other.offbeat,
            self.downbeat + other.downbeat,
        )


EVENTS = 4
"""Classes that the networks tell apart: none, downbeat, any other beat, offbeat."""


@dataclass(frozen=True, slots=True)
class Usual:
    """How often a network answers each class when it does not listen, as logarithms."""

    none: float
    beat: float
    offbeat: float
    downbeat: float

    @classmethod
    def of(cls, shares: NDArray[np.float32]) -> "Usual":
        """Return those of shares of the classes, shape (EVENTS,)."""
        none, downbeat, beat, offbeat = (float(share) for share in shares)
        return cls(log(none), log(downbeat + beat), log(offbeat), log(downbeat / beat))

    def against(self, logits: list[float]) -> Heard:
        """Return what is heard of the answers to one frame."""
        most = max(logits)
        none, downbeat, beat, offbeat = (exp(max(logit - most, _HARDLY)) for logit in logits)
        scale = log(none + downbeat + beat + offbeat)
        return Heard(
            none=log(none) - scale - self.none,
            beat=log(downbeat + beat) - scale - self.beat,
            offbeat=log(offbeat) - scale - self.offbeat,
            downbeat=log(downbeat / beat) - self.downbeat,
        )


class BeatActivations:
    """Hears bands and returns how likely each class is. Streams: one `step` per frame."""

    def __init__(self, weights: Path) -> None:
        with np.load(weights) as file:
            self._inner_w, self._inner_b = file["inner_weight"], file["inner_bias"]
            self._outer_w, self._outer_b = file["outer_weight"], file["outer_bias"]
            self._layers = [layer_of(file, "recurrent", layer) for layer in ("l0", "l1")]
            self._usual = Usual.of(file["prior"])
        self._recent: list[Vector] = []

    def step(self, bands: Vector) -> Heard:
        """Return what is heard in one frame: shape (N_BANDS,) of `bands` as `AubioBands` returns them."""
        if not self._recent:
            self._recent = [bands] * _DIFF_FRAMES
        rises = np.maximum(bands - self._recent.pop(0), 0.0)
        self._recent.append(bands)
        hidden = np.maximum(self._inner_w @ np.concatenate((bands, 4.0 * rises)) + self._inner_b, 0.0)
        for layer in self._layers:
            hidden = layer.step(hidden)
        return self._usual.against((self._outer_w @ hidden + self._outer_b).tolist())


class GatedLayer:
    """A gated recurrent layer: `torch.nn.GRU`, one step at a time."""

    def __init__(self, input_w: Vector, hidden_w: Vector, input_b: Vector, hidden_b: Vector) -> None:
        self._input_w, self._input_b = input_w, input_b
        self._hidden_w, self._hidden_b = hidden_w, hidden_b
        self._units = hidden_w.shape[1]
        self._hidden = np.zeros(self._units, np.float32)

    def forget(self) -> None:
        """Remember nothing any more."""
        self._hidden = np.zeros(self._units, np.float32)

    def step(self, inputs: Vector) -> Vector:
        """Return what it makes of the inputs, shape (units,), and of what it remembers."""
        units = self._units
        heard = self._input_w @ inputs + self._input_b
        kept = self._hidden_w @ self._hidden + self._hidden_b
        gates = _HALF + _HALF * np.tanh(_HALF * (heard[: 2 * units] + kept[: 2 * units]))
        new = np.tanh(heard[2 * units :] + gates[:units] * kept[2 * units :])
        self._hidden = new + gates[units:] * (self._hidden - new)
        return self._hidden


def layer_of(arrays: Mapping[str, Vector], name: str, layer: str) -> GatedLayer:
    """Return a layer of weights that are named as PyTorch names them."""
    return GatedLayer(*(arrays[f"{name}_{kind}_{layer}"] for kind in _KINDS))


_HARDLY = -60.0
"""Below this, the exponential of a difference would be no number to divide by."""
_HALF = np.float32(0.5)
_KINDS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
