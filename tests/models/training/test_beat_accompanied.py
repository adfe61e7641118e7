"""MMA's bands as training music: what its library's files say, and pieces that MMA itself plays."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mido", reason="the train extra is not installed")

from models.training.beats.accompanied import LIBRARY, Grooves, accompany, grooves_of, library_of
from models.training.beats.arranger import DRUM_CHANNEL
from models.training.beats.patterns import KICK


def test_a_file_of_the_library_says_how_its_beats_are_counted(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    path = tmp_path / "lib" / "jig.mma"
    path.write_text("Time 6\nDefGroove Jig  a jig\n  DefGroove JigFill\nDefGroove JigEnd\n")
    assert grooves_of(path, tmp_path) == Grooves("lib/jig", ("Jig", "JigFill"), bar=6, beat=3)
    path.write_text("// You may want to double the tempo.\nTime 4\nDefGroove Jig\n")
    assert grooves_of(path, tmp_path) == Grooves("lib/jig", ("Jig",), bar=4, beat=2)
    path.write_text("Time 5\nDefGroove Jig\n")
    assert grooves_of(path, tmp_path) is None


@pytest.mark.skipif(not LIBRARY.exists(), reason="MMA is not installed")
@pytest.mark.parametrize(
    ("file", "per_bar"), [("casio/house", 4), ("stdlib/waltz", 3), ("stdlib/68march", 2), ("casio/heavymetal", 4)]
)
def test_a_piece_has_whole_bars_and_all_its_notes_inside_them(file: str, per_bar: int) -> None:
    grooves = next(grooves for grooves in library_of() if grooves.file == file)
    score = accompany(np.random.default_rng(3), grooves, seconds=20.0)
    assert score.places.tolist() == list(range(per_bar)) * (len(score.beats_s) // per_bar)
    assert len(score.notes) > 50
    assert all(0.0 <= note.start_s < note.end_s for note in score.notes)
    assert max(note.start_s for note in score.notes) <= score.end_s
    assert {note.channel for note in score.notes} <= set(score.programs)


@pytest.mark.skipif(not LIBRARY.exists(), reason="MMA is not installed")
@pytest.mark.parametrize("seed", range(4))
def test_the_bass_drum_of_house_is_on_the_beat_whatever_the_tempo_does(seed: int) -> None:
    grooves = Grooves("casio/house", ("House",), bar=4, beat=1)
    score = accompany(np.random.default_rng(seed), grooves, seconds=20.0)
    kicks_s = [note.start_s for note in score.notes if note.channel == DRUM_CHANNEL and note.pitch == KICK]
    beats = np.interp(kicks_s, score.beats_s, np.arange(len(score.beats_s)))
    assert len(kicks_s) > 10
    assert np.abs(beats - np.round(beats)).max() < 0.1


@pytest.mark.skipif(not LIBRARY.exists(), reason="MMA is not installed")
def test_the_same_seed_gives_the_same_piece() -> None:
    grooves = Grooves("stdlib/ska", ("Ska",), bar=4, beat=2)
    pieces = [accompany(np.random.default_rng(8), grooves, seconds=15.0) for _ in range(2)]
    assert pieces[0].notes == pieces[1].notes
