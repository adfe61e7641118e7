from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.commands import (
    AutoTempo,
    Blackout,
    Command,
    EnableTarget,
    Freeze,
    Idle,
    LoadPreset,
    NudgeBeat,
    Panic,
    ScaleTempo,
    SetEnergy,
    SetOffset,
    SetTargetLead,
    SetTempo,
    Tap,
    TempoRange,
)
from realtime.health import HealthSnapshot
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
)
from realtime.remote.controls import all_controls

_integers = st.integers(-(2**63), 2**63 - 1)
_floats = st.floats(allow_nan=False, allow_infinity=False)
CONTROLS = all_controls()
NOW = HealthSnapshot(preset="club", presets=("ambient", "club", "peak"))


def _asked(address: str, *arguments: Any) -> Command | None:
    return CONTROLS[address].command(arguments, NOW)


@pytest.mark.parametrize(
    ("address", "arguments", "command"),
    [
        ("/dance/ctl/tap", (), Tap()),
        ("/dance/ctl/tap", (1.0,), Tap()),
        ("/dance/ctl/tap", (0.0,), None),
        ("/dance/ctl/start", (), Panic(on=False)),
        ("/dance/ctl/stop", (1,), Panic(on=True)),
        ("/dance/ctl/panic", (0.0,), Panic(on=False)),
        ("/dance/ctl/blackout", (0.7,), Blackout(on=True)),
        ("/dance/ctl/freeze", (0,), Freeze(on=False)),
        ("/dance/ctl/hold", (), Freeze(on=True)),
        ("/dance/ctl/bpm", (128,), SetTempo(128.0)),
        ("/dance/ctl/bpm", (1e9,), SetTempo(400.0)),
        ("/dance/ctl/half", (), ScaleTempo(0.5)),
        ("/dance/ctl/nudge", (-20.0,), NudgeBeat(-0.02)),
        ("/dance/ctl/range", (150, 90), TempoRange(90.0, 150.0)),
        ("/dance/ctl/source", (0,), AutoTempo()),
        ("/dance/ctl/source", (3,), None),
        ("/dance/ctl/energy", (1.5,), SetEnergy(1.0)),
        ("/dance/ctl/offset", (40.0,), SetOffset(0.04)),
        ("/dance/ctl/rehearsal/play", (), Play()),
        ("/dance/ctl/rehearsal/play", (0,), None),
        ("/dance/ctl/rehearsal/pause", (1.0,), Pause()),
        ("/dance/ctl/rehearsal/seek", (61,), Seek(61.0)),
        ("/dance/ctl/rehearsal/seek", (-3.0,), Seek(0.0)),
        ("/dance/ctl/rehearsal/skip", (-5,), Skip(-5.0)),
        ("/dance/ctl/rehearsal/loop", (20.0, 12.5), SetLoop(12.5, 20.0)),
        ("/dance/ctl/rehearsal/loop", (8.0, 8.0), ClearLoop()),
        ("/dance/ctl/rehearsal/speed", (0.1,), SetSpeed(0.5)),
        ("/dance/ctl/rehearsal/marker", (3,), GoToMarker(3)),
        ("/dance/ctl/rehearsal/marker/add", (), AddMarker()),
        ("/dance/ctl/rehearsal/marker/prev", (), StepMarker(-1)),
        ("/dance/ctl/rehearsal/lane/b", (), SendLane("B")),
        ("/dance/ctl/rehearsal/lock", (0,), LockTake(on=False)),
        ("/dance/ctl/preset", ("peak",), LoadPreset("peak")),
        ("/dance/ctl/preset", (1,), LoadPreset("ambient")),
        ("/dance/ctl/preset", (9,), None),
        ("/dance/ctl/preset", ("../../etc/passwd",), None),
        ("/dance/ctl/preset/3", (1.0,), LoadPreset("peak")),
        ("/dance/ctl/preset/9", (1.0,), None),
        ("/dance/ctl/preset/next", (), LoadPreset("peak")),
        ("/dance/ctl/preset/prev", (), LoadPreset("ambient")),
        ("/dance/ctl/go", (0.0,), None),
        ("/go", (), LoadPreset("peak")),
        ("/stop", (), Panic(on=True)),
        ("/panic", (), Panic(on=True)),
        ("/dance/ctl/target/2/enable", (0,), EnableTarget(2, on=False)),
        ("/dance/ctl/idle", (1,), Idle(on=True)),
        ("/dance/ctl/target/2/offset", (-900.0,), SetTargetLead(2, -0.5)),
    ],
)
def test_a_message_asks_for_its_command(address: str, arguments: tuple[Any, ...], command: Command | None) -> None:
    assert _asked(address, *arguments) == command


@pytest.mark.parametrize(
    ("address", "arguments"),
    [
        ("/dance/ctl/energy", ()),
        ("/dance/ctl/energy", ("loud",)),
        ("/dance/ctl/energy", (b"blob",)),
        ("/dance/ctl/tap", ("now",)),
        ("/dance/ctl/range", (90.0,)),
        ("/dance/ctl/freeze", (None,)),
    ],
)
def test_arguments_that_do_not_fit_are_refused(address: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match="expected"):
        _asked(address, *arguments)


@given(
    st.sampled_from(sorted(CONTROLS)),
    st.lists(
        st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(), st.binary()), max_size=4
    ),
)
def test_any_arguments_make_a_command_nothing_or_a_refusal(address: str, arguments: list[Any]) -> None:
    try:
        command = _asked(address, *arguments)
    except ValueError:
        return
    assert command is None or isinstance(command, Command)


def test_what_can_be_read_is_told_as_a_number_or_a_text() -> None:
    told = {address: control.read(NOW) for address, control in CONTROLS.items() if control.read}
    assert told["/dance/ctl/preset"] == 2
    assert told["/dance/ctl/bpm"] == 120.0
    assert all(isinstance(value, float | int | str) for value in told.values())
