"""How far long dances are from people's, as they go on: of the time since the last pose that was given.

No truth lasts as long as these dances do, so the error is how far they are from held-out dances as a whole: "distance",
of Gaussians over poses and their differences in the data's own principal directions; "activity", how much they move
from frame to frame against the data (1 as much, 0 frozen); "wild", the share of numbers further than five deviations
from the data's mean. Those count as five: a rotation's numbers may grow without turning the body, and a few that run
away would drown the others. A dance with a number that no pose has, or none at all, has blown up, and it is said when.
"""

import numpy as np
from numpy.typing import NDArray

from models.dance_revolution.frames import FPS
from models.training.metrics.spread import frechet_distance
from realtime.types import FloatArray

SPANS_S = ((0, 30), (30, 60), (60, 120))
_WILD = 5.0
_BEYOND = 20.0
"""No number of a pose comes near it: rotations are up to 1, rates some radians or metres per second."""
_DIRECTIONS = 24
_QUIETEST = 0.03
"""What hardly varies in the data is not blown up."""


class Ruler:
    """Measures dances (N, T, pose) against dances of people (M, pose), 15 frames a second."""

    def __init__(self, poses: NDArray[np.float32]) -> None:
        self._mean, self._scale = poses.mean(axis=0), np.maximum(poses.std(axis=0), _QUIETEST)
        flat = np.clip((poses - self._mean) / self._scale, -_WILD, _WILD)
        self._moved = float(np.abs(np.diff(flat, axis=0)).mean())
        pairs = _pairs(flat[None])
        self._directions = np.linalg.svd(pairs - pairs.mean(axis=0), full_matrices=False)[2][:_DIRECTIONS].T
        self._reference = pairs @ self._directions

    def measure(self, danced: NDArray[np.float32]) -> dict[str, float]:
        """Return distance, activity and wildness of each span of time that there is.

        Beside them "blown", the share of the dances that blew up, and of those "blew up at s", when the first did.
        """
        with np.errstate(all="ignore"):
            flat = (danced.astype(np.float64) - self._mean) / self._scale
            beyond = ~(np.abs(danced) <= _BEYOND)
            wild = ~(np.abs(flat) <= _WILD)
        flat = np.clip(np.nan_to_num(flat, nan=_WILD, posinf=_WILD, neginf=-_WILD), -_WILD, _WILD)
        blown = np.any(beyond, axis=2)
        figures = {"blown": float(np.mean(np.any(blown, axis=1)))}
        if blown.any():
            figures["blew up at s"] = float(np.flatnonzero(np.any(blown, axis=0))[0] / FPS)
        for from_s, until_s in SPANS_S:
            part = slice(round(from_s * FPS), round(until_s * FPS))
            span = flat[:, part]
            if span.shape[1] < 2:
                break
            name = f"{from_s}-{until_s}"
            figures[f"distance {name}"] = frechet_distance(_pairs(span) @ self._directions, self._reference)
            figures[f"activity {name}"] = float(np.abs(np.diff(span, axis=1)).mean()) / self._moved
            figures[f"wild {name}"] = float(wild[:, part].mean())
        return figures


def _pairs(flat: FloatArray) -> FloatArray:
    """Return poses and their differences, weighted alike: (N, T, D) -> (N (T - 1), 2 D)."""
    moved = np.diff(flat, axis=1)
    return np.concatenate([flat[:, 1:], 4.0 * moved], axis=-1).reshape(-1, 2 * flat.shape[-1]).astype(np.float64)
