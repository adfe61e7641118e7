"""What plays on this machine as an input, where a PulseAudio or PipeWire server offers it (Linux).

PortAudio knows no monitors, but its ALSA device "pulse" records from the source that the environment variable
PULSE_SOURCE names at the moment of opening (libpulse, client.conf(5): default-source).
"""

import json
import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

HOST_API = "PulseAudio"
_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class PulseSource:
    """A source of the server: `name` is the server's, `title` is for people, `channels` and `rate_hz` are its own."""

    name: str
    title: str
    channels: int
    rate_hz: float
    is_monitor: bool


def sources() -> list[PulseSource]:
    """Return the sources of the sound server, monitors among them; none where there is no server to ask."""
    if shutil.which("pactl") is None:
        return []
    try:
        asked = subprocess.run(
            ["pactl", "--format=json", "list", "sources"], capture_output=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return parse_sources(asked.stdout) if asked.returncode == 0 else []


def parse_sources(answer: bytes) -> list[PulseSource]:
    """Return the sources in an answer of `pactl --format=json list sources`; what cannot be read is left out."""
    try:
        listed: Any = json.loads(answer)
    except (ValueError, RecursionError):
        return []
    found: list[PulseSource] = []
    for one in cast(list[Any], listed) if isinstance(listed, list) else []:
        try:
            # "s16le 2ch 48000Hz"
            _, channels, rate = str(one["sample_specification"]).split()
            name = str(one["name"])
            found.append(
                PulseSource(
                    name,
                    str(one.get("description") or name),
                    int(channels.removesuffix("ch")),
                    float(rate.removesuffix("Hz")),
                    bool(one.get("monitor_source")) or name.endswith(".monitor"),
                )
            )
        except (KeyError, ValueError, TypeError, AttributeError):
            continue
    return found


@contextmanager
def recording_from(source: str) -> Generator[None]:
    """Have what is opened inside record from a source by its server's name; "" changes nothing."""
    before = os.environ.get("PULSE_SOURCE")
    if source:
        os.environ["PULSE_SOURCE"] = source
    try:
        yield
    finally:
        if source:
            if before is None:
                del os.environ["PULSE_SOURCE"]
            else:
                os.environ["PULSE_SOURCE"] = before
