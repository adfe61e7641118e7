import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app import beat_evaluation
from app.beat_conditions import CONDITIONS
from app.beat_evaluation import read_annotation, tasks_of
from app.beat_metrics import Annotation
from app.beats_command import evaluate_folder, track_beats
from app.beats_csv import COLUMNS
from realtime.audio.track import FileTrack
from realtime.errors import FarandoleError
from realtime.types import SAMPLE_RATE_HZ
from tests.support.beats import drums

TEMPO_BPM = 125.0


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    folder.mkdir()
    soundfile.write(folder / "drums.wav", drums(TEMPO_BPM, 12.0), SAMPLE_RATE_HZ)
    lines = [f"{beat * 60 / TEMPO_BPM:.5f}\t{beat % 4 + 1}" for beat in range(25)]
    (folder / "drums.beats").write_text("\n".join(lines), encoding="utf-8")
    (folder / "sources.csv").write_text("name,genre\ndrums,techno\n", encoding="utf-8")
    return folder


def test_a_track_gives_its_beats_and_a_picture(recordings: Path, tmp_path: Path) -> None:
    out, plot = tmp_path / "beats.csv", tmp_path / "beats.png"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    track_beats(FileTrack(recordings / "drums.wav"), out=out, plot=plot)
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert all(float(row["announced_at_s"]) < float(row["time_s"]) for row in rows)
    assert 18 <= len(rows) <= 27
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_an_evaluation_puts_our_tracker_beside_plain_aubio(
    recordings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    evaluate_folder(recordings, out=out, workers=1)
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    rows = {row["tracker"]: row for row in report["overall"]}
    assert set(rows) == set(beat_evaluation.TRACKERS)
    assert rows["farandole"]["f_measure"] > 0.8
    assert rows["farandole"]["announced"] == 1.0
    assert {row["group"] for row in report["genres"]} == {"techno"}
    assert (out / "drums" / "beats.csv").exists()
    assert "farandole" in capsys.readouterr().out


@pytest.mark.parametrize("name", list(CONDITIONS))
def test_every_condition_keeps_sound_and_beats_together(name: str) -> None:
    clicks = np.zeros(20 * SAMPLE_RATE_HZ, np.float32)
    times_s = 0.25 + np.arange(38, dtype=np.float64) * 0.5
    for time_s in times_s:
        clicks[round(time_s * SAMPLE_RATE_HZ) :][:96] = 0.9
    samples, annotation = CONDITIONS[name](clicks, Annotation(times_s, np.ones(38, np.int64)))
    assert len(annotation.times_s) == len(annotation.places) > 10
    loudest = np.abs(samples).max()
    for time_s in annotation.times_s[:-1]:
        at = round(float(time_s) * SAMPLE_RATE_HZ)
        near = np.abs(samples[max(at - 240, 0) : at + 340])
        assert near.max() > 0.3 * loudest


def test_a_folder_without_annotations_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FarandoleError, match=r"NAME\.beats"):
        tasks_of(tmp_path)


@pytest.mark.parametrize("text", ["", "0.5 1", "a b\n1 2", "1.0 1\n0.5 2\n"])
def test_an_annotation_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.beats"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FarandoleError, match=r"x\.beats"):
        read_annotation(path)
