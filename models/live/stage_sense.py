"""Keeps a dancer who knows no world on the stage: a gentle pull to its middle and to the audience.

The network makes velocities; summed up for an hour they would walk away and turn for ever. The pull is slower than any
step, so the foot lock hides it.
"""

from dataclasses import dataclass

import numpy as np

from models.representation import VELOCITY, YAW_RATE, Place
from realtime.types import FloatArray


@dataclass(frozen=True, slots=True)
class _Pull:
    """How a deviation is brought back: nothing inside `free`, then `rate_hz` times the rest, at most `most`."""

    free: float
    rate_hz: float
    most: float

    def of(self, deviation: float) -> float:
        """Return the speed that leads back."""
        beyond = max(0.0, abs(deviation) - self.free)
        return -float(np.sign(deviation)) * min(self.rate_hz * beyond, self.most)


_WANDER, _PINNED = _Pull(0.4, 0.4, 0.25), _Pull(0.05, 1.5, 0.6)
_FACING = _Pull(0.6, 0.35, 0.5)
_EDGE_M, _BRINK_M = 0.9, 1.6
"""From the edge on, steps that lead further out are shortened; at the brink none is taken."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The stage: its middle is the origin, the audience is at +Z.

    Attributes:
        in_place: keep close to the middle.
    """

    in_place: bool

    def steered(self, features: FloatArray, place: Place) -> FloatArray:
        """Return the features (T, FEATURES) that follow `place`, with the pull added."""
        distance_m = float(np.hypot(place.x_m, place.z_m))
        outwards = np.array([place.x_m, place.z_m]) / max(distance_m, 1e-6)
        pull = (_PINNED if self.in_place else _WANDER).of(distance_m)
        steered = features.copy()
        world = steered[:, VELOCITY] @ _turned(place.yaw_rad).T
        leaving = np.maximum(world @ outwards, 0.0) * np.clip((distance_m - _EDGE_M) / (_BRINK_M - _EDGE_M), 0.0, 1.0)
        world += (pull - leaving)[:, None] * outwards
        steered[:, VELOCITY] = world @ _turned(place.yaw_rad)
        yaw = (place.yaw_rad + np.pi) % (2.0 * np.pi) - np.pi
        steered[:, YAW_RATE] += _FACING.of(yaw)
        return steered


def _turned(yaw_rad: float) -> FloatArray:
    """Return (2, 2): x and z of the world from those of a heading."""
    cosine, sine = np.cos(yaw_rad), np.sin(yaw_rad)
    return np.array([[cosine, sine], [-sine, cosine]])
