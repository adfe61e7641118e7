"""Writes an evaluation: `report.json` with every figure, `report.md` to read."""

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path

from models.training.evaluation.long_run import LongRun
from models.training.evaluation.summary import Run, Summary
from models.training.evaluation.table import SECTIONS, cells, shown
from models.training.metrics.beats import SIGMA_S, TOLERANCE_S
from models.training.metrics.motion import FPS

SCHEMA = 1
_HOW = (
    f"Everything is measured at {FPS:g} poses a second on held-out trials; beats are the known grid of the music, "
    "accents are foot plants and stops found in the poses. "
    f"Beat align: sigma {SIGMA_S * 1000:.0f} ms; F1: one to one within {TOLERANCE_S * 1000:.0f} ms. In brackets: 95 % "
    "intervals, bootstrap over trials. A beat score says something only beside its controls: the same dance against "
    "another song at the same tempo, against shifted beats, and what the dancer does in silence."
)


def write_json(
    path: Path,
    summaries: Sequence[Summary],
    runs: Mapping[str, Sequence[Run]],
    long_runs: Mapping[str, LongRun],
    facts: Mapping[str, object],
) -> None:
    """Write every figure of an evaluation.

    Args:
        path: the file.
        summaries: one for each dancer.
        runs: of every dancer, by its name.
        long_runs: of those that had one, by the dancer's name.
        facts: how it was measured.
    """
    content = {
        "schema": SCHEMA,
        **facts,
        "models": {
            summary.model: {
                "estimates": {
                    name: {"mean": value.mean, "low": value.low, "high": value.high, "trials": value.takes}
                    for name, value in summary.estimates.items()
                },
                "figures": summary.figures,
                "failures": summary.failures,
                "long_run": long_runs[summary.model].as_dict() if summary.model in long_runs else None,
                "takes": [
                    {"take": run.take.info.name, "style": run.take.info.style, "seed": run.seed, **run.scores.values}
                    for run in runs[summary.model]
                ],
            }
            for summary in summaries
        },
    }
    path.write_text(json.dumps(_plain(content), indent=1) + "\n", encoding="utf-8")


def write_markdown(
    path: Path, summaries: Sequence[Summary], long_runs: Mapping[str, LongRun], pictures: Sequence[str]
) -> None:
    """Write the tables; `pictures` are files beside the report."""
    lines = ["# Evaluation", "", _HOW, ""]
    for section in SECTIONS:
        rows = shown(section, summaries)
        if not rows:
            continue
        lines += [f"## {section[0]}", "", "| | " + " | ".join(summary.model for summary in summaries) + " | wish |"]
        lines += ["|---|" + "---|" * (len(summaries) + 1)]
        lines += ["| " + " | ".join(cells(row, summaries)) + " |" for row in rows] + [""]
    for model, run in long_runs.items():
        lines += [f"## {model}, {run.minutes:g} minutes on end", "", *long_lines(run), ""]
    for summary in summaries:
        if summary.failures:
            reasons = "; ".join(summary.failures)
            lines += [f"**{summary.model} failed, and the fallback danced in its place**: {reasons}", ""]
    lines += [f"![{Path(name).stem}]({name})" for name in pictures if name.endswith(".png")]
    lines += [f"[{name}]({name})" for name in pictures if not name.endswith(".png")]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def long_lines(run: LongRun) -> list[str]:
    """Return what a long run told, as lines of a list."""
    told = run.drift

    def minutes(values: Sequence[float], digits: int) -> str:
        return ", ".join(f"{value:.{digits}f}" for value in values)

    return [
        f"- farthest from where it began: {told.farthest_m:.2f} m; after each minute: {minutes(told.away_m, 2)}",
        f"- sinking: {told.sinking_m_per_min * 1000:.1f} mm a minute; pelvis: {minutes(told.height_m, 3)} m",
        f"- turns in each minute: {minutes(told.turns, 1)}",
        f"- frozen share of each minute: {minutes(told.freeze, 3)}",
        f"- jitter in each minute: {minutes(told.jitter_m_per_s3, 0)} m/s^3; skating: {minutes(told.skating, 3)}",
        f"- memory growth after the first minute: {run.memory_growth_mb:.1f} MB",
        f"- deadline misses: {run.deadline_misses}; undecided: {run.starved_s:.1f} s; real-time factor of the "
        f"generator: {run.real_time_factor:.1f}; a chunk takes {run.generate_p95_s * 1000:.1f} ms (95th percentile)",
    ]


def _plain(value: object) -> object:
    """Return the value as JSON knows it: nan and infinity become null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value
