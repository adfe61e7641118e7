"""How sure a mean is: the bootstrap over takes (Efron and Tibshirani, "An introduction to the bootstrap", 1993)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from realtime.types import FloatArray

RESAMPLES = 2000
LEVEL = 0.95


class Estimate(NamedTuple):
    """A mean and its interval, and over how many takes; all nan without any.

    Attributes:
        mean: over the takes.
        low: lower end of the 95 % interval.
        high: its upper end.
        takes: how many there were (groups, where there are groups).
    """

    mean: float
    low: float
    high: float
    takes: int


def bootstrap(values: FloatArray, *, groups: NDArray[np.int_] | None = None, seed: int = 0) -> Estimate:
    """Return the mean of a value per take with the percentile interval of its bootstrap.

    Args:
        values: shape (N,); nan where a take has no value.
        groups: shape (N,), which values hang together (seeds of one take, takes of one trial) and are drawn together;
            None draws each for itself. Without this, ten seeds of one take would pass for ten takes.
        seed: of the draws; the same values give the same interval.
    """
    kept = ~np.isnan(values)
    values = values[kept]
    if not len(values):
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    labels = np.arange(len(values)) if groups is None else np.unique(groups[kept], return_inverse=True)[1]
    sums = np.bincount(labels, values)
    counts = np.bincount(labels).astype(float)
    draws = np.random.default_rng(seed).integers(0, len(sums), (RESAMPLES, len(sums)))
    means = sums[draws].sum(axis=1) / counts[draws].sum(axis=1)
    low, high = np.quantile(means, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return Estimate(float(values.mean()), float(low), float(high), len(sums))
