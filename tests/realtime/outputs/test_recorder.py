import json
import wave
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from realtime.commands import SetEnergy, Tap
from realtime.errors import RecordingError
from realtime.outputs import recorder as recorder_module
from realtime.outputs.recorder import KEPT_S, Recorder
from realtime.outputs.session import read_recording
from realtime.ports import PoseSink
from realtime.types import AudioBlock
from tests.support.osc import MUSIC, STATE, dancing_pose
from tests.support.wait import wait_until

FPS = 60.0


class Calendar:
    """A clock on the wall that goes on by a second whenever somebody looks at it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 2, 3, 4, 5)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def _perform(sink: PoseSink, first: int, count: int) -> None:
    for frame in range(first, first + count):
        sink.send(dancing_pose(frame % 50, frame / FPS), MUSIC, STATE)


def test_the_music_of_a_session_is_in_its_place_and_what_was_lost_is_silence(tmp_path: Path) -> None:
    samples = np.random.default_rng(3).uniform(-1.2, 1.2, 48_000).astype(np.float32)
    recorder = Recorder(tmp_path, fps=FPS, audio=True, now=Calendar())
    block = np.zeros(480, np.float32)
    folder: Path | None = None
    for at in range(0, 48_000, 480):
        if at == 4_800:
            folder = recorder.start()
        block[:] = samples[at : at + 480]  # A source may use its buffer again.
        if not 9_600 <= at < 12_000:
            recorder.hear(AudioBlock(block, at))
    recorder.close()
    assert folder is not None
    expected = np.clip(samples, -1.0, 1.0)[4_800:]
    expected[4_800:7_200] = 0.0
    with wave.open(str(folder / "audio.wav")) as file:
        assert (file.getframerate(), file.getnchannels()) == (48_000, 1)
        heard = np.frombuffer(file.readframes(48_000), "<i2") / 32767.0
    np.testing.assert_allclose(heard, expected, atol=1 / 32767)
    session = json.loads((folder / "session.json").read_text())
    assert (session["audio_start_s"], session["finished"], session["dropped"]) == (0.1, True, 0)


def test_a_session_gets_no_music_unless_it_was_asked_for(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, fps=FPS, now=Calendar())
    folder = recorder.start()
    recorder.hear(AudioBlock(np.ones(480, np.float32), 0))
    recorder.close()
    assert sorted(path.name for path in folder.iterdir()) == ["session.json"]


def test_what_was_performed_while_recording_is_read_back_exactly(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, fps=FPS, facts={"preset": "club"}, now=Calendar())
    _perform(recorder, 0, 30)
    folder = recorder.start()
    assert recorder.recording
    _perform(recorder, 30, 1500)  # 25 s: three parts
    recorder.note(SetEnergy(0.5), 12.5)
    recorder.note(Tap(), 13.0)
    recorder.stop()
    _perform(recorder, 1530, 30)
    recorder.close()
    recording = read_recording(folder)
    np.testing.assert_allclose(recording.time_s, np.arange(30, 1530) / FPS)
    np.testing.assert_array_equal(recording.rotations_wxyz[7], dancing_pose(37).rotations_wxyz)
    np.testing.assert_array_equal(recording.root_m[7], dancing_pose(37).root_m)
    assert recording.fps == pytest.approx(FPS)
    assert [path.name for path in sorted(folder.glob("part-*"))] == [f"part-{k:05}.npz" for k in range(3)]
    session = json.loads((folder / "session.json").read_text())
    assert (session["poses"], session["finished"], session["dropped"], session["preset"]) == (1500, True, 0, "club")
    commands = [json.loads(line) for line in (folder / "commands.jsonl").read_text().splitlines()]
    assert commands[0] == {"time_s": 12.5, "command": "SetEnergy", "value": 0.5}
    with np.load(folder / "part-00000.npz") as part:
        np.testing.assert_allclose(part["beat"], part["time_s"] * 2.0)
        assert (part["tempo_bpm"] == 120.0).all()


def test_the_last_minute_can_be_saved_without_having_recorded(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, fps=FPS, now=Calendar())
    _perform(recorder, 0, round(75 * FPS))
    minute, five = recorder.save_last(), recorder.save_last(5.0)
    recorder.close()
    assert np.ptp(read_recording(minute).time_s) == pytest.approx(KEPT_S, abs=0.05)
    last = read_recording(five).time_s
    assert last[-1] == pytest.approx(75.0 - 1 / FPS)
    assert np.ptp(last) == pytest.approx(5.0, abs=0.05)
    assert json.loads((five / "session.json").read_text())["finished"] is True


def test_a_session_that_was_never_finished_has_all_its_whole_parts(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, fps=FPS, now=Calendar())
    folder = recorder.start()
    _perform(recorder, 0, 1500)
    recorder.save_last(1.0)  # behind the parts in the queue
    wait_until(lambda: list(tmp_path.glob("last-*/session.json")))
    assert json.loads((folder / "session.json").read_text())["finished"] is False
    assert 1200 <= len(read_recording(folder).time_s) < 1210  # two parts of ten seconds
    recorder.close()


def test_a_disk_that_fails_stops_the_recording_and_not_the_show(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    recorder = Recorder(blocked, fps=FPS, now=Calendar())
    recorder.start()
    _perform(recorder, 0, 100)
    recorder.close()
    assert "recording stopped" in recorder.problem
    assert not recorder.recording


def test_a_disk_that_stalls_costs_poses_that_are_counted_and_delays_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "QUEUE_POSES", 100)
    stalled = Event()
    monkeypatch.setattr(recorder_module, "write_header", lambda _folder, _content: stalled.wait(20.0))  # pyright: ignore[reportUnknownLambdaType]
    recorder = Recorder(tmp_path, fps=FPS, now=Calendar())
    recorder.start()
    _perform(recorder, 0, 500)
    # The start is with the writer, which waits for the disk; a hundred poses wait behind it.
    assert 400 <= recorder.dropped <= 401
    stalled.set()
    recorder.close()


def test_a_folder_without_a_dance_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no recorded dance"):
        read_recording(tmp_path)
    np.savez(tmp_path / "part-00000.npz", time_s=[0.0], root_m=[[0.0] * 3], rotations_wxyz=np.zeros((1, 24, 4)))
    with pytest.raises(RecordingError, match="1 poses"):
        read_recording(tmp_path)
    np.savez(tmp_path / "part-00000.npz", time_s=[0.0, 1.0], root_m=[[0.0] * 3] * 2, rotations_wxyz=np.zeros((2, 9, 4)))
    with pytest.raises(RecordingError, match="24 joints"):
        read_recording(tmp_path)
