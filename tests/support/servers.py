"""A sound server without a sound card, a screen without a screen: each test has its own."""

import os
import subprocess
import tempfile
import threading
import wave
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.support.wait import wait_until


class PulseServer:
    """A PulseAudio server with a null sink `t48`, whose monitor is the default input."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "XDG_RUNTIME_DIR": str(folder),
            "PULSE_SERVER": f"unix:{folder}/native",
            # A user's own configuration must not decide what the tests hear.
            "PULSE_COOKIE": str(folder / "cookie"),
            "HOME": str(folder),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, again if need be, and wait until it answers."""
        (self.folder / "native").unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"),
                *("--realtime=no", "--high-priority=no"),
                *("-L", f"module-native-protocol-unix auth-anonymous=1 socket={self.folder}/native"),
                *("-L", "module-null-sink sink_name=t48 rate=48000 channels=2"),
            ],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers)

    def stop(self) -> None:
        """Kill it, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def play(self, path: Path) -> subprocess.Popen[bytes]:
        """Play a wav file into the sink."""
        return subprocess.Popen(["paplay", str(path)], env=self.environment)

    @contextmanager
    def recording(self) -> Generator[list[bytes]]:
        """Record what the sink plays, 16 bit mono at 48 kHz, until the block ends."""
        recorder = subprocess.Popen(
            ["parec", "--device=t48.monitor", "--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=20"],
            env=self.environment,
            stdout=subprocess.PIPE,
        )
        heard: list[bytes] = []
        assert recorder.stdout is not None
        reader = threading.Thread(target=lambda: heard.extend(iter(partial(recorder.stdout.read1, 4096), b"")))  # type: ignore[union-attr]
        reader.start()
        try:
            yield heard
        finally:
            recorder.terminate()
            recorder.wait()
            reader.join()

    def _answers(self) -> bool:
        asked = subprocess.run(["pactl", "info"], env=self.environment, capture_output=True, check=False)
        return asked.returncode == 0


@contextmanager
def pulse_server() -> Generator[PulseServer]:
    """Yield a running sound server."""
    # The socket's path must be short, so pytest's own temporary folders will not do.
    with tempfile.TemporaryDirectory(prefix="pulse-") as folder:
        server = PulseServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def xvfb(size: str = "1280x800") -> Generator[str]:
    """Yield the DISPLAY of a virtual screen with GL."""
    reading, writing = os.pipe()
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "+extension", "GLX", "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start; is the package xvfb installed?")
        yield f":{number}"
    finally:
        process.terminate()
        process.wait()


def write_wav(path: Path, samples: NDArray[np.float32], *, rate_hz: int = 48_000, channels: int = 2) -> None:
    """Write mono samples as a 16 bit wav file with equal channels."""
    pcm = (np.clip(samples, -1.0, 1.0) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.repeat(pcm[:, None], channels, axis=1).tobytes())
