"""Mixes the weights of a network before and after it went on to learn something else.

It forgets some of what it knew. Between its weights before and after lie some that do both better than either (Wortsman
et al., "Robust fine-tuning of zero-shot models", CVPR 2022).
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Weights = Mapping[str, NDArray[np.floating]]


def mixed(some: Weights, others: Weights, share: float) -> dict[str, NDArray[np.floating]]:
    """Return `some` weights with a share of the `others`, 0 to 1; those that only one of them has are as they are."""
    both = {
        name: ((1.0 - share) * value + share * others[name]).astype(value.dtype)
        for name, value in some.items()
        if name in others
    }
    return {**some, **others, **both}
