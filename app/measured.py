"""Histograms of a benchmark: counted by the show, drawn by a page or a window."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.bench_labels import LABELS

BARS = 48
_LEAST_MS = 1e-3


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often a stage took how long, in buckets that grow by a constant factor.

    Attributes:
        edges_ms: one more than there are counts.
        counts: of each bucket.
    """

    edges_ms: tuple[float, ...]
    counts: tuple[int, ...]

    @property
    def heights(self) -> tuple[float, ...]:
        """The bars, 0 to 1: the logarithm of the counts, so that one late pose among thousands is seen."""
        most = np.log10(max(self.counts, default=0) + 1.0)
        return tuple(float(np.log10(count + 1.0) / most) if most > 0.0 else 0.0 for count in self.counts)


def histogram(values_s: NDArray[np.float64], *, bars: int = BARS) -> Histogram:
    """Return how often durations in seconds came, over the quarter decades that they fill; empty without any."""
    if not len(values_s):
        return Histogram((), ())
    values_ms = np.maximum(values_s * 1000.0, _LEAST_MS)
    low, high = np.floor(np.log10(values_ms.min()) * 4) / 4, np.ceil(np.log10(values_ms.max()) * 4 + 1e-9) / 4
    edges = np.logspace(low, max(high, low + 0.25), bars + 1)
    counts, _ = np.histogram(values_ms, edges)
    return Histogram(tuple(edges.tolist()), tuple(counts.tolist()))


def with_histograms(report: dict[str, Any], values_s: dict[str, NDArray[np.float64]]) -> dict[str, Any]:
    """Return a report with the histogram of each stage."""
    drawn = {LABELS[stage]: histogram(values) for stage, values in values_s.items() if len(values)}
    return {
        **report,
        "histograms": {name: {"edges_ms": each.edges_ms, "counts": each.counts} for name, each in drawn.items()},
    }


def histograms_of(report: dict[str, Any]) -> dict[str, Histogram]:
    """Return the histograms that a report carries, by the name of their stage."""
    return {
        name: Histogram(tuple(each["edges_ms"]), tuple(each["counts"]))
        for name, each in report.get("histograms", {}).items()
    }
