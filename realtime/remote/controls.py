"""What a remote control may send and what it is told: one table of addresses, root `/dance/ctl`, schema 1.

A button is pressed by a message without arguments or with a first argument of at least 0.5; less is its release, which
does nothing: TouchOSC sends 1 and then 0. A switch is on from 0.5. Numbers may be ints or floats, T or F.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from realtime.commands import (
    AutoTempo,
    Blackout,
    Command,
    EnableTarget,
    Freeze,
    HoldTPose,
    Idle,
    LoadPreset,
    LockTempo,
    MuteTargets,
    NudgeBeat,
    Panic,
    Record,
    ResyncBar,
    RoundTempo,
    SaveLast,
    ScaleTempo,
    SetEnergy,
    SetGain,
    SetInPlace,
    SetMirror,
    SetOffset,
    SetSeed,
    SetSmoothing,
    SetStyle,
    SetTargetLead,
    SetTempo,
    Tap,
    TempoRange,
)
from realtime.health import HealthSnapshot
from realtime.osc import Argument

ROOT = "/dance/ctl"
MOST_PRESETS = 64
MOST_TARGETS = 32
Value = float | int | str
Numbers = Sequence[float]


@dataclass(frozen=True)
class Control:
    """One address of the remote control.

    Attributes:
        address: where it is.
        about: what it does, for OSCQuery.
        kind: "button", "switch", "number", "numbers" or "text" (a name, or its number from 1).
        make: the command that a value asks for, or None when it cannot be done now; buttons get no value.
        read: its value now, for feedback.
        low, high: the range of its numbers; values outside are brought inside.
        count: how many numbers it needs; 0 takes one or none.
        quantised: whether it waits for the beat or the bar.
    """

    address: str
    about: str
    kind: str
    make: Callable[[list[float] | str, HealthSnapshot], Command | None]
    read: Callable[[HealthSnapshot], Value] | None = None
    low: float = 0.0
    high: float = 1.0
    count: int = 1
    quantised: bool = False

    def command(self, arguments: Sequence[Argument], now: HealthSnapshot) -> Command | None:
        """Return the command that a message asks for; None for a release, or when it cannot be done now.

        Raises:
            ValueError: the arguments do not fit.
        """
        if self.kind == "button":
            pressed = not arguments or _number(arguments[0]) >= 0.5
            return self.make([], now) if pressed else None
        if self.kind == "switch":
            return self.make([float(not arguments or _number(arguments[0]) >= 0.5)], now)
        if self.kind == "text" and arguments and isinstance(arguments[0], str):
            return self.make(arguments[0], now)
        if len(arguments) < self.count:
            raise ValueError(f"expected {self.count} arguments, got {len(arguments)}")
        return self.make([min(max(_number(a), self.low), self.high) for a in arguments[: max(self.count, 1)]], now)


def all_controls() -> dict[str, Control]:
    """Return every control by its address."""
    presets = [
        _button(f"preset/{n}", f"Load preset number {n}.", lambda now, n=n: _preset_number(now, n), quantised=True)
        for n in range(1, MOST_PRESETS + 1)
    ]
    targets = [
        _switch(
            f"target/{n}/enable",
            f"Switch target number {n} on or off.",
            lambda on, n=n: EnableTarget(n, on),
            lambda now, n=n: int(n <= len(now.targets) and now.targets[n - 1].enabled),
        )
        for n in range(1, MOST_TARGETS + 1)
    ]
    leads = [
        _fader(
            f"target/{n}/offset",
            f"Send target number {n} the dance earlier by so many ms.",
            lambda ms, n=n: SetTargetLead(n, ms / 1000.0),
            lambda now, n=n: 1000.0 * now.targets[n - 1].lead_s if n <= len(now.targets) else 0.0,
            low=-500.0,
            high=500.0,
        )
        for n in range(1, MOST_TARGETS + 1)
    ]
    aliases = [
        Control(alias, f"The same as {control.address}.", control.kind, control.make, quantised=control.quantised)
        for alias, control in (("/go", _GO), ("/stop", _STOP), ("/panic", _PANIC))
    ]
    return {control.address: control for control in (*_CONTROLS, *presets, *targets, *leads, *aliases)}


def _button(
    path: str, about: str, make: Callable[[HealthSnapshot], Command | None], *, quantised: bool = False
) -> Control:
    return Control(f"{ROOT}/{path}", about, "button", lambda _, now: make(now), quantised=quantised)


def _switch(
    path: str,
    about: str,
    make: Callable[[bool], Command],
    read: Callable[[HealthSnapshot], Value] | None = None,
    *,
    quantised: bool = False,
) -> Control:
    return Control(f"{ROOT}/{path}", about, "switch", lambda v, _: make(bool(v[0])), read, quantised=quantised)


def _fader(
    path: str,
    about: str,
    make: Callable[[float], Command | None],
    read: Callable[[HealthSnapshot], Value] | None = None,
    *,
    low: float = 0.0,
    high: float = 1.0,
) -> Control:
    return Control(f"{ROOT}/{path}", about, "number", lambda v, _: make(float(v[0])), read, low, high)


def _number(argument: Argument) -> float:
    if isinstance(argument, int | float):
        return float(argument)
    raise ValueError(f"expected a number, got {argument!r:.40}")


def _preset(value: list[float] | str, now: HealthSnapshot) -> Command | None:
    if isinstance(value, str):
        return LoadPreset(value) if value in now.presets else None
    return _preset_number(now, round(value[0]))


def _preset_number(now: HealthSnapshot, number: int) -> Command | None:
    return LoadPreset(now.presets[number - 1]) if 1 <= number <= len(now.presets) else None


def _preset_step(now: HealthSnapshot, step: int) -> Command | None:
    if not now.presets:
        return None
    at = now.presets.index(now.preset) if now.preset in now.presets else -1
    return LoadPreset(now.presets[(at + step) % len(now.presets)])


def _preset_index(now: HealthSnapshot) -> int:
    return now.presets.index(now.preset) + 1 if now.preset in now.presets else 0


_GO = _button("go", "Load the next preset.", lambda now: _preset_step(now, 1), quantised=True)
_STOP = _button("stop", "Stop dancing: stand, and keep every output alive.", lambda _: Panic(on=True))
_PANIC = _switch(
    "panic", "Stand neutrally, fade the figure, keep every output alive.", Panic, lambda now: int(now.panic)
)
_CONTROLS = (
    _button("start", "Dance again after a stop or a panic.", lambda _: Panic(on=False)),
    _STOP,
    _PANIC,
    _GO,
    _switch("blackout", "Fade the picture out or in.", Blackout, lambda now: now.blackout),
    _switch("freeze", "Hold the dancer as it stands.", Freeze, lambda now: int(now.frozen)),
    _switch("hold", "The same as freeze.", Freeze, lambda now: int(now.frozen)),
    _switch("idle", "Rest as if the music were over.", Idle, lambda now: int(now.idle)),
    _switch("tpose", "Send every target the T-pose, to calibrate an avatar by.", HoldTPose),
    _switch("mute", "Silence every target.", MuteTargets, lambda now: int(now.muted)),
    _switch("record", "Record the dance to disk.", Record),
    Control(
        f"{ROOT}/save_last",
        "Write the last so many seconds to disk; a minute without a number.",
        "number",
        lambda v, _: SaveLast(float(v[0])) if v else SaveLast(),
        low=1.0,
        high=60.0,
        count=0,
    ),
    _button("tap", "Tap the beat.", lambda _: Tap()),
    _fader("bpm", "Fix the tempo.", SetTempo, lambda now: now.beat.tempo_bpm, low=20.0, high=400.0),
    _button("round", "Round the tempo to a whole BPM.", lambda _: RoundTempo()),
    _button("half", "Halve the tempo.", lambda _: ScaleTempo(0.5)),
    _button("double", "Double the tempo.", lambda _: ScaleTempo(2.0)),
    _fader("nudge", "Move the beat later by so many ms.", lambda ms: NudgeBeat(ms / 1000.0), low=-500.0, high=500.0),
    _button("resync", "Now is the first beat of a bar.", lambda _: ResyncBar()),
    _switch("lock", "Hold the tempo.", LockTempo, lambda now: int(now.beat.locked)),
    _fader(
        "source",
        "0 gives the tempo back to the tracker; other numbers are only told.",
        lambda number: AutoTempo() if number < 0.5 else None,
        lambda now: int(now.beat.source),
        high=7.0,
    ),
    Control(
        f"{ROOT}/range",
        "Limit the tracker to tempi between two.",
        "numbers",
        lambda v, _: TempoRange(min(float(v[0]), float(v[1])), max(float(v[0]), float(v[1]))),
        low=30.0,
        high=300.0,
        count=2,
    ),
    Control(
        f"{ROOT}/preset", "Load a preset by name or number.", "text", _preset, _preset_index, 1.0, 64.0, quantised=True
    ),
    _button("preset/next", "Load the next preset.", lambda now: _preset_step(now, 1), quantised=True),
    _button("preset/prev", "Load the preset before.", lambda now: _preset_step(now, -1), quantised=True),
    _fader("energy", "How much the dancer moves.", SetEnergy, lambda now: now.energy_control),
    _fader("style", "From grounded to showy.", SetStyle, lambda now: now.style_control),
    _fader("smooth", "From sharp to soft.", SetSmoothing, lambda now: now.smoothing_control),
    _switch("mirror", "Swap left and right.", SetMirror, quantised=True),
    _switch("inplace", "Stay near the centre.", SetInPlace),
    _fader("seed", "Choose another dance.", lambda value: SetSeed(round(value)), high=2.0**31),
    _fader(
        "offset",
        "Show the dance earlier by so many ms.",
        lambda ms: SetOffset(ms / 1000.0),
        lambda now: 1000.0 * now.offset_s,
        low=-500.0,
        high=500.0,
    ),
    _fader("gain", "Input gain, dB.", SetGain, lambda now: now.gain_db, low=-60.0, high=40.0),
)
