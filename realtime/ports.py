"""What can be plugged into the engine. Implementations live in `audio`, `music`, `outputs` and in `models`."""

from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from realtime.commands import Command
from realtime.types import (
    AudioBlock,
    BeatState,
    GenerateRequest,
    MusicFeatures,
    MusicFrame,
    Pose,
    PoseChunk,
    ShowState,
    SourceStatus,
)


class AudioSource(Protocol):
    """Delivers the music of a live show and keeps its time. One thread reads, any thread asks for the time."""

    @property
    def input_latency_s(self) -> float:
        """Seconds from the air to a block in our hands, as the device says."""
        ...

    @property
    def status(self) -> SourceStatus:
        """How it is doing."""
        ...

    def read(self, timeout_s: float) -> AudioBlock | None:
        """Wait for the next block; None when there is none within `timeout_s`."""
        ...

    def show_s(self, host_s: float) -> float:
        """Return the show time at a host time: which sample is in the air at that moment."""
        ...

    def close(self) -> None:
        """Give the device back."""
        ...


class BeatTracker(Protocol):
    """Hears hops and keeps the beat clock. One thread calls it; it never looks at a wall clock."""

    def step(self, hop: NDArray[np.float32], features: MusicFeatures, time_s: float) -> BeatState:
        """Hear one hop and return the clock that holds from `time_s` on.

        Args:
            hop: shape (HOP_SAMPLES,), float32 mono at SAMPLE_RATE_HZ.
            features: of the same hop.
            time_s: show time at the end of the hop.
        """
        ...

    def command(self, command: Command, time_s: float) -> None:
        """Obey a tempo command that was given at show time `time_s`; ignore every other command."""
        ...


class MotionGenerator(Protocol):
    """Makes the dance, chunk by chunk. One thread calls it."""

    @property
    def name(self) -> str:
        """How presets and people call it."""
        ...

    @property
    def chunk_s(self) -> float:
        """How long its chunks are."""
        ...

    def generate(self, request: GenerateRequest) -> PoseChunk:
        """Return the dance from about `request.start_s` on; the same requests give the same chunks."""
        ...


class PoseSink(Protocol):
    """Receives every performed pose: an OSC target, the window's shared memory, a recorder."""

    @property
    def lead_s(self) -> float:
        """How far ahead of now its poses are, to make up for what comes after it."""
        ...

    def send(self, pose: Pose, music: MusicFrame, state: ShowState) -> None:
        """Take one pose, the music and the state of the show. Never waits, never raises for the network's sake."""
        ...


class StageTimer(Protocol):
    """Measures how long the stages take. The core has no clock of its own, so one is plugged in."""

    def measure(self, stage: str) -> AbstractContextManager[None]:
        """Return a context that times what happens inside as `stage`."""
        ...
