"""How fast a session is here: each run on its own, as a show calls it."""

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from models.bundle import Bundle
from models.runtime.session import Session


@dataclass(frozen=True)
class Timing:
    """How long the runs of a graph took.

    Attributes:
        graph: its name.
        runs: how many were measured.
        median_ms: of all runs.
        p99_ms: one run in a hundred takes longer.
        real_time_factor: seconds of dance that a second of the median makes; 0 where the spec does not say.
    """

    graph: str
    runs: int
    median_ms: float
    p99_ms: float
    real_time_factor: float


def time_session(session: Session, bundle: Bundle, graph: str, *, runs: int) -> Timing:
    """Run a warm session on the golden input again and again."""
    inputs, _ = bundle.golden(graph)
    seconds = np.empty(runs)
    for run in range(runs):
        began_s = perf_counter()
        session.run(inputs)
        seconds[run] = perf_counter() - began_s
    median_s, p99_s = np.percentile(seconds, [50, 99])
    return Timing(graph, runs, median_s * 1e3, p99_s * 1e3, bundle.graph(graph).covers_s / median_s)
