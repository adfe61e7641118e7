"""Draws an evaluation: accents over the beat, lags, the body's measures, the minutes of a long run (Matplotlib)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from models.training.evaluation.long_run import LongRun
from models.training.evaluation.summary import Summary

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_COLOURS = ("#2a6fdb", "#e4572e", "#2e9e6b", "#8a4fbf", "#c79a00")
_STYLE: Any = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "font.size": 10,
    "figure.dpi": 110,
}


def draw(folder: Path, summaries: Sequence[Summary], long_runs: Mapping[str, LongRun]) -> list[str]:
    """Draw all plots into a folder and return the names of the files."""
    with mpl.rc_context(_STYLE):
        names = [_phases(folder, summaries), _lags(folder, summaries), _bodies(folder, summaries)]
        if long_runs:
            names.append(_minutes(folder, long_runs))
    return names


def _phases(folder: Path, summaries: Sequence[Summary]) -> str:
    """Where between two beats the accents fall: a flat line is chance."""
    figure, axes = plt.subplots(1, len(summaries), figsize=(4.2 * len(summaries), 3.2), sharey=True, squeeze=False)
    for column, summary in enumerate(summaries):
        panel: Axes = axes[0, column]
        # Centred bins, so that what falls on the beat stands in the middle of the picture and is not cut in two.
        phases = (summary.phases + 0.5) % 1.0 - 0.5
        counts, edges = np.histogram(phases, bins=32, range=(-0.5, 0.5))
        density = counts / max(counts.sum(), 1) * len(counts)
        panel.bar(edges[:-1], density, width=1 / 32, align="edge", color=_colour(column), alpha=0.85)
        panel.axhline(1.0, color="black", linewidth=1, linestyle="--")
        panel.set_title(f"{summary.model}: {len(phases)} accents")
        panel.set_xticks([-0.5, -0.25, 0.0, 0.25, 0.5], ["1/2 before", "1/4", "beat", "1/4", "1/2 after"])
    axes[0, 0].set_ylabel("accents, 1 is chance")
    return _save(figure, folder / "phase.png")


def _lags(folder: Path, summaries: Sequence[Summary]) -> str:
    figure, panel = plt.subplots(figsize=(6.4, 3.6))
    bins = np.arange(-250.0, 251.0, 12.5)
    for number, summary in enumerate(summaries):
        lags_ms = summary.lags_s * 1000.0
        if not len(lags_ms):
            continue
        counts, _ = np.histogram(lags_ms, bins=bins)
        label = f"{summary.model}: median {np.median(lags_ms):+.0f} ms"
        panel.stairs(counts / len(lags_ms), bins, color=_colour(number), linewidth=2, label=label)
        panel.axvline(float(np.median(lags_ms)), color=_colour(number), linewidth=1, linestyle=":")
    panel.axvspan(-33, 33, color="grey", alpha=0.15)
    panel.set_xlabel("nearest accent minus beat, ms (late is right)")
    panel.set_ylabel("share of beats")
    panel.legend(frameon=False)
    return _save(figure, folder / "lag.png")


def _bodies(folder: Path, summaries: Sequence[Summary]) -> str:
    measures = (
        ("skating", "foot skating ratio"),
        ("jitter", "jitter, m/s$^3$"),
        ("freeze", "frozen share"),
        ("speed", "joint speed, m/s"),
    )
    figure, axes = plt.subplots(1, len(measures), figsize=(12.0, 3.0))
    for panel, (key, title) in zip(axes, measures, strict=True):
        for number, summary in enumerate(summaries):
            mean, low, high, _ = summary.estimates[key]
            panel.bar(number, mean, color=_colour(number), alpha=0.85)
            panel.errorbar(number, mean, [[max(mean - low, 0.0)], [max(high - mean, 0.0)]], color="black", capsize=4)
        panel.set_xticks(range(len(summaries)), [summary.model for summary in summaries])
        panel.set_title(title)
    axes[0].axhline(0.06, color="black", linestyle="--", linewidth=1)
    return _save(figure, folder / "body.png")


def _minutes(folder: Path, long_runs: Mapping[str, LongRun]) -> str:
    figure, axes = plt.subplots(2, 3, figsize=(12.0, 5.6), sharex=True)
    for number, (model, run) in enumerate(long_runs.items()):
        told = run.drift
        series = (
            ("jitter, m/s$^3$", told.jitter_m_per_s3),
            ("height of the pelvis, m", told.height_m),
            ("way from where it began, m", told.away_m),
            ("turns", told.turns),
            ("frozen share", told.freeze),
            ("foot skating ratio", told.skating),
        )
        for panel, (title, values) in zip(axes.flat, series, strict=True):
            panel.plot(np.arange(1, len(values) + 1), values, color=_colour(number), marker="o", label=model)
            panel.set_title(title)
    for panel in axes[1]:
        panel.set_xlabel("minute")
    axes[0, 0].legend(frameon=False)
    return _save(figure, folder / "minutes.png")


def _save(figure: Figure, path: Path) -> str:
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)
    return path.name


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]
