"""The metrics of the paper, by its definitions, on what our data and our classifier can say.

Huang et al. (ICLR 2021), section 4.3. Kinematic beats are minima of the mean joint speed, as in the work that the paper
takes them from (Lee et al., "Dancing to Music", 2019); on salsa these sit at chance, so `models.training.metrics` has
accents beside them, and controls without which no beat score proves anything.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.training.metrics.beats import TOLERANCE_S, distances
from models.training.metrics.motion import Motion
from realtime.types import FloatArray

Times = FloatArray


@dataclass(frozen=True, slots=True)
class BeatScores:
    """How a dance meets the beats of its music.

    Attributes:
        coverage: B_k / B_m, kinematic beats for every beat of the music; above 1 is a busy dance.
        hit_rate: B_a / B_k, share of the kinematic beats within the tolerance of a beat of the music.
        by_chance: the hit rate of the same dance to the same beats half a beat later: without it the hit rate says
            little, for at 120 a minute a tolerance of 0.1 s covers two fifths of the time.
    """

    coverage: float
    hit_rate: float
    by_chance: float


def beat_scores(motion: Motion, beats_s: Times, *, tolerance_s: float = TOLERANCE_S) -> BeatScores:
    """Return beat coverage and hit rate of a dance; nan without beats of either kind.

    Args:
        motion: on the time line of the music.
        beats_s: shape (B,), of the music.
        tolerance_s: the paper names none; 0.1 s is ours.
    """
    inside_s = beats_s[(beats_s >= motion.start_s) & (beats_s <= motion.end_s)]
    kinematic_s = motion.speed_minima_s
    if len(inside_s) < 2 or not len(kinematic_s):
        return BeatScores(float("nan"), float("nan"), float("nan"))
    half_later_s = inside_s + 0.5 * float(np.median(np.diff(inside_s)))
    hit, chance = (float(np.mean(distances(kinematic_s, grid) <= tolerance_s)) for grid in (inside_s, half_later_s))
    return BeatScores(len(kinematic_s) / len(inside_s), hit, chance)


def style_accuracy(probabilities: NDArray[np.float64], wanted: NDArray[np.int_]) -> float:
    """Return the share of dances that are judged to be of the wanted style: shapes (N, styles) and (N,)."""
    return float(np.mean(probabilities.argmax(axis=1) == wanted))
