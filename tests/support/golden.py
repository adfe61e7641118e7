"""Frames as a file to compare with: what python-osc reads of each datagram, and a fingerprint of its bytes."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from pythonosc.osc_message import OscMessage

from realtime.outputs.udp import PoseEncoder
from realtime.types import BeatState, TempoSource
from tests.support.osc import STATE, messages_of, music_at, t_pose

FOLDER = Path(__file__).parents[1] / "golden"
BEAT = BeatState(tempo_bpm=120.0, origin_s=0.5, origin_beat=4.0, confidence=0.75, source=TempoSource.TAP, locked=True)


def listing(encoder: PoseEncoder) -> str:
    """Return three frames of a T-pose that moves along x."""
    lines = list[str]()
    for frame in range(3):
        pose = t_pose(1.0 + frame / 64, x_m=frame / 64)
        for datagram in encoder.encode(pose, music_at(BEAT), STATE):
            lines.append(f"# frame {frame}, {len(datagram)} bytes, sha256 {sha256(datagram).hexdigest()[:16]}")
            lines += [" ".join([address, *map(_text, params)]) for address, params in _messages(datagram)]
    return "\n".join(lines) + "\n"


def _messages(datagram: bytes) -> Sequence[tuple[str, list[Any]]]:
    if datagram.startswith(b"#bundle"):
        return messages_of(datagram)
    message = OscMessage(datagram)
    return [(message.address, list(message.params))]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:.7g}"
