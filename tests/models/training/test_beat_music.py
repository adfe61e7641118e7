"""The music that the beat network learns from. Rendering needs FluidSynth and is not tested here."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("mido", reason="the train extra is not installed")

from models.training.beats import rooms
from models.training.beats.arranger import compose
from models.training.beats.improvised import improvised
from models.training.beats.patterns import DRUMS, FIGURES, STYLES
from models.training.beats.renderer import Stems, SynthKit, mixed
from realtime.types import SAMPLE_RATE_HZ


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_every_piece_has_a_steady_grid_and_notes_inside_it(seed: int) -> None:
    score = compose(np.random.default_rng(seed), seconds=20.0, groove_files=[])
    intervals_s = np.diff(score.beats_s)
    assert np.all((intervals_s >= 60.0 / 216.0) & (intervals_s <= 60.0 / 49.0))
    assert set(score.places.tolist()) in ({0, 1, 2}, {0, 1, 2, 3})
    assert score.places[0] == 0
    assert len(score.notes) > 10
    assert all(0.0 <= note.start_s < note.end_s for note in score.notes)


def test_the_same_seed_gives_the_same_piece() -> None:
    pieces = [compose(np.random.default_rng(5), seconds=20.0, groove_files=[]) for _ in range(2)]
    assert pieces[0].notes == pieces[1].notes


def test_every_pattern_divides_its_bar() -> None:
    for style in STYLES.values():
        lengths = {len(steps) for kit in style.drums for steps in kit.values()}
        assert lengths <= ({12} if style.beats_per_bar == 3 else {12, 16})
        assert all(letter in DRUMS for kit in style.drums for letter in kit)
        assert all(name in FIGURES for name in (*style.bass, *style.chords))


@given(st.integers(0, 10_000), st.sampled_from(sorted(STYLES)))
@settings(max_examples=60, deadline=None)
def test_drums_that_nobody_has_written_down_fit_their_bar(seed: int, name: str) -> None:
    kit = improvised(np.random.default_rng(seed), STYLES[name])
    lengths = {len(steps) for steps in kit.values()}
    written = {len(steps) for drums in STYLES[name].drums for steps in drums.values()} or {16, 12}
    assert len(lengths) == 1
    assert lengths <= written | ({12} if STYLES[name].beats_per_bar == 3 else {16})
    assert all(letter in DRUMS for letter in kit)
    assert "x" in "".join(kit.values())


@pytest.mark.parametrize("drum", sorted(set(DRUMS.values())))
def test_every_drum_can_be_synthesised(drum: int) -> None:
    sound = SynthKit(np.random.default_rng(1)).sound(drum)
    assert np.all(np.isfinite(sound))
    assert 0.05 < float(np.abs(sound).max()) < 4.0


@given(st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_disturbed_music_keeps_its_length_and_stays_finite(seed: int) -> None:
    rng = np.random.default_rng(seed)
    music = rng.standard_normal(5 * SAMPLE_RATE_HZ).astype(np.float32) * np.float32(0.1)
    heard = rooms.disturbed(music, rng)
    assert len(heard) == len(music)
    assert np.all(np.isfinite(heard))


@given(st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_every_mix_of_two_stems_has_the_same_beats_and_level(seed: int) -> None:
    drums, band = np.zeros(SAMPLE_RATE_HZ, np.float32), np.zeros(SAMPLE_RATE_HZ, np.float32)
    drums[::12_000], band[6_000::12_000] = 1.0, 1.0
    mix = mixed(Stems(drums, band, np.array([0.0, 0.25, 0.5, 0.75])), np.random.default_rng(seed))
    assert np.flatnonzero(mix).tolist() == list(range(0, SAMPLE_RATE_HZ, 6_000))
    assert float(np.abs(mix).max()) == pytest.approx(0.7)


def test_a_compressor_brings_loud_and_soft_nearer_together() -> None:
    music = np.sin(np.arange(4 * SAMPLE_RATE_HZ) * 0.05).astype(np.float32)
    music[: 2 * SAMPLE_RATE_HZ] *= 0.1
    even = rooms.compressed(music, np.random.default_rng(0))
    soft, loud = (float(np.abs(even[start : start + SAMPLE_RATE_HZ]).max()) for start in (48_000, 144_000))
    assert 0.1 < soft / loud < 1.0


def test_faster_music_is_shorter() -> None:
    faster = rooms.changed_speed(np.zeros(SAMPLE_RATE_HZ, np.float32), 50)
    assert len(faster) == pytest.approx(SAMPLE_RATE_HZ / 1.25, abs=2)


def test_nothing_of_the_runtime_needs_the_training_folder() -> None:
    root = Path(__file__).parents[3]
    workshop = ("train_command.py", "data_command.py", "evaluate_command.py", "evaluate_pictures.py")
    for folder in ("realtime", "app"):
        for path in (root / folder).rglob("*.py"):
            if path.name in workshop:
                continue
            assert "models.training" not in path.read_text(encoding="utf-8").replace("`models.training.beats`", "")
