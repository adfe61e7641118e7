"""How good declared beats are against annotated ones: the standard measures, and those that matter on stage."""

from dataclasses import dataclass, field

import mir_eval
import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]

SKIPPED_S = 5.0
TOLERANCE_S = 0.07
_HITS_TO_LOCK = 4
_TEMPO_CHANGE = 0.035


@dataclass(frozen=True, slots=True)
class Annotation:
    """Beats of a recording: times, and the place in the bar from 1 (0 where unknown)."""

    times_s: Times
    places: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Declared:
    """Beats that a tracker declared: times, places in the bar from 1, and confidence."""

    times_s: Times
    places: NDArray[np.int64]
    confidence: Times


@dataclass(frozen=True, slots=True)
class BeatScores:
    """Measures of one recording; shares are 0 to 1, nan where a measure does not apply.

    Attributes:
        f_measure, cmlt, amlt, downbeat_f: as in mir_eval, the first SKIPPED_S left out, 70 ms.
        lock_s: from the first annotated beat to the first of four in a row that are hit; inf if never.
        half, double, offbeat: share of the declared beats that run at these levels.
        errors_s: signed, declared minus annotated, of the beats within a quarter of a beat of one.
        recoveries_s: one per change of tempo or cut, from the change to the first of four hits in a row.
        held: share of the annotated beats hit where the music is much softer than around it.
        calibration: columns confidence and whether right, one row per declared beat.
    """

    f_measure: float
    cmlt: float
    amlt: float
    downbeat_f: float
    lock_s: float
    half: float
    double: float
    offbeat: float
    errors_s: Times
    recoveries_s: list[float]
    held: float
    calibration: Times = field(repr=False)


def score(reference: Annotation, declared: Declared, quiet_s: Times | None = None) -> BeatScores:
    """Return all measures. `quiet_s`: rows of start and end where the music is held back."""
    truth_s, beats_s = reference.times_s, declared.times_s
    trimmed_truth_s, trimmed_s = truth_s[truth_s >= SKIPPED_S], beats_s[beats_s >= SKIPPED_S]
    _, cmlt, _, amlt = mir_eval.beat.continuity(trimmed_truth_s, trimmed_s)
    hit = _is_hit(truth_s, beats_s)
    half, double, offbeat = _levels(truth_s, trimmed_s)
    return BeatScores(
        f_measure=float(mir_eval.beat.f_measure(trimmed_truth_s, trimmed_s, TOLERANCE_S)),
        cmlt=float(cmlt),
        amlt=float(amlt),
        downbeat_f=_downbeat_f(reference, declared),
        lock_s=_time_to_hits(truth_s, hit, 0),
        half=half,
        double=double,
        offbeat=offbeat,
        errors_s=_errors(truth_s, trimmed_s),
        recoveries_s=[_time_to_hits(truth_s, hit, index) for index in _changes(truth_s)],
        held=_held(truth_s, hit, quiet_s),
        calibration=_calibration(truth_s, declared),
    )


def quiet_stretches(levels_db: Times, hop_s: float) -> Times:
    """Return rows (start, end) of at least 1.5 s that are 25 dB below the loud parts."""
    loud_db = float(np.percentile(levels_db, 80))
    smooth = np.convolve(10 ** (levels_db / 10), np.ones(50) / 50, "same")
    quiet = np.concatenate([[0], (10 * np.log10(smooth + 1e-12) < loud_db - 25).astype(int), [0]])
    edges = np.flatnonzero(np.diff(quiet))
    stretches = edges.reshape(-1, 2).astype(np.float64) * hop_s
    return stretches[(stretches[:, 1] - stretches[:, 0]) > 1.5]


def _is_hit(truth_s: Times, beats_s: Times) -> NDArray[np.bool_]:
    """Tell for every annotated beat whether exactly one declared beat is there and none half way after it."""
    if len(beats_s) == 0:
        return np.zeros(len(truth_s), bool)
    near = np.abs(beats_s[None, :] - truth_s[:, None]).min(axis=1) <= TOLERANCE_S
    after = np.searchsorted(beats_s, np.append(truth_s[1:], 2 * truth_s[-1] - truth_s[-2]) - TOLERANCE_S)
    between = after - np.searchsorted(beats_s, truth_s + TOLERANCE_S)
    return near & (between <= 0)


def _time_to_hits(truth_s: Times, hit: NDArray[np.bool_], start: int) -> float:
    for index in range(start, len(hit) - _HITS_TO_LOCK + 1):
        if hit[index : index + _HITS_TO_LOCK].all():
            return float(truth_s[index] - truth_s[start])
    return float("inf")


def _changes(truth_s: Times) -> list[int]:
    """Return the beats from which the annotated tempo is another for good, or the beat was interrupted."""
    intervals_s = np.diff(truth_s)
    found: list[int] = []
    for index in range(4, len(intervals_s) - 8):
        before, after = np.median(intervals_s[index - 4 : index]), np.median(intervals_s[index : index + 4])
        jumped = abs(intervals_s[index - 1] / intervals_s[index] - 1) > _TEMPO_CHANGE
        if jumped and abs(after / before - 1) > _TEMPO_CHANGE and (not found or index - found[-1] > 8):
            found.append(index)
    return found


def _phase(truth_s: Times, times_s: Times) -> tuple[Times, Times]:
    """Return the signed phase (in beats, within half) and the annotated interval at each time inside the annotation."""
    index = np.clip(np.searchsorted(truth_s, times_s, side="right") - 1, 0, len(truth_s) - 2)
    interval_s = truth_s[index + 1] - truth_s[index]
    phase = (times_s - truth_s[index]) / interval_s
    return (phase + 0.5) % 1.0 - 0.5, interval_s


def _levels(truth_s: Times, beats_s: Times) -> tuple[float, float, float]:
    inside = beats_s[(beats_s >= truth_s[0]) & (beats_s <= truth_s[-1])]
    if len(inside) < 3:
        return 0.0, 0.0, 0.0
    phase, interval_s = _phase(truth_s, inside[:-1])
    ratio = np.diff(inside) / interval_s
    half, double = np.abs(ratio - 2.0) < 0.3, np.abs(ratio - 0.5) < 0.1
    offbeat = (np.abs(ratio - 1.0) < 0.15) & (np.abs(np.abs(phase) - 0.5) < 0.175)
    return float(half.mean()), float(double.mean()), float(offbeat.mean())


def _errors(truth_s: Times, beats_s: Times) -> Times:
    inside = beats_s[(beats_s >= truth_s[0]) & (beats_s <= truth_s[-1])]
    phase, interval_s = _phase(truth_s, inside)
    return (phase * interval_s)[np.abs(phase) < 0.25]


def _downbeat_f(reference: Annotation, declared: Declared) -> float:
    truth_s = reference.times_s[(reference.places == 1) & (reference.times_s >= SKIPPED_S)]
    if len(truth_s) < 2:
        return float("nan")
    beats_s = declared.times_s[(declared.places == 1) & (declared.times_s >= SKIPPED_S)]
    return float(mir_eval.beat.f_measure(truth_s, beats_s, TOLERANCE_S))


def _held(truth_s: Times, hit: NDArray[np.bool_], quiet_s: Times | None) -> float:
    if quiet_s is None or len(quiet_s) == 0:
        return float("nan")
    inside = np.zeros(len(truth_s), bool)
    for start_s, end_s in quiet_s:
        inside |= (truth_s >= max(start_s, SKIPPED_S)) & (truth_s <= end_s)
    return float(hit[inside].mean()) if inside.sum() >= 3 else float("nan")


def _calibration(truth_s: Times, declared: Declared) -> Times:
    if len(declared.times_s) == 0:
        return np.zeros((0, 2))
    inside = (declared.times_s >= truth_s[0]) & (declared.times_s <= truth_s[-1])
    times_s = declared.times_s[inside]
    right = np.abs(times_s[:, None] - truth_s[None, :]).min(axis=1, initial=np.inf) <= TOLERANCE_S
    return np.stack([declared.confidence[inside], right.astype(np.float64)], axis=1)
