"""Sinusoid positions that come back: a show lasts for hours, a table does not.

Vaswani et al., "Attention Is All You Need" (2017), section 3.5, with every frequency moved to the nearest one that
makes whole turns in `POSITIONS` frames, so that the frame after the last place is the first and no window sees a seam.
"""

import numpy as np
from numpy.typing import NDArray

POSITIONS = 3600
"""Frames before the positions come back: 4 minutes at 15 a second."""


def sinusoids(width: int) -> NDArray[np.float32]:
    """Return the positions: shape (POSITIONS, width), sines in even columns, cosines in odd ones."""
    wanted = 10_000.0 ** (-2.0 * (np.arange(width) // 2) / width)
    turns = np.maximum(np.round(wanted * POSITIONS / (2.0 * np.pi)), 1.0)
    angles_rad = np.arange(POSITIONS)[:, None] * turns * (2.0 * np.pi / POSITIONS)
    even = np.arange(width) % 2 == 0
    return np.where(even, np.sin(angles_rad), np.cos(angles_rad)).astype(np.float32)
