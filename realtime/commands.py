"""What a person may ask during a show, by key, button, OSC or MIDI: each command is a small frozen value."""

from dataclasses import dataclass


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
