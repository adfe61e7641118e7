"""What an evaluation came to, as tables: per tracker, genre and condition."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from app.beat_evaluation import AS_IT_IS, Result
from app.beat_metrics import BeatScores, Times

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Summary:
    """One row: the measures of some recordings together. Shares are 0 to 1; nan where nothing was to measure."""

    tracker: str
    group: str
    recordings: int
    f_measure: float
    cmlt: float
    amlt: float
    downbeat_f: float
    lock_median_s: float
    lock_p75_s: float
    never_locks: float
    half: float
    double: float
    offbeat: float
    lag_ms: float
    error_ms: float
    error_p95_ms: float
    recovery_s: float
    held: float
    announced: float
    calibration_error: float
    us_per_hop: float


_COLUMNS: tuple[tuple[str, str], ...] = (
    ("recordings", "n"), ("f_measure", "F"), ("cmlt", "CMLt"), ("amlt", "AMLt"), ("downbeat_f", "bar F"),
    ("lock_median_s", "lock s"), ("lock_p75_s", "p75"), ("never_locks", "never"), ("half", "half"),
    ("double", "double"), ("offbeat", "offbeat"), ("lag_ms", "lag ms"), ("error_ms", "|err|"), ("error_p95_ms", "p95"),
    ("recovery_s", "recover s"), ("held", "held"), ("announced", "ahead"), ("calibration_error", "calib."),
    ("us_per_hop", "us/hop"),
)  # fmt: skip
_WIDE = 190
_WHOLE = {"recordings", "us_per_hop"}
_TENTHS = {"lock_median_s", "lock_p75_s", "recovery_s", "lag_ms", "error_ms", "error_p95_ms"}


def summaries(results: Sequence[Result]) -> dict[str, list[Summary]]:
    """Return the rows of three tables: `overall`, `genres` and `conditions` (empty without them)."""
    plain = [result for result in results if result.task.condition == AS_IT_IS]
    ours = [result for result in results if result.task.tracker == "farandole"]
    return {
        "overall": _rows(plain, lambda _: "all"),
        "genres": _rows(plain, lambda result: result.task.genre),
        "conditions": _rows(ours, lambda result: result.task.condition) if len(ours) > len(plain) else [],
    }


def print_report(console: Console, tables: dict[str, list[Summary]]) -> None:
    """Show all tables: whole where there is room (files always have it), in parts on a narrow terminal."""
    if not console.is_terminal:
        console.width = _WIDE
    parts = (_COLUMNS,) if console.width >= _WIDE else (_COLUMNS[:7], _COLUMNS[7:13], _COLUMNS[13:])
    for title, rows in tables.items():
        for columns in parts if rows else ():
            console.print(_table(title, rows, columns))


def write_report(out: Path, tables: dict[str, list[Summary]], results: Iterable[Result]) -> None:
    """Write `report.json`: every table, and the scores of every recording."""
    report: dict[str, Any] = {
        "schema": SCHEMA,
        **{title: [_plain(row) for row in rows] for title, rows in tables.items()},
        "recordings": [
            {"name": result.task.audio.stem, **_plain(_summary(result.task.tracker, result.task.condition, [result]))}
            for result in results
        ],
    }
    (out / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _rows(results: Sequence[Result], group_of: Callable[[Result], str]) -> list[Summary]:
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        groups.setdefault((group_of(result), result.task.tracker), []).append(result)
    order = sorted(groups, key=lambda key: (key[0], key[1] != "farandole", key[1]))
    return [_summary(tracker, group, groups[group, tracker]) for group, tracker in order]


def _summary(tracker: str, group: str, results: Sequence[Result]) -> Summary:
    scores = [result.scores for result in results]
    locks_s = np.array([score.lock_s for score in scores])
    errors_ms = 1e3 * np.concatenate([score.errors_s for score in scores])
    recoveries_s = [recovery_s for score in scores for recovery_s in score.recoveries_s]
    return Summary(
        tracker=tracker,
        group=group,
        recordings=len(scores),
        f_measure=_mean(scores, "f_measure"),
        cmlt=_mean(scores, "cmlt"),
        amlt=_mean(scores, "amlt"),
        downbeat_f=_mean(scores, "downbeat_f"),
        lock_median_s=_percentile(locks_s, 50),
        lock_p75_s=_percentile(locks_s, 75),
        never_locks=float(np.isinf(locks_s).mean()),
        half=_mean(scores, "half"),
        double=_mean(scores, "double"),
        offbeat=_mean(scores, "offbeat"),
        lag_ms=_percentile(errors_ms, 50),
        error_ms=_percentile(np.abs(errors_ms), 50),
        error_p95_ms=_percentile(np.abs(errors_ms), 95),
        recovery_s=_percentile(np.array(recoveries_s), 50),
        held=_mean(scores, "held"),
        announced=float(np.mean([result.announced for result in results])),
        calibration_error=_calibration_error(np.concatenate([score.calibration for score in scores])),
        us_per_hop=float(np.median([result.us_per_hop for result in results])),
    )


def _mean(scores: Sequence[BeatScores], name: str) -> float:
    values = [value for score in scores if not np.isnan(value := float(getattr(score, name)))]
    return float(np.mean(values)) if values else float("nan")


def _percentile(values: Times, share: float) -> float:
    """Return a percentile that is one of the values, so that never (inf) stays never."""
    return float(np.percentile(values, share, method="higher")) if len(values) else float("nan")


def _calibration_error(rows: Times) -> float:
    """Return how far confidence and the share of right beats are apart on average, in ten bins weighted by beats."""
    if len(rows) == 0:
        return float("nan")
    bins = np.minimum((rows[:, 0] * 10).astype(int), 9)
    apart = rows[:, 0] - rows[:, 1]
    return sum(abs(float(apart[bins == k].sum())) for k in set(bins.tolist())) / len(rows)


def _table(title: str, rows: Sequence[Summary], columns: Sequence[tuple[str, str]]) -> Table:
    table = Table(title=title, box=SIMPLE, title_justify="left")
    table.add_column("group")
    table.add_column("tracker")
    for _, heading in columns:
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(row.group, row.tracker, *(_cell(name, float(getattr(row, name))) for name, _ in columns))
    return table


def _cell(name: str, value: float) -> str:
    if np.isnan(value):
        return ""
    if np.isinf(value):
        return "never"
    return f"{value:.0f}" if name in _WHOLE else f"{value:.1f}" if name in _TENTHS else f"{value:.2f}"


def _plain(row: Summary) -> dict[str, Any]:
    values: dict[str, Any] = {"tracker": row.tracker, "group": row.group}
    for name, _ in _COLUMNS:
        value = float(getattr(row, name))
        values[name] = None if np.isnan(value) else "never" if np.isinf(value) else round(value, 4)
    return values
