"""The vocabulary of a show: what flows between its stages.

Conventions, everywhere: times are seconds of show time; arrays are float32 or float64 and read-only by convention;
lengths are metres; axes are right-handed, Y up, the dancer faces +Z and the dancer's left is +X; rotations are
quaternions `wxyz`, each `parent_from_joint` (the pelvis: `world_from_pelvis`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import floor
from typing import overload

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]

SAMPLE_RATE_HZ = 48_000
"""The rate at which the show listens; sources resample to it."""
HOP_SAMPLES = 480
"""Samples between two `MusicFrame`s: exactly 100 per second."""
HOP_S = HOP_SAMPLES / SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """A run of mono samples as they came from a source.

    Attributes:
        samples: shape (n,), float32, full scale is +-1.
        start_sample: index of `samples[0]` since the show began; show time is `start_sample / sample_rate_hz`.
        sample_rate_hz: samples per second.
        gap_samples: how many samples were lost just before this block.
    """

    samples: NDArray[np.float32]
    start_sample: int
    sample_rate_hz: int = SAMPLE_RATE_HZ
    gap_samples: int = 0

    @property
    def end_s(self) -> float:
        """Show time just after the last sample."""
        return (self.start_sample + len(self.samples)) / self.sample_rate_hz


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How an audio source is doing.

    Attributes:
        title: the device or the track.
        state: "live", "playing", "lost" (running on the internal clock) or "ended".
        message: what to do about it, or "".
        overruns: blocks lost before they were read.
    """

    title: str
    state: str = "live"
    message: str = ""
    overruns: int = 0


class TempoSource(IntEnum):
    """Who decides the tempo; the numbers go over OSC as `/dance/beat/source`."""

    AUTO = 0
    TAP = 1
    FIXED = 2
    LINK = 3
    MIDI = 4
    DJLINK = 5
    OS2L = 6
    FILE = 7


@dataclass(frozen=True, slots=True)
class BeatState:
    """A beat clock: a straight line from show time to beats, valid until the next one replaces it.

    `beat_at` and `time_of` are inverses. Whole beats are beats; beat 0 of a bar is a multiple of `beats_per_bar`.

    Attributes:
        tempo_bpm: beats per minute of the music, positive.
        origin_s: a show time at which the clock read `origin_beat`.
        origin_beat: the (fractional) beat at `origin_s`.
        beats_per_bar: beats in a bar.
        confidence: 0 (free-running guess) to 1 (sure).
        source: who decided the tempo.
        locked: whether the tempo is held by a person's lock.
        glide: how much faster than the music the clock runs just now to make up for an error of phase; 1 is not at all.
        bar_confidence: how sure it is which beat begins the bar, 0 (no idea) to 1 (a person or another clock said so).
    """

    tempo_bpm: float = 120.0
    origin_s: float = 0.0
    origin_beat: float = 0.0
    beats_per_bar: int = 4
    confidence: float = 0.0
    source: TempoSource = TempoSource.AUTO
    locked: bool = False
    glide: float = 1.0
    bar_confidence: float = 0.0

    @property
    def rate_hz(self) -> float:
        """Beats per second of the clock, with its glide."""
        return self.tempo_bpm * self.glide / 60.0

    @property
    def period_s(self) -> float:
        """Seconds per beat of the music."""
        return 60.0 / self.tempo_bpm

    @overload
    def beat_at(self, time_s: float) -> float: ...
    @overload
    def beat_at(self, time_s: FloatArray) -> FloatArray: ...
    def beat_at(self, time_s: float | FloatArray) -> float | FloatArray:
        """Return the fractional beat at a show time, past or future; at each of an array of them."""
        return self.origin_beat + (time_s - self.origin_s) * self.rate_hz

    @overload
    def time_of(self, beat: float) -> float: ...
    @overload
    def time_of(self, beat: FloatArray) -> FloatArray: ...
    def time_of(self, beat: float | FloatArray) -> float | FloatArray:
        """Return the show time of a fractional beat; of each of an array of them."""
        return self.origin_s + (beat - self.origin_beat) / self.rate_hz

    def beat_in_bar(self, time_s: float) -> int:
        """Return 1 on the first beat of the bar, up to `beats_per_bar`."""
        return floor(self.beat_at(time_s)) % self.beats_per_bar + 1

    def bar_at(self, time_s: float) -> int:
        """Return the number of the bar, counted from 1 at beat 0."""
        return floor(self.beat_at(time_s)) // self.beats_per_bar + 1


N_MEL = 40
"""Mel bands in `MusicFeatures.log_mel`."""


@dataclass(frozen=True, slots=True)
class MusicFeatures:
    """What the music does in one hop; computed from this hop and earlier ones only.

    Attributes:
        level_db: RMS of the hop, dB full scale, never below -120.
        peak: largest |sample| of the hop, 1 is full scale.
        low: loudness below 150 Hz, 0 to 1, adapted to the recent past.
        mid: the same, 150 Hz to 2 kHz.
        high: the same, above 2 kHz.
        onset: strength of an onset in this hop, 0 to 1.
        energy: slow loudness and density of the music, 0 (calm) to 1 (drop).
        silent: whether the loudness gate is closed.
        log_mel: shape (N_MEL,), log10 mel power.
    """

    level_db: float
    peak: float
    low: float
    mid: float
    high: float
    onset: float
    energy: float
    silent: bool
    log_mel: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MusicFrame:
    """What is known about the music at `time_s`, the end of a hop; one per hop whatever the block size.

    Attributes:
        time_s: show time.
        features: of this hop.
        beat: the clock that holds from now on.
        revolution: shape (438,), where a dancer wants them and a thirtieth of a second ended in this hop; see
            `realtime.music.revolution`.
    """

    time_s: float
    features: MusicFeatures
    beat: BeatState
    revolution: NDArray[np.float32] | None = None


CONTACT_NAMES = ("left_heel", "left_toe", "right_heel", "right_toe")
"""The order of the F axis of `PoseChunk.contacts`."""


@dataclass(frozen=True, slots=True)
class Pose:
    """A body at one moment.

    Attributes:
        time_s: show time.
        root_m: shape (3,), world position of the pelvis.
        rotations_wxyz: shape (J, 4), each `parent_from_joint`.
        contacts: shape (F,), 0 to 1, in the order of `CONTACT_NAMES`.
    """

    time_s: float
    root_m: FloatArray
    rotations_wxyz: FloatArray
    contacts: FloatArray


@dataclass(frozen=True, slots=True)
class PoseChunk:
    """A stretch of dance at known times: frame k is at `start_s + k / fps`.

    Attributes:
        start_s: show time of the first frame.
        fps: frames per second.
        roots_m: shape (T, 3).
        rotations_wxyz: shape (T, J, 4), each `parent_from_joint`, hemisphere free.
        contacts: shape (T, F), 0 to 1, in the order of `CONTACT_NAMES`.
        source: who made it, for the screen and the log ("groove", "live", "hold").
    """

    start_s: float
    fps: float
    roots_m: FloatArray
    rotations_wxyz: FloatArray
    contacts: FloatArray
    source: str

    @property
    def end_s(self) -> float:
        """Show time of the last frame."""
        return self.start_s + (len(self.roots_m) - 1) / self.fps


@dataclass(frozen=True, slots=True)
class DanceControls:
    """How the person wants the dance to be; replaced whole by Commands.

    Attributes:
        energy: 0 (hardly moving) to 1 (all out); 0.5 follows the music as it is.
        style: 0 to 1, from grounded and simple to showy.
        smoothing: 0 (sharp) to 1 (soft), scales the inertialisation half-life.
        mirror: swap left and right.
        in_place: keep the root near the centre of the stage.
        seed: chooses among the dances that fit.
        idle: rest, whatever the music does; generators then hear silence.
    """

    energy: float = 0.5
    style: float = 0.5
    smoothing: float = 0.25
    mirror: bool = False
    in_place: bool = False
    seed: int = 0
    idle: bool = False


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """What a generator is given for one chunk.

    Attributes:
        now_s: show time at which the request is made; nothing later has been heard.
        start_s: the chunk should start here, or earlier; what is before it will hardly be seen.
        music: frames heard, oldest first, the newest last; the last few seconds (never empty).
        shown: the pose that the audience sees at `start_s` if nothing new comes.
        controls: what the person asks for.
    """

    now_s: float
    start_s: float
    music: Sequence[MusicFrame]
    shown: Pose
    controls: DanceControls


@dataclass(frozen=True, slots=True)
class ShowState:
    """What receivers are told about the show beside the dance (`/dance/state/*`, `/dance/latency/*`).

    Attributes:
        running: whether somebody dances (false in panic).
        blackout: 0 (picture shown) to 1 (black).
        frozen: whether the dancer is held.
        preset_index: number of the preset in its list, from 1; 0 outside it.
        fps: poses per second.
        dropped: poses or blocks lost so far.
        latency_total_s: from the air to the wire.
        latency_audio_s: the part of the input device and its block.
        latency_beat_s: features and beat tracking.
        latency_model_s: how much ahead of need chunks are asked for.
        latency_send_s: encoding and sending.
    """

    running: bool = True
    blackout: float = 0.0
    frozen: bool = False
    preset_index: int = 0
    fps: float = 60.0
    dropped: int = 0
    latency_total_s: float = 0.0
    latency_audio_s: float = 0.0
    latency_beat_s: float = 0.0
    latency_model_s: float = 0.0
    latency_send_s: float = 0.0
