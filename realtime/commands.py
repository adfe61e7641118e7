"""What a person may ask during a show, by key, button, OSC or MIDI; and how it travels through a pipe.

A command is a small frozen value. `encode` and `decode` are inverses; a payload that is not a command raises
`ValueError` and is dropped by whoever reads it.
"""

from dataclasses import dataclass
from typing import Any, cast

import msgspec


@dataclass(frozen=True)
class Command:
    """Base of all commands; carries nothing."""


@dataclass(frozen=True)
class Tap(Command):
    """A tap on the beat; four of them make a tempo. `host_s` is when the finger came down (0: on arrival)."""

    host_s: float = 0.0


@dataclass(frozen=True)
class SetTempo(Command):
    """Fix the tempo at `bpm`; the phase stays."""

    bpm: float


@dataclass(frozen=True)
class ChangeTempo(Command):
    """Add `bpm` to the tempo and fix it."""

    bpm: float


@dataclass(frozen=True)
class RoundTempo(Command):
    """Fix the tempo at the nearest whole BPM."""


@dataclass(frozen=True)
class ScaleTempo(Command):
    """Multiply the tempo: 0.5 for half, 2 for double. Automatic tracking goes on at that level."""

    factor: float


@dataclass(frozen=True)
class NudgeBeat(Command):
    """Move the beat later (positive) or earlier by `offset_s`."""

    offset_s: float


@dataclass(frozen=True)
class ResyncBar(Command):
    """Now is the first beat of a bar. `host_s` is when the finger came down (0: on arrival)."""

    host_s: float = 0.0


@dataclass(frozen=True)
class OutsideBeat(Command):
    """A clock outside says: a beat is at `host_s`, and this is the tempo.

    Attributes:
        source: number of a `TempoSource` (Link, MIDI, DJ Link, OS2L).
        tempo_bpm: its tempo.
        host_s: host time of one of its beats (0: now).
        beat_in_bar: place of that beat in its bar, 0 for the downbeat; -1 where it does not know.
    """

    source: int
    tempo_bpm: float
    host_s: float = 0.0
    beat_in_bar: int = -1


@dataclass(frozen=True)
class LockTempo(Command):
    """Hold the tempo as it is (on), or let the tracker lead again (off)."""

    on: bool


@dataclass(frozen=True)
class AutoTempo(Command):
    """Give the tempo back to the tracker."""


@dataclass(frozen=True)
class TempoRange(Command):
    """Limit the tracker to a range of tempi."""

    min_bpm: float
    max_bpm: float


@dataclass(frozen=True)
class Blackout(Command):
    """Fade the picture out (on) or in (off) within `fade_s`; negative: as the preset says."""

    on: bool
    fade_s: float = -1.0


@dataclass(frozen=True)
class SetFade(Command):
    """Set how long a blackout takes when it does not say."""

    fade_s: float


@dataclass(frozen=True)
class Freeze(Command):
    """Hold the dancer as it stands (on), or dance on (off)."""

    on: bool


@dataclass(frozen=True)
class Panic(Command):
    """Stop the model, fade the figure, stand neutrally, keep every output alive (on); dance again (off)."""

    on: bool


@dataclass(frozen=True)
class SetEnergy(Command):
    """Set `DanceControls.energy`, 0 to 1."""

    value: float


@dataclass(frozen=True)
class SetStyle(Command):
    """Set `DanceControls.style`, 0 to 1."""

    value: float


@dataclass(frozen=True)
class SetSmoothing(Command):
    """Set `DanceControls.smoothing`, 0 to 1."""

    value: float


@dataclass(frozen=True)
class SetMirror(Command):
    """Swap left and right."""

    on: bool


@dataclass(frozen=True)
class SetInPlace(Command):
    """Keep the root near the centre."""

    on: bool


@dataclass(frozen=True)
class Idle(Command):
    """Let the dancer come to rest as if the music were over (on), or dance again (off)."""

    on: bool


@dataclass(frozen=True)
class SetSeed(Command):
    """Choose another dance."""

    seed: int


@dataclass(frozen=True)
class SetOffset(Command):
    """Shift all outputs by `offset_s`: positive shows the dance earlier."""

    offset_s: float


@dataclass(frozen=True)
class SetGain(Command):
    """Set the input gain."""

    gain_db: float


@dataclass(frozen=True)
class SetGate(Command):
    """Hear nothing of what is quieter than `gate_db`; -120 hears everything."""

    gate_db: float


DEMO_INPUT = "demo"
"""The built-in track, among the names of inputs."""


@dataclass(frozen=True)
class ChooseInput(Command):
    """Listen to another input: "host API: name", "" for the default one, or `DEMO_INPUT`."""

    name: str


@dataclass(frozen=True)
class ChooseTargets(Command):
    """Send to these targets, "HOST:PORT" or "PROFILE@HOST:PORT", instead of the presets' own; none: those again."""

    targets: tuple[str, ...]


@dataclass(frozen=True)
class EnableTarget(Command):
    """Switch the OSC target number `index` (from 1) on or off."""

    index: int
    on: bool


@dataclass(frozen=True)
class SetTargetLead(Command):
    """Let the OSC target number `index` (from 1) be `lead_s` ahead of now; at most half a second either way."""

    index: int
    lead_s: float


@dataclass(frozen=True)
class HoldTPose(Command):
    """Send every target the T-pose (on), to calibrate an avatar by, or the dance (off)."""

    on: bool


@dataclass(frozen=True)
class MuteTargets(Command):
    """Silence every OSC target (on), or let them speak again (off)."""

    on: bool


@dataclass(frozen=True)
class Record(Command):
    """Record the dance to disk (on), or finish the session (off)."""

    on: bool


@dataclass(frozen=True)
class SaveLast(Command):
    """Write the last `seconds` of the dance to disk; the recorder keeps a minute."""

    seconds: float = 60.0


@dataclass(frozen=True)
class Measure(Command):
    """Measure every stage from now on (on), or no more (off); the snapshot says where the figures are."""

    on: bool


@dataclass(frozen=True)
class LoadPreset(Command):
    """Switch to a preset by name.

    Attributes:
        name: of the preset.
        wait: until when: "now", or the next "beat", "bar" or fourth bar ("4 bars").
        fade_s: how long its controls and its look take to replace the old ones.
    """

    name: str
    wait: str = "now"
    fade_s: float = 0.0


@dataclass(frozen=True)
class ReportDraw(Command):
    """A window tells the show how long its frames took (its only way to be measured by `bench`)."""

    draw_s: tuple[float, ...]
    frame_rate_hz: float


@dataclass(frozen=True)
class Quit(Command):
    """End the show."""


@dataclass(frozen=True)
class Play(Command):
    """Rehearsal: let the track run."""


@dataclass(frozen=True)
class Pause(Command):
    """Rehearsal: stop the track where it is; the dancer stands in its pose."""


@dataclass(frozen=True)
class TogglePlay(Command):
    """Rehearsal: play when the track stands, pause when it runs."""


@dataclass(frozen=True)
class Seek(Command):
    """Rehearsal: go to a time of the track."""

    time_s: float


@dataclass(frozen=True)
class Skip(Command):
    """Rehearsal: go forward (positive) or back by so many seconds of the track."""

    offset_s: float


@dataclass(frozen=True)
class SetLoop(Command):
    """Rehearsal: play from `start_s` to `end_s` again and again; at least a tenth of a second.

    A negative time is where the track is when the command is obeyed: what a window knew of it may be old. The other end
    then stays where it was, or is that of the track.
    """

    start_s: float
    end_s: float


@dataclass(frozen=True)
class ClearLoop(Command):
    """Rehearsal: play on past the end of the loop."""


@dataclass(frozen=True)
class SetSpeed(Command):
    """Rehearsal: play slower or faster, 0.5 to 1.5; the pitch stays, the dance follows."""

    factor: float


@dataclass(frozen=True)
class AddMarker(Command):
    """Rehearsal: mark a time of the track (negative: now); a preset given is switched to there."""

    time_s: float = -1.0
    name: str = ""
    preset: str = ""


@dataclass(frozen=True)
class EditMarker(Command):
    """Rehearsal: move the marker `number` (from 1, in order of time), call it `name`, switch to `preset` there."""

    number: int
    time_s: float
    name: str
    preset: str


@dataclass(frozen=True)
class RemoveMarker(Command):
    """Rehearsal: forget the marker `number`, from 1."""

    number: int


@dataclass(frozen=True)
class GoToMarker(Command):
    """Rehearsal: go to the marker `number`, from 1."""

    number: int


@dataclass(frozen=True)
class StepMarker(Command):
    """Rehearsal: go to the next marker (1) or the one before (-1)."""

    step: int


@dataclass(frozen=True)
class SetGrid(Command):
    """Rehearsal: dance to this beat grid, whatever was heard; none gives the beat back to the ear.

    Attributes:
        segments: for each its first downbeat, seconds of the track; its tempo, BPM; its beats in a bar.
    """

    segments: tuple[tuple[float, float, int], ...]


@dataclass(frozen=True)
class ClearSteering(Command):
    """Rehearsal: forget how the sliders and presets were moved while the track ran."""


@dataclass(frozen=True)
class LockTake(Command):
    """Rehearsal: keep the take as it is (on), or let it be changed again (off)."""

    on: bool


@dataclass(frozen=True)
class SetLane(Command):
    """Rehearsal: let another dancer dance the lane "A" or "B".

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
    """Rehearsal: send the dance of the lane "A" or "B" to the outputs."""

    lane: str


@dataclass(frozen=True)
class OpenTrack(Command):
    """Rehearsal: take another track, by its path; only a window may ask, nobody over the network."""

    path: str


_KINDS: dict[str, type[Command]] = {kind.__name__: kind for kind in Command.__subclasses__()}
"""Not slotted: a slotted dataclass leaves its unslotted twin among `__subclasses__`."""


def encode(command: Command) -> bytes:
    """Return the command as a short JSON text."""
    return msgspec.json.encode(
        {"command": type(command).__name__, **cast(dict[str, Any], msgspec.to_builtins(command))}
    )


def decode(payload: bytes) -> Command:
    """Return the command that `payload` holds.

    Raises:
        ValueError: not JSON, no known command, or arguments that do not fit.
    """
    try:
        fields = msgspec.json.decode(payload, type=dict[str, Any])
        kind = _KINDS[fields.pop("command")]
        command = msgspec.convert(fields, kind, strict=False)
    except (msgspec.MsgspecError, KeyError, TypeError) as error:
        raise ValueError(f"expected an encoded command, got {payload[:80]!r} ({error})") from error
    unknown = fields.keys() - set(kind.__dataclass_fields__)
    if unknown:
        raise ValueError(f"expected an encoded command, got {kind.__name__} with {sorted(unknown)}")
    return command
