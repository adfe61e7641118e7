"""What the panels show: pieces of a `HealthSnapshot`, each as fine as a person can read.

A reading is a frozen value rounded to what is drawn, so that two equal readings need no new paint; the view model
compares them to know what changed. On the screen: milliseconds, percent, dB.
"""

from dataclasses import dataclass
from enum import Enum

from realtime.health import HealthSnapshot, Latencies, TargetHealth
from realtime.types import TempoSource


class Mark(Enum):
    """How well something does; each has a shape of its own, so that no colour must be told from another."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Connection:
    """Whether this window sees a show now, and if not whether it has seen one; `text` says what to do."""

    attached: bool
    lost: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """What is heard, and the state of the show in one word."""

    title: str
    mark: Mark
    word: str

    @classmethod
    def of(cls, snapshot: HealthSnapshot) -> "Input":
        """Return the reading of a snapshot."""
        if snapshot.panic:
            return cls(snapshot.title, Mark.BAD, "PANIC")
        marks = {"live": Mark.OK, "playing": Mark.OK, "lost": Mark.WARN}
        word = "NO INPUT" if snapshot.input_state == "lost" else snapshot.input_state.upper()
        return cls(snapshot.title, marks.get(snapshot.input_state, Mark.OFF), word)


@dataclass(frozen=True, slots=True)
class Level:
    """The input meter."""

    level_db: float
    peak: float
    silent: bool

    @classmethod
    def of(cls, snapshot: HealthSnapshot) -> "Level":
        """Return the reading of a snapshot."""
        return cls(round(snapshot.level_db, 1), round(snapshot.peak, 2), snapshot.silent)


@dataclass(frozen=True, slots=True)
class Tempo:
    """The digits of the tempo and who decided them."""

    bpm: float
    source: TempoSource
    confidence_percent: int
    locked: bool
    beats_per_bar: int
    bar_percent: int

    @classmethod
    def of(cls, snapshot: HealthSnapshot) -> "Tempo":
        """Return the reading of a snapshot."""
        beat = snapshot.beat
        percent = round(100 * beat.confidence)
        bar_percent = round(100 * beat.bar_confidence)
        return cls(round(beat.tempo_bpm, 1), beat.source, percent, beat.locked, beat.beats_per_bar, bar_percent)


@dataclass(frozen=True, slots=True)
class Output:
    """How the dance goes out: poses per second, what was lost, who dances."""

    fps: int
    measured_fps: int
    dropped: int
    late: int
    generator: str
    fallback: bool

    @classmethod
    def of(cls, snapshot: HealthSnapshot) -> "Output":
        """Return the reading of a snapshot."""
        dropped = snapshot.overruns + snapshot.deadline_misses
        fps, measured = round(snapshot.fps), round(snapshot.measured_fps)
        return cls(fps, measured, dropped, snapshot.late_ticks, snapshot.generator, snapshot.fallback)


LATENCY_PARTS = ("audio", "beat", "model", "send", "draw")


@dataclass(frozen=True, slots=True)
class Latency:
    """The latencies in whole milliseconds.

    Attributes:
        total_ms: the median from the air to the wire.
        typical_ms: median of each of `LATENCY_PARTS`.
        worst_ms: p99 of each; of the model its p95, for chunks start that much ahead.
    """

    total_ms: int
    typical_ms: tuple[int, ...]
    worst_ms: tuple[int, ...]

    @classmethod
    def of(cls, snapshot: HealthSnapshot) -> "Latency":
        """Return the reading of a snapshot."""
        total_ms = round(1000 * snapshot.latencies.total_s)
        return cls(total_ms, _parts_ms(snapshot.medians), _parts_ms(snapshot.latencies))


@dataclass(frozen=True, slots=True)
class Target:
    """One OSC target: `detail` is its address, or what is wrong with it."""

    name: str
    mark: Mark
    word: str
    detail: str
    rate_hz: int
    enabled: bool

    @classmethod
    def of(cls, target: TargetHealth, *, fps: float, muted: bool) -> "Target":
        """Return the reading of a target in a show of `fps` poses per second."""
        mark, word = _target_status(target, fps, muted=muted)
        where = f"{target.address} {target.profile}"
        detail = target.last_error if mark in (Mark.BAD, Mark.WARN) and target.last_error else where
        return cls(target.name, mark, word, detail, round(target.rate_hz), target.enabled)


@dataclass(frozen=True, slots=True)
class Targets:
    """Every OSC target, in the order of their keys."""

    targets: tuple[Target, ...]

    @classmethod
    def of(cls, snapshot: HealthSnapshot) -> "Targets":
        """Return the reading of a snapshot."""
        return cls(tuple(Target.of(each, fps=snapshot.fps, muted=snapshot.muted) for each in snapshot.targets))


@dataclass(frozen=True, slots=True)
class Presets:
    """The names that may be loaded, the one that is, and the one that waits for its beat ("" for none)."""

    names: tuple[str, ...]
    current: str
    waiting: str = ""

    @classmethod
    def of(cls, snapshot: HealthSnapshot) -> "Presets":
        """Return the reading of a snapshot."""
        return cls(snapshot.presets, snapshot.preset, snapshot.next_preset)


@dataclass(frozen=True, slots=True)
class Scene:
    """What a preset wants the stage to look like, and how slowly; "" leaves it as it is."""

    preset: str
    look: str
    camera: str
    fade_s: float = 0.0
    tint: str = ""
    accent: str = ""

    @classmethod
    def of(cls, snapshot: HealthSnapshot) -> "Scene":
        """Return the reading of a snapshot."""
        return cls(
            snapshot.preset,
            snapshot.look,
            snapshot.camera,
            fade_s=snapshot.fade_s,
            tint=snapshot.tint,
            accent=snapshot.accent,
        )


@dataclass(frozen=True, slots=True)
class Controls:
    """The sliders: 0 to 100, the offset in milliseconds, gain and gate in dB."""

    energy: int
    style: int
    smoothing: int
    offset_ms: int
    gain_db: int = 0
    gate_db: int = -120

    @classmethod
    def of(cls, snapshot: HealthSnapshot) -> "Controls":
        """Return the reading of a snapshot."""
        return cls(
            round(100 * snapshot.energy_control),
            round(100 * snapshot.style_control),
            round(100 * snapshot.smoothing_control),
            round(1000 * snapshot.offset_s),
            round(snapshot.gain_db),
            round(snapshot.gate_db),
        )


@dataclass(frozen=True, slots=True)
class Master:
    """What holds back the whole show."""

    blackout_percent: int
    frozen: bool
    idle: bool
    panic: bool
    muted: bool
    recording: bool = False

    @classmethod
    def of(cls, snapshot: HealthSnapshot) -> "Master":
        """Return the reading of a snapshot."""
        return cls(
            round(100 * snapshot.blackout),
            snapshot.frozen,
            snapshot.idle,
            snapshot.panic,
            snapshot.muted,
            snapshot.recording,
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence that says what is wrong and what to do; no text, no notice."""

    mark: Mark
    text: str

    @classmethod
    def of(cls, snapshot: HealthSnapshot) -> "Notice":
        """Return what matters most in a snapshot."""
        if snapshot.panic:
            return cls(Mark.BAD, "Panic - the dancer stands, the picture is black. To go on: DANCE AGAIN, or Shift Esc")
        if snapshot.input_state == "lost":
            return cls(Mark.WARN, _lost_input(snapshot.input_message, snapshot.beat.tempo_bpm))
        if snapshot.fallback:
            why = f" - {snapshot.last_failure}" if snapshot.last_failure else ""
            return cls(Mark.WARN, f"{snapshot.generator} dances until the model is back{why}")
        if snapshot.idle:
            return cls(Mark.OFF, "The dancer rests, whatever is played. To dance on: I")
        if snapshot.input_message:
            return cls(Mark.OFF, snapshot.input_message)
        return cls(Mark.OK, "")


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence about something that has passed, shown for a while; no text, no remark."""

    text: str


def _parts_ms(parts: Latencies) -> tuple[int, ...]:
    seconds = (
        parts.input_s + parts.block_age_s,
        parts.features_s + parts.beat_s,
        parts.generate_s,
        parts.pose_s + parts.send_s + parts.lateness_s,
        parts.draw_s,
    )
    return tuple(round(1000 * part_s) for part_s in seconds)


def _lost_input(message: str, tempo_bpm: float) -> str:
    # The source's own sentence may begin with the words that stand here.
    why = message.removeprefix("Input lost").lstrip(" -") or "unplugged?"
    pause = " " if why.endswith(("?", "!", ".")) else " - "
    return f"Input lost - {why}{pause}running on internal clock {tempo_bpm:.1f}"


def _target_status(target: TargetHealth, fps: float, *, muted: bool) -> tuple[Mark, str]:
    if not target.enabled:
        return Mark.OFF, "off"
    if muted:
        return Mark.OFF, "muted"
    if target.rate_hz < 1.0:
        return (Mark.BAD, "no route") if target.errors else (Mark.OFF, "waiting")
    wanted_hz = min(target.wanted_hz or fps, fps)
    # At a low rate one pose more or less in the last second is where that second began, no trouble.
    slow = target.rate_hz < min(0.9 * wanted_hz, wanted_hz - 1.0)
    return (Mark.WARN, "slow") if slow else (Mark.OK, "ok")
