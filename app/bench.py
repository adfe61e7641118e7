"""`farandole bench`: the real pipeline, measured stage by stage against its schedule."""

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from app.bench_labels import LABELS
from app.measured import Histogram, histograms_of
from app.versions import machine, versions
from realtime.errors import FarandoleError
from realtime.meter import STAGES, StageMeter

BENCH_SCHEMA = 1
NOTE = (
    "Lateness is measured against the schedule (when a pose was due), not against the last completion, so a stall "
    "counts for every pose that it delayed. End to end is from the air (input latency included) to the wire: the age "
    "of the newest music when a pose left. The warm-up is excluded. Draw is what the window reports."
)


@dataclass(frozen=True, slots=True)
class StageResult:
    """The distribution of one stage; milliseconds but for `n`. `jitter` is p99 - p50."""

    n: int
    p50: float
    p90: float
    p99: float
    p99_9: float
    max: float
    jitter: float
    std: float


def stage_result(values_s: NDArray[np.float64]) -> StageResult:
    """Return the distribution of durations in seconds; zeros when there are none."""
    if not len(values_s):
        return StageResult(0, *(0.0,) * 7)
    p50, p90, p99, p99_9, largest = (float(v) * 1000.0 for v in np.percentile(values_s, [50, 90, 99, 99.9, 100]))
    return StageResult(len(values_s), p50, p90, p99, p99_9, largest, p99 - p50, float(np.std(values_s)) * 1000.0)


class Measurement:
    """Takes the figures of a meter from now on: what came before is warm-up."""

    def __init__(self, meter: StageMeter) -> None:
        self._meter = meter
        self._begin = {stage: series.count for stage, series in meter.series.items()}

    def values_s(self) -> dict[str, NDArray[np.float64]]:
        """Return every duration since then, seconds, by stage."""
        return {stage: self._meter.series[stage].values(since=self._begin[stage]) for stage in STAGES}


def bench_report(
    values_s: dict[str, NDArray[np.float64]], *, counters: dict[str, float], settings: dict[str, Any]
) -> dict[str, Any]:
    """Return the whole report as plain data."""
    stages: dict[str, Any] = {}
    for stage, values in values_s.items():
        result = stage_result(values)
        stages[LABELS[stage]] = {name: getattr(result, name) for name in StageResult.__slots__}
    return {
        "schema": BENCH_SCHEMA,
        "unit": "ms",
        "stages": stages,
        "counters": counters,
        "settings": settings,
        "machine": machine(),
        "versions": versions(),
        "note": NOTE,
    }


def bench_table(report: dict[str, Any]) -> Table:
    """Return the report as a table for a terminal."""
    table = Table(title="milliseconds", title_justify="left")
    table.add_column("stage")
    columns = ("n", "p50", "p90", "p99", "p99_9", "max", "jitter")
    for name in columns:
        table.add_column(name.replace("_", "."), justify="right")
    for stage, result in report["stages"].items():
        cells = [str(result["n"])] + [f"{result[name]:.3f}" if result["n"] else "-" for name in columns[1:]]
        table.add_row(stage, *cells)
    return table


def write_json(path: Path, report: dict[str, Any]) -> None:
    """Write the report as JSON."""
    _write(path, json.dumps(report, indent=2) + "\n")


def write_html(path: Path, report: dict[str, Any]) -> None:
    """Write a report that carries its histograms (`with_histograms`) as one self-contained page."""
    drawn = histograms_of(report)
    sections = "\n".join(f"<section><h2>{escape(name)}</h2>{_bars(each)}</section>" for name, each in drawn.items())
    columns = ("n", "p50", "p90", "p99", "p99_9", "max", "jitter", "std")
    head = "".join(f"<th>{name.replace('_', '.')}</th>" for name in columns)
    rows = "\n".join(
        f"<tr><th>{escape(stage)}</th>"
        + "".join(f"<td>{r[c]:.3f}</td>" if c != "n" else f"<td>{r[c]}</td>" for c in columns)
        + "</tr>"
        for stage, r in report["stages"].items()
    )
    facts = escape(json.dumps({k: report[k] for k in ("counters", "settings", "machine", "versions")}, indent=2))
    page = _PAGE.format(head=head, rows=rows, note=escape(report["note"]), sections=sections, facts=facts)
    _write(path, page)


def _bars(drawn: Histogram) -> str:
    """Return a histogram as SVG, with logarithmic buckets and logarithmic counts."""
    edges = drawn.edges_ms
    bars = "".join(
        f'<rect x="{10 * i}" y="{120 - 120 * height:.1f}" width="9" height="{120 * height:.1f}">'
        f"<title>{edges[i]:.3g} to {edges[i + 1]:.3g} ms: {count}</title></rect>"
        for i, (height, count) in enumerate(zip(drawn.heights, drawn.counts, strict=True))
    )
    marks = "".join(f'<text x="{10 * i}" y="138">{edges[i]:.2g}</text>' for i in range(0, len(edges), 8))
    return f'<svg viewBox="0 0 500 145" role="img" aria-label="histogram, ms">{bars}{marks}</svg>'


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FarandoleError(f"{path}: cannot write the report ({error})") from error


_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Farandole bench</title>
<style>
body {{ background: #0e1013; color: #e6e8eb; font: 15px/1.5 system-ui, sans-serif; }}
body {{ max-width: 1100px; margin: 2rem auto; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
th, td {{ padding: .3rem .8rem; text-align: right; border-bottom: 1px solid #2a2f36; }}
tr th:first-child {{ text-align: left; }}
main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(330px, 1fr)); gap: 1rem; }}
section {{ background: #171a1f; padding: .5rem 1rem; border-radius: 6px; }}
h2 {{ font-size: 1rem; margin: .3rem 0; }}
svg rect {{ fill: #ffb000; }} svg text {{ fill: #aab1ba; font-size: 11px; }}
pre {{ background: #171a1f; padding: 1rem; overflow: auto; }}
</style>
<h1>Farandole bench, milliseconds</h1>
<table><tr><th>stage</th>{head}</tr>
{rows}
</table>
<p>{note} Both axes of the histograms are logarithmic.</p>
<main>
{sections}
</main>
<pre>{facts}</pre>
</html>
"""
