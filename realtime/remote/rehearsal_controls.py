"""The transport of the rehearsal room over the network; outside a rehearsal none of it does anything.

Times are seconds of the track. Which track is played, nobody may say over the network.
"""

from realtime.commands import Command
from realtime.rehearsal_commands import (
    AddMarker,
    ClearLoop,
    GoToMarker,
    LockTake,
    Pause,
    Play,
    Seek,
    SendLane,
    SetLoop,
    SetSpeed,
    Skip,
    StepMarker,
    TogglePlay,
)
from realtime.remote.control import ROOT, Control, button, fader, switch

LONGEST_S = 6.0 * 3600.0
"""No track is longer."""
SHORTEST_LOOP_S = 0.1
MOST_MARKERS = 999


def _loop(start_s: float, end_s: float) -> Command:
    start_s, end_s = min(start_s, end_s), max(start_s, end_s)
    return SetLoop(start_s, end_s) if end_s - start_s >= SHORTEST_LOOP_S else ClearLoop()


REHEARSAL: tuple[Control, ...] = (
    button("rehearsal/play", "Rehearsal: let the track run.", lambda _: Play()),
    button("rehearsal/pause", "Rehearsal: stop the track where it is.", lambda _: Pause()),
    button("rehearsal/toggle", "Rehearsal: play when the track stands, pause when it runs.", lambda _: TogglePlay()),
    fader("rehearsal/seek", "Rehearsal: go to a second of the track.", Seek, high=LONGEST_S),
    fader("rehearsal/skip", "Rehearsal: go so many seconds on, or back.", Skip, low=-LONGEST_S, high=LONGEST_S),
    Control(
        f"{ROOT}/rehearsal/loop",
        "Rehearsal: play between two seconds again and again; less than 0.1 s apart they end the loop.",
        "numbers",
        lambda v, _: _loop(float(v[0]), float(v[1])),
        high=LONGEST_S,
        count=2,
    ),
    button("rehearsal/loop/clear", "Rehearsal: play on past the end of the loop.", lambda _: ClearLoop()),
    fader(
        "rehearsal/speed",
        "Rehearsal: play slower or faster at the same pitch.",
        SetSpeed,
        read=lambda snapshot: snapshot.room.speed if snapshot.room else 1.0,
        low=0.5,
        high=1.5,
    ),
    fader(
        "rehearsal/marker",
        "Rehearsal: go to marker number N.",
        lambda number: GoToMarker(round(number)),
        low=1.0,
        high=MOST_MARKERS,
    ),
    button("rehearsal/marker/add", "Rehearsal: mark where the track is now.", lambda _: AddMarker()),
    button("rehearsal/marker/next", "Rehearsal: go to the next marker.", lambda _: StepMarker(1)),
    button("rehearsal/marker/prev", "Rehearsal: go to the marker before.", lambda _: StepMarker(-1)),
    button("rehearsal/lane/a", "Rehearsal: send the dance of lane A to the outputs.", lambda _: SendLane("A")),
    button("rehearsal/lane/b", "Rehearsal: send the dance of lane B to the outputs.", lambda _: SendLane("B")),
    switch(
        "rehearsal/lock",
        "Rehearsal: keep the take as it is.",
        LockTake,
        read=lambda snapshot: snapshot.room is not None and snapshot.room.locked,
    ),
)
