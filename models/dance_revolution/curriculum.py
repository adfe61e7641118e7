"""The curriculum of Dance Revolution: from the data's own past towards the network's.

Huang et al. (ICLR 2021), section 3.4: at epoch e the decoder is fed q = floor(f(e)) of its own predictions, then p
frames of the truth, over and over along the sequence. f grows, so that errors are met in training as they will be met
on stage. The paper names four growths; it gives the formula and the rate of the linear one only (0.01 an epoch over ten
thousand epochs), so the others are scaled here to end where the linear one ends.
"""

from dataclasses import dataclass
from math import exp, expm1, floor
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Growth = Literal["none", "constant", "linear", "sigmoid", "exponential"]
GROWTHS: tuple[Growth, ...] = ("none", "constant", "linear", "sigmoid", "exponential")
_STEEPNESS = 10.0
"""The sigmoid runs over so many of its units: it begins and ends within a hundredth of its ends."""
_CURVATURE = 4.0
"""The exponential grows by e to this power."""


@dataclass(frozen=True, slots=True)
class Curriculum:
    """How many of its own predictions the decoder is fed in a row.

    Attributes:
        growth: "none" is teacher forcing: q is 0 for ever.
        most: q at the end of training; the q of all epochs when the growth is "constant".
        epochs: when the end is.
        true_frames: p.
        coin: toss a coin for every frame with the same odds instead of taking turns (Bengio et al., "Scheduled
            sampling", 2015): the control that tells the growth from the turns.
    """

    growth: Growth = "linear"
    most: float = 60.0
    epochs: float = 100.0
    true_frames: int = 10
    coin: bool = False

    def own_frames(self, epoch: float) -> int:
        """Return q = floor(f(epoch))."""
        done = min(max(epoch / self.epochs, 0.0), 1.0)
        match self.growth:
            case "none":
                share = 0.0
            case "constant":
                share = 1.0
            case "linear":
                share = done
            case "sigmoid":
                low, high = _logistic(-0.5 * _STEEPNESS), _logistic(0.5 * _STEEPNESS)
                share = (_logistic(_STEEPNESS * (done - 0.5)) - low) / (high - low)
            case "exponential":
                share = expm1(_CURVATURE * done) / expm1(_CURVATURE)
        return floor(self.most * share + 1e-9)

    def pattern(self, epoch: float, frames: int, rng: np.random.Generator | None = None) -> NDArray[np.bool_]:
        """Return which frames are fed from the network itself: shape (frames,), q of them, then p not, and again.

        Args:
            epoch: how far training has come.
            frames: how many.
            rng: of the coin, where one is tossed.
        """
        period = self.own_frames(epoch) + self.true_frames
        if self.coin:
            assert rng is not None
            return rng.random(frames) >= self.true_frames / period
        return np.arange(frames) % period < period - self.true_frames


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + exp(-value))
