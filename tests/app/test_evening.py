"""The evening as a whole: it begins where the last one ended, the machine stays awake, one show at a time."""

import os
import plistlib
import shlex
import stat
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import session as session_file
from app.autostart import entry, switch_autostart
from app.awake import Awake, inhibitor
from app.desk_command import show_runs
from app.preset_switch import WaitingPreset
from app.session import Session, SessionFile
from realtime.commands import Command, LoadPreset
from realtime.errors import FarandoleError
from realtime.link import ShowLink
from realtime.types import BeatState
from tests.support.fake_show import SNAPSHOT
from tests.support.wait import wait_until


@given(
    st.builds(
        Session,
        preset=st.sampled_from(["club", "peak"]),
        input=st.text(max_size=40),
        energy=st.floats(0.0, 1.0),
        gain_db=st.floats(-60.0, 40.0),
        targets=st.lists(st.text(max_size=20), max_size=3).map(tuple),
        muted=st.booleans(),
    )
)
def test_an_evening_that_was_kept_is_the_evening_that_is_read(
    tmp_path_factory: pytest.TempPathFactory, session: Session
) -> None:
    path = tmp_path_factory.mktemp("evening") / "session.json"
    SessionFile(path).keep(lambda: session, 0.0)
    assert session_file.load(path) == session


def test_an_evening_is_written_when_it_changed_and_not_thirty_times_a_second(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    file = SessionFile(path)
    file.keep(lambda: Session("club"), 0.0)
    file.keep(lambda: Session("peak"), 1.0)
    assert session_file.load(path) == Session("club")
    file.keep(lambda: Session("peak"), 2.1)
    assert session_file.load(path) == Session("peak")
    path.unlink()
    file.keep(lambda: Session("peak"), 5.0)
    assert not path.exists(), "nothing changed"


def test_a_damaged_evening_is_told_and_forgotten(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "session.json"
    assert session_file.load(path) is None
    path.write_text("{nonsense")
    assert session_file.load(path) is None
    assert "Starting afresh" in caplog.text


def test_a_session_says_what_the_snapshot_says() -> None:
    session = Session.of(SNAPSHOT, input_name="ALSA: mixer", targets=("vmc@127.0.0.1:39539",))
    assert (session.preset, session.input, session.energy) == ("drop", "ALSA: mixer", SNAPSHOT.energy_control)
    assert len(session.commands()) == 7


def test_autostart_is_one_file_that_comes_and_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("APPDATA", raising=False)
    command = ["/opt/a folder/python", "-m", "app.cli", "desk"]
    for platform in ("linux", "darwin", "win32"):
        here = entry(platform, home=tmp_path, command=command)
        assert "does not start" in switch_autostart("status", here)
        assert str(here.path) in switch_autostart("on", here)
        assert here.path.is_relative_to(tmp_path)
        assert "does not start" in switch_autostart("off", here)
        assert switch_autostart("off", here) == switch_autostart("status", here)
    with pytest.raises(FarandoleError, match="maybe"):
        switch_autostart("maybe", entry("linux", home=tmp_path))


def test_autostart_starts_the_same_command_whatever_its_path_holds(tmp_path: Path) -> None:
    command = ["/opt/a folder/100%/python", "-m", "app.cli", "desk"]
    linux = entry("linux", home=tmp_path, command=command).text
    (line,) = [line for line in linux.splitlines() if line.startswith("Exec=")]
    assert shlex.split(line.removeprefix("Exec=").replace("%%", "%")) == command
    mac = plistlib.loads(entry("darwin", home=tmp_path, command=command).text.encode())
    assert mac["ProgramArguments"] == command
    assert mac["RunAtLoad"] is True


def test_each_system_is_kept_awake_in_its_own_way() -> None:
    assert inhibitor("linux", 1)[0] == "systemd-inhibit"
    assert inhibitor("darwin", 42)[-2:] == ["-w", "42"]
    assert inhibitor("win32", 1) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the way of Linux")
def test_the_machine_is_kept_awake_until_the_show_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a stand-in for systemd-inhibit, which needs a login session; it runs the command it is given."""
    told = tmp_path / "told"
    stand_in = tmp_path / "systemd-inhibit"
    stand_in.write_text(f'#!/bin/sh\necho "$@" > {told}\nexec cat\n')
    stand_in.chmod(stand_in.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    awake = Awake()
    assert awake.start()
    wait_until(told.exists)
    assert awake.holding
    awake.stop()
    assert not awake.holding
    # And when the show dies without a word, its end of the pipe is closed for it.
    script = (
        "from app.awake import Awake; import os; a = Awake(); a.start(); print(a._child.pid, flush=True); os._exit(9)"
    )
    dead = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    child = int(dead.stdout)
    wait_until(lambda: not _runs(child))


@pytest.mark.skipif(sys.platform != "linux", reason="the way of Linux")
def test_a_system_that_cannot_be_asked_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    awake = Awake()
    assert not awake.start()
    awake.stop()


def test_a_show_that_runs_is_found_and_one_that_ended_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.link.runtime_folder", lambda: tmp_path)

    def obey(command: Command) -> None:
        del command

    assert not show_runs()
    link = ShowLink(obey, folder=tmp_path)
    link.publish(SNAPSHOT, host_s=monotonic(), show_s=0.0)
    assert show_runs()
    link.close()
    assert not show_runs()


@given(st.floats(0.0, 400.0), st.sampled_from(["beat", "bar", "4 bars"]))
def test_a_preset_waits_for_its_beat_and_comes_once(asked_beat: float, wait: str) -> None:
    clock, waiting = BeatState(120.0), WaitingPreset()
    step = {"beat": 1, "bar": 4, "4 bars": 16}[wait]
    waiting.ask(LoadPreset("sunrise", wait), clock, clock.time_of(asked_beat))
    due_beat = next(
        beat
        for beat in (asked_beat + 0.05 * number for number in range(400))
        if waiting.due(clock, clock.time_of(beat)) is not None
    )
    assert due_beat - asked_beat <= step + 0.05
    assert due_beat % step < 0.11 or due_beat == asked_beat
    assert waiting.name == ""
    assert waiting.due(clock, clock.time_of(due_beat + step)) is None


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False
