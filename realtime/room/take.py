"""A take: everything a person has decided about one track, and how it is kept beside the track.

`TRACK.farandole.toml` is typed, limited and readable aloud; unknown keys are refused. A file that cannot be read is
named and left alone: what somebody wrote by hand is never overwritten by what we failed to understand.
"""

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from realtime.commands import (
    Command,
    Idle,
    SetEnergy,
    SetInPlace,
    SetMirror,
    SetSeed,
    SetSmoothing,
    SetStyle,
)
from realtime.errors import FarandoleError
from realtime.room.grid import BeatGrid, Segment

TrackTime = Annotated[float, Meta(ge=0.0, le=1e6)]
Name = Annotated[str, Meta(max_length=200)]
MOST_MARKERS = 500
MOST_STEERING = 20_000
_ONE_GESTURE_S = 0.5
"""A slider that moves again within so much is the same gesture."""


class TakeError(FarandoleError):
    """The file of a take cannot be read or written."""


class Marker(Struct, frozen=True, forbid_unknown_fields=True):
    """A named place in the track; with a preset, the dance switches to it there."""

    at_s: TrackTime
    name: Name = ""
    preset: Name = ""


class Steer(Struct, frozen=True, forbid_unknown_fields=True):
    """What a hand did while the track ran, at its time in the track.

    Attributes:
        at_s: when.
        what: which control, or "preset".
        value: what it was set to: 0 to 1, a seed, 0 or 1 for a switch; the name of a preset.
    """

    at_s: TrackTime
    what: Literal["energy", "style", "smoothing", "mirror", "in_place", "seed", "idle", "preset"]
    value: float | Name


class Lane(Struct, frozen=True, forbid_unknown_fields=True):
    """Who dances a lane.

    Attributes:
        preset: what it starts with; "" for the take's.
        model: who dances; "" for the preset's own.
        seed: chooses among the dances that fit; -1 for the preset's own.
        on: whether it is danced.
    """

    preset: Name = ""
    model: Name = ""
    seed: Annotated[int, Meta(ge=-1, le=2**31)] = -1
    on: bool = True


class Take(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything decided about a track; every part has a default.

    Attributes:
        schema: version of this format.
        preset: what the dance starts with; "" for the one the room was opened with.
        locked: whether it is kept as it is.
        sent: the lane whose dance goes to the outputs.
        loop: start and end of the loop; none when empty.
        a, b: the two lanes.
        markers: in order of time.
        grid: the corrected beat; the heard one when empty.
        steering: in order of time.
    """

    schema: Literal[1] = 1
    preset: Name = ""
    locked: bool = False
    sent: Literal["A", "B"] = "A"
    loop: Annotated[tuple[TrackTime, ...], Meta(max_length=2)] = ()
    a: Lane = Lane()
    b: Lane = Lane(on=False)
    markers: Annotated[tuple[Marker, ...], Meta(max_length=MOST_MARKERS)] = ()
    grid: Annotated[tuple[Segment, ...], Meta(max_length=10_000)] = ()
    steering: Annotated[tuple[Steer, ...], Meta(max_length=MOST_STEERING)] = ()

    @property
    def beat_grid(self) -> BeatGrid | None:
        """The corrected beat grid, None for the heard beat."""
        return BeatGrid(self.grid) if self.grid else None

    def lane(self, name: str) -> Lane:
        """Return the lane "A" or "B"."""
        return self.b if name == "B" else self.a

    def with_markers(self, markers: tuple[Marker, ...] | list[Marker]) -> "Take":
        """Return the take with these markers, in order of time."""
        return msgspec.structs.replace(self, markers=tuple(sorted(markers, key=lambda each: each.at_s)[:MOST_MARKERS]))

    def steered(self, steer: Steer) -> "Take":
        """Return the take after a hand has moved a control; a gesture is kept as its last position."""
        kept = [
            each
            for each in self.steering
            if each.what != steer.what or not steer.at_s - _ONE_GESTURE_S < each.at_s <= steer.at_s
        ]
        return msgspec.structs.replace(
            self, steering=tuple(sorted([*kept, steer], key=lambda each: each.at_s)[:MOST_STEERING])
        )


def steer_of(command: Command, at_s: float) -> Steer | None:  # noqa: PLR0911 - a table in words
    """Return what a command means as steering at a time; None when it is something else."""
    match command:
        case SetEnergy(value=value):
            return Steer(at_s, "energy", float(value))
        case SetStyle(value=value):
            return Steer(at_s, "style", float(value))
        case SetSmoothing(value=value):
            return Steer(at_s, "smoothing", float(value))
        case SetMirror(on=on):
            return Steer(at_s, "mirror", float(on))
        case SetInPlace(on=on):
            return Steer(at_s, "in_place", float(on))
        case SetSeed(seed=seed):
            return Steer(at_s, "seed", float(seed))
        case Idle(on=on):
            return Steer(at_s, "idle", float(on))
        case _:
            return None


def command_of(steer: Steer) -> Command | None:  # noqa: PLR0911 - the same table backwards
    """Return the command that a steering stands for; None for a preset, which stands for several."""
    value = steer.value
    if isinstance(value, str):
        return None
    match steer.what:
        case "energy":
            return SetEnergy(value)
        case "style":
            return SetStyle(value)
        case "smoothing":
            return SetSmoothing(value)
        case "mirror":
            return SetMirror(value > 0.5)
        case "in_place":
            return SetInPlace(value > 0.5)
        case "seed":
            return SetSeed(int(value))
        case "idle":
            return Idle(value > 0.5)
        case "preset":
            return None


def sidecar_of(track: Path) -> Path:
    """Return the file in which the take of a track is kept."""
    return track.with_name(f"{track.name}.farandole.toml")


def load_take(path: Path) -> Take:
    """Return the take in a file; an empty one where there is no file.

    Raises:
        TakeError: names the file, the key and what was expected.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Take()
    except (OSError, UnicodeDecodeError) as error:
        raise TakeError(f"{path}: cannot read this take ({error}); expected a TOML file") from error
    try:
        take = msgspec.convert(tomllib.loads(text), Take)
    except tomllib.TOMLDecodeError as error:
        raise TakeError(f"{path}: not valid TOML: {error}") from error
    except msgspec.ValidationError as error:
        problem, _, key = str(error).partition(" - at `$")
        where = key.rstrip("`").lstrip(".")
        raise TakeError(
            f"{path}: {where}: {problem[:1].lower()}{problem[1:]}" if where else f"{path}: {problem}"
        ) from error
    except RecursionError as error:
        raise TakeError(f"{path}: not valid TOML: nested too deeply") from error
    if len(take.loop) == 1:
        raise TakeError(f"{path}: loop: expected start and end, got one number")
    return msgspec.structs.replace(
        take.with_markers(take.markers), steering=tuple(sorted(take.steering, key=lambda each: each.at_s))
    )


def save_take(take: Take, path: Path) -> None:
    """Write a take, all of it or nothing.

    Raises:
        TakeError: the file cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_text(as_toml(take), encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise TakeError(f"{path}: cannot write the take ({error.strerror}); the changes are not kept") from error


def as_toml(take: Take) -> str:
    """Return a take as TOML, with what differs from the defaults."""
    lines = ["schema = 1"]
    lines += [
        f"{key} = {_literal(getattr(take, key))}"
        for key in ("preset", "locked", "sent", "loop")
        if getattr(take, key) != getattr(Take(), key)
    ]
    for name, standard in (("a", Take().a), ("b", Take().b)):
        lane = getattr(take, name)
        if lane != standard:
            lines += ["", f"[{name}]", *_fields(lane)]
    for table, entries in (("markers", take.markers), ("grid", take.grid), ("steering", take.steering)):
        for entry in entries:
            lines += ["", f"[[{table}]]", *_fields(entry)]
    return "\n".join(lines) + "\n"


def _fields(entry: Struct) -> list[str]:
    return [f"{key} = {_literal(value)}" for key, value in msgspec.structs.asdict(entry).items() if value != ""]


def _literal(value: Any) -> str:  # noqa: ANN401 - whatever a take holds
    if isinstance(value, tuple):
        return "[" + ", ".join(_literal(each) for each in value) + "]"  # pyright: ignore[reportUnknownVariableType]
    # JSON and TOML write strings, numbers and booleans alike, but for the DEL character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
