"""How near a set of dances is to another, and how varied it is: Frechet distance, its floor, diversity.

Traps: with fewer motions than dimensions the covariance is singular and the distance mostly says how few there were, so
a distance is only worth something beside the data's own `floor` at the same count. `compat` normalises as the public
code of Bailando does (by the reference's mean and deviation, then plain covariances); `fixed` shrinks both covariances
towards a sphere (Ledoit and Wolf, 2004), both by the same amount, that of the pooled set, so that it cannot tell them
apart.
"""

import numpy as np

from realtime.types import FloatArray

_EPSILON = 1e-10


def frechet_distance(made: FloatArray, reference: FloatArray, *, compat: bool = False) -> float:
    """Return the Frechet distance of two sets of features: 0 for the same Gaussian.

    Heusel et al., "GANs trained by a two time-scale update rule" (2017), equation 6, on normalised features.

    Args:
        made: shape (M, D), one row a motion.
        reference: shape (N, D).
        compat: see the top of this module.
    """
    if len(made) < 2 or len(reference) < 2:
        return float("nan")
    centre, scale = reference.mean(axis=0), reference.std(axis=0)
    # A question that the reference always answers the same says nothing of distance; the public code divides by 1e-10.
    telling = scale > 1e-6
    if not telling.any():
        return float("nan")
    scale = scale + _EPSILON
    a, b = ((values - centre)[:, telling] / scale[telling] for values in (made, reference))
    shrinkage = 0.0 if compat else ledoit_wolf(np.concatenate([a - a.mean(axis=0), b - b.mean(axis=0)]))
    covariances = [_shrunk(np.cov(values, rowvar=False).reshape(values.shape[1], -1), shrinkage) for values in (a, b)]
    distance = np.sum((a.mean(axis=0) - b.mean(axis=0)) ** 2) + sum(np.trace(matrix) for matrix in covariances)
    return float(distance - 2.0 * _trace_of_root(*covariances))


def floor(reference: FloatArray, count: int, *, compat: bool = False, seed: int = 0, splits: int = 20) -> float:
    """Return the mean distance between halves of the data: what a perfect model would score with so few motions.

    Args:
        reference: shape (N, D).
        count: motions on the model's side; halves are of at most that many.
        compat: see the top of this module.
        seed: of the splits.
        splits: how many.
    """
    if len(reference) < 4:
        return float("nan")
    draws = np.random.default_rng(seed)
    size = min(count, len(reference) // 2)
    values: list[float] = []
    for _ in range(splits):
        order = draws.permutation(len(reference))
        values.append(frechet_distance(reference[order[:size]], reference[order[size:]], compat=compat))
    return float(np.mean(values))


def diversity(features: FloatArray, reference: FloatArray) -> float:
    """Return the mean distance between two motions of a set, in the reference's deviations: compare with its own.

    Args:
        features: shape (M, D).
        reference: shape (N, D), whose mean and deviation are the unit.
    """
    if len(features) < 2:
        return float("nan")
    scale = reference.std(axis=0)
    telling = scale > 1e-6
    values = (features - reference.mean(axis=0))[:, telling] / scale[telling]
    gaps = np.linalg.norm(values[:, None] - values[None], axis=-1)
    return float(gaps[np.triu_indices(len(values), 1)].mean())


def multimodality(groups: list[FloatArray], reference: FloatArray) -> float:
    """Return the mean distance between dances to the same music: what the seed changes; nan with one dance each."""
    values = [diversity(group, reference) for group in groups if len(group) > 1]
    return float(np.mean(values)) if values else float("nan")


def ledoit_wolf(values: FloatArray) -> float:
    """Return the shrinkage towards a multiple of the identity, 0 to 1: shape (N, D) of centred values -> number.

    Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance matrices" (2004), lemma 3.2.
    """
    count, width = values.shape
    sample = values.T @ values / count
    mean_variance = np.trace(sample) / width
    spread = np.sum((sample - mean_variance * np.eye(width)) ** 2)
    noise = (np.sum(np.sum(values**2, axis=1) ** 2) / count - np.sum(sample**2)) / count
    return float(np.clip(noise / spread, 0.0, 1.0)) if spread > _EPSILON else 1.0


def _shrunk(covariance: FloatArray, shrinkage: float) -> FloatArray:
    width = len(covariance)
    return (1.0 - shrinkage) * covariance + shrinkage * np.trace(covariance) / width * np.eye(width)


def _trace_of_root(a: FloatArray, b: FloatArray) -> float:
    """Return the trace of the square root of a b, both positive semi-definite: that of the root of a^1/2 b a^1/2."""
    values, vectors = np.linalg.eigh(a)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    inner = np.linalg.eigvalsh(root @ b @ root)
    return float(np.sqrt(np.maximum(inner, 0.0)).sum())
