"""What a live show drives: the stages, and where the music comes from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from realtime.config import DanceConfig, Preset
from realtime.health import RoomHealth
from realtime.meter import StageMeter
from realtime.ports import AudioSource, PoseSink
from realtime.stages import Stages


@dataclass(frozen=True)
class Driven:
    """What a live show drives.

    Attributes:
        stages: an engine, or a rehearsal room's performer.
        source: where the music and the show time come from.
        cast: lets the dancer of another preset take over.
        room: returns the state of a rehearsal room.
        close: ends what the stages brought along.
    """

    stages: Stages
    source: AudioSource
    cast: Callable[[DanceConfig], None] = lambda _: None
    room: Callable[[], RoomHealth | None] = lambda: None
    close: Callable[[], None] = lambda: None


MakeDriven = Callable[[Preset, Sequence[PoseSink], StageMeter], Driven]
