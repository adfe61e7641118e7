"""Pairing: dance and music that belong together, the same from the same seed, however often it was stopped."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

pytest.importorskip("mido", reason="the train extra is not installed")

from models.training.beats.arranger import Note
from models.training.beats.renderer import SOUNDFONT
from models.training.data.arrangement import compose_for
from models.training.data.clips import PRIOR_STYLE, Clip
from models.training.data.grid import offsets
from models.training.data.ogg import read_ogg
from models.training.data.pair import Outcome, Recipe, pair
from models.training.data.split import HELD_OUT, held_out_trials
from realtime.types import CONTACT_NAMES, N_MEL
from tests.support.walker import walker

needs_fluidsynth = pytest.mark.skipif(
    shutil.which("fluidsynth") is None or not SOUNDFONT.exists(), reason="FluidSynth or its soundfont is not installed"
)
_RECIPE = Recipe(seed=7, variants=1, drums=(), held_out=frozenset({"walk"}), attempts=1)


def _clips() -> list[Clip]:
    broken = replace(walker(4.0, name="broken"), root_m=np.full((3, 3), np.nan))
    return [walker(6.0), walker(4.0, name="stroll", style=PRIOR_STYLE), broken]


def _bytes(folder: Path) -> dict[str, int]:
    return {file.name: crc32(file.read_bytes()) for file in folder.iterdir()}


@pytest.fixture(scope="module")
def paired(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Outcome]]:
    """A small paired directory, and what became of each clip."""
    folder = tmp_path_factory.mktemp("pairs")
    return folder, pair(_clips(), folder, _RECIPE, workers=1)


@needs_fluidsynth
def test_the_index_names_every_take_and_where_it_is_from(paired: tuple[Path, list[Outcome]]) -> None:
    index = json.loads((paired[0] / "index.json").read_text())
    assert (index["format"], index["seed"]) == ("farandole-pairs-1", 7)
    kinds = {take["name"]: (take["kind"], take["split"], take["licence"]) for take in index["takes"]}
    assert kinds == {"walk.v0": ("dance", "test", "none"), "stroll": ("prior", "train", "none")}


@needs_fluidsynth
def test_a_broken_clip_is_named_and_the_others_are_paired(paired: tuple[Path, list[Outcome]]) -> None:
    problems = {outcome.clip: outcome.problem for outcome in paired[1]}
    assert problems["walk"] == problems["stroll"] == ""
    assert problems["broken"] != ""


@needs_fluidsynth
def test_a_take_has_the_shapes_that_were_agreed(paired: tuple[Path, list[Outcome]]) -> None:
    folder = paired[0]
    take = json.loads((folder / "index.json").read_text())["takes"][1]
    with np.load(folder / "walk.v0.npz") as arrays:
        frames, hops = len(arrays["root_m"]), len(arrays["hop_time_s"])
        assert arrays["rotations_wxyz"].shape == (frames, 24, 4)
        assert arrays["contacts"].shape == (frames, len(CONTACT_NAMES))
        assert arrays["hop_log_mel"].shape == (hops, N_MEL)
        assert arrays["hop_levels"].shape == arrays["hop_clock"].shape == (hops, 7)
        assert abs(take["seconds"] - (frames - 1) / 30.0) < 1e-6
        assert take["start_s"] >= 6.0, "the tracker needs music before the dance"
        assert arrays["hop_time_s"][-1] >= take["start_s"] + take["seconds"]
        np.testing.assert_allclose(np.linalg.norm(arrays["rotations_wxyz"], axis=-1), 1.0, atol=1e-5)
        np.testing.assert_allclose(np.diff(arrays["beats_s"]), 60.0 / take["bpm"], rtol=1e-4)
    assert len(read_ogg(folder / "walk.v0.ogg")) / 48_000 >= take["start_s"] + take["seconds"]


@needs_fluidsynth
def test_the_accents_of_a_steady_walk_lie_on_beats_or_halves_of_them(paired: tuple[Path, list[Outcome]]) -> None:
    folder = paired[0]
    take = json.loads((folder / "index.json").read_text())["takes"][1]
    with np.load(folder / "walk.v0.npz") as arrays:
        accent_s = take["start_s"] + np.flatnonzero(arrays["accents"] > 0.0) / 30.0
        beats_s = arrays["beats_s"]
    halves_s = np.sort(np.concatenate([beats_s, beats_s[:-1] + 0.5 * np.diff(beats_s)]))
    assert len(accent_s) > 7
    assert np.abs(offsets(accent_s, halves_s)).max() < 0.06


@needs_fluidsynth
def test_the_same_seed_gives_the_same_bytes_and_a_stopped_run_goes_on(
    paired: tuple[Path, list[Outcome]], tmp_path: Path
) -> None:
    folder = paired[0]
    # Stopped: one take was finished, another half written, and there is no index yet.
    shutil.copy(folder / "stroll.npz", tmp_path)
    (tmp_path / ".walk.v0.part.ogg").write_bytes(b"half")
    finished_ns = (tmp_path / "stroll.npz").stat().st_mtime_ns
    pair(_clips(), tmp_path, _RECIPE, workers=1)
    assert _bytes(tmp_path) == _bytes(folder)
    assert (tmp_path / "stroll.npz").stat().st_mtime_ns == finished_ns


def test_the_seed_decides_the_music_and_so_do_the_style_and_the_energy() -> None:
    def notes(seed: int, style: str = "salsa", level: float = 0.7) -> list[Note]:
        rng = np.random.default_rng(seed)
        return compose_for(rng, style=style, energy=np.full(8, level), bpm=120.0, start_s=0.2, drums=()).notes

    assert notes(1) == notes(1)
    assert notes(1) != notes(2)
    assert notes(1) != notes(1, style="break")
    for seed in range(8):
        calm, wild = (notes(seed, level=level) for level in (0.05, 0.95))
        assert len(calm) < len(wild), "calm dance gets calm music"
        assert np.mean([note.velocity for note in calm]) < np.mean([note.velocity for note in wild])


def test_held_out_trials_do_not_depend_on_order_or_on_other_styles() -> None:
    salsa = [replace(walker(2.5), name=f"s{k}", trial=f"t{k // 2}") for k in range(40)]
    waltz = [replace(walker(2.5, style="waltz"), name=f"w{k}", trial=f"w{k}") for k in range(2)]
    chosen = held_out_trials(salsa)
    assert held_out_trials([*reversed(salsa), *waltz]) == chosen
    assert 0.5 * HELD_OUT <= len(chosen) / 20 <= 2.0 * HELD_OUT
    both = {clip.trial for clip in salsa[0::2]} & {clip.trial for clip in salsa[1::2]}
    assert chosen <= both, "lead and follow of a trial are held out together"
