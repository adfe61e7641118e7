"""How the show is doing: what its stages report, as one frozen value that windows, `bench` and OSC read."""

from dataclasses import dataclass, field

from realtime.types import BeatState


@dataclass(frozen=True, slots=True)
class TargetHealth:
    """One OSC target.

    Attributes:
        name: as in the preset.
        profile: which messages it gets ("flat").
        address: "host:port".
        enabled: whether it is switched on.
        rate_hz: poses sent in the last second.
        sent: datagrams since the start.
        errors: datagrams that the system refused, poses without an address to go to, and poses that were replaced
            because something in them was not a number.
        last_error: what the last of them was, or "".
        wanted_hz: poses per second at most; 0 for every performed one.
        lead_s: how far ahead of now its poses are.
    """

    name: str
    profile: str
    address: str
    enabled: bool
    rate_hz: float
    sent: int
    errors: int
    last_error: str
    wanted_hz: float = 0.0
    lead_s: float = 0.0


@dataclass(frozen=True, slots=True)
class RemoteHealth:
    """The remote control: counters since the start.

    Attributes:
        address: "host:port", or "" when it does not listen.
        packets: datagrams read.
        commands: commands handed on.
        refused: from senders that the allow-list does not name.
        oversized: longer than any remote control's.
        malformed: not OSC, or with arguments that do not fit.
        unknown: with an address that nobody here has.
        floods: ticks in which more came than is read; what the system's buffer does not hold is lost.
        subscribers: who gets feedback now.
        midi: the MIDI input, and what is being learnt or was learnt last; "" without one.
        last_problem: what the last of them was, or "".
    """

    address: str = ""
    packets: int = 0
    commands: int = 0
    refused: int = 0
    oversized: int = 0
    malformed: int = 0
    unknown: int = 0
    floods: int = 0
    subscribers: int = 0
    midi: str = ""
    last_problem: str = ""


@dataclass(frozen=True, slots=True)
class Latencies:
    """The named latencies of a show, seconds; p99 where nothing else is said.

    Attributes:
        input_s: from the air to a block in our hands, as the device says.
        block_age_s: how old a block is when it is heard.
        features_s: features of one hop.
        beat_s: beat tracking of one hop.
        generate_s: one chunk (p95: chunks start that much ahead).
        pose_s: one pose from the buffer.
        send_s: encoding and sending to every target.
        lateness_s: how far behind its schedule a 60 Hz tick was sent.
        draw_s: one frame of a window, as it reports.
        total_s: median from the air to the wire.
    """

    input_s: float = 0.0
    block_age_s: float = 0.0
    features_s: float = 0.0
    beat_s: float = 0.0
    generate_s: float = 0.0
    pose_s: float = 0.0
    send_s: float = 0.0
    lateness_s: float = 0.0
    draw_s: float = 0.0
    total_s: float = 0.0


@dataclass(frozen=True, slots=True)
class RoomHealth:
    """A rehearsal room at one moment; what is long is in files that the window reads itself.

    Attributes:
        track: path of the track.
        title: what to call it.
        duration_s: its length.
        track_s: track time that is heard at the snapshot's show time.
        playing: whether it runs.
        speed: how fast it runs when it runs.
        loop: start and end of the loop; none when empty.
        heard_s: how much of the track was heard ahead.
        danced_s: how much lane A has danced ahead.
        danced_b_s: how much lane B has; 0 when it is off.
        sent: the lane whose dance goes to the outputs.
        locked: whether the take is locked.
        take_file: the take as it is now, TOML.
        take_revision: grows whenever that file is written.
        heard_file: what was heard, a `HeardFile`.
        danced_file: the dance of lane A, a `DancedFile`.
        danced_b_file: the dance of lane B; "" when it is off.
        models: who can dance, for a lane to choose from.
        finished: whether everything that was asked for is danced.
        message: what went wrong and what to do, or "".
    """

    track: str
    title: str
    duration_s: float
    track_s: float = 0.0
    playing: bool = False
    speed: float = 1.0
    loop: tuple[float, ...] = ()
    heard_s: float = 0.0
    danced_s: float = 0.0
    danced_b_s: float = 0.0
    sent: str = "A"
    locked: bool = False
    take_file: str = ""
    take_revision: int = 0
    heard_file: str = ""
    danced_file: str = ""
    danced_b_file: str = ""
    models: tuple[str, ...] = ()
    finished: bool = False
    message: str = ""


@dataclass(frozen=True, slots=True)
class HealthSnapshot:
    """Everything a person may want to know about a running show, at one moment.

    Attributes:
        time_s: show time.
        title: what is played or heard: the device, the track, "demo".
        input_state: "live", "lost" (running on the internal clock), "playing", "ended".
        input_message: what to do about it, or "".
        level_db, peak, low, mid, high, onset, energy, silent: see `MusicFeatures`.
        beat: the beat clock.
        generator: who makes the dance now.
        fallback: whether that is not who the preset asked for.
        preset: name of the preset.
        presets: names that `LoadPreset` takes, in order.
        look: the stage look that the preset asks for.
        camera: the camera that the preset asks for.
        tint, accent: the colours that it asks for, "#RRGGBB", or "" for those of the look.
        fps: poses per second asked for.
        measured_fps: poses performed in the last second.
        blackout: 0 (picture shown) to 1 (black), fades included.
        frozen: whether the dancer is held.
        panic: whether the show is in panic.
        idle: whether the dancer rests, whatever the music does.
        muted: whether all targets are silenced.
        recording: whether the dance is being written to disk.
        clap_s: show time at which the last clap was heard to begin; 0 before the first. See `realtime.music.claps`.
        measured: path of the benchmark that a window asked for, rewritten every second; "" without one.
        next_preset: the preset that waits for its beat, or "".
        fade_s: how long the change to `preset` takes.
        energy_control, style_control, smoothing_control, offset_s, gain_db, gate_db: what the person set.
        overruns: blocks lost before they were heard.
        late_ticks: performed poses that missed their slot by more than half a slot.
        starved_s: seconds in which no decided dance was left.
        deadline_misses: chunks that came after the time they were for.
        last_failure: the last thing that went wrong, or "".
        latencies: see `Latencies`.
        medians: the same, each the median.
        targets: every OSC target.
        room: the rehearsal room; None in every other show.
        remote: the remote control.
    """

    time_s: float = 0.0
    title: str = ""
    input_state: str = "live"
    input_message: str = ""
    level_db: float = -120.0
    peak: float = 0.0
    low: float = 0.0
    mid: float = 0.0
    high: float = 0.0
    onset: float = 0.0
    energy: float = 0.0
    silent: bool = True
    beat: BeatState = field(default_factory=BeatState)
    generator: str = ""
    fallback: bool = False
    preset: str = ""
    presets: tuple[str, ...] = ()
    look: str = ""
    camera: str = ""
    tint: str = ""
    accent: str = ""
    fps: float = 60.0
    measured_fps: float = 0.0
    blackout: float = 0.0
    frozen: bool = False
    panic: bool = False
    idle: bool = False
    muted: bool = False
    recording: bool = False
    clap_s: float = 0.0
    measured: str = ""
    energy_control: float = 0.5
    style_control: float = 0.5
    smoothing_control: float = 0.25
    offset_s: float = 0.0
    gain_db: float = 0.0
    gate_db: float = -120.0
    next_preset: str = ""
    fade_s: float = 0.0
    overruns: int = 0
    late_ticks: int = 0
    starved_s: float = 0.0
    deadline_misses: int = 0
    last_failure: str = ""
    latencies: Latencies = field(default_factory=Latencies)
    medians: Latencies = field(default_factory=Latencies)
    targets: tuple[TargetHealth, ...] = ()
    room: RoomHealth | None = None
    remote: RemoteHealth = RemoteHealth()
