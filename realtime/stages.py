"""What a live driver drives: an engine, or a room that plays a dance made ahead."""

from typing import Protocol

from realtime.commands import Command
from realtime.engine import EngineCounters
from realtime.motion.fader import Fader
from realtime.ports import PoseSink
from realtime.types import AudioBlock, DanceControls, MusicFrame, Pose, PoseChunk, ShowState


class Stages(Protocol):
    """The three stages. One thread calls `listen`, one `choreograph`, one `perform`; any may `post` and read."""

    music: tuple[MusicFrame, ...]
    sinks: tuple[PoseSink, ...]
    counters: EngineCounters
    controls: DanceControls
    fader: Fader
    held: str
    offset_s: float
    generate_latency_s: float

    @property
    def generator_name(self) -> str:
        """Who dances now."""
        ...

    def post(self, command: Command) -> None:
        """Hand a command to the stages."""
        ...

    def listen(self, block: AudioBlock) -> list[MusicFrame]:
        """Hear a block and return the frames it completed."""
        ...

    def choreograph(self, now_s: float) -> PoseChunk | None:
        """Return the next chunk when one is due."""
        ...

    def deliver(self, chunk: PoseChunk) -> None:
        """Hand a chunk to the performer."""
        ...

    def perform(self, now_s: float, state: ShowState, *, slot_s: float) -> Pose:
        """Send to every sink the pose for its moment."""
        ...
