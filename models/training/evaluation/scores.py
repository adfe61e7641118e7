"""Scores one dance against one piece of music: every measure of a take, with its controls, as plain numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from models.training.metrics import beats, controls, feet, movement, rhythm
from models.training.metrics.beats import Times
from models.training.metrics.motion import FPS, Motion

EDGE_S = 0.25
"""Beats so near the ends of a dance cannot have been hit: they are left out."""


@dataclass(frozen=True, eq=False)
class TakeScores:
    """What was measured in one take.

    Attributes:
        values: by the name of the measure; nan where it says nothing. See `docs/evaluation.md`.
        lags_s: accent minus beat, of every beat's nearest accent within half a beat.
        eighth_lags_s: accent minus nearest eighth note, of every accent.
        phases: of every accent between two beats, 0 to 1.
    """

    values: dict[str, float]
    lags_s: Times = field(repr=False)
    eighth_lags_s: Times = field(repr=False)
    phases: Times = field(repr=False)


def score(
    motion: Motion, beats_s: Times, *, others_s: Sequence[Times] = (), silent: Motion | None = None
) -> TakeScores:
    """Return every measure of a dance.

    Args:
        motion: on the time line of the music.
        beats_s: the true beats of the music.
        others_s: beats of other songs, for the control, whose mean is taken; none leaves that out.
        silent: what the same dancer does in silence, at least as long; None leaves that out.
    """
    grid_s = beats_s[(beats_s >= motion.start_s + EDGE_S) & (beats_s <= motion.end_s - EDGE_S)]
    accents_s = motion.accents_s
    values = _of_the_beat(motion, accents_s, grid_s)
    values |= _controls(accents_s, grid_s, others_s)
    if silent is not None:
        # What was danced in silence, laid over this music as if it had been danced to it.
        habit = Motion(silent.root_m, silent.rotations_wxyz, motion.end_s - silent.seconds)
        habit_s = habit.accents_s[habit.accents_s >= motion.start_s]
        values["bas_silent"] = beats.beat_align(habit_s, grid_s)
        values["f1_silent"] = beats.beat_hits(habit_s, grid_s).f1
    for name in ("bas", "f1"):
        for control in ("wrong", "shifted", "silent"):
            if f"{name}_{control}" in values:
                values[f"{name}_over_{control}"] = values[name] - values[f"{name}_{control}"]
    values |= of_the_body(motion)
    phases = beats.phase_of(accents_s, beats_s)
    return TakeScores(
        values,
        beats.beat_lags(accents_s, grid_s),
        beats.accent_lags(accents_s, beats_s),
        phases[~np.isnan(phases)],
    )


def of_the_body(motion: Motion) -> dict[str, float]:
    """Return the measures that need no music."""
    positions = motion.positions_m
    return {
        "skating": feet.skating_ratio(positions),
        "slide": feet.slide_m_per_s(positions),
        "penetration": feet.penetration_m(positions),
        "floating": feet.floating_ratio(positions),
        "pfc": feet.pfc(positions),
        "jitter": movement.jitter_m_per_s3(positions),
        "speed": movement.mean_speed_m_per_s(positions),
        "freeze": movement.freeze_ratio(positions),
        "turns": abs(movement.turns_per_minute(motion.rotations_wxyz)),
        "away": float(np.linalg.norm(motion.root_m[-1, [0, 2]] - motion.root_m[0, [0, 2]])),
    }


def _of_the_beat(motion: Motion, accents_s: Times, grid_s: Times) -> dict[str, float]:
    hits = beats.beat_hits(accents_s, grid_s)
    counted = rhythm.rhythm(accents_s, grid_s, from_s=motion.start_s, until_s=motion.end_s)
    return {
        "bas": beats.beat_align(accents_s, grid_s),
        "bas_minima": beats.beat_align(motion.speed_minima_s, grid_s),
        "f1": hits.f1,
        "precision": hits.precision,
        "recall": hits.recall,
        "bcs": counted.bcs,
        "bhs": counted.bhs,
        "rhythm_f1": counted.f1,
        "accents_per_beat": len(accents_s) / len(grid_s) if len(grid_s) else float("nan"),
        "seconds": len(motion.root_m) / FPS,
    }


def _controls(accents_s: Times, grid_s: Times, others_s: Sequence[Times]) -> dict[str, float]:
    if len(grid_s) < 2:
        return {}

    def f1(grid: Times) -> float:
        return beats.beat_hits(accents_s, grid).f1

    def bas(grid: Times) -> float:
        return beats.beat_align(accents_s, grid)

    values: dict[str, float] = {}
    measures: dict[str, Callable[[Times], float]] = {"bas": bas, "f1": f1}
    for name, measure in measures.items():
        values[f"{name}_shifted"] = controls.mean_over(measure, controls.shifted(grid_s))
        wrong = [controls.other_song(grid_s, other_s) for other_s in others_s if len(other_s) > 1]
        if wrong:
            values[f"{name}_wrong"] = controls.mean_over(measure, wrong)
    return values
