"""What a person may ask only in a rehearsal: of the track that plays, of its take and of the lanes it is danced on."""

from dataclasses import dataclass

from realtime.commands import Command


@dataclass(frozen=True)
class Play(Command):
    """Let the track run."""


@dataclass(frozen=True)
class Pause(Command):
    """Stop the track where it is; the dancer stands in its pose."""


@dataclass(frozen=True)
class TogglePlay(Command):
    """Play when the track stands, pause when it runs."""


@dataclass(frozen=True)
class Seek(Command):
    """Go to a time of the track."""

    time_s: float


@dataclass(frozen=True)
class Skip(Command):
    """Go forward (positive) or back by so many seconds of the track."""

    offset_s: float


@dataclass(frozen=True)
class SetLoop(Command):
    """Play from `start_s` to `end_s` again and again; at least a tenth of a second.

    A negative time is where the track is when the command is obeyed: what a window knew of it may be old. The other end
    then stays where it was, or is that of the track.
    """

    start_s: float
    end_s: float


@dataclass(frozen=True)
class ClearLoop(Command):
    """Play on past the end of the loop."""


@dataclass(frozen=True)
class SetSpeed(Command):
    """Play slower or faster, 0.5 to 1.5; the pitch stays, the dance follows."""

    factor: float


@dataclass(frozen=True)
class AddMarker(Command):
    """Mark a time of the track (negative: now); a preset given is switched to there."""

    time_s: float = -1.0
    name: str = ""
    preset: str = ""


@dataclass(frozen=True)
class EditMarker(Command):
    """Move the marker `number` (from 1, in order of time), call it `name`, switch to `preset` there."""

    number: int
    time_s: float
    name: str
    preset: str


@dataclass(frozen=True)
class RemoveMarker(Command):
    """Forget the marker `number`, from 1."""

    number: int


@dataclass(frozen=True)
class GoToMarker(Command):
    """Go to the marker `number`, from 1."""

    number: int


@dataclass(frozen=True)
class StepMarker(Command):
    """Go to the next marker (1) or the one before (-1)."""

    step: int


@dataclass(frozen=True)
class SetGrid(Command):
    """Dance to this beat grid, whatever was heard; none gives the beat back to the ear.

    Attributes:
        segments: for each its first downbeat, seconds of the track; its tempo, BPM; its beats in a bar.
    """

    segments: tuple[tuple[float, float, int], ...]


@dataclass(frozen=True)
class ClearSteering(Command):
    """Forget how the sliders and presets were moved while the track ran."""


@dataclass(frozen=True)
class LockTake(Command):
    """Keep the take as it is (on), or let it be changed again (off)."""

    on: bool


@dataclass(frozen=True)
class SetLane(Command):
    """Let another dancer dance the lane "A" or "B".

    Attributes:
        lane: "A" or "B".
        preset: what it starts with; "" for the one of the take.
        model: who dances; "" for the preset's.
        seed: chooses among the dances that fit; -1 for the preset's.
        on: whether the lane is danced at all; A always is.
    """

    lane: str
    preset: str = ""
    model: str = ""
    seed: int = -1
    on: bool = True


@dataclass(frozen=True)
class SendLane(Command):
    """Send the dance of the lane "A" or "B" to the outputs."""

    lane: str


@dataclass(frozen=True)
class OpenTrack(Command):
    """Take another track, by its path; only a window may ask, nobody over the network."""

    path: str
