"""The real desk on a real screen, played on with real keys: xdotool strikes them, the show's own health answers."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from realtime.health import HealthSnapshot
from realtime.link import WindowLink
from realtime.types import TempoSource
from tests.support.farandole import running
from tests.support.servers import xvfb
from tests.support.wait import wait_until

pytestmark = [pytest.mark.realtime, pytest.mark.timeout(300)]
_PATIENCE_S = 90.0
"""A window on a busy machine without a graphics card takes its time."""


class PlayedDesk:
    """A running desk: strike keys, ask the show."""

    def __init__(self, environment: dict[str, str], link: WindowLink) -> None:
        self._environment = environment
        self._link = link

    def now(self) -> HealthSnapshot:
        # None while the show writes: on a busy machine it may be stopped in the middle for longer than a read lasts.
        return wait_until(self._link.snapshot)

    def strike(self, *keys: str, delay_ms: int = 60) -> None:
        asked = ["xdotool", "key", "--delay", str(delay_ms), *keys]
        subprocess.run(asked, env=self._environment, check=True, timeout=60)

    def windows(self) -> list[str]:
        asked = ["xdotool", "search", "--onlyvisible", "--name", "^Farandole"]
        found = subprocess.run(asked, env=self._environment, capture_output=True, text=True, check=False)
        return found.stdout.split()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlayedDesk]:
    home = tmp_path_factory.mktemp("home")
    home.chmod(0o700)
    own = {name: str(home) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR")}
    with xvfb("1280x800") as display:
        environment = {**os.environ, **own, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        with running("demo", "--silent", "--preset", "club", environment=environment):
            wait_until(lambda: any(home.rglob("show-*.json")), timeout_s=_PATIENCE_S)
            link = WindowLink.attach(next(home.rglob("show-*.json")))
            played = PlayedDesk(environment, link)
            # It reports how long it draws: then it is there, with its keys.
            wait_until(lambda: played.now().latencies.draw_s > 0.0, timeout_s=_PATIENCE_S)
            yield played
            link.close()


def test_taps_make_the_tempo(desk: PlayedDesk) -> None:
    desk.strike("t", "t", "t", "t", "t", "t", delay_ms=500)
    wait_until(lambda: desk.now().beat.source is TempoSource.TAP, timeout_s=_PATIENCE_S)
    assert 60.0 <= desk.now().beat.tempo_bpm <= 240.0, "a busy machine strikes late, but it strikes"
    desk.strike("a")
    wait_until(lambda: desk.now().beat.source is TempoSource.AUTO, timeout_s=_PATIENCE_S)


def test_a_preset_comes_with_the_bar(desk: PlayedDesk) -> None:
    desk.strike("3")
    wait_until(lambda: "peak" in (desk.now().preset, desk.now().next_preset), timeout_s=_PATIENCE_S)
    wait_until(lambda: desk.now().preset == "peak", timeout_s=_PATIENCE_S)


def test_blackout_fades_out_and_in(desk: PlayedDesk) -> None:
    desk.strike("b")
    wait_until(lambda: desk.now().blackout == 1.0, timeout_s=_PATIENCE_S)
    desk.strike("b")
    wait_until(lambda: desk.now().blackout == 0.0, timeout_s=_PATIENCE_S)


def test_escape_twice_is_a_panic_and_shift_escape_dances_again(desk: PlayedDesk) -> None:
    desk.strike("Escape", "Escape")
    wait_until(lambda: desk.now().panic, timeout_s=_PATIENCE_S)
    desk.strike("shift+Escape")
    wait_until(lambda: not desk.now().panic, timeout_s=_PATIENCE_S)


def test_the_show_is_measured_while_somebody_looks(desk: PlayedDesk) -> None:
    desk.strike("ctrl+shift+b")
    wait_until(lambda: bool(desk.now().measured), timeout_s=_PATIENCE_S)
    wait_until(lambda: _poses_measured(desk.now().measured) > 100, timeout_s=_PATIENCE_S)
    desk.strike("ctrl+shift+b")


def test_a_locked_desk_records_and_dances_on(desk: PlayedDesk) -> None:
    desk.strike("F12")
    desk.strike("k")
    wait_until(lambda: desk.now().recording, timeout_s=_PATIENCE_S)
    desk.strike("k")
    wait_until(lambda: not desk.now().recording, timeout_s=_PATIENCE_S)
    desk.strike("i")
    wait_until(lambda: desk.now().idle, timeout_s=_PATIENCE_S)
    desk.strike("i")
    wait_until(lambda: not desk.now().idle, timeout_s=_PATIENCE_S)
    desk.strike("F12")


def _poses_measured(path: str) -> int:
    try:
        return int(json.loads(Path(path).read_text())["stages"]["lateness"]["n"])
    except ValueError:
        return 0  # It is being replaced.


def test_every_window_opens_and_closes_by_its_key(desk: PlayedDesk) -> None:
    assert len(desk.windows()) == 1
    desk.strike("F10")
    wait_until(lambda: len(desk.windows()) == 2, timeout_s=_PATIENCE_S)
    desk.strike("F10")
    wait_until(lambda: len(desk.windows()) == 1, timeout_s=_PATIENCE_S)
    for key in ("F2", "F9", "F1", "F8", "F8", "F8", "F1", "Escape"):
        desk.strike(key)
    desk.strike("f")
    wait_until(lambda: desk.now().frozen, timeout_s=_PATIENCE_S)
    desk.strike("f")
    wait_until(lambda: not desk.now().frozen, timeout_s=_PATIENCE_S)
