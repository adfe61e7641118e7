"""Runs the three stages on virtual time, as fast as the machine can: what the audience would have seen.

Blocks are heard when they would have arrived and chunks are delivered as late as live would deliver them, so a
rehearsal shows the same dance as a show with that latency, bit for bit the same from the same seed.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from realtime.engine import Engine
from realtime.music.beat_log import BeatLog, DeclaredBeat
from realtime.types import AudioBlock, FloatArray, MusicFrame, PoseChunk, ShowState


@dataclass(frozen=True, slots=True)
class Performance:
    """A whole dance, as performed.

    Attributes:
        time_s: shape (T,), frame k at k / fps.
        root_m: shape (T, 3).
        rotations_wxyz: shape (T, J, 4), each `parent_from_joint`.
        contacts: shape (T, F).
        beats: every beat that the clock declared.
        deadline_misses: chunks that came too late.
        starved_s: seconds with nothing decided.
    """

    time_s: FloatArray
    root_m: FloatArray
    rotations_wxyz: FloatArray
    contacts: FloatArray
    beats: tuple[DeclaredBeat, ...]
    deadline_misses: int
    starved_s: float


Hearing = tuple[float, Callable[[], list[MusicFrame]]]
"""When a block has sounded, and the call that lets the engine know of it, not a moment earlier."""


def heard_here(engine: Engine, blocks: Iterable[AudioBlock]) -> Iterator[Hearing]:
    """Yield blocks that the engine itself hears: mono at SAMPLE_RATE_HZ."""
    for block in blocks:
        yield block.end_s, partial(engine.listen, block)


def heard_elsewhere(engine: Engine, heard: Iterable[tuple[float, list[MusicFrame]]]) -> Iterator[Hearing]:
    """Yield what another listener heard: the end of each block and its frames."""
    for end_s, frames in heard:
        yield end_s, partial(engine.take, frames)


def rehearse(
    engine: Engine,
    hearings: Iterable[Hearing],
    *,
    fps: float = 60.0,
    progress: Callable[[float], None] | None = None,
) -> Performance:
    """Return the performance of `engine` to what it hears.

    Args:
        engine: fresh, with its generator seeded; its `generate_latency_s` is how late chunks arrive.
        hearings: see `heard_here` and `heard_elsewhere`; the dance is the same, bit for bit.
        fps: poses per second.
        progress: called now and then with the show time.
    """
    beat_log = BeatLog()
    beats: list[DeclaredBeat] = []
    poses: list[tuple[FloatArray, FloatArray, FloatArray]] = []
    arriving: deque[tuple[float, PoseChunk]] = deque()
    state = ShowState(fps=fps, latency_model_s=engine.generate_latency_s)
    end_s = 0.0

    def perform_until(limit_s: float) -> None:
        while (now_s := len(poses) / fps) < limit_s:
            while arriving and arriving[0][0] <= now_s:
                engine.deliver(arriving.popleft()[1])
            pose = engine.perform(now_s, state, slot_s=1.0 / fps)
            poses.append((pose.root_m, pose.rotations_wxyz, pose.contacts))

    for end_s, hear in hearings:
        perform_until(end_s)
        for frame in hear():
            beats += beat_log.step(frame.beat, frame.time_s)
        chunk = engine.choreograph(end_s)
        if chunk is not None:
            arriving.append((end_s + engine.generate_latency_s, chunk))
        if progress is not None:
            progress(end_s)
    perform_until(end_s)
    return Performance(
        np.arange(len(poses)) / fps,
        np.array([root for root, _, _ in poses]).reshape(len(poses), 3),
        np.array([rotations for _, rotations, _ in poses]).reshape(len(poses), -1, 4),
        np.array([contacts for _, _, contacts in poses]).reshape(len(poses), -1),
        tuple(beats),
        engine.counters.deadline_misses,
        engine.counters.starved_s,
    )
