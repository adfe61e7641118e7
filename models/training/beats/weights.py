"""The file that holds the weights of both beat networks, each trained by itself."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def write_weights(path: Path, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Put one network's arrays into the file; those of the other network, where it has any, stay."""
    kept: dict[str, NDArray[np.generic]] = {}
    if path.exists():
        with np.load(path) as file:
            kept = dict(file)
    unfinished = path.with_suffix(".unfinished.npz")
    np.savez(unfinished, allow_pickle=False, **{**kept, **arrays})
    unfinished.replace(path)
