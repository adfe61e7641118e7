# mido is in the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUnknownParameterType=false, reportUnknownLambdaType=false
"""Composes training music: chords, bass, melody and drums on a known grid of beats.

A `Score` holds notes in seconds, so that ramps, human timing and performed drums all end up in one list; the beats are
known exactly.
"""

from collections.abc import Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import mido
import numpy as np
from numpy.typing import NDArray

from models.training.beats import patterns
from models.training.beats.improvised import improvised
from models.training.beats.patterns import DRUMS, FIGURES, STYLES, Style

DRUM_CHANNEL = 9
_BASS, _CHORDS, _LEAD, _PAD = 0, 1, 2, 3
_MAJOR, _MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
_PROGRESSIONS = (
    (0, 4, 5, 3), (0, 5, 3, 4), (5, 3, 0, 4), (0, 3, 4, 4), (0, 0, 3, 4), (0, 6, 5, 4), (1, 4, 0, 0), (0, 3), (0,),
    (0, 2, 3, 4), (0, 5), (5, 4, 3, 4), (0, 6), (0, 0, 5, 6), (0, 4, 5, 2, 3, 0, 3, 4),
)  # fmt: skip
_ARPEGGIOS = {"slow arpeggio", "alberti", "broken", "triplets", "waltz eighths"}
DRUM_KITS = (0, 0, 8, 16, 24, 25, 32, 40)
_LEAD_PROGRAMS = (0, 4, 11, 22, 40, 52, 53, 54, 56, 61, 65, 73, 75, 80, 81, 82, 84, 85, 26, 30)


@dataclass(frozen=True)
class Note:
    """One note: `pitch` is a General MIDI number, `velocity` 1 to 127."""

    start_s: float
    end_s: float
    channel: int
    pitch: int
    velocity: int


@dataclass
class Score:
    """Music and its beats.

    Attributes:
        notes: in any order.
        programs: General MIDI program per channel.
        beats_s: times of all beats.
        places: place in the bar of each beat, 0 for the downbeat.
        electronic: whether the drums should be synthesised.
        style: its name.
    """

    style: str
    beats_s: NDArray[np.float64]
    places: NDArray[np.int64]
    electronic: bool
    notes: list[Note] = field(default_factory=list[Note])
    programs: dict[int, int] = field(default_factory=dict[int, int])

    @property
    def end_s(self) -> float:
        """When the last beat ends."""
        return float(2 * self.beats_s[-1] - self.beats_s[-2])

    def time_of(self, beat: float) -> float:
        """Return when a fractional beat falls."""
        return float(np.interp(beat, np.arange(len(self.beats_s) + 1), [*self.beats_s, self.end_s]))


def compose(rng: np.random.Generator, *, seconds: float, groove_files: list[tuple[Path, str, float]]) -> Score:
    """Return a new piece: one of `STYLES`, or a drum performance of `groove_files` (path, style, BPM) with a band."""
    if groove_files and rng.random() < 0.33:
        path, name, tempo_bpm = groove_files[rng.integers(len(groove_files))]
        score = _performed(path, f"groove {name}", tempo_bpm, seconds, rng)
        style = STYLES[str(rng.choice(["rock", "funk", "pop", "hip hop", "swing" if name == "jazz" else "rock"]))]
        if rng.random() < 0.85:
            Band(score, style, rng).play(drums=False)
        return score
    names = list(STYLES)
    weights = np.array([STYLES[name].weight for name in names])
    name = str(rng.choice(names, p=weights / weights.sum()))
    style = _varied(STYLES[name], rng)
    beats_s = beat_times(rng, style.tempo_bpm, style.beats_per_bar, seconds)
    places = np.arange(len(beats_s)) % style.beats_per_bar
    score = Score(name, beats_s, places, electronic=rng.random() < style.electronic)
    Band(score, style, rng).play(drums=True)
    return score


def _varied(style: Style, rng: np.random.Generator) -> Style:
    """Return the style, or one that mixes it with others, or one with drums that nobody has written down."""
    choice = rng.random()
    if choice < 0.3:
        return _crossed(style, rng)
    if choice < 0.5 and any(style.drums):
        return replace(_crossed(style, rng), drums=(improvised(rng, style), improvised(rng, style)), electronic=0.5)
    return style


def _crossed(style: Style, rng: np.random.Generator) -> Style:
    """Return a style that nobody plays: the drums of one, bass and chords of any others, on any instruments.

    Real music mixes what a list of styles keeps apart, and the beat must not depend on it.
    """
    alike = [other for other in STYLES.values() if other.beats_per_bar == style.beats_per_bar]
    bass = tuple(str(rng.choice(alike[rng.integers(len(alike))].bass)) for _ in range(3))
    chords = tuple(str(rng.choice(alike[rng.integers(len(alike))].chords)) for _ in range(3))
    instruments = tuple(range(96))
    return replace(style, bass=bass, chords=chords, programs=(instruments, instruments), electronic=0.4)


def beat_times(
    rng: np.random.Generator, between_bpm: tuple[float, float], beats_per_bar: int, seconds: float
) -> NDArray[np.float64]:
    """Return the times of whole bars at a tempo that holds, drifts, ramps or jumps."""
    tempo_bpm = float(np.exp(rng.uniform(*np.log(between_bpm))))
    count = int(seconds * tempo_bpm / 60.0) // beats_per_bar * beats_per_bar
    curve = np.full(count, tempo_bpm)
    kind = rng.random()
    if kind < 0.12:
        curve *= np.linspace(1.0, rng.uniform(0.8, 1.25), count)
    elif kind < 0.22:
        curve[rng.integers(count // 3, count) :] *= rng.uniform(0.75, 1.3)
    elif kind < 0.35:
        curve *= 1.0 + 0.015 * np.cumsum(rng.standard_normal(count)) / 3.0
    curve = np.clip(curve, 50.0, 215.0)
    return rng.uniform(0.0, 0.6) + np.concatenate([[0.0], np.cumsum(60.0 / curve)[:-1]])


def _performed(path: Path, name: str, tempo_bpm: float, seconds: float, rng: np.random.Generator) -> Score:
    """Return a human drum performance, recorded to a click that starts at 0."""
    notes: list[Note] = []
    now_s = 0.0
    skipped_s = 0.0
    total_s = mido.MidiFile(path).length
    if total_s > seconds:
        bar_s = 240.0 / tempo_bpm
        skipped_s = bar_s * rng.integers(0, int((total_s - seconds) / bar_s) + 1)
    for message in mido.MidiFile(path):
        now_s += message.time
        at_s = now_s - skipped_s
        if message.type == "note_on" and message.velocity > 0 and -0.05 <= at_s < seconds:
            notes.append(Note(max(at_s, 0.0), at_s + 0.1, DRUM_CHANNEL, message.note, message.velocity))
    length_s = min(total_s - skipped_s, seconds)
    beats_s = np.arange(max(int(length_s * tempo_bpm / 60.0), 8), dtype=np.float64) * 60.0 / tempo_bpm
    score = Score(name, beats_s, np.arange(len(beats_s)) % 4, electronic=rng.random() < 0.1, notes=notes)
    score.programs[DRUM_CHANNEL] = int(rng.choice(DRUM_KITS))
    return score


def _breakdown(kit: dict[str, str], rng: np.random.Generator) -> dict[str, str]:
    """Return a kit without its bass drum, or with little else: what is left is often between the beats."""
    without = "k" if rng.random() < 0.6 else "ks"
    return {letter: steps for letter, steps in kit.items() if letter not in without} if len(kit) > 1 else kit


class Figures(NamedTuple):
    """What a band plays in a bar: a kit of `Style.drums`, and names of `FIGURES`."""

    kit: dict[str, str]
    bass: str
    chords: str


class Band:
    """Plays one style over the beats of a score."""

    def __init__(self, score: Score, style: Style, rng: np.random.Generator) -> None:
        self._score, self._style, self._rng = score, style, rng
        self._per_bar = style.beats_per_bar if len(set(score.places.tolist())) == style.beats_per_bar else 4
        self._scale = _MAJOR if rng.random() < 0.5 else _MINOR
        self._key = int(rng.integers(0, 12))
        self._loop = _PROGRESSIONS[rng.integers(len(_PROGRESSIONS))]
        self._jitter_s = float(rng.choice([0.0, 0.003, 0.008]))
        self._swing = style.swing * rng.random()
        self._lead_figure = "".join(rng.choice(list("xo...."), size=16 if self._per_bar == 4 else 12))
        # Much music is louder between its beats than on them; here every player may be.
        self._offbeat_louder = int(rng.integers(10, 40)) if rng.random() < 0.2 else 0

    def play(self, *, drums: bool) -> None:
        """Write every section: four or eight bars with some of the players."""
        rng, style = self._rng, self._style
        kits = style.drums[rng.integers(len(style.drums))]
        bass, chords = str(rng.choice(style.bass)), str(rng.choice(style.chords))
        self.choose_programs(drums=drums)
        bars = len(self._score.beats_s) // self._per_bar
        has_lead, has_pad = rng.random() < 0.6, rng.random() < 0.35
        bar = 0
        while bar < bars:
            length = min(int(rng.choice([4, 4, 8])), bars - bar)
            full = rng.random() < 0.6
            players = {name for name in ("drums", "bass", "chords", "lead", "pad") if full or rng.random() < 0.62}
            if not kits or not drums:
                players.add("chords")
            if not players & {"drums", "chords", "bass"}:
                players.add("drums")
            kit = _breakdown(kits, rng) if rng.random() < 0.15 else kits
            if rng.random() < 0.25:
                bass, chords = str(rng.choice(style.bass)), str(rng.choice(style.chords))
            for index in range(bar, bar + length):
                last = index == bar + length - 1
                fill = bool(drums and kits and "drums" in players and last and rng.random() < 0.5)
                heard = players - {"drums"} if not drums else players
                heard = heard - {"lead"} if not has_lead else heard
                heard = heard - {"pad"} if not has_pad else heard
                self.play_bar(index, heard, Figures(kit, bass, chords), fill=fill, first=index == bar)
            bar += length

    def chord_names(self, bars: int) -> list[str]:
        """Return the chord of each bar by its usual name, as others can play it."""
        names = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
        chords: list[str] = []
        for bar in range(bars):
            root, third, fifth = (self._pitch(self._loop[bar % len(self._loop)] + step, 48) for step in (0, 2, 4))
            kind = {(4, 7): "", (3, 7): "m", (3, 6): "dim"}.get((third - root, fifth - root), "")
            chords.append(names[root % 12] + kind)
        return chords

    def choose_figures(self) -> Figures:
        """Return what drums, bass and chords play for a while."""
        rng, style = self._rng, self._style
        kit = style.drums[rng.integers(len(style.drums))]
        return Figures(kit, str(rng.choice(style.bass)), str(rng.choice(style.chords)))

    def play_bar(self, index: int, players: Set[str], figures: Figures, *, fill: bool, first: bool) -> None:
        """Write one bar of `players`: any of "drums", "bass", "chords", "lead", "pad"."""
        root = self._loop[index % len(self._loop)]
        if figures.kit and "drums" in players:
            self._drum_bar(index, figures.kit, fill=fill, first=first)
        if "bass" in players:
            self._bass_bar(index, root, figures.bass)
        if "chords" in players:
            self._chord_bar(index, root, figures.chords)
        if "lead" in players:
            self._lead_bar(index, root)
        if "pad" in players:
            self._add(index, 0.0, self._per_bar, _PAD, self._chord(root, 60), 60)

    def choose_programs(self, *, drums: bool) -> None:
        """Choose the instruments."""
        rng, programs = self._rng, self._score.programs
        programs[_BASS] = int(rng.choice(self._style.programs[0]))
        programs[_CHORDS] = int(rng.choice(self._style.programs[1]))
        programs[_LEAD] = int(rng.choice(_LEAD_PROGRAMS))
        programs[_PAD] = int(rng.choice([48, 49, 50, 88, 89, 91, 92, 95]))
        if drums:
            programs[DRUM_CHANNEL] = int(rng.choice(DRUM_KITS))

    def _drum_bar(self, bar: int, kit: dict[str, str], *, fill: bool, first: bool) -> None:
        rng = self._rng
        stop = rng.choice([0.5, 0.75]) if fill else 1.0
        for letter, steps in kit.items():
            for at, loud in self._hits(steps):
                if at < stop * self._per_bar and rng.random() > 0.03:
                    self._hit(bar, at, DRUMS[letter], (100 if loud else 55) - (15 if letter in "hoatd" else 0))
        if first and rng.random() < 0.5:
            self._hit(bar, 0.0, patterns.CRASH, 105)
        if fill:
            drum = int(rng.choice([patterns.SNARE, patterns.HIGH_TOM, patterns.LOW_TOM, patterns.KICK]))
            for step in range(int(stop * self._per_bar * 4), self._per_bar * 4):
                if rng.random() < 0.7:
                    self._hit(bar, step / 4, drum, int(rng.integers(70, 115)))

    def _bass_bar(self, bar: int, root: int, figure: str) -> None:
        steps = list(self._hits(FIGURES[figure]))
        for index, (at, loud) in enumerate(steps):
            end = steps[index + 1][0] if index + 1 < len(steps) else self._per_bar
            degree = root
            if figure == "walking":
                degree = root + (0, 2, 4, 6 if self._rng.random() < 0.5 else 1)[index % 4]
            elif self._rng.random() < 0.12:
                degree = root + int(self._rng.choice([2, 4, 7]))
            pitch = self._pitch(degree, 36) + (12 if not loud and figure == "octaves" else 0)
            self._add(bar, at, (end - at) * 0.9, _BASS, [pitch], 100 if loud else 80)

    def _chord_bar(self, bar: int, root: int, figure: str) -> None:
        chord = self._chord(root, 57)
        arpeggio = figure in _ARPEGGIOS or self._rng.random() < 0.05
        steps = list(self._hits(FIGURES[figure]))
        for index, (at, loud) in enumerate(steps):
            end = steps[index + 1][0] if index + 1 < len(steps) else self._per_bar
            pitches = [chord[(0, 2, 1, 2)[index % 4] % len(chord)]] if arpeggio else chord
            self._add(bar, at, (end - at) * 0.9, _CHORDS, pitches, 85 if loud else 65)

    def _lead_bar(self, bar: int, root: int) -> None:
        if self._rng.random() < 0.2:
            self._lead_figure = "".join(self._rng.permutation(list(self._lead_figure)))
        degree = root + 7
        for at, loud in self._hits(self._lead_figure):
            degree += int(self._rng.integers(-2, 3))
            length = float(self._rng.choice([0.22, 0.45, 0.9]))
            self._add(bar, at, length, _LEAD, [self._pitch(degree, 60)], 95 if loud else 75)

    def _hits(self, steps: str) -> list[tuple[float, bool]]:
        scale = self._per_bar / len(steps)
        hits = [(index * scale, step == "x") for index, step in enumerate(steps) if step != "."]
        return [(at + (self._swing * 0.5 if at % 1.0 == 0.5 else 0.0), loud) for at, loud in hits]

    def _hit(self, bar: int, at: float, drum: int, velocity: int) -> None:
        self._add(bar, at, 0.2, DRUM_CHANNEL, [drum], velocity)

    def _add(self, bar: int, at: float, length: float, channel: int, pitches: list[int], velocity: int) -> None:
        beat = bar * self._per_bar + at
        late_s = self._jitter_s * float(self._rng.standard_normal())
        velocity += self._offbeat_louder if abs(at % 1.0 - 0.5) < 0.2 else -self._offbeat_louder // 2
        start_s = max(self._score.time_of(beat) + late_s, 0.0)
        end_s = max(self._score.time_of(beat + length), start_s + 0.03)
        loud = int(np.clip(velocity + self._rng.normal(0, 6), 20, 127))
        self._score.notes.extend(Note(start_s, end_s, channel, pitch, loud) for pitch in pitches)

    def _pitch(self, degree: int, base: int) -> int:
        octave, step = divmod(degree, 7)
        return base + (self._key % 12 if self._key < 7 else self._key - 12) + self._scale[step] + 12 * octave

    def _chord(self, root: int, base: int) -> list[int]:
        sizes = (3, 4) if self._style.programs[1][0] in {0, 32} else (3,)
        size = int(self._rng.choice(sizes))
        return [self._pitch(root + 2 * voice, base) for voice in range(size)]
