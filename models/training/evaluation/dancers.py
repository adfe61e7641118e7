"""Lets a dancer dance to a take: the real engine in rehearsal, or the person whom the data shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from models.dance_revolution.offline import dance_music
from models.training.dance_revolution.pairs import features_of
from models.training.evaluation.takes import Take
from models.training.evaluation.timing import GeneratorTimer
from models.training.metrics.motion import FPS, Motion
from realtime.engine import Engine
from realtime.meter import NullTimer
from realtime.ports import StageTimer
from realtime.rehearsal import Performance, heard_elsewhere, heard_here, rehearse
from realtime.types import HOP_SAMPLES, SAMPLE_RATE_HZ, AudioBlock, FloatArray


class MakeEngine(Protocol):
    """Makes engines for an evaluation."""

    def __call__(self, model: str, seed: int, timer: StageTimer, style: str = "") -> Engine:
        """Return a fresh engine.

        Args:
            model: who dances, by name.
            seed: of the dance.
            timer: of its stages.
            style: of the dance that a person danced to this music, as the data calls it; "" where nobody did.
        """
        ...


DATA = "data"
"""The name of the person in the data."""
OFFLINE = "dance_revolution offline"
"""Who knows the whole song beforehand; see `models.dance_revolution.offline`."""


@dataclass(frozen=True, eq=False)
class Danced:
    """What a dancer made of a piece of music.

    Attributes:
        motion: the dance, on the music's time line.
        generate_s: how long each chunk took by the clock; none for data.
        computed_s: how long the processor worked on each.
        slower_than_planned: share of the chunks that took longer than the show plans for.
        deadline_misses: chunks that were late or never came, in the rehearsal.
        starved_s: seconds with nothing decided.
        failure: what the model said last when it failed and the fallback danced, or "".
        performance: everything performed, from the music's beginning; None for data.
    """

    motion: Motion
    generate_s: FloatArray
    computed_s: FloatArray
    slower_than_planned: float = 0.0
    deadline_misses: int = 0
    starved_s: float = 0.0
    failure: str = ""
    performance: Performance | None = None


def dance(model: str, seed: int, take: Take, make_engine: MakeEngine) -> Danced:
    """Return the dance of a model to a take's music, from where the take's own dance begins to where it ends.

    The chunks of `OFFLINE` are timed as they are shown: its work was done before.
    """
    if model == DATA:
        return Danced(take.motion, np.empty(0), np.empty(0))
    timer = GeneratorTimer()
    engine = make_engine("dance_revolution" if model == OFFLINE else model, seed, timer, take.info.style)
    if model == OFFLINE:
        engine.dance_with(dance_music(features_of(take.folder, take.info.name, causal=False), engine.controls))
    frames = take.frames(revolution=model == "dance_revolution")
    heard = ((frame.time_s, [frame]) for frame in frames if frame.time_s <= take.end_s + 0.5)
    performed = rehearse(engine, heard_elsewhere(engine, heard), fps=FPS)
    generate_s = np.array(timer.wall_s)
    return Danced(
        motion=Motion(performed.root_m, performed.rotations_wxyz).between(take.info.start_s, take.end_s),
        generate_s=generate_s,
        computed_s=np.array(timer.computed_s),
        slower_than_planned=float((generate_s > engine.generate_latency_s).mean()) if len(generate_s) else 0.0,
        deadline_misses=performed.deadline_misses,
        starved_s=performed.starved_s,
        failure=engine.counters.last_failure,
        performance=performed,
    )


def dance_to_silence(model: str, seed: int, seconds: float, make_engine: MakeEngine) -> Motion:
    """Return what a model that hears as it goes does in silence: the control that tells habit from listening."""
    engine = make_engine(model, seed, NullTimer())
    performed = rehearse(engine, heard_here(engine, _silence(seconds)), fps=FPS)
    return Motion(performed.root_m, performed.rotations_wxyz)


def _silence(seconds: float) -> Iterator[AudioBlock]:
    hop = np.zeros(HOP_SAMPLES, np.float32)
    for number in range(round(seconds * SAMPLE_RATE_HZ / HOP_SAMPLES)):
        yield AudioBlock(hop, number * HOP_SAMPLES)
