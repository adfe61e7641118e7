"""The real room in a real window: a person opens a file, plays, seeks, loops and marks it with keys and a mouse."""

import os
import subprocess
from pathlib import Path

import pytest

from realtime.errors import LinkError
from realtime.health import RoomHealth
from realtime.link import WindowLink
from realtime.room.take import load_take, sidecar_of
from tests.support.farandole import running
from tests.support.music import click_track
from tests.support.servers import write_wav, xvfb
from tests.support.wait import wait_until

pytestmark = [pytest.mark.realtime, pytest.mark.gl, pytest.mark.timeout(240)]
PATIENCE_S = 60.0


class Person:
    """Hands at the keyboard and the mouse of a virtual screen."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def sees(self, title: str) -> bool:
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", title],
            env=self._environment,
            capture_output=True,
            check=False,
        )
        return found.returncode == 0

    def does(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self._environment, check=True, capture_output=True)


def test_a_person_opens_plays_seeks_loops_and_marks_a_track(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    track = tmp_path / "clicks.wav"
    write_wav(track, click_track(120.0, seconds=30.0))
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    with xvfb("1400x860") as display:
        environment = {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "PYTHONPATH": os.getcwd(),  # noqa: PTH109 - the tree under test
        }
        person = Person({**os.environ, **environment})
        with running("room", str(track), "--silent", environment=environment):
            link = attached()

            def room() -> RoomHealth:
                # A reader that comes while the show writes is told nothing, and asks again.
                snapshot = link.snapshot()
                while snapshot is None:
                    snapshot = link.snapshot()
                assert snapshot.room is not None
                return snapshot.room

            wait_until(lambda: person.sees("clicks - Farandole"), timeout_s=PATIENCE_S)
            assert room().title == "clicks"
            person.does("mousemove", "900", "250")
            person.does("key", "space")
            wait_until(lambda: room().playing and room().track_s > 0.3, timeout_s=PATIENCE_S)
            person.does("key", "space")
            wait_until(lambda: not room().playing, timeout_s=PATIENCE_S)
            person.does("key", "Home")
            for _ in range(4):
                person.does("key", "Right")
            wait_until(lambda: abs(room().track_s - 8.0) < 0.1, timeout_s=PATIENCE_S)
            person.does("key", "bracketleft")
            person.does("key", "x")
            person.does("key", "Right")
            wait_until(lambda: abs(room().track_s - 10.0) < 0.1, timeout_s=PATIENCE_S)
            person.does("key", "bracketright")
            wait_until(lambda: room().loop and abs(room().loop[1] - 10.0) < 0.1, timeout_s=PATIENCE_S)
            wait_until(lambda: room().danced_s > 10.0, timeout_s=PATIENCE_S)
            person.does("key", "space")
            wait_until(lambda: room().playing and room().track_s > 9.0, timeout_s=PATIENCE_S)
            wait_until(lambda: room().track_s < 9.0, timeout_s=PATIENCE_S)
            assert 7.9 <= room().track_s <= 10.1
            wait_until(lambda: sidecar_of(track).exists(), timeout_s=PATIENCE_S)
            wait_until(lambda: len(load_take(sidecar_of(track)).markers) == 1, timeout_s=PATIENCE_S)
            assert load_take(sidecar_of(track)).markers[0].at_s == pytest.approx(8.0, abs=0.1)
            link.close()


def attached() -> WindowLink:
    """Wait for the room's show and return a link to it."""
    links: list[WindowLink] = []

    def attach() -> bool:
        try:
            links.append(WindowLink.attach(None))
        except LinkError:
            return False
        return True

    wait_until(attach, timeout_s=PATIENCE_S)
    wait_until(lambda: (snapshot := links[0].snapshot()) and snapshot.room, timeout_s=PATIENCE_S)
    return links[0]
