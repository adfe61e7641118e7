"""A take goes out as a motion file, a cue list or a film, whole or not at all."""

import csv
import json
import os
import struct
from dataclasses import replace
from pathlib import Path

import av
import pytest

from app.export_job import ExportJob
from app.room_export import ExportOrder, export_take, free_path
from realtime.errors import RecordingError
from realtime.room.danced import DANCE_FPS, DancedFile
from realtime.room.take import Marker, Take, save_take
from tests.support.fake_room import SECONDS, make_files
from tests.support.wait import wait_until


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_files(tmp_path_factory.mktemp("room"))


@pytest.fixture
def order(files: Path, tmp_path: Path) -> ExportOrder:
    take = tmp_path / "take.toml"
    save_take(Take(markers=(Marker(2.0, "drop", "peak"),)), take)
    return ExportOrder("csv", tmp_path / "out", files / "clicks.wav", files / "danced", files / "heard", take)


def test_a_table_has_a_row_for_every_pose(order: ExportOrder) -> None:
    export_take(order)
    rows = list(csv.DictReader(order.out.read_text().splitlines()))
    assert len(rows) == DancedFile.attach(order.danced).count
    assert float(rows[60]["time_s"]) == pytest.approx(60 / DANCE_FPS, abs=1e-4)
    assert 0.5 < float(rows[60]["pelvis_y"]) < 1.2


def test_motion_files_hold_the_whole_dance(order: ExportOrder) -> None:
    export_take(replace(order, kind="bvh"))
    assert f"Frames: {DancedFile.attach(order.danced).count}" in order.out.read_text()
    export_take(replace(order, kind="glb"))
    content = order.out.read_bytes()
    (length,) = struct.unpack("<I", content[12:16])
    document = json.loads(content[20 : 20 + length])
    times = document["accessors"][document["animations"][0]["samplers"][0]["input"]]
    last_s = times["max"][0]
    assert last_s == pytest.approx(SECONDS, abs=0.1)


def test_the_cue_list_names_the_markers(order: ExportOrder) -> None:
    export_take(replace(order, kind="cues.csv"))
    assert "drop,peak" in order.out.read_text()
    export_take(replace(order, kind="cues.md"))
    assert "| drop | peak |" in order.out.read_text()


def test_before_anything_is_danced_there_is_nothing_to_write(order: ExportOrder, tmp_path: Path) -> None:
    empty = DancedFile.create(tmp_path / "empty", 5.0)
    with pytest.raises(RecordingError, match="nothing is danced"):
        export_take(replace(order, danced=empty.path))


def test_an_export_takes_nobodys_place(tmp_path: Path) -> None:
    track = tmp_path / "song.wav"
    first = free_path(track, "mp4")
    first.touch()
    assert (first.name, free_path(track, "mp4").name) == ("song.take.mp4", "song.take-2.mp4")


@pytest.mark.gl
def test_a_film_has_the_music_and_every_picture_and_a_cancelled_one_leaves_nothing(
    order: ExportOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("EGL_PLATFORM", "surfaceless")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert os.environ["EGL_PLATFORM"] == "surfaceless"
    film = replace(order, kind="mp4", out=order.out.with_suffix(".mp4"), size=(160, 90), fps=4, look="wire")
    job = ExportJob(film)
    wait_until(lambda: job.state().ended, timeout_s=90.0)
    assert job.state().failure == ""
    with av.open(str(film.out)) as container:
        assert sum(1 for _ in container.decode(container.streams.video[0])) == pytest.approx(4 * SECONDS, abs=1)
    with av.open(str(film.out)) as container:
        sound = container.streams.audio[0]
        assert sum(frame.samples for frame in container.decode(sound)) / sound.rate == pytest.approx(SECONDS, abs=0.3)
    cancelled = replace(film, out=film.out.with_name("cancelled.mp4"))
    assert not export_take(cancelled, cancelled=lambda: True)
    assert not cancelled.out.exists()
