"""Times the generator: by the clock, as a show would feel it, and by what the process computed, whoever else does."""

import time
from collections.abc import Generator
from contextlib import contextmanager


class GeneratorTimer:
    """A `StageTimer` that keeps how long each chunk took. A rehearsal computes nothing else meanwhile.

    Attributes:
        wall_s: seconds by the clock, one for each chunk.
        computed_s: seconds of processor time, all threads together, one for each chunk.
    """

    def __init__(self) -> None:
        self.wall_s: list[float] = []
        self.computed_s: list[float] = []

    @contextmanager
    def measure(self, stage: str) -> Generator[None]:
        """Time what happens inside, if it is the generator."""
        if stage != "generate":
            yield
            return
        wall_s, computed_s = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.wall_s.append(time.perf_counter() - wall_s)
            self.computed_s.append(time.process_time() - computed_s)
