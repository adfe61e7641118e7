"""Stopwatches of the stages: every duration of a show, kept for percentiles."""

import time
from collections.abc import Generator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

_KEPT = 1 << 16
"""Samples a stage keeps: 18 minutes at 60 Hz."""
_RECENT = 512


class Series:
    """The last samples of one figure, seconds. One thread adds, any thread reads."""

    def __init__(self) -> None:
        self._values = np.zeros(_KEPT)
        self.count = 0

    def add(self, value: float) -> None:
        """Keep one sample."""
        self._values[self.count % _KEPT] = value
        self.count += 1

    def values(self, *, since: int = 0) -> NDArray[np.float64]:
        """Return the samples from number `since` on, as far as they are kept, in no particular order."""
        wanted = min(self.count - since, _KEPT)
        indices = np.arange(self.count - wanted, self.count) % _KEPT
        return self._values[indices]

    def recent_percentile(self, percent: float) -> float:
        """Return a percentile of the last samples; 0 before the first."""
        values = self.values(since=max(0, self.count - _RECENT))
        return float(np.percentile(values, percent)) if len(values) else 0.0


STAGES = ("block age", "features", "beat", "generate", "pose", "send", "lateness", "draw", "total")


class StageMeter:
    """One `Series` a stage; a `StageTimer` for the engine. Each stage is measured by one thread."""

    def __init__(self) -> None:
        self.series = {stage: Series() for stage in STAGES}

    @contextmanager
    def measure(self, stage: str) -> Generator[None]:
        """Time what happens inside."""
        start_s = time.perf_counter()
        try:
            yield
        finally:
            self.series[stage].add(time.perf_counter() - start_s)

    def add(self, stage: str, seconds: float) -> None:
        """Keep one duration that was measured elsewhere."""
        self.series[stage].add(seconds)


class NullTimer:
    """A `StageTimer` that measures nothing: for rehearsals and tests."""

    @contextmanager
    def measure(self, stage: str) -> Generator[None]:  # noqa: ARG002
        """Do nothing."""
        yield
