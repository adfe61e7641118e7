"""What a room needs from whoever composes it, and what a take then asks of a dancer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from realtime.audio.track import Track
from realtime.commands import Command
from realtime.config import Preset
from realtime.engine import Engine
from realtime.errors import FarandoleError
from realtime.room.processes import Hearing, Launch, OwnProcess
from realtime.room.take import Lane, Take, command_of
from realtime.types import DanceControls


@dataclass(frozen=True)
class Crew:
    """What a room needs from whoever composes it; everything that goes into a process is picklable.

    Attributes:
        open_track: opens a track by its path; raises `AudioFileError`.
        hearing: returns what hears a track, for a process.
        make: returns a fresh dancer for a preset, in a process.
        preset: returns a preset by name with what the command line says instead; "" means the first one.
        lane_preset: returns the preset that a lane begins with; raises `FarandoleError`.
        steering: what a preset asks of a dancer in mid-dance.
        controls: what a preset asks of a dancer at the start.
        launch: runs the ear and the dancers beside the show.
        models: names of those who can dance.
        on_preset: called when the track passes into another preset, with its name.
    """

    open_track: Callable[[Path], Track]
    hearing: Callable[[Path, Preset], Hearing]
    make: Callable[[Preset], Engine]
    preset: Callable[[str], Preset]
    lane_preset: Callable[[Preset, Lane], Preset]
    steering: Callable[[Preset], Sequence[Command]]
    controls: Callable[[Preset], DanceControls]
    launch: Launch = OwnProcess
    models: tuple[str, ...] = ()
    on_preset: Callable[[str], None] = lambda _: None


def asked_of_a_dancer(take: Take, crew: Crew) -> tuple[tuple[float, Command], ...]:
    """Return what a take asks for on the way: the presets of markers, and what a hand did; unknown presets nothing."""
    asked: list[tuple[float, Command]] = []
    for at_s, name in presets_of(take):
        try:
            asked += [(at_s, command) for command in crew.steering(crew.preset(name))]
        except FarandoleError:
            continue  # `unknown_preset` says so.
    for each in take.steering:
        command = command_of(each)
        if command is not None:
            asked.append((each.at_s, command))
    return tuple(sorted(asked, key=lambda each: each[0]))


def unknown_preset(take: Take, crew: Crew) -> str:
    """Return what is wrong with the first preset of a take that is not known; "" when all are."""
    for _, name in presets_of(take):
        try:
            crew.preset(name)
        except FarandoleError as error:
            return str(error)
    return ""


def presets_of(take: Take) -> list[tuple[float, str]]:
    """Return where the dance switches to which preset, in order of time: by markers and by hand."""
    marked = [(marker.at_s, marker.preset) for marker in take.markers if marker.preset]
    steered = [(each.at_s, str(each.value)) for each in take.steering if each.what == "preset"]
    return sorted(marked + steered, key=lambda each: each[0])
