"""Which move comes next: drawn from what the network thinks likely, by a seed and the number of the half beat.

The draw depends on nothing else, so that a plan of what is not heard yet and the dance that follows it agree where the
music does what was expected.
"""

import numpy as np
from numpy.typing import NDArray

NO_MOVE = 0
"""The move of one who has not chosen yet."""


def choose(
    logits: NDArray[np.float32], *, seed: int, half_beat: int, temperature: float = 1.0, likeliest: float = 0.95
) -> int:
    """Return a move, 1 to K; never one beyond the likeliest that together have the share `likeliest`.

    Args:
        logits: shape (K,), of the moves after `NO_MOVE`.
        seed: of the dance.
        half_beat: its number.
        temperature: below 1 the likely ones are likelier.
        likeliest: see above; rare moves are where a dance falls apart.
    """
    scaled = (logits - logits.max()).astype(np.float64) / temperature
    odds = np.exp(scaled)
    odds /= odds.sum()
    order = np.argsort(-odds, kind="stable")
    share = np.cumsum(odds[order])
    kept = order[: int(np.searchsorted(share, likeliest)) + 1]
    draw = np.random.default_rng((seed % 2**32, half_beat % 2**32)).random() * odds[kept].sum()
    return 1 + int(kept[min(int(np.searchsorted(np.cumsum(odds[kept]), draw, side="right")), len(kept) - 1)])
