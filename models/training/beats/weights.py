"""The file that holds the weights of all beat networks, each trained by itself, and the mean of two such files.

python -m models.training.beats.weights BEFORE.npz AFTER.npz --share 0.4 --out MIXED.npz
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.training import weight_mixing
from models.training.weight_mixing import Weights

Arrays = Mapping[str, NDArray[np.generic]]


def write_weights(path: Path, arrays: Arrays) -> None:
    """Put one network's arrays into the file; those of the other network, where it has any, stay."""
    kept: dict[str, NDArray[np.generic]] = {}
    if path.exists():
        with np.load(path) as file:
            kept = dict(file)
    unfinished = path.with_suffix(".unfinished.npz")
    np.savez(unfinished, allow_pickle=False, **{**kept, **arrays})
    unfinished.replace(path)


def mixed(before: Weights, after: Weights, share: float) -> dict[str, NDArray[np.floating]]:
    """Return `before` with a share of `after`, 0 to 1.

    Layers that `before` lacks were given to `RhythmNetwork` on the way: their `mix` began at nothing, and what comes
    before it is as it was learned.
    """
    new = {name: np.zeros_like(value) for name, value in after.items() if name not in before and "_mix_" in name}
    return weight_mixing.mixed({**before, **new}, after, share)


def main() -> None:
    """Mix two files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--share", type=float, default=0.5, help="of AFTER")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    with np.load(arguments.before) as before, np.load(arguments.after) as after:
        write_weights(arguments.out, mixed(dict(before), dict(after), arguments.share))


if __name__ == "__main__":
    main()
