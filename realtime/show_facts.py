"""What a driver of the stages cannot know by itself, but tells windows and remote controls."""

from collections.abc import Callable
from dataclasses import dataclass

from realtime.health import RemoteHealth, RoomHealth, TargetHealth


@dataclass(frozen=True, slots=True)
class ShowFacts:
    """What the driver cannot know by itself, for the snapshot; whoever composes the show replaces it whole.

    Attributes:
        preset: name of the preset.
        presets: names that can be loaded.
        look: stage look.
        camera: stage camera.
        tint, accent: stage colours.
        gain_db, gate_db: of the input.
        next_preset: the preset that waits for its beat, or "".
        fade_s: how long the change to `preset` takes.
        muted: whether all targets are silenced.
        tools: returns whether the dance is recorded, when the last clap was heard, and where the benchmark is.
        targets: returns the health of every target.
        remote: returns that of the remote control.
        room: returns the state of a rehearsal room, None where there is none.
    """

    preset: str = ""
    presets: tuple[str, ...] = ()
    look: str = ""
    camera: str = ""
    tint: str = ""
    accent: str = ""
    gain_db: float = 0.0
    gate_db: float = -120.0
    next_preset: str = ""
    fade_s: float = 0.0
    muted: bool = False
    tools: Callable[[], tuple[bool, float, str]] = lambda: (False, 0.0, "")
    targets: Callable[[], tuple[TargetHealth, ...]] = tuple
    remote: Callable[[], RemoteHealth] = RemoteHealth
    room: Callable[[], RoomHealth | None] = lambda: None
