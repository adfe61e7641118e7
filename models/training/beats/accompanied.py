# mido is in the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUnknownParameterType=false
"""Training music by other people: the grooves of MMA (Musical MIDI Accompaniment), with our chords, tempi and leads.

MMA is Debian's package `mma` (Bob van der Poel, GPL-2.0). Its library holds some two thousand grooves of whole bands,
from heavy metal and house to ska, zydeco and the Viennese waltz: rhythms that our own list of styles does not know.
"""

import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np

from models.training.beats.arranger import DRUM_CHANNEL, DRUM_KITS, Band, Note, Score, beat_times
from models.training.beats.patterns import STYLES

LIBRARY = Path("/usr/share/mma/lib")
_TEMPI = (
    (r"viene", (150.0, 195.0)),
    (r"quickstep|bebop|fastbigband|fastblues|fastswing|westernswing|gypsy", (135.0, 205.0)),
    (r"fast.*waltz", (120.0, 190.0)),
    (r"slow|ballad|hymn|lullaby|spiritual|serenade|triphop", (55.0, 100.0)),
    (r"waltz|34|ambient|bolero|beguine|rhumba|folk", (75.0, 150.0)),
    (r"metal|punk|polka|trance|rave|techno|house|dance|ska|zydeco|samba|merengue|salsa|mambo", (95.0, 180.0)),
    (r"", (70.0, 150.0)),
)
"""Names of files and the tempi that are usual there, BPM; the first that fits."""
_LEFT_OUT = re.compile(r"metronome|none|count|ballad68|afro-cuban|54")
"""No music, or bars whose beats the files count otherwise than people do."""
_WRITTEN_BPM = 120


@dataclass(frozen=True)
class Grooves:
    """The grooves of one file of the library, which go together.

    Attributes:
        file: path below the library, without its ending.
        names: all of them; the first is the plain one.
        bar: beats in a bar as MMA counts them.
        beat: how many of those a listener hears as one beat.
    """

    file: str
    names: tuple[str, ...]
    bar: int
    beat: int


def grooves_of(path: Path, library: Path = LIBRARY) -> Grooves | None:
    """Return what a file of the library offers; None if it is of no use here."""
    text = path.read_text(encoding="utf-8", errors="replace")
    names = tuple(re.findall(r"^\s*DefGroove\s+(\S+)", text, re.IGNORECASE | re.MULTILINE))
    bar = re.search(r"^\s*Time\s+(\d)", text, re.IGNORECASE | re.MULTILINE)
    bar_beats = int(bar[1]) if bar else 4
    kept = tuple(name for name in names if not re.search(r"(end|ending)\d*$", name, re.IGNORECASE))
    if not kept or bar_beats not in (2, 3, 4, 6) or _LEFT_OUT.search(path.stem.lower()):
        return None
    in_two = re.search(r"double the\s+tempo|double tempo|a 2/4 pattern|in 2/4", text) is not None
    beat = 3 if bar_beats == 6 else 2 if bar_beats == 4 and in_two else 1
    return Grooves(str(path.relative_to(library).with_suffix("")), kept, bar_beats, beat)


def library_of(folder: Path = LIBRARY) -> list[Grooves]:
    """Return all files of grooves below a folder that are of use, in the order of their paths."""
    every = (grooves_of(path, folder) for path in sorted(folder.glob("*/*.mma")))
    return [grooves for grooves in every if grooves is not None]


def accompany(rng: np.random.Generator, grooves: Grooves, *, seconds: float, library: Path = LIBRARY) -> Score:
    """Return a new piece in these grooves, its tempo perhaps changing, some players resting now and then.

    Raises:
        subprocess.CalledProcessError: MMA refuses a groove.
    """
    tempo_bpm = next(tempi for pattern, tempi in _TEMPI if re.search(pattern, grooves.file.lower()))
    per_bar = grooves.bar // grooves.beat
    beats_s = beat_times(rng, tempo_bpm, per_bar, seconds)
    score = Score(
        f"mma {grooves.file}", beats_s, np.arange(len(beats_s)) % per_bar, electronic=bool(rng.random() < 0.3)
    )
    band = Band(score, STYLES["waltz" if per_bar == 3 else "pop"], rng)
    bars = len(beats_s) // per_bar
    if per_bar >= 3 and rng.random() < 0.45:
        band.choose_programs(drums=True)
        for bar in range(bars):
            if bar // 4 % 3:
                band.play_bar(bar, {"lead"}, band.choose_figures(), fill=False, first=False)
    beats_a_second = _WRITTEN_BPM / 60.0 / grooves.beat
    for note, program in _played(_written(rng, grooves, band.chord_names(bars)), library):
        first, last = note.start_s * beats_a_second, note.end_s * beats_a_second
        channel = note.channel if note.channel == DRUM_CHANNEL else 4 + note.channel % 5
        if first < len(beats_s) - 0.1:
            start, end = score.time_of(first), score.time_of(last)
            score.notes.append(Note(start, max(end, start + 0.03), channel, note.pitch, note.velocity))
            score.programs.setdefault(channel, program)
    score.programs[DRUM_CHANNEL] = int(rng.choice(DRUM_KITS))
    if rng.random() < 0.35:
        for channel in score.programs:
            if channel != DRUM_CHANNEL:
                score.programs[channel] = int(rng.integers(0, 96))
    _rest(score, rng)
    return score


def _written(rng: np.random.Generator, grooves: Grooves, chords: Sequence[str]) -> str:
    """Return the piece as MMA reads it: four or eight bars of one groove, then of another of the same file."""
    lines, left = [f"RndSeed {rng.integers(1_000_000)}", f"Tempo {_WRITTEN_BPM}"], 0
    for bar, chord in enumerate(chords):
        if left == 0:
            plain = rng.random() < 0.4
            name = grooves.names[0] if plain else grooves.names[rng.integers(len(grooves.names))]
            lines.append(f"Groove {grooves.file}:{name}")
            left = int(rng.choice([4, 8]))
        lines.append(f"{bar + 1} {chord}")
        left -= 1
    return "\n".join(lines) + "\n"


def _played(text: str, library: Path) -> list[tuple[Note, int]]:
    """Return the notes that MMA makes of a text, each with its program; times in seconds at the written tempo."""
    with tempfile.TemporaryDirectory() as folder:
        source, midi = Path(folder) / "piece.mma", Path(folder) / "piece.mid"
        source.write_text(text)
        subprocess.run(["mma", "-w", str(source), "-f", str(midi)], check=True, capture_output=True, cwd=library)
        now_s, programs = 0.0, dict[int, int]()
        sounding = dict[tuple[int, int], tuple[float, int]]()
        notes: list[tuple[Note, int]] = []
        for message in mido.MidiFile(midi):
            now_s += message.time
            if message.type == "program_change":
                programs[message.channel] = message.program
            elif message.type in ("note_on", "note_off"):
                key = (message.channel, message.note)
                if key in sounding:
                    start_s, velocity = sounding.pop(key)
                    note = Note(start_s, now_s, message.channel, message.note, velocity)
                    notes.append((note, programs.get(message.channel, 0)))
                if message.type == "note_on" and message.velocity > 0:
                    sounding[key] = (now_s, message.velocity)
    return notes


def _rest(score: Score, rng: np.random.Generator) -> None:
    """Take the drums, or all but one player, out of some four or eight bars."""
    per_bar = int(score.places.max()) + 1
    if len(score.beats_s) < 16 * per_bar or rng.random() > 0.5:
        return
    first = int(rng.integers(0, len(score.beats_s) // per_bar - 8)) * per_bar
    begin_s, end_s = score.beats_s[first], score.beats_s[first + int(rng.choice([4, 8])) * per_bar]
    channels = sorted({note.channel for note in score.notes})
    silent = {DRUM_CHANNEL} if rng.random() < 0.5 else set(channels) - {int(rng.choice(channels))}
    score.notes = [note for note in score.notes if note.channel not in silent or not begin_s <= note.start_s < end_s]
