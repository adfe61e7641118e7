"""Music on disk: Ogg Vorbis whose bytes depend on nothing but the music.

libsndfile draws a random serial number for every Ogg stream; here each page gets the same one, and its checksum anew
(RFC 3533, section 6).
"""

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from realtime.types import SAMPLE_RATE_HZ

_BLOCK = 65_536
"""libsndfile's Vorbis encoder overflows its stack on a million samples at once."""
_POLYNOMIAL = 0x04C11DB7


def write_ogg(file: Path, samples: NDArray[np.float32]) -> None:
    """Write mono samples at SAMPLE_RATE_HZ."""
    with soundfile.SoundFile(file, "w", SAMPLE_RATE_HZ, 1, format="OGG", subtype="VORBIS") as out:
        for start in range(0, len(samples), _BLOCK):
            out.write(samples[start : start + _BLOCK])
    file.write_bytes(_with_serial(file.read_bytes(), 1))


def read_ogg(file: Path) -> NDArray[np.float32]:
    """Return what `write_ogg` wrote, as a listener gets it."""
    samples, _ = soundfile.read(file, dtype="float32", always_2d=True)
    return samples[:, 0].astype(np.float32)


def _with_serial(stream: bytes, serial: int) -> bytes:
    """Return an Ogg stream whose pages carry another serial number."""
    data, at = bytearray(stream), 0
    while at < len(data):
        segments = data[at + 26]
        size = 27 + segments + sum(data[at + 27 : at + 27 + segments])
        data[at + 14 : at + 18] = serial.to_bytes(4, "little")
        data[at + 22 : at + 26] = bytes(4)
        data[at + 22 : at + 26] = _checksum(data[at : at + size]).to_bytes(4, "little")
        at += size
    return bytes(data)


def _checksum(page: bytearray) -> int:
    register = 0
    for byte in page:
        register = ((register << 8) & 0xFFFFFFFF) ^ _TABLE[(register >> 24) ^ byte]
    return register


def _table() -> list[int]:
    table: list[int] = []
    for byte in range(256):
        register = byte << 24
        for _ in range(8):
            register = ((register << 1) ^ (_POLYNOMIAL if register & 0x80000000 else 0)) & 0xFFFFFFFF
        table.append(register)
    return table


_TABLE = _table()
