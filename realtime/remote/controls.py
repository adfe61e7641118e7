"""What a remote control may send and what it is told: one table of addresses, root `/dance/ctl`, schema 1."""

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
from realtime.remote.control import ROOT, Control, button, fader, switch
from realtime.remote.rehearsal_controls import REHEARSAL

MOST_PRESETS = 64
MOST_TARGETS = 32


def all_controls() -> dict[str, Control]:
    """Return every control by its address."""
    presets = [
        button(f"preset/{n}", f"Load preset number {n}.", lambda now, n=n: _preset_number(now, n), quantised=True)
        for n in range(1, MOST_PRESETS + 1)
    ]
    targets = [
        switch(
            f"target/{n}/enable",
            f"Switch target number {n} on or off.",
            lambda on, n=n: EnableTarget(n, on),
            lambda now, n=n: int(n <= len(now.targets) and now.targets[n - 1].enabled),
        )
        for n in range(1, MOST_TARGETS + 1)
    ]
    leads = [
        fader(
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
    return {control.address: control for control in (*_CONTROLS, *REHEARSAL, *presets, *targets, *leads, *aliases)}


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


_GO = button("go", "Load the next preset.", lambda now: _preset_step(now, 1), quantised=True)
_STOP = button("stop", "Stop dancing: stand, and keep every output alive.", lambda _: Panic(on=True))
_PANIC = switch(
    "panic", "Stand neutrally, fade the figure, keep every output alive.", Panic, lambda now: int(now.panic)
)
_CONTROLS = (
    button("start", "Dance again after a stop or a panic.", lambda _: Panic(on=False)),
    _STOP,
    _PANIC,
    _GO,
    switch("blackout", "Fade the picture out or in.", Blackout, lambda now: now.blackout),
    switch("freeze", "Hold the dancer as it stands.", Freeze, lambda now: int(now.frozen)),
    switch("hold", "The same as freeze.", Freeze, lambda now: int(now.frozen)),
    switch("idle", "Rest as if the music were over.", Idle, lambda now: int(now.idle)),
    switch("tpose", "Send every target the T-pose, to calibrate an avatar by.", HoldTPose),
    switch("mute", "Silence every target.", MuteTargets, lambda now: int(now.muted)),
    switch("record", "Record the dance to disk.", Record),
    Control(
        f"{ROOT}/save_last",
        "Write the last so many seconds to disk; a minute without a number.",
        "number",
        lambda v, _: SaveLast(float(v[0])) if v else SaveLast(),
        low=1.0,
        high=60.0,
        count=0,
    ),
    button("tap", "Tap the beat.", lambda _: Tap()),
    fader("bpm", "Fix the tempo.", SetTempo, lambda now: now.beat.tempo_bpm, low=20.0, high=400.0),
    button("round", "Round the tempo to a whole BPM.", lambda _: RoundTempo()),
    button("half", "Halve the tempo.", lambda _: ScaleTempo(0.5)),
    button("double", "Double the tempo.", lambda _: ScaleTempo(2.0)),
    fader("nudge", "Move the beat later by so many ms.", lambda ms: NudgeBeat(ms / 1000.0), low=-500.0, high=500.0),
    button("resync", "Now is the first beat of a bar.", lambda _: ResyncBar()),
    switch("lock", "Hold the tempo.", LockTempo, lambda now: int(now.beat.locked)),
    fader(
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
    button("preset/next", "Load the next preset.", lambda now: _preset_step(now, 1), quantised=True),
    button("preset/prev", "Load the preset before.", lambda now: _preset_step(now, -1), quantised=True),
    fader("energy", "How much the dancer moves.", SetEnergy, lambda now: now.energy_control),
    fader("style", "From grounded to showy.", SetStyle, lambda now: now.style_control),
    fader("smooth", "From sharp to soft.", SetSmoothing, lambda now: now.smoothing_control),
    switch("mirror", "Swap left and right.", SetMirror, quantised=True),
    switch("inplace", "Stay near the centre.", SetInPlace),
    fader("seed", "Choose another dance.", lambda value: SetSeed(round(value)), high=2.0**31),
    fader(
        "offset",
        "Show the dance earlier by so many ms.",
        lambda ms: SetOffset(ms / 1000.0),
        lambda now: 1000.0 * now.offset_s,
        low=-500.0,
        high=500.0,
    ),
    fader("gain", "Input gain, dB.", SetGain, lambda now: now.gain_db, low=-60.0, high=40.0),
)
