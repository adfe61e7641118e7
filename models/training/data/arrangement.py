# mido is in the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false
"""Writes the music for a dance: on its beats, of a kind that suits it, calm where it is calm.

A human drum performance of the Groove MIDI Dataset (or a programmed pattern) is brought to the tempo; a band joins in.
How much plays, and how loudly, follows the slow energy of the dance.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import mido
import numpy as np
from numpy.typing import NDArray

from models.training.beats.arranger import DRUM_CHANNEL, DRUM_KITS, Band, Figures, Note, Score
from models.training.beats.patterns import CRASH, STYLES
from realtime.types import SAMPLE_RATE_HZ, FloatArray

BEATS_PER_BAR = 4
_SUITS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "salsa": (("latin", "afrocuban"), ("salsa", "cha cha", "samba")),
    "lambada": (("latin", "afrocuban", "reggae"), ("samba", "reggaeton", "cha cha")),
    "charleston": (("neworleans", "jazz"), ("swing", "disco")),
    "modern/ballet": (("soul", "jazz", "pop", "rock"), ("pop", "orchestral", "ballad", "piano pop")),
    "michael-jackson-style": (("funk", "pop", "soul", "dance"), ("funk", "disco", "pop", "electro")),
    "indian": (("afrobeat", "latin", "middleeastern", "funk"), ("pop", "four on the floor", "samba", "electro")),
    "break": (("hiphop", "funk"), ("funk", "hip hop", "electro")),
    "street jazz": (("soul", "hiphop", "funk", "pop"), ("pop", "hip hop", "four on the floor")),
}
"""For each style of dance: styles of drummers, and of our own patterns. Others dance to anything."""
_FARTHEST_TEMPO = 0.22
"""A drum performance is not played faster or slower than by this share."""
_KICKS, _SNARES = {35, 36}, {37, 38, 39, 40}
_GENERAL_MIDI = {22: 42, 26: 46, 58: 43}
"""The drummers' kit has pads that General MIDI calls otherwise."""


class DrumFile(NamedTuple):
    """A drum performance: its file, style and tempo."""

    path: Path
    style: str
    bpm: float


def compose_for(
    rng: np.random.Generator,
    *,
    style: str,
    energy: FloatArray,
    bpm: float,
    start_s: float,
    drums: Sequence[DrumFile],
) -> Score:
    """Return music of `len(energy)` bars.

    Args:
        rng: decides everything.
        style: of the dance.
        energy: shape (bars,), 0 to 1, how much should happen in each bar.
        bpm: tempo.
        start_s: time of the first beat, a downbeat.
        drums: performances to choose from.
    """
    beats_s: NDArray[np.float64] = start_s + np.arange(len(energy) * BEATS_PER_BAR, dtype=np.float64) * 60.0 / bpm
    performers, kinds = _SUITS.get(style, ((), ()))
    kind = _kind(rng, kinds, bpm)
    score = Score(
        kind, beats_s, np.arange(len(beats_s)) % BEATS_PER_BAR, electronic=rng.random() < STYLES[kind].electronic
    )
    band = Band(score, STYLES[kind], rng)
    band.choose_programs(drums=True)
    score.programs[DRUM_CHANNEL] = int(rng.choice(DRUM_KITS))
    performance = _performance(rng, performers, bpm, drums) if rng.random() < 0.65 or not _has_kit(kind) else None
    if performance is not None:
        score.electronic = rng.random() < 0.1
        score.notes += _played(performance, bpm, energy, start_s, rng)
    _play_band(band, energy, rng, drums=performance is None)
    score.notes = [_as_loud(note, energy, bpm, start_s) for note in score.notes]
    return score


def loudness(score: Score, energy: FloatArray, count: int) -> NDArray[np.float32]:
    """Return the gain of every sample: 14 dB from the calmest to the fullest bar, with no steps."""
    middle_s = score.beats_s[::BEATS_PER_BAR] + 2.0 * (score.beats_s[1] - score.beats_s[0])
    gain_db = -14.0 * (1.0 - energy)
    time_s = np.arange(0, count, 480) / SAMPLE_RATE_HZ
    coarse = 10.0 ** (np.interp(time_s, middle_s, gain_db) / 20.0)
    return np.repeat(coarse, 480)[:count].astype(np.float32)


def _kind(rng: np.random.Generator, kinds: Sequence[str], bpm: float) -> str:
    def fits(name: str) -> bool:
        slowest, fastest = STYLES[name].tempo_bpm
        return STYLES[name].beats_per_bar == BEATS_PER_BAR and 0.85 * slowest <= bpm <= 1.2 * fastest

    choice = [name for name in kinds if fits(name)]
    if not choice or rng.random() < 0.2:
        choice = [name for name in STYLES if fits(name)]
    return str(rng.choice(choice or ["pop"]))


def _has_kit(kind: str) -> bool:
    return any(kit for kit in STYLES[kind].drums)


def _performance(
    rng: np.random.Generator, performers: Sequence[str], bpm: float, drums: Sequence[DrumFile]
) -> DrumFile | None:
    near = [file for file in drums if abs(np.log(file.bpm / bpm)) < _FARTHEST_TEMPO]
    suiting = [file for file in near if file.style in performers]
    if suiting and rng.random() < 0.8:
        near = suiting
    return near[int(rng.integers(len(near)))] if near else None


@lru_cache(maxsize=256)
def _strokes(path: Path) -> FloatArray:
    """Return (time in seconds, General MIDI drum, velocity) of every stroke of a performance: shape (N, 3)."""
    now_s, rows = 0.0, [(0.0, 0.0, 0.0)]
    for message in mido.MidiFile(path):
        now_s += message.time
        if message.type == "note_on" and message.velocity > 0:
            drum = int(message.note or 0)
            rows.append((now_s, float(_GENERAL_MIDI.get(drum, drum)), float(message.velocity)))
    return np.array(rows[1:]).reshape(-1, 3)


def _played(file: DrumFile, bpm: float, energy: FloatArray, start_s: float, rng: np.random.Generator) -> list[Note]:
    """Return a performance at another tempo, from a random bar on, again when it ends; thinned where calm."""
    strokes = _strokes(file.path)
    bar_s = 60.0 / file.bpm * BEATS_PER_BAR
    place = strokes[:, 0] / bar_s
    # A stroke just before a bar belongs to it.
    bar = np.floor(place + 0.03).astype(int)
    bars = max(int(bar.max()), 1)
    cycle = min(int(rng.choice([2, 4, 8, 64])), bars)
    first = int(rng.integers(0, bars - cycle + 1))
    new_bar_s = 60.0 / bpm * BEATS_PER_BAR
    notes: list[Note] = []
    for index, level in enumerate(energy):
        source = first + index % cycle
        keep = _kept(float(level), rng)
        if level > 0.6 and index % 8 == 0 and rng.random() < 0.4:
            notes.append(Note(start_s + index * new_bar_s, start_s + index * new_bar_s + 1.0, DRUM_CHANNEL, CRASH, 100))
        for at_s, drum, velocity in strokes[bar == source]:
            if keep(int(drum), float(velocity)):
                when_s = max(start_s + (index + at_s / bar_s - source) * new_bar_s, 0.0)
                notes.append(Note(when_s, when_s + 0.1, DRUM_CHANNEL, int(drum), int(velocity)))
    return notes


class _Kept:
    """Says which strokes of a performance are played in a bar."""

    def __init__(self, kicks: bool, snares: bool, rest: bool, softest: float) -> None:
        self._kicks, self._snares, self._rest, self._softest = kicks, snares, rest, softest

    def __call__(self, drum: int, velocity: float) -> bool:
        if velocity < self._softest:
            return False
        return self._kicks if drum in _KICKS else self._snares if drum in _SNARES else self._rest


def _kept(level: float, rng: np.random.Generator) -> _Kept:
    if level < 0.1:
        return _Kept(False, False, rng.random() < 0.5, 30.0)
    if level < 0.28:
        return _Kept(rng.random() < 0.5, rng.random() < 0.3, True, 40.0)
    return _Kept(True, True, True, 30.0 if level < 0.5 else 0.0)


def _play_band(band: Band, energy: FloatArray, rng: np.random.Generator, *, drums: bool) -> None:
    figures = band.choose_figures()
    soloist, strings = rng.random() < 0.5, rng.random() < 0.5
    for index, level in enumerate(energy):
        if index and index % 8 == 0 and rng.random() < 0.4:
            figures = band.choose_figures()
        players = {"chords"} if level < 0.2 else {"bass", "chords"}
        if level < 0.3 and strings:
            players |= {"pad"}
        if drums and level > rng.uniform(0.08, 0.25):
            players |= {"drums"}
        if level > 0.55 and soloist and rng.random() < 0.7:
            players |= {"lead"}
        if rng.random() < 0.08:
            players -= {"chords"} if "bass" in players else set()
        calm = Figures(figures.kit, "whole", "whole")
        fill = drums and level > 0.35 and index % 4 == 3 and rng.random() < 0.4
        band.play_bar(index, players, calm if level < 0.2 else figures, fill=fill, first=level > 0.5 and index % 8 == 0)


def _as_loud(note: Note, energy: FloatArray, bpm: float, start_s: float) -> Note:
    bar = int((note.start_s - start_s) * bpm / 60.0 / BEATS_PER_BAR + 1e-6)
    level = float(energy[min(max(bar, 0), len(energy) - 1)])
    return replace(note, velocity=int(np.clip(note.velocity * (0.6 + 0.4 * level), 10, 127)))
