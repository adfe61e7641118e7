"""`farandole data`: import, pair and inspect from the command line."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

pytest.importorskip("mido", reason="the train extra is not installed")

from app.cli import app
from app.exports.bvh import bvh_text
from models.training.data import store
from models.training.data.clips import PRIOR_STYLE
from models.training.data.store import TakeInfo
from realtime.errors import FarandoleError
from realtime.outputs.session import Recording
from tests.support.walker import FPS, walker


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of motion: one good file of a style that gets no music, and a torn one."""
    folder = tmp_path / "files" / PRIOR_STYLE
    folder.mkdir(parents=True)
    clip = walker(3.0)
    recording = Recording(np.arange(len(clip.root_m)) / FPS, clip.root_m, clip.rotations_wxyz, FPS)
    (folder / "stroll.bvh").write_text(bvh_text(recording), encoding="utf-8")
    (folder / "torn.bvh").write_text("HIERARCHY\nROOT Hips\n", encoding="utf-8")
    return folder.parent


def test_files_become_clips_then_takes_and_what_is_broken_is_named(files: Path, tmp_path: Path) -> None:
    clips, pairs, sheets = tmp_path / "clips", tmp_path / "pairs", tmp_path / "sheets"
    imported = CliRunner().invoke(app, ["data", "import", str(files), "--out", str(clips)])
    assert imported.exit_code == 1, "a script must notice that a file was skipped"
    assert "torn.bvh" in imported.output
    assert "MOTION" in imported.output
    paired = CliRunner().invoke(app, ["data", "pair", str(clips), "--out", str(pairs), "--workers", "1"])
    assert paired.exit_code == 0
    index = json.loads((pairs / "index.json").read_text())
    assert [(take["name"], take["kind"]) for take in index["takes"]] == [("stroll", "prior")]
    for folder in (clips, pairs):
        shown = CliRunner().invoke(app, ["data", "inspect", str(folder), "--out", str(sheets / folder.name)])
        assert shown.exit_code == 0
        assert PRIOR_STYLE in shown.output
        assert Image.open(sheets / folder.name / "stroll.png").width > 1_000
        with (sheets / folder.name / "summary.csv").open(newline="") as file:
            (row,) = csv.DictReader(file)
        assert (row["style"], float(row["minutes"])) == (PRIOR_STYLE, 0.05)


def test_a_sheet_of_a_dance_shows_its_beats_contacts_and_accents(tmp_path: Path) -> None:
    info = TakeInfo("walk.v0", "walk", "salsa", "walk", "train", "dance", "a test", "none", 120.0, 1.0, 2.0, 0)
    clip = walker(4.0)
    arrays: store.Arrays = {
        "root_m": clip.root_m[:120:2].astype(np.float32),
        "rotations_wxyz": clip.rotations_wxyz[:120:2].astype(np.float32),
        "contacts": np.ones((60, 4), np.float32),
        "accents": np.eye(60, dtype=np.float32)[15],
        "beats_s": np.arange(10) * 0.5,
        "beat_in_bar": np.arange(10) % 4 + 1,
        "hop_time_s": np.arange(400) * 0.01,
        "hop_levels": np.full((400, 7), 0.5, np.float32),
    }
    store.write_take(tmp_path, info, arrays, "by hand")
    store.write_index(tmp_path, [info, replace(info, name="walk.v1", split="test", on_beat=0.5)], 1)
    (tmp_path / "walk.v1.npz").write_bytes((tmp_path / "walk.v0.npz").read_bytes())
    shown = CliRunner().invoke(app, ["data", "inspect", str(tmp_path), "--out", str(tmp_path / "sheets")])
    assert shown.exit_code == 0
    sheet = np.asarray(Image.open(tmp_path / "sheets" / "walk.v0.png").convert("RGB")).astype(int)
    strip = sheet[-220:]
    for colour in ((70, 150, 235), (240, 130, 60), (255, 205, 70), (150, 156, 175), (230, 110, 170)):
        assert (np.abs(strip - colour).max(axis=2) == 0).sum() > 20, colour


def test_a_folder_that_is_no_motion_is_said_so(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(app, ["data", "pair", str(tmp_path), "--out", str(tmp_path / "out")])
    assert isinstance(outcome.exception, FarandoleError)
    assert "farandole data import" in str(outcome.exception)


def test_a_wrong_name_of_a_joint_is_said_with_the_names_there_are(files: Path, tmp_path: Path) -> None:
    names = tmp_path / "joints.toml"
    names.write_text('left_hipp = "Thigh"\n')
    arguments = ["data", "import", str(files), "--out", str(tmp_path / "out"), "--joints", str(names)]
    outcome = CliRunner().invoke(app, arguments)
    assert isinstance(outcome.exception, FarandoleError)
    assert "left_hipp" in str(outcome.exception)
    assert "left_knee" in str(outcome.exception)
