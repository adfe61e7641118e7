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


@dataclass(frozen=True, slots=True)
class Stage:
    """The stage: its middle is the origin, the audience is at +Z.

    Attributes:
        in_place: keep close to the middle.
    """

    in_place: bool

    def steered(self, features: FloatArray, place: Place) -> FloatArray:
        """Return the features (T, FEATURES) that follow `place`, with the pull added."""
        distance = float(np.hypot(place.x_m, place.z_m))
        speed = (_PINNED if self.in_place else _WANDER).of(distance)
        towards = np.array([place.x_m, place.z_m]) / max(distance, 1e-6) * speed
        yaw = (place.yaw_rad + np.pi) % (2.0 * np.pi) - np.pi
        cosine, sine = np.cos(place.yaw_rad), np.sin(place.yaw_rad)
        steered = features.copy()
        steered[:, VELOCITY] += [cosine * towards[0] - sine * towards[1], sine * towards[0] + cosine * towards[1]]
        steered[:, YAW_RATE] += _FACING.of(yaw)
        return steered
