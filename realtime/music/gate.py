"""A noise gate: what is quieter than a threshold is silence, so that a humming mixer does not make anybody dance."""

import numpy as np
from numpy.typing import NDArray

from realtime.types import HOP_S

OPEN_DB = -120.0
"""A threshold that lets everything pass."""
_HOLD_S = 0.4
"""It stays open so long after the last loud hop: music breathes."""


class NoiseGate:
    """Hops in, hops out. One thread calls it.

    Attributes:
        threshold_db: level (RMS) from which it opens.
    """

    def __init__(self, threshold_db: float = OPEN_DB) -> None:
        self.threshold_db = threshold_db
        self._open_s = 0.0

    def step(self, hop: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the hop, or as much silence while the gate is shut: shape (HOP_SAMPLES,)."""
        if self.threshold_db <= OPEN_DB:
            return hop
        power = float(np.mean(np.square(hop, dtype=np.float64)))
        loud = 10.0 * np.log10(max(power, 1e-12)) >= self.threshold_db
        self._open_s = _HOLD_S if loud else self._open_s - HOP_S
        return hop if self._open_s > 0.0 else np.zeros_like(hop)
