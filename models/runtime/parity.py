"""Whether an engine computes what torch computed when the model was exported.

The difference of two arrays is the largest |a - b|, divided by the largest |b| where that is above 1: absolute for
small values and relative for large ones.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.bundle import Arrays, Bundle
from models.runtime.session import Session


@dataclass(frozen=True)
class Parity:
    """How near a session came to the golden outputs of a graph.

    Attributes:
        graph: its name.
        output: the output that is furthest off.
        difference: how far (see the module).
        tolerance: what the spec allows at this precision.
    """

    graph: str
    output: str
    difference: float
    tolerance: float

    @property
    def passed(self) -> bool:
        """Whether it is near enough."""
        return self.difference <= self.tolerance

    def __str__(self) -> str:
        return (
            f"{self.graph}.{self.output} differs from golden.npz by {self.difference:.2g} "
            f"(allowed: {self.tolerance:.2g})"
        )


def check_parity(session: Session, bundle: Bundle, graph: str) -> Parity:
    """Run a session on the golden input and return how near it came.

    Raises:
        InferenceError: it cannot run.
    """
    inputs, wanted = bundle.golden(graph)
    found = session.run(inputs)
    output, difference = worst_difference(found, wanted)
    spec, precision = bundle.graph(graph), session.description.precision
    if precision == "int8" and spec.int8:
        tolerance = spec.int8.tolerance
    else:
        tolerance = spec.half_tolerance if precision == "fp16" else spec.tolerance
    return Parity(graph, output, difference, tolerance)


def worst_difference(found: Arrays, wanted: Arrays) -> tuple[str, float]:
    """Return the output that is furthest off, and how far; infinitely far where something is not a number."""
    differences = {name: difference_of(found[name], array) for name, array in wanted.items()}
    worst = max(differences, key=lambda name: differences[name])
    return worst, differences[worst]


def difference_of(found: NDArray[Any], wanted: NDArray[Any]) -> float:
    """Return the difference of two arrays of one shape (see the module)."""
    a, b = found.astype(np.float64), wanted.astype(np.float64)
    if a.shape != b.shape:
        return float("inf")
    if b.size == 0:
        return 0.0
    # Equal infinities (masks) are equal; whatever else is not finite is wrong.
    apart = np.abs(np.subtract(a, b, out=np.zeros_like(b), where=a != b))
    scale = max(1.0, float(np.max(np.abs(b), where=np.isfinite(b), initial=0.0)))
    worst = float(np.max(apart)) / scale
    return worst if np.isfinite(worst) else float("inf")
