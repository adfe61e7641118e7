"""The command line: what it does, and how it refuses."""

import csv
import json
import re
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from app.beats_csv import COLUMNS
from app.cli import main
from realtime.link import ShowLink
from realtime.motion.kinematics import forward_kinematics
from tests.support.farandole import farandole
from tests.support.music import click_track

RUN_NOWHERE = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": "", "PULSE_SERVER": "unix:/nonexistent"}


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("music") / "song.flac"
    soundfile.write(path, click_track(124.0, seconds=10.0), 48_000)
    return path


def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run a command in this process; return its code, output and errors."""
    monkeypatch.setattr("sys.argv", ["farandole", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    # Long messages are wrapped, and usage errors framed.
    return int(ended.value.code or 0), said.out, " ".join(said.err.replace("│", " ").split())


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["dance"], "No such command"),
        (["live", "--fps", "61"], "--fps must be 30, 60, 90 or 120"),
        (["live", "--preset", "nope"], 'no preset is called "nope"'),
        (["live", "--preset", "missing.toml"], "missing.toml"),
        (["live", "--model", "nijinsky"], "choose one of: dance_revolution, groove, live"),
        (["live", "--seed", "-1"], "--seed must be from 0"),
        (["live", "--block", "-5"], "block_samples"),
        (["live", "--channels", "9999"], "channels"),
        (["live", "--to", "localhost"], "HOST:PORT"),
        (["live", "--to", "localhost:99999"], "HOST:PORT"),
        (["live", "--rate", "fast"], "'--rate'"),
        (["live", "--seconds", "0"], "0.1"),
        (["demo", "--to", ":9000"], "HOST:PORT"),
        (["rehearse"], "Missing argument"),
        (["rehearse", "missing.wav", "--headless", "--out", "out"], "no such file"),
        (["rehearse", "demo", "--headless"], "--out DIR"),
        (["rehearse", "demo", "--out", "x"], "--headless"),
        (["rehearse", "demo", "--headless", "--out", "x", "--seconds", "3"], "leave out --to, --display and --seconds"),
        (["rehearse", "demo", "--video", "film.mp4"], "add --headless --out DIR"),
        (["rehearse", "demo", "--headless", "--out", "x", "--video", "f.mp4", "--size", "big"], "as in 1280x720"),
        (["rehearse", "demo", "--headless", "--out", "x", "--video", "f.mp4", "--size", "161x90"], "even numbers"),
        (["rehearse", "no[/bold].wav", "--headless", "--out", "x"], "no[/bold].wav"),
        (["live", "--to", "[/x]:0"], "[/x]:0"),
        (["rehearse", "pyproject.toml", "--headless", "--out", "x"], "could not read"),
        (["bench", "--seconds", "x"], "'--seconds'"),
        (["bench", "--max-p99-ms", "-1"], "max-p99-ms"),
        (["bench", "--preset", "nope"], 'no preset is called "nope"'),
        (["devices", "--loud"], "No such option"),
        (["window", "--attach", "missing.json"], "missing.json"),
        (["evaluate", "--data", "nowhere", "--out", "x", "--no-pictures"], "farandole data pair writes"),
        (["evaluate", "--data", "nowhere", "--out", "x", "--model", "nijinsky"], "choose one of"),
    ],
)
def test_bad_input_is_refused_with_what_was_expected(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], expected: str
) -> None:
    code, _, errors = call(monkeypatch, capsys, *arguments)
    assert code == 2
    assert expected in errors
    assert "Traceback" not in errors


def test_a_window_of_a_running_show_needs_a_display_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    show = ShowLink(lambda _: None, folder=tmp_path)
    try:
        code, _, errors = call(monkeypatch, capsys, "window", "--attach", str(show.path))
    finally:
        show.close()
    assert code == 2
    assert "no display to open a window on" in errors


def test_help_names_every_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(monkeypatch, capsys, "--help")
    assert code == 0
    for command in ("live", "demo", "rehearse", "bench", "devices", "window"):
        assert command in out


def test_a_headless_rehearsal_writes_three_files_that_agree(track: Path, tmp_path: Path) -> None:
    out = tmp_path / "take"
    outcome = farandole("rehearse", str(track), "--headless", "--out", str(out), "--seed", "7", "--fps", "30")
    assert outcome.code == 0, outcome.err
    assert sorted(path.name for path in out.iterdir()) == ["beats.csv", "performance.npz", "report.json"]
    report = json.loads((out / "report.json").read_text())
    assert (report["model"], report["preset"], report["seed"], report["fps"]) == ("live", "club", 7, 30)
    assert report["duration_s"] == pytest.approx(10.0, abs=0.05)
    assert report["deadline_misses"] == 0
    assert report["real_time_factor"] > 0.0
    assert set(report["versions"]) >= {"python", "numpy", "farandole"}
    dance = np.load(out / "performance.npz")
    frames = len(dance["time_s"])
    assert frames == round(report["duration_s"] * 30)
    assert dance["root_m"].shape == (frames, 3)
    assert dance["rotations_wxyz"].shape == (frames, 24, 4)
    assert dance["positions_m"].shape == (frames, 24, 3)
    assert list(dance["joint_names"][:2]) == ["pelvis", "left_hip"]
    assert dance["parents"][0] == -1
    assert float(dance["fps"]) == 30.0
    positions = forward_kinematics(dance["root_m"], dance["rotations_wxyz"]).positions_m
    assert np.allclose(positions, dance["positions_m"])
    with (out / "beats.csv").open() as file:
        beats = list(csv.DictReader(file))
    assert list(beats[0]) == list(COLUMNS)
    assert len(beats) == report["beats"]
    assert all(float(beat["announced_at_s"]) < float(beat["time_s"]) for beat in beats)
    assert float(beats[-1]["tempo_bpm"]) == pytest.approx(124.0, abs=1.0)


@pytest.mark.gl
def test_a_headless_rehearsal_can_be_filmed_with_its_music(tmp_path: Path) -> None:
    song, film = tmp_path / "song.wav", tmp_path / "film.mp4"
    soundfile.write(song, click_track(120.0, seconds=2.0), 48_000)
    arguments = ("--headless", "--out", str(tmp_path / "take"), "--video", str(film), "--size", "160x90")
    outcome = farandole("rehearse", str(song), *arguments, "--fps", "30")
    assert outcome.code == 0, outcome.err
    with av.open(str(film)) as container:
        assert len(list(container.decode(video=0))) == 60
    with av.open(str(film)) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) == pytest.approx(96_000, abs=2100)


def test_the_same_seed_dances_the_same_bit_for_bit(track: Path, tmp_path: Path) -> None:
    for name in ("one", "other"):
        assert farandole("rehearse", str(track), "--headless", "--out", str(tmp_path / name), "--seed", "3").code == 0
    one, other = (np.load(tmp_path / name / "performance.npz") for name in ("one", "other"))
    assert all(np.array_equal(one[key], other[key]) for key in one.files)
    assert (tmp_path / "one/beats.csv").read_bytes() == (tmp_path / "other/beats.csv").read_bytes()


def test_a_track_that_breaks_off_leaves_the_files_of_the_run_before(tmp_path: Path) -> None:
    out = tmp_path / "take"
    out.mkdir()
    (out / "report.json").write_text("before")
    broken = tmp_path / "broken.flac"
    soundfile.write(broken, click_track(120.0, seconds=3.0), 48_000)
    content = bytearray(broken.read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    broken.write_bytes(content)
    outcome = farandole("rehearse", str(broken), "--headless", "--out", str(out))
    assert outcome.code == 2
    assert "damaged" in outcome.err
    assert [path.name for path in out.iterdir()] == ["report.json"]
    assert (out / "report.json").read_text() == "before"


def test_a_folder_that_cannot_be_written_is_named(track: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    outcome = farandole("rehearse", str(track), "--headless", "--out", str(tmp_path / "file"))
    assert outcome.code == 2
    assert "choose another --out folder" in outcome.err


@pytest.mark.realtime
def test_a_headless_demo_runs_and_ends_by_itself() -> None:
    outcome = farandole("demo", "--headless", "--silent", "--seconds", "1.5", environment=RUN_NOWHERE)
    assert outcome.code == 0
    # Until the network's first chunk is there, groove dances.
    assert re.search("(live|groove) dances", outcome.err)


@pytest.mark.realtime
def test_without_any_sound_system_the_show_runs_on_its_internal_clock_and_says_so() -> None:
    outcome = farandole("live", "--headless", "--seconds", "3", environment=RUN_NOWHERE)
    assert outcome.code == 0
    assert "Input lost" in outcome.err
    assert "internal clock 120.0" in outcome.err


@pytest.mark.realtime
def test_a_window_without_a_display_is_no_reason_not_to_dance() -> None:
    outcome = farandole("demo", "--silent", "--seconds", "1.5", environment=RUN_NOWHERE)
    assert outcome.code == 0
    assert "no display" in outcome.err


@pytest.mark.realtime
def test_the_benchmark_reports_every_stage(tmp_path: Path) -> None:
    outcome = farandole(
        *("bench", "--headless", "--seconds", "2"),
        *("--json", str(tmp_path / "b.json"), "--html", str(tmp_path / "b.html"), "--max-p99-ms", "1000"),
    )
    assert outcome.code == 0, outcome.err
    report = json.loads((tmp_path / "b.json").read_text())
    stages = report["stages"]
    for stage in ("block age", "features", "beat", "generate", "pose", "encode and send", "lateness"):
        assert stages[stage]["n"] > 0
        assert 0.0 <= stages[stage]["p50"] <= stages[stage]["p90"] <= stages[stage]["p99"] <= stages[stage]["p99_9"]
        assert stages[stage]["p99_9"] <= stages[stage]["max"]
        assert stages[stage]["jitter"] == pytest.approx(stages[stage]["p99"] - stages[stage]["p50"])
    assert stages["lateness"]["n"] == pytest.approx(120, abs=20)
    assert set(report["counters"]) >= {"overruns", "late_ticks", "deadline_misses"}
    page = (tmp_path / "b.html").read_text()
    assert page.count("<svg") >= 7
    assert "http" not in page


@pytest.mark.realtime
def test_the_benchmark_of_a_device_that_is_not_there_fails() -> None:
    outcome = farandole("bench", "--headless", "--seconds", "1", "--device", "nope", environment=RUN_NOWHERE)
    assert outcome.code == 1
    assert "was not measured" in outcome.out


@pytest.mark.realtime
def test_the_benchmark_fails_when_it_is_too_late() -> None:
    outcome = farandole("bench", "--headless", "--seconds", "1", "--max-p99-ms", "0")
    assert outcome.code == 1
    assert "above the 0 ms allowed" in outcome.out
