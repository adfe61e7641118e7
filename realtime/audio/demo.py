"""A track that we synthesise ourselves: 90 seconds with everything a dancer must cope with, and its true beats.

Intro, groove, breakdown without drums, drop, and a change of tempo from 124 to 96 BPM. The same samples every time,
rendered bar by bar as they are needed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realtime.audio import synth
from realtime.types import SAMPLE_RATE_HZ

BEATS_PER_BAR = 4
_CHORDS = ((45, 52, 57, 60, 64), (41, 48, 57, 60, 65), (48, 52, 55, 60, 67), (43, 50, 55, 59, 62))
"""Am, F, C, G as MIDI notes, the bass note first: one chord a bar."""
_ARPEGGIO = (0, 2, 4, 3, 1, 3, 2, 4)
_TAIL_SAMPLES = SAMPLE_RATE_HZ * 3


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the song.

    Attributes:
        name: what a musician would call it.
        bars: its length.
        tempo_bpm: its tempo.
        parts: which instruments play.
    """

    name: str
    bars: int
    tempo_bpm: float
    parts: frozenset[str]


def _section(name: str, bars: int, tempo_bpm: float, parts: str) -> Section:
    return Section(name, bars, tempo_bpm, frozenset(parts.split()))


SECTIONS = (
    _section("intro", 4, 124.0, "pad hats soft-kick"),
    _section("groove", 12, 124.0, "pad hats kick clap bass"),
    _section("breakdown", 6, 124.0, "pad arpeggio riser"),
    _section("drop", 12, 124.0, "pad hats open-hats kick clap bass arpeggio crash"),
    _section("slow groove", 9, 96.0, "pad hats kick snare bass arpeggio crash"),
    _section("outro", 1, 96.0, "pad end"),
)


class DemoTrack:
    """The demo as a `Track`: stereo at SAMPLE_RATE_HZ."""

    title = "demo"
    sample_rate_hz = SAMPLE_RATE_HZ
    channels = 2

    @property
    def duration_s(self) -> float:
        """Return the length of the song."""
        return sum(bar_samples(section) * section.bars for section in SECTIONS) / SAMPLE_RATE_HZ

    def blocks(self, block_frames: int, start_frame: int = 0) -> Iterator[NDArray[np.float32]]:
        """Yield the song from a frame on: each shape (n, 2). What is before it is rendered too: 0.3 s at most."""
        pending = np.empty((0, 2), dtype=np.float32)
        for bar in _bars():
            pending = np.concatenate([pending, bar])
            skipped = min(start_frame, len(pending))
            pending, start_frame = pending[skipped:], start_frame - skipped
            while len(pending) >= block_frames:
                yield pending[:block_frames]
                pending = pending[block_frames:]
        if len(pending):
            yield pending


def true_beats_s() -> NDArray[np.float64]:
    """Return when every beat of the song falls, whether or not a drum plays it: shape (beats,), seconds."""
    beats: list[float] = []
    start = 0
    for section in SECTIONS:
        samples = bar_samples(section)
        for bar in range(section.bars):
            beats += [(start + bar * samples + beat * samples / BEATS_PER_BAR) / SAMPLE_RATE_HZ for beat in range(4)]
        start += samples * section.bars
    return np.array(beats)


def section_starts_s() -> dict[str, float]:
    """Return where each section begins, seconds."""
    starts: dict[str, float] = {}
    start = 0
    for section in SECTIONS:
        starts[section.name] = start / SAMPLE_RATE_HZ
        start += bar_samples(section) * section.bars
    return starts


def bar_samples(section: Section) -> int:
    """Return the length of one bar of a section."""
    return round(BEATS_PER_BAR * 60.0 / section.tempo_bpm * SAMPLE_RATE_HZ)


def _bars() -> Iterator[NDArray[np.float32]]:
    """Yield bar after bar, with what still rings from the bars before."""
    kit = synth.DrumKit(SAMPLE_RATE_HZ)
    ringing = np.zeros((_TAIL_SAMPLES, 2), dtype=np.float32)
    song_bar = 0
    for section in SECTIONS:
        for bar in range(section.bars):
            samples = bar_samples(section)
            mix = np.zeros((samples + _TAIL_SAMPLES, 2), dtype=np.float32)
            mix[:_TAIL_SAMPLES] += ringing
            _play_bar(mix, kit, section, bar, _CHORDS[song_bar % len(_CHORDS)])
            yield np.tanh(mix[:samples] * 0.9)
            ringing = mix[samples:]
            song_bar += 1


def _play_bar(mix: NDArray[np.float32], kit: synth.DrumKit, section: Section, bar: int, chord: tuple[int, ...]) -> None:
    parts = section.parts
    beat = bar_samples(section) / BEATS_PER_BAR
    if "pad" in parts:
        level = 0.16 if "kick" in parts else 0.24
        synth.add(mix, synth.pad(chord, 4 * beat / SAMPLE_RATE_HZ, SAMPLE_RATE_HZ), 0, gain=level, width=0.7)
    _play_drums(mix, kit, parts, bar, beat)
    if "bass" in parts:
        for step in (0.5, 1.5, 2.5, 3.5) if section.tempo_bpm > 110 else (0.0, 0.75, 1.5, 2.5, 3.25):
            note = synth.bass(chord[0] - 12, 0.42 * beat / SAMPLE_RATE_HZ, SAMPLE_RATE_HZ)
            synth.add(mix, note, round(step * beat), gain=0.5)
    if "arpeggio" in parts:
        for step in range(16):
            note = chord[_ARPEGGIO[step % len(_ARPEGGIO)]] + 12
            rising = 0.5 + 0.5 * (bar + step / 16) / section.bars if "riser" in parts else 1.0
            pluck = synth.pluck(note, SAMPLE_RATE_HZ)
            synth.add(mix, pluck, round(step * beat / 4), gain=0.15 * rising, pan=0.5 * (-1) ** step, width=0.3)
    if "riser" in parts:
        noise = synth.riser(bar, section.bars, 4 * beat / SAMPLE_RATE_HZ, SAMPLE_RATE_HZ)
        synth.add(mix, noise, 0, gain=0.12, width=0.5)
    if "end" in parts:
        synth.add(mix, kit.kick, 0, gain=0.9)
        synth.add(mix, kit.crash, 0, gain=0.25, width=0.6)


def _play_drums(mix: NDArray[np.float32], kit: synth.DrumKit, parts: frozenset[str], bar: int, beat: float) -> None:
    for step in range(16):
        at = round(step * beat / 4)
        if step % 4 == 0 and ("kick" in parts or ("soft-kick" in parts and bar >= 2)):
            synth.add(mix, kit.kick, at, gain=0.95 if "kick" in parts else 0.5)
        if step in (4, 12) and "clap" in parts:
            synth.add(mix, kit.clap, at, gain=0.4, width=0.3)
        if step in (4, 12) and "snare" in parts:
            synth.add(mix, kit.snare, at, gain=0.5)
        if "hats" in parts:
            accent = (0.1, 0.05, 0.16, 0.06)[step % 4]
            synth.add(mix, kit.hat, at, gain=accent, pan=0.2)
        if step % 4 == 2 and "open-hats" in parts:
            synth.add(mix, kit.open_hat, at, gain=0.16, pan=-0.2)
    if "crash" in parts and bar % 8 == 0:
        synth.add(mix, kit.crash, 0, gain=0.3, width=0.6)
