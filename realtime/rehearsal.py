"""Runs the three stages on virtual time, as fast as the machine can: what the audience would have seen.

Blocks are heard when they would have arrived and chunks are delivered as late as live would deliver them, so a
rehearsal shows the same dance as a show with that latency, bit for bit the same from the same seed.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from realtime.engine import Engine
from realtime.music.beat_log import BeatLog, DeclaredBeat
from realtime.types import AudioBlock, FloatArray, PoseChunk, ShowState


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


def rehearse(
    engine: Engine,
    blocks: Iterable[AudioBlock],
    *,
    fps: float = 60.0,
    progress: Callable[[float], None] | None = None,
) -> Performance:
    """Return the performance of `engine` to `blocks`.

    Args:
        engine: fresh, with its generator seeded; its `generate_latency_s` is how late chunks arrive.
        blocks: mono at SAMPLE_RATE_HZ; each is heard when its last sample has sounded.
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

    for block in blocks:
        perform_until(block.end_s)
        for frame in engine.listen(block):
            beats += beat_log.step(frame.beat, frame.time_s)
        chunk = engine.choreograph(block.end_s)
        if chunk is not None:
            arriving.append((block.end_s + engine.generate_latency_s, chunk))
        end_s = block.end_s
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
