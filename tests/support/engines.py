"""Engines for tests: the real listener, real or made-up dancers, sinks that remember."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from models.groove import GrooveGenerator
from realtime.engine import Engine
from realtime.meter import NullTimer
from realtime.music.beat import AubioBeatTracker
from realtime.music.listener import Listener
from realtime.ports import MotionGenerator, PoseSink, StageTimer
from realtime.types import (
    HOP_SAMPLES,
    SAMPLE_RATE_HZ,
    AudioBlock,
    DanceControls,
    GenerateRequest,
    MusicFrame,
    Pose,
    PoseChunk,
    ShowState,
)
from tests.support.moving_body import swaying_chunk


class RememberingSink:
    """Keeps everything that it is sent."""

    def __init__(self, lead_s: float = 0.0) -> None:
        self.lead_s = lead_s
        self.poses: list[Pose] = []
        self.music: list[MusicFrame] = []
        self.states: list[ShowState] = []

    def send(self, pose: Pose, music: MusicFrame, state: ShowState) -> None:
        self.poses.append(pose)
        self.music.append(music)
        self.states.append(state)


class SwayingDancer:
    """Sways as a fixed function of time; can be told to fail or to be late."""

    name = "sway"
    chunk_s = 1.0

    def __init__(self) -> None:
        self.failing = False
        self.requests: list[GenerateRequest] = []

    def generate(self, request: GenerateRequest) -> PoseChunk:
        self.requests.append(request)
        if self.failing:
            raise RuntimeError("the model broke")
        return swaying_chunk(request.start_s, seed=3, source=self.name)


def make_engine(
    sinks: Sequence[PoseSink] = (),
    *,
    generator: MotionGenerator | None = None,
    controls: DanceControls | None = None,
    timer: StageTimer | None = None,
) -> Engine:
    """Return an engine that hears with aubio and dances with groove, or with `generator` and groove as its fallback."""
    return Engine(
        Listener(AubioBeatTracker(), timer or NullTimer()),
        generator or GrooveGenerator(),
        GrooveGenerator(),
        sinks,
        timer or NullTimer(),
        controls=controls,
    )


def blocks_of(samples: NDArray[np.float32], size: int = HOP_SAMPLES) -> Iterable[AudioBlock]:
    """Cut samples into blocks."""
    return [AudioBlock(samples[at : at + size], at) for at in range(0, len(samples), size)]


def silence(seconds: float) -> NDArray[np.float32]:
    """Return silence."""
    return np.zeros(round(seconds * SAMPLE_RATE_HZ), dtype=np.float32)
