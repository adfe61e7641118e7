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
from realtime.types import AudioBlock, FloatArray, MusicFrame, Pose, PoseChunk, ShowState


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


class Rehearsal:
    """The three stages on virtual time, hop by hop. `copy.deepcopy` of it dances on alike, bit for bit."""

    def __init__(self, engine: Engine, *, fps: float = 60.0) -> None:
        """Begin at show time 0.

        Args:
            engine: fresh, with its generator seeded; its `generate_latency_s` is how late chunks arrive.
            fps: poses per second.
        """
        self.engine = engine
        self.performed = 0
        self._fps = fps
        self._state = ShowState(fps=fps, latency_model_s=engine.generate_latency_s)
        self._arriving: deque[tuple[float, PoseChunk]] = deque()

    def perform_until(self, limit_s: float) -> list[Pose]:
        """Return the poses before `limit_s` that were not performed yet."""
        poses: list[Pose] = []
        while (now_s := self.performed / self._fps) < limit_s:
            while self._arriving and self._arriving[0][0] <= now_s:
                self.engine.deliver(self._arriving.popleft()[1])
            poses.append(self.engine.perform(now_s, self._state, slot_s=1.0 / self._fps))
            self.performed += 1
        return poses

    def choreograph(self, now_s: float) -> None:
        """Let a chunk be made when one is due; it arrives as late as it would live."""
        chunk = self.engine.choreograph(now_s)
        if chunk is not None:
            self._arriving.append((now_s + self.engine.generate_latency_s, chunk))


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
    rehearsal = Rehearsal(engine, fps=fps)
    beat_log = BeatLog()
    beats: list[DeclaredBeat] = []
    poses: list[Pose] = []
    end_s = 0.0
    for end_s, hear in hearings:
        poses += rehearsal.perform_until(end_s)
        for frame in hear():
            beats += beat_log.step(frame.beat, frame.time_s)
        rehearsal.choreograph(end_s)
        if progress is not None:
            progress(end_s)
    poses += rehearsal.perform_until(end_s)
    return Performance(
        np.arange(len(poses)) / fps,
        np.array([pose.root_m for pose in poses]).reshape(len(poses), 3),
        np.array([pose.rotations_wxyz for pose in poses]).reshape(len(poses), -1, 4),
        np.array([pose.contacts for pose in poses]).reshape(len(poses), -1),
        tuple(beats),
        engine.counters.deadline_misses,
        engine.counters.starved_s,
    )
