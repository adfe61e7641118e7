"""Does the dance hit the beat? Alignment, hits and signed lag of accents against the beats of the music.

Chance is high and depends on how busy the dance is: a dance with an accent every 150 ms is near every beat. No figure
of this module means anything without the same figure for wrong music (`controls`).
"""

from dataclasses import dataclass

import numpy as np

from realtime.types import FloatArray

Times = FloatArray

SIGMA_S = 0.05
"""Width of the alignment score's kernel: 3 frames at 60 a second in Bailando's code (Li et al., CVPR 2022)."""
TOLERANCE_S = 0.1


def beat_align(accents_s: Times, beats_s: Times, *, sigma_s: float = SIGMA_S) -> float:
    """Return the Beat Align Score: the mean over beats of exp(-d^2 / 2 sigma^2), d to the nearest accent.

    Bailando's direction (from each music beat) with sigma in seconds, so that it says the same at every rate. A motion
    locked to the beat within 12 ms scores 0.97, 67 ms late 0.41, 100 ms late 0.14; see `expected_by_chance`.
    """
    if not len(beats_s):
        return float("nan")
    if not len(accents_s):
        return 0.0
    return float(np.mean(np.exp(-0.5 * (distances(beats_s, accents_s) / sigma_s) ** 2)))


def expected_by_chance(accents_s: Times, *, sigma_s: float = SIGMA_S) -> float:
    """Return the score that these accents get on average against a beat anywhere between the first and the last."""
    if len(accents_s) < 2:
        return 0.0
    anywhere_s = np.linspace(accents_s.min(), accents_s.max(), 2001)
    return beat_align(accents_s, anywhere_s, sigma_s=sigma_s)


@dataclass(frozen=True, slots=True)
class Hits:
    """Accents matched one to one with beats within a tolerance.

    Attributes:
        precision: share of the accents that are on a beat.
        recall: share of the beats that have an accent.
        f1: harmonic mean of both.
    """

    precision: float
    recall: float
    f1: float


def beat_hits(accents_s: Times, beats_s: Times, *, tolerance_s: float = TOLERANCE_S) -> Hits:
    """Return how many accents and beats meet within +-`tolerance_s`, each used once, as in mir_eval.beat.f_measure."""
    if not len(beats_s):
        return Hits(float("nan"), float("nan"), float("nan"))
    if not len(accents_s):
        return Hits(float("nan"), 0.0, 0.0)
    matched = _matches(np.sort(accents_s), np.sort(beats_s), tolerance_s)
    return Hits(matched / len(accents_s), matched / len(beats_s), 2.0 * matched / (len(accents_s) + len(beats_s)))


def beat_lags(accents_s: Times, beats_s: Times) -> Times:
    """Return accent minus beat for every beat's nearest accent within half a beat: positive is late; seconds."""
    if len(beats_s) < 2 or not len(accents_s):
        return np.empty(0)
    half_s = 0.5 * float(np.median(np.diff(beats_s)))
    lags_s = nearest(beats_s, accents_s) - beats_s
    return lags_s[np.abs(lags_s) <= half_s]


def accent_lags(accents_s: Times, beats_s: Times, *, parts: int = 2) -> Times:
    """Return accent minus the nearest line of the grid for every accent among the beats, seconds.

    Args:
        accents_s: shape (A,).
        beats_s: shape (B,), ascending.
        parts: lines to a beat: 1 for beats, 2 for eighth notes in a bar of quarters.
    """
    phases = phase_of(accents_s, beats_s)
    inside = ~np.isnan(phases)
    if not inside.any():
        return np.empty(0)
    steps = phases[inside] * parts
    index = np.clip(np.searchsorted(beats_s, accents_s[inside], side="right") - 1, 0, len(beats_s) - 2)
    return (steps - np.round(steps)) / parts * (beats_s[index + 1] - beats_s[index])


def phase_of(times_s: Times, beats_s: Times) -> Times:
    """Return where between two beats each time lies: 0 on a beat, to 1; nan before the first and after the last."""
    if len(beats_s) < 2:
        return np.full(len(times_s), np.nan)
    index = np.searchsorted(beats_s, times_s, side="right") - 1
    inside = (index >= 0) & (index < len(beats_s) - 1)
    index = np.clip(index, 0, len(beats_s) - 2)
    phases = (times_s - beats_s[index]) / (beats_s[index + 1] - beats_s[index])
    return np.where(inside, phases, np.nan)


def distances(times_s: Times, others_s: Times) -> Times:
    """Return how far the nearest of `others_s` is from each time."""
    return np.abs(nearest(times_s, others_s) - times_s)


def nearest(times_s: Times, others_s: Times) -> Times:
    """Return the nearest of `others_s` (at least one) to each time."""
    ordered = np.sort(others_s)
    after = np.clip(np.searchsorted(ordered, times_s), 0, len(ordered) - 1)
    before = np.maximum(after - 1, 0)
    return np.where(
        np.abs(ordered[before] - times_s) <= np.abs(ordered[after] - times_s), ordered[before], ordered[after]
    )


def _matches(accents_s: Times, beats_s: Times, tolerance_s: float) -> int:
    """Return the size of the largest matching: on a line, taking the earliest that fits is best."""
    matched = accent = beat = 0
    while accent < len(accents_s) and beat < len(beats_s):
        lag_s = accents_s[accent] - beats_s[beat]
        if abs(lag_s) <= tolerance_s + 1e-9:
            matched, accent, beat = matched + 1, accent + 1, beat + 1
        elif lag_s < 0.0:
            accent += 1
        else:
            beat += 1
    return matched
