"""Keys and values of tokens that are over: a ring, written once a token and handed to the network whole.

Keys are turned by their own position before they are kept, so the order in the ring is of no account and nothing is
ever moved.
"""

import numpy as np

from realtime.types import FloatArray


class Ring:
    """The last `size` tokens as a network has seen them."""

    def __init__(self, layers: int, heads: int, size: int, head_width: int) -> None:
        self.keys = np.zeros((layers, 1, heads, size, head_width), np.float32)
        self.values = np.zeros_like(self.keys)
        self.mask = np.full(size, -np.inf, np.float32)
        self._next = 0

    def remember(self, keys: FloatArray, values: FloatArray) -> None:
        """Keep a token's keys and values (layers, 1, heads, 1, head width) instead of the oldest one's."""
        self.keys[:, :, :, self._next] = keys[:, :, :, 0]
        self.values[:, :, :, self._next] = values[:, :, :, 0]
        self.mask[self._next] = 0.0
        self._next = (self._next + 1) % len(self.mask)
