"""Sums the takes of one dancer up: means with intervals, pooled lags, likeness to the data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.training.evaluation.dancers import Danced
from models.training.evaluation.scores import TakeScores
from models.training.evaluation.takes import Take
from models.training.metrics.beats import Times
from models.training.metrics.geometric import geometric_features
from models.training.metrics.intervals import Estimate, bootstrap
from models.training.metrics.kinetic import kinetic_features
from models.training.metrics.motion import FPS, Motion
from models.training.metrics.rhythm import deviation
from models.training.metrics.spread import diversity, floor, frechet_distance, multimodality
from realtime.types import FloatArray

WINDOW_S = 5.0
"""Likeness is measured on pieces of this length: features of a long dance and of a short one are not alike."""
_RESAMPLES = 500


class FeaturesOf(Protocol):
    """The type of `kinetic_features` and `geometric_features`."""

    def __call__(self, positions_m: FloatArray, *, compat: bool = False) -> FloatArray:
        """Return the features of a motion."""
        ...


@dataclass(frozen=True, eq=False)
class Run:
    """One dance of a dancer to a take, and its scores."""

    take: Take
    seed: int
    danced: Danced
    scores: TakeScores


@dataclass(frozen=True, eq=False)
class Summary:
    """What is said of one dancer.

    Attributes:
        model: its name.
        estimates: mean and interval over trials, by the name of the measure.
        figures: numbers without an interval (likeness, speed).
        lags_s, eighth_lags_s, phases: of all takes, for the plots.
        failures: what a model said when it failed.
    """

    model: str
    estimates: dict[str, Estimate]
    figures: dict[str, float]
    lags_s: Times = field(repr=False)
    eighth_lags_s: Times = field(repr=False)
    phases: Times = field(repr=False)
    failures: list[str] = field(default_factory=list[str])


def summarise(model: str, runs: Sequence[Run], reference: Sequence[Motion]) -> Summary:
    """Return the summary of a dancer's runs; `reference` are dances that likeness is measured against."""
    # Lead and follow of one trial are one event, and so are the seeds and the music variants of one dance.
    trials = np.unique([run.take.info.trial for run in runs], return_inverse=True)[1]
    names = sorted({name for run in runs for name in run.scores.values})
    estimates = {
        name: bootstrap(np.array([run.scores.values.get(name, float("nan")) for run in runs]), groups=trials)
        for name in names
    }
    estimates |= _lag_estimates([run.scores.lags_s for run in runs], trials, "lag")
    estimates |= _lag_estimates([run.scores.eighth_lags_s for run in runs], trials, "eighth_lag")
    figures = {
        "csd": deviation(np.array([run.scores.values["bcs"] for run in runs])),
        "hsd": deviation(np.array([run.scores.values["bhs"] for run in runs])),
        "takes": float(len({run.take.info.name for run in runs})),
        "trials": float(len(set(trials.tolist()))),
        "seeds": float(len({run.seed for run in runs})),
        "minutes": sum(run.danced.motion.seconds for run in runs) / 60.0,
        **_speed([run.danced for run in runs]),
        **likeness(runs, reference),
    }
    return Summary(
        model,
        estimates,
        figures,
        *(
            np.concatenate([getattr(run.scores, name) for run in runs])
            for name in ("lags_s", "eighth_lags_s", "phases")
        ),
        failures=sorted({run.danced.failure for run in runs if run.danced.failure}),
    )


def likeness(runs: Sequence[Run], reference: Sequence[Motion]) -> dict[str, float]:
    """Return Frechet distances and diversity of the runs' dances against the reference's, over pieces of `WINDOW_S`."""
    figures: dict[str, float] = {}
    for letter, features_of in (("k", kinetic_features), ("g", geometric_features)):
        for variant in ("compat", "fixed"):
            known = _features(reference, features_of, compat=variant == "compat")
            made = _features([run.danced.motion for run in runs], features_of, compat=variant == "compat")
            if len(made) < 2 or len(known) < 4:
                continue
            figures[f"fid_{letter}_{variant}"] = frechet_distance(made, known, compat=variant == "compat")
            figures[f"fid_{letter}_{variant}_floor"] = floor(known, len(made), compat=variant == "compat")
            if variant == "fixed":
                figures[f"diversity_{letter}"] = diversity(made, known)
                figures[f"diversity_{letter}_data"] = diversity(known, known)
                figures[f"pieces_{letter}"] = float(len(made))
                figures[f"multimodality_{letter}"] = multimodality(_by_take(runs, features_of), known)
    return figures


def _by_take(runs: Sequence[Run], features_of: FeaturesOf) -> list[FloatArray]:
    """Return, for every take, the features of each seed's whole dance: rows are seeds."""
    groups: dict[str, list[FloatArray]] = {}
    for run in runs:
        groups.setdefault(run.take.info.name, []).append(features_of(run.danced.motion.positions_m))
    return [np.array(rows) for rows in groups.values()]


def _features(motions: Sequence[Motion], features_of: FeaturesOf, *, compat: bool) -> FloatArray:
    length = round(WINDOW_S * FPS)
    rows = [
        features_of(motion.positions_m[start : start + length], compat=compat)
        for motion in motions
        for start in range(0, len(motion.root_m) - length + 1, length)
    ]
    return np.array(rows)


def _lag_estimates(lags: list[Times], trials: NDArray[np.int_], name: str) -> dict[str, Estimate]:
    """Return median, spread and 95th percentile of the pooled lags, with bootstraps over trials."""
    statistics: dict[str, Callable[[FloatArray], float]] = {
        f"{name}_median": _median,
        f"{name}_mad": _spread,
        f"{name}_p95": _reach,
    }
    groups = [
        np.concatenate([lags_s for lags_s, label in zip(lags, trials, strict=True) if label == trial])
        for trial in np.unique(trials)
    ]
    groups = [group for group in groups if len(group)]
    if not groups:
        return {key: Estimate(float("nan"), float("nan"), float("nan"), 0) for key in statistics}
    draws = np.random.default_rng(0).integers(0, len(groups), (_RESAMPLES, len(groups)))
    pooled = np.concatenate(groups)
    resampled = [np.concatenate([groups[index] for index in draw]) for draw in draws]
    estimates: dict[str, Estimate] = {}
    for key, statistic in statistics.items():
        low, high = np.quantile([statistic(values) for values in resampled], [0.025, 0.975])
        estimates[key] = Estimate(statistic(pooled), float(low), float(high), len(groups))
    return estimates


def _median(lags_s: FloatArray) -> float:
    return float(np.median(lags_s))


def _spread(lags_s: FloatArray) -> float:
    """Return the median absolute deviation."""
    return float(np.median(np.abs(lags_s - np.median(lags_s))))


def _reach(lags_s: FloatArray) -> float:
    """Return how far from the beat 95 % are at most."""
    return float(np.percentile(np.abs(lags_s), 95))


def _speed(dances: Sequence[Danced]) -> dict[str, float]:
    generate_s = np.concatenate([danced.generate_s for danced in dances])
    if not len(generate_s):
        return {}
    computed_s = np.concatenate([danced.computed_s for danced in dances])
    performed_s = sum(danced.performance.time_s[-1] for danced in dances if danced.performance is not None)
    return {
        "real_time_factor": float(performed_s / max(computed_s.sum(), 1e-9)),
        "computed_p50_ms": float(np.percentile(computed_s, 50) * 1000.0),
        "generate_p50_ms": float(np.percentile(generate_s, 50) * 1000.0),
        "generate_p95_ms": float(np.percentile(generate_s, 95) * 1000.0),
        "slower_than_planned": float(np.mean([danced.slower_than_planned for danced in dances])),
        "deadline_misses": float(sum(danced.deadline_misses for danced in dances)),
        "starved_s": float(sum(danced.starved_s for danced in dances)),
    }
