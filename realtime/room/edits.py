"""What a command makes of a take. Pure: a take in, a take out."""

import msgspec

from realtime.commands import Command, LoadPreset
from realtime.rehearsal_commands import (
    AddMarker,
    ClearSteering,
    EditMarker,
    GoToMarker,
    LockTake,
    OpenTrack,
    RemoveMarker,
    SendLane,
    SetGrid,
    SetLane,
    StepMarker,
)
from realtime.room.grid import BeatGrid, Segment
from realtime.room.take import Lane, Marker, Steer, Take, TakeError

EDITS = (
    AddMarker,
    EditMarker,
    RemoveMarker,
    GoToMarker,
    StepMarker,
    SetGrid,
    ClearSteering,
    LockTake,
    SetLane,
    SendLane,
    LoadPreset,
    OpenTrack,
)
"""The commands that a room obeys, beside those of its player and the sliders of the dance."""

LOCKED = "The take is locked and stays as it is - unlock it to change it"
_SAME_PLACE_S = 0.05
_JUST_PASSED_S = 1.0


def edited(  # noqa: PLR0911 - one return for each command
    take: Take, command: Command, *, here_s: float, duration_s: float, steered: Steer | None = None
) -> Take:
    """Return the take after a command.

    Args:
        take: as it was.
        command: what is asked for; one that is no edit changes nothing.
        here_s: track time now.
        duration_s: length of the track.
        steered: what the command means as steering of the dance, if anything.

    Raises:
        TakeError: the take is locked, or the command does not fit.
    """
    if isinstance(command, LockTake):
        return msgspec.structs.replace(take, locked=command.on)
    if isinstance(command, SendLane):
        return msgspec.structs.replace(take, sent="B" if command.lane == "B" and take.b.on else "A")
    if take.locked:
        raise TakeError(LOCKED)
    if steered is not None:
        return take.steered(steered)
    match command:
        case AddMarker(time_s=time_s, name=name, preset=preset):
            return _marked(take, Marker(_inside(here_s if time_s < 0.0 else time_s, duration_s), name, preset))
        case EditMarker(number=number, time_s=time_s, name=name, preset=preset):
            markers = _without(take, number)
            return take.with_markers([*markers, Marker(_inside(time_s, duration_s), name, preset)])
        case RemoveMarker(number=number):
            return take.with_markers(_without(take, number))
        case SetGrid(segments=segments):
            return msgspec.structs.replace(take, grid=_grid(segments))
        case ClearSteering():
            return msgspec.structs.replace(take, steering=())
        case SetLane(lane=lane, preset=preset, model=model, seed=seed, on=on):
            changed = Lane(preset, model, max(seed, -1), on=on or lane != "B")
            if lane == "B":
                return msgspec.structs.replace(take, b=changed, sent=take.sent if changed.on else "A")
            return msgspec.structs.replace(take, a=changed)
        case _:
            return take


def marker_to_go_to(take: Take, command: Command, here_s: float) -> float | None:
    """Return the time of the marker that a command goes to; None when it goes nowhere."""
    times_s = [marker.at_s for marker in take.markers]
    match command:
        case GoToMarker(number=number) if 1 <= number <= len(times_s):
            return times_s[number - 1]
        case StepMarker(step=step) if step > 0:
            return next((time_s for time_s in times_s if time_s > here_s + _SAME_PLACE_S), None)
        case StepMarker(step=step) if step < 0:
            # While it plays, one is always a little past the marker one has just gone to.
            return next((time_s for time_s in reversed(times_s) if time_s < here_s - _JUST_PASSED_S), 0.0)
        case _:
            return None


def _marked(take: Take, marker: Marker) -> Take:
    """Return the take with one marker more; in the place of another, it takes that one's place."""
    others = [each for each in take.markers if abs(each.at_s - marker.at_s) > _SAME_PLACE_S]
    return take.with_markers([*others, marker])


def _without(take: Take, number: int) -> list[Marker]:
    if not 1 <= number <= len(take.markers):
        raise TakeError(f"expected a marker from 1 to {len(take.markers)}, got {number}")
    return [marker for index, marker in enumerate(take.markers, 1) if index != number]


def _grid(segments: tuple[tuple[float, float, int], ...]) -> tuple[Segment, ...]:
    if not segments:
        return ()
    try:
        # Through the types, which know the limits.
        return msgspec.convert(
            msgspec.to_builtins(BeatGrid([Segment(*segment) for segment in segments]).segments), tuple[Segment, ...]
        )
    except msgspec.ValidationError as error:
        raise TakeError(f"this beat grid does not fit: {error}") from error


def _inside(time_s: float, duration_s: float) -> float:
    return min(max(time_s, 0.0), duration_s)
