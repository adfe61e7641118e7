# mido is in the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUnknownParameterType=false, reportUnknownLambdaType=false
"""Turns a score into sound: FluidSynth with a General MIDI soundfont, and synthesised drums for electronic styles."""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
import soundfile
from numpy.typing import NDArray

from models.training.beats import patterns
from models.training.beats.arranger import DRUM_CHANNEL, Note, Score
from realtime.types import SAMPLE_RATE_HZ

SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
_TICKS_PER_S = 960


@dataclass(frozen=True, slots=True)
class Stems:
    """Drums and band apart, so that one rendering can be mixed in many ways: mono samples of one length, peak 1 or 0.

    Attributes:
        kicks_s: when the bass drum is hit.
    """

    drums: NDArray[np.float32]
    band: NDArray[np.float32]
    kicks_s: NDArray[np.float64]


def render(score: Score, rng: np.random.Generator, *, soundfont: Path = SOUNDFONT) -> Stems:
    """Return the stems of a score, from 0 s to the end of the last beat."""
    count = round((score.end_s + 0.2) * SAMPLE_RATE_HZ)
    beaten = [note for note in score.notes if note.channel == DRUM_CHANNEL]
    played = [note for note in score.notes if note.channel != DRUM_CHANNEL]
    is_dry = rng.random() < 0.5
    drums = (
        _synthesised(beaten, rng, count)
        if score.electronic
        else _fluidsynth(beaten, score.programs, soundfont, is_dry=is_dry)
    )
    band = _fluidsynth(played, score.programs, soundfont, is_dry=is_dry)
    kicks_s = [note.start_s for note in beaten if note.pitch in {35, patterns.KICK}]
    return Stems(_loudest_is_one(_fit(drums, count)), _loudest_is_one(_fit(band, count)), np.array(sorted(kicks_s)))


def mixed(stems: Stems, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return a mix, peak 0.7: drums from hidden to alone in front, the band perhaps ducked under the bass drum."""
    band = stems.band
    if rng.random() < 0.4 and len(stems.kicks_s):
        since_s = np.arange(len(band)) / SAMPLE_RATE_HZ
        last = np.searchsorted(stems.kicks_s, since_s, side="right") - 1
        since_s = np.where(last >= 0, since_s - stems.kicks_s[np.maximum(last, 0)], np.inf)
        depth, recovery_s = rng.uniform(0.2, 0.95), rng.uniform(0.05, 0.2)
        band = band * (1.0 - depth * np.exp(-since_s / recovery_s)).astype(np.float32)
    drums_db = rng.uniform(-14.0, 8.0)
    return limited(stems.drums * np.float32(10.0 ** (drums_db / 20.0)) + band)


def _synthesised(notes: list[Note], rng: np.random.Generator, count: int) -> NDArray[np.float32]:
    kit, drums = SynthKit(rng), np.zeros(count, np.float32)
    for note in notes:
        start = round(note.start_s * SAMPLE_RATE_HZ)
        sound = kit.sound(note.pitch)[: max(count - start, 0)]
        drums[start : start + len(sound)] += sound * np.float32((note.velocity / 110.0) ** 1.5)
    return drums


class SynthKit:
    """One-shot drums made of sines and noise, different for every seed."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._sounds: dict[int, NDArray[np.float32]] = {}

    def sound(self, drum: int) -> NDArray[np.float32]:
        """Return the sound of a General MIDI drum."""
        if drum not in self._sounds:
            self._sounds[drum] = self._make(drum).astype(np.float32)
        return self._sounds[drum]

    def _make(self, drum: int) -> NDArray[np.float64]:
        rng = self._rng
        if drum in {35, 36}:
            thump = self._tone(rng.uniform(42, 62), rng.uniform(2, 8), rng.uniform(0.08, 0.35))
            return _sum(thump, 0.1 * self._noise(0.004))
        if drum in {38, 40}:
            return _sum(0.5 * self._tone(rng.uniform(150, 230), 0.5, 0.06), 0.6 * self._noise(rng.uniform(0.05, 0.2)))
        if drum == patterns.CLAP:
            bursts = np.zeros(14_400)
            for index in range(3):
                noise = self._noise(0.01 if index < 2 else rng.uniform(0.06, 0.15))[: 14_400 - index * 480]
                bursts[index * 480 : index * 480 + len(noise)] += 0.5 * noise
            return bursts
        if drum in {42, 44, 70, 54}:
            return 0.35 * np.diff(self._noise(rng.uniform(0.01, 0.04)), prepend=0.0)
        if drum in {46, 49, 51, 57}:
            return 0.35 * np.diff(self._noise(rng.uniform(0.1, 0.4)), prepend=0.0)
        return 0.5 * self._tone(80.0 * 2 ** ((drum - 40) / 12), 0.6, rng.uniform(0.05, 0.2))

    def _tone(self, base_hz: float, sweep: float, decay_s: float) -> NDArray[np.float64]:
        time_s = np.arange(round(decay_s * 5 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
        phase = 2 * np.pi * base_hz * (time_s + sweep * 0.03 * (1 - np.exp(-time_s / 0.03)))
        return np.sin(phase) * np.exp(-time_s / decay_s)

    def _noise(self, decay_s: float) -> NDArray[np.float64]:
        time_s = np.arange(round(decay_s * 5 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
        return self._rng.standard_normal(len(time_s)) * 0.4 * np.exp(-time_s / decay_s)


def _sum(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return both sounds from the same start."""
    both = np.zeros(max(len(first), len(second)))
    both[: len(first)] += first
    both[: len(second)] += second
    return both


def _fluidsynth(notes: list[Note], programs: dict[int, int], soundfont: Path, *, is_dry: bool) -> NDArray[np.float32]:
    if not notes:
        return np.zeros(0, np.float32)
    with tempfile.TemporaryDirectory() as folder:
        midi, audio = Path(folder) / "score.mid", Path(folder) / "score.wav"
        _midi_file(notes, programs).save(midi)
        options = ["-ni", "-q", "-g", "0.4", "-r", str(SAMPLE_RATE_HZ), "-F", str(audio)]
        options += ["-R", "0", "-C", "0"] if is_dry else []
        subprocess.run(["fluidsynth", *options, str(soundfont), str(midi)], check=True, capture_output=True)
        samples, _ = soundfile.read(audio, dtype="float32", always_2d=True)
    return samples.mean(axis=1)


def _midi_file(notes: list[Note], programs: dict[int, int]) -> mido.MidiFile:
    """Return the notes as MIDI, at 960 ticks per second."""
    events: list[tuple[int, int, mido.Message]] = []
    for note in notes:
        start, end = round(note.start_s * _TICKS_PER_S), round(note.end_s * _TICKS_PER_S)
        pitch = min(max(note.pitch, 0), 127)
        events.append((start, 1, mido.Message("note_on", channel=note.channel, note=pitch, velocity=note.velocity)))
        events.append((max(end, start + 1), 0, mido.Message("note_off", channel=note.channel, note=pitch)))
    events.sort(key=lambda event: event[:2])
    track = mido.MidiTrack()
    track += [mido.Message("program_change", channel=channel, program=program) for channel, program in programs.items()]
    now = 0
    for tick, _, message in events:
        track.append(message.copy(time=tick - now))
        now = tick
    file = mido.MidiFile(ticks_per_beat=_TICKS_PER_S // 2)  # 120 BPM, the default tempo
    file.tracks.append(track)
    return file


def _fit(samples: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    return np.pad(samples[:count], (0, max(count - len(samples), 0)))


def _loudest_is_one(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    peak = float(np.abs(samples).max())
    return samples / np.float32(peak) if peak > 0 else samples


def limited(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the samples, peak 0.7, or silence as it is."""
    return _loudest_is_one(samples) * np.float32(0.7)
