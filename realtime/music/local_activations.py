"""A network without memory: where in the beat the last third of a second sounds like, in plain numpy."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realtime.music.bands import N_BANDS

PHASES = 16
"""Parts of a beat that it tells apart."""
GROUPS = 8
_GROUP_FRAMES = 4
_WIDE = 3
N_LOCAL = (GROUPS + 1) * N_BANDS // _WIDE

Vector = NDArray[np.float32]


def group_rises(rises: Vector, bands: Vector) -> Vector:
    """Return what the network sees: shape (N_LOCAL,).

    Args:
        rises: shape (frames, N_BANDS), how much each band rose, the newest last; 32 frames are used.
        bands: shape (N_BANDS,), the bands now.
    """
    recent = rises[-GROUPS * _GROUP_FRAMES :].reshape(GROUPS, _GROUP_FRAMES, N_BANDS // _WIDE, _WIDE)
    grouped = 4.0 * recent.sum(axis=(1, 3)) / _WIDE
    return np.concatenate((grouped.ravel(), bands.reshape(-1, _WIDE).mean(axis=1)))


class LocalActivations:
    """Hears bands, frame by frame, and returns how likely each part of the beat is."""

    def __init__(self, weights: Path) -> None:
        with np.load(weights) as file:
            self._inner_w, self._inner_b = file["local_inner_weight"], file["local_inner_bias"]
            self._outer_w, self._outer_b = file["local_outer_weight"], file["local_outer_bias"]
        self._rises = np.zeros((GROUPS * _GROUP_FRAMES, N_BANDS), np.float32)
        self._previous: Vector | None = None

    def step(self, bands: Vector) -> Vector:
        """Return the log likelihood of each part of the beat, shape (PHASES,), up to a common constant."""
        previous = bands if self._previous is None else self._previous
        self._rises[:-1] = self._rises[1:]
        self._rises[-1] = np.maximum(bands - previous, 0.0)
        self._previous = bands
        hidden = np.maximum(self._inner_w @ group_rises(self._rises, bands) + self._inner_b, 0.0)
        logits = self._outer_w @ hidden + self._outer_b
        logits = logits - logits.max()
        return logits - np.log(np.exp(logits).mean())
