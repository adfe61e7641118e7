"""The long run: one engine dances for many minutes to takes in a loop; does it drift, sink, spin, freeze or grow?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.training.evaluation.dancers import MakeEngine
from models.training.evaluation.takes import Take
from models.training.evaluation.timing import GeneratorTimer
from models.training.metrics.motion import FPS, Motion
from models.training.metrics.movement import Drift, drift
from realtime.audio.track import FileTrack, heard
from realtime.rehearsal import heard_here, rehearse
from realtime.types import HOP_SAMPLES, SAMPLE_RATE_HZ, AudioBlock

_STATM = Path("/proc/self/statm")
_PAGE_BYTES = 4096
_POSE_BYTES = 3 * 128 + (3 + 24 * 4 + 4) * 8
"""What a rehearsal keeps of each pose, which a show does not: three arrays with their heads."""


@dataclass(frozen=True, slots=True)
class LongRun:
    """What became of a long dance.

    Attributes:
        minutes: its length.
        drift: from minute to minute.
        memory_growth_mb: resident memory from the second minute to the last, without the recorded poses; nan where the
            system does not tell.
        deadline_misses: chunks that were late, or never came.
        starved_s: seconds with nothing decided.
        real_time_factor: seconds of dance per second of processor time of the generator.
        generate_p95_s: 95th percentile of a chunk's time by the clock.
    """

    minutes: float
    drift: Drift
    memory_growth_mb: float
    deadline_misses: int
    starved_s: float
    real_time_factor: float
    generate_p95_s: float

    def as_dict(self) -> dict[str, object]:
        """Return it as JSON takes it."""
        return asdict(self)


def long_run(
    model: str,
    takes: Sequence[Take],
    make_engine: MakeEngine,
    *,
    minutes: float,
    seed: int = 0,
    progress: Callable[[float], None] = lambda _: None,
) -> LongRun:
    """Return how a model dances for many minutes, heard by the real listener.

    Args:
        model: its name.
        takes: whose music plays, one after another, again and again.
        make_engine: makes the engine.
        minutes: at least one.
        seed: of the dance.
        progress: called now and then with the seconds danced since the last call.
    """
    timer = GeneratorTimer()
    engine = make_engine(model, seed, timer)
    memory: list[tuple[float, float]] = []

    def note(now_s: float) -> None:
        if not memory or now_s >= memory[-1][0] + 5.0:
            progress(now_s - (memory[-1][0] if memory else 0.0))
            memory.append((now_s, _resident_mb()))

    performed = rehearse(engine, heard_here(engine, _loop(takes, minutes * 60.0)), fps=FPS, progress=note)
    computed_s = sum(timer.computed_s)
    motion = Motion(performed.root_m, performed.rotations_wxyz)
    return LongRun(
        minutes=minutes,
        drift=drift(motion.root_m, motion.rotations_wxyz, motion.positions_m),
        memory_growth_mb=_growth_mb(memory),
        deadline_misses=performed.deadline_misses,
        starved_s=performed.starved_s,
        real_time_factor=motion.seconds / computed_s if computed_s > 0.0 else float("nan"),
        generate_p95_s=float(np.percentile(timer.wall_s, 95)) if timer.wall_s else float("nan"),
    )


def _loop(takes: Sequence[Take], seconds: float) -> Iterator[AudioBlock]:
    """Yield the music of the takes as one stream of blocks, without a gap, for `seconds`."""
    wanted, start, pending = round(seconds * SAMPLE_RATE_HZ), 0, np.empty(0, np.float32)
    for samples in _samples(takes):
        pending = np.concatenate([pending, samples])
        while len(pending) >= HOP_SAMPLES:
            if start >= wanted:
                return
            yield AudioBlock(pending[:HOP_SAMPLES], start)
            start, pending = start + HOP_SAMPLES, pending[HOP_SAMPLES:]


def _samples(takes: Sequence[Take]) -> Iterator[NDArray[np.float32]]:
    while True:
        for take in takes:
            for block in heard(FileTrack(take.audio), SAMPLE_RATE_HZ):
                yield block.samples


def _resident_mb() -> float:
    if not _STATM.exists():
        return float("nan")
    return int(_STATM.read_text(encoding="ascii").split()[1]) * _PAGE_BYTES / 1e6


def _growth_mb(memory: list[tuple[float, float]]) -> float:
    """Return how much memory grew after the first minute (which fills caches), without what the rehearsal keeps."""
    settled = [(now_s, megabytes) for now_s, megabytes in memory if now_s >= 60.0] or memory
    (from_s, before), (until_s, after) = settled[0], settled[-1]
    return after - before - (until_s - from_s) * FPS * _POSE_BYTES / 1e6
