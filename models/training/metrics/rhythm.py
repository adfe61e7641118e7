"""Beat coverage and beat hits at one bit per second, as the music-generation papers count them, and what that hides.

Zhu et al., "Quantized GAN for complex music generation from dance videos" (ECCV 2022) and Yu et al., "Long-term
rhythmic video soundtracker" (LORIS, ICML 2023): a second has rhythm if at least one beat falls into it. On dense drums
almost every second does, so the scores sit near 1 whatever is danced; `beat_hits` with a tolerance is the honest twin.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.training.metrics.beats import Times
from realtime.types import FloatArray


@dataclass(frozen=True, slots=True)
class Rhythm:
    """One take's scores: coverage (BCS), hits (BHS) and their harmonic mean.

    Attributes:
        bcs: aligned seconds / seconds with an accent.
        bhs: aligned seconds / seconds with a beat.
        f1: harmonic mean of both.
    """

    bcs: float
    bhs: float
    f1: float


def rhythm(accents_s: Times, beats_s: Times, *, from_s: float, until_s: float) -> Rhythm:
    """Return the scores of the seconds from `from_s` to `until_s`; a last second that is not whole is left out."""
    danced, played = (_seconds(times_s, from_s, until_s) for times_s in (accents_s, beats_s))
    aligned = float((danced & played).sum())
    if not played.any():
        return Rhythm(float("nan"), float("nan"), float("nan"))
    bcs = aligned / danced.sum() if danced.any() else 0.0
    bhs = aligned / played.sum()
    return Rhythm(float(bcs), float(bhs), float(2.0 * bcs * bhs / (bcs + bhs)) if bcs + bhs > 0.0 else 0.0)


def deviation(values: FloatArray) -> float:
    """Return the standard deviation over takes: CSD of their BCS, HSD of their BHS."""
    kept = values[~np.isnan(values)]
    return float(np.std(kept)) if len(kept) else float("nan")


def _seconds(times_s: Times, from_s: float, until_s: float) -> NDArray[np.bool_]:
    counts = np.zeros(max(int(until_s - from_s + 1e-6), 1), bool)
    index = np.floor(times_s - from_s).astype(int)
    counts[index[(index >= 0) & (index < len(counts))]] = True
    return counts
