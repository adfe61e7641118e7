"""The file that holds the weights of both beat networks, each trained by itself, and the mean of two such files.

    python -m models.training.beats.weights BEFORE.npz AFTER.npz --share 0.4 --out MIXED.npz

A network that went on to learn other music forgets some of what it knew. Between its weights before and after lie some
that do both better than either (Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022).
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[np.generic]]
Weights = Mapping[str, NDArray[np.floating]]


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
    result = {name: value for name, value in before.items() if name not in after}
    for name, learned in after.items():
        if name in before:
            result[name] = ((1.0 - share) * before[name] + share * learned).astype(np.float32)
        else:
            result[name] = (share * learned).astype(np.float32) if "_mix_" in name else learned
    return result


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
