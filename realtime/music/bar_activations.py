"""A small recurrent network that hears, beat by beat, which beats begin a bar, in plain numpy."""

from pathlib import Path

import numpy as np

from realtime.music.activations import GatedLayer, Vector, layer_of

LAGS = 2
"""It answers for the beat that has just been heard, and for the one before: a new chord is heard late."""


class BarActivations:
    """Hears what beats sound like and says how likely each begins a bar. Streams: one `step` per beat."""

    def __init__(self, weights: Path) -> None:
        with np.load(weights) as file:
            self._inner_w, self._inner_b = file["bar_inner_weight"], file["bar_inner_bias"]
            self._outer_w, self._outer_b = file["bar_outer_weight"], file["bar_outer_bias"]
            self._layer: GatedLayer = layer_of(file, "bar_recurrent", "l0")

    def step(self, features: Vector) -> tuple[float, ...]:
        """Return log likelihood ratios of being a downbeat, shape (LAGS,): of this beat, and of the one before.

        Args:
            features: shape (N_FEATURES,), of `realtime.music.beat_features`.
        """
        hidden = self._layer.step(np.maximum(self._inner_w @ features + self._inner_b, 0.0))
        return tuple((self._outer_w @ hidden + self._outer_b).tolist())

    def forget(self) -> None:
        """Begin anew: the beats to come are not the same beats."""
        self._layer.forget()
