"""The whole program on a sound server and a screen of its own: heard, seen, killed, brought back."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ImageGrab

from tests.support.farandole import farandole, receiver, running
from tests.support.music import click_track
from tests.support.servers import PulseServer, pulse_server, write_wav, xvfb
from tests.support.wait import wait_until

pytestmark = pytest.mark.realtime


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    with xvfb("1440x900") as display:
        yield display


@pytest.fixture
def pulse() -> Iterator[PulseServer]:
    with pulse_server() as server:
        yield server


def screenshot(display: str) -> NDArray[np.uint8]:
    """Return what the screen shows: shape (height, width, 3)."""
    return np.asarray(ImageGrab.grab(xdisplay=display).convert("RGB"))


@pytest.mark.audio
def test_music_that_is_played_is_heard_danced_to_and_sent(pulse: PulseServer, tmp_path: Path) -> None:
    write_wav(tmp_path / "clicks.wav", click_track(125.0, seconds=16.0))
    with (
        receiver() as heard,
        running("live", "--headless", "--to", f"127.0.0.1:{heard.port}", environment=pulse.environment),
    ):
        # A frame is several datagrams: the first ones to arrive need not tell of the sound.
        wait_until(lambda: heard.value("/dance/audio/silent") == 1)
        playing = pulse.play(tmp_path / "clicks.wav")
        try:
            wait_until(lambda: heard.value("/dance/audio/level") > 0.3)
            wait_until(lambda: abs(heard.value("/dance/beat/bpm") - 125.0) < 2.0, timeout_s=16.0)
            before = heard.value("/dance/p1/wrist_l:tx")
            wait_until(lambda: abs(heard.value("/dance/p1/wrist_l:tx") - before) > 0.02)
        finally:
            playing.kill()
            playing.wait()


@pytest.mark.audio
def test_a_sound_server_that_dies_leaves_the_dance_going_and_is_taken_up_again(
    pulse: PulseServer, tmp_path: Path
) -> None:
    write_wav(tmp_path / "clicks.wav", click_track(125.0, seconds=20.0))
    with (
        receiver("/dance/p1/frame") as heard,
        running("live", "--headless", "--to", f"127.0.0.1:{heard.port}", environment=pulse.environment) as show,
    ):
        playing = pulse.play(tmp_path / "clicks.wav")
        wait_until(lambda: heard.value("/dance/audio/level") > 0.3)
        pulse.stop()
        playing.wait()
        wait_until(lambda: heard.value("/dance/audio/level") == 0.0)
        packets = heard.packets
        wait_until(lambda: heard.packets > packets + 200)
        pulse.start()
        playing = pulse.play(tmp_path / "clicks.wav")
        try:
            wait_until(lambda: heard.value("/dance/audio/level") > 0.3)
        finally:
            playing.kill()
            playing.wait()
    arrivals = np.array([time_s for time_s, _ in heard.history["/dance/p1/frame"]])
    # Nothing stopped while the server was away: not even for a third of a second on a busy machine.
    assert float(np.max(np.diff(arrivals))) < 0.35
    assert show.returncode is not None


@pytest.mark.audio
def test_a_rehearsed_track_is_played_as_it_is_and_danced_to(pulse: PulseServer, tmp_path: Path) -> None:
    track = click_track(110.0, seconds=12.0)
    write_wav(tmp_path / "track.wav", track)
    environment = {**pulse.environment, "DISPLAY": "", "WAYLAND_DISPLAY": ""}
    with pulse.recording() as heard, receiver() as wire:
        arguments = ("rehearse", str(tmp_path / "track.wav"), "--to", f"127.0.0.1:{wire.port}", "--seconds", "9")
        with running(*arguments, environment=environment) as show:
            wait_until(lambda: abs(wire.value("/dance/beat/bpm") - 110.0) < 2.0)
            show.wait(timeout=30)
    played = np.frombuffer(b"".join(heard), dtype="<i2").astype(np.float64) / 32767.0
    assert likeness(played, track[2 * 48_000 : 5 * 48_000].astype(np.float64)) > 0.99


def likeness(recording: NDArray[np.float64], passage: NDArray[np.float64]) -> float:
    """Return the correlation of a passage with the recording, at the place where it fits best."""
    size = 1 << (len(recording) + len(passage)).bit_length()
    spectrum = np.fft.rfft(recording, size) * np.conj(np.fft.rfft(passage, size))
    at = int(np.argmax(np.fft.irfft(spectrum, size)[: len(recording) - len(passage)]))
    return float(np.corrcoef(recording[at : at + len(passage)], passage)[0, 1])


@pytest.mark.audio
def test_devices_are_listed_with_what_they_hear(pulse: PulseServer, tmp_path: Path) -> None:
    write_wav(tmp_path / "clicks.wav", click_track(125.0, seconds=30.0))
    playing = pulse.play(tmp_path / "clicks.wav")
    try:
        environment = {**pulse.environment, "COLUMNS": "200"}
        outcome = farandole("devices", environment=environment)
        assert outcome.code == 0, outcome.err
        assert "ALSA: " in outcome.out
        assert "(default)" in outcome.out
        assert "dB" in outcome.out
        listed = farandole("devices", "--no-meter", environment=environment)
        assert "dB" not in listed.out
    finally:
        playing.kill()
        playing.wait()


@pytest.mark.gl
def test_the_window_shows_the_dancer_dies_comes_back_and_the_show_never_stops(screen: str, tmp_path: Path) -> None:
    with (
        receiver("/dance/p1/frame") as heard,
        running(
            *("demo", "--silent", "--preset", "rehearsal", "--to", f"127.0.0.1:{heard.port}"),
            environment={"DISPLAY": screen, "QT_QPA_PLATFORM": "xcb", "XDG_RUNTIME_DIR": str(tmp_path)},
        ) as show,
    ):
        wait_until(lambda: heard.packets > 100)
        wait_until(lambda: shows_a_dancer(screenshot(screen)), timeout_s=40.0)
        window = children(show.pid)
        assert len(window) == 1
        os.kill(window[0], signal.SIGKILL)
        packets = heard.packets
        wait_until(lambda: heard.packets > packets + 300)
        wait_until(lambda: children(show.pid) and children(show.pid) != window)
        wait_until(lambda: shows_a_dancer(screenshot(screen)), timeout_s=40.0)
        assert show.poll() is None
    arrivals = np.array([time_s for time_s, _ in heard.history["/dance/p1/frame"]])
    assert float(np.max(np.diff(arrivals[60:]))) < 0.5


def children(pid: int) -> list[int]:
    """Return the Python processes that a process started: what keeps the machine awake is none."""
    listed = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if "python" in line]


def shows_a_dancer(picture: NDArray[np.uint8]) -> bool:
    """Return whether something as tall as a body stands out in the middle of the stage."""
    height, width, _ = picture.shape
    stage = picture[height // 10 : 7 * height // 10, width // 3 : 9 * width // 10].astype(float).mean(axis=2)
    # The porcelain body is the brightest thing on a dark stage.
    bright = stage > 110.0
    rows = np.flatnonzero(bright.sum(axis=1) >= 4)
    return len(rows) > 0 and int(np.ptp(rows)) > stage.shape[0] // 4
