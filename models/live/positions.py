"""Where tokens are, as tables of cosines and sines that turn queries and keys (RoFormer, Su et al. 2021)."""

import numpy as np
from numpy.typing import NDArray

from realtime.types import FloatArray

_LONGEST = 1000.0


def rotary(positions: FloatArray | NDArray[np.intp], head_width: int) -> tuple[FloatArray, FloatArray]:
    """Return cosines and sines, each (N, head width / 2) float32, of token positions (N,).

    Angles are computed in double precision: after an hour positions are large, and their differences must be exact.
    """
    rates = _LONGEST ** (-np.arange(head_width // 2) / (head_width // 2))
    angles = np.asarray(positions, np.float64)[:, None] * rates
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
