"""The music as DMX channels for a lighting desk, over Art-Net or streaming ACN.

Art-Net 4 (art-net.org.uk), ArtDmx, port 6454; ANSI E1.31-2018, port 5568, multicast 239.255.high.low of the universe.
Both carry whole frames of 0 to 255 and their number, so that a lost one costs nothing.
"""

import struct
import uuid
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from realtime.outputs.moment import Moment, MomentReader
from realtime.types import MusicFrame, Pose, ShowState

ARTNET_PORT, SACN_PORT = 6454, 5568
MOST_FRAMES_HZ = 44.0
"""A DMX line carries no more."""
SLOTS = 512
_QUIETEST_DB = -60.0


@dataclass(frozen=True)
class Channel:
    """One DMX channel: its name, and its value from 0 to 1."""

    name: str
    read: Callable[[Moment], float]


CHANNELS = (
    Channel("beat flash: full for 60 ms", lambda m: m.pulse.pulse),
    Channel("first beat of the bar: full for 60 ms", lambda m: m.pulse.downbeat),
    Channel("energy of the music, slow", lambda m: m.music.features.energy),
    Channel("level", lambda m: 1.0 - m.music.features.level_db / _QUIETEST_DB),
    Channel("low", lambda m: m.music.features.low),
    Channel("mid", lambda m: m.music.features.mid),
    Channel("high", lambda m: m.music.features.high),
    Channel("onset", lambda m: m.music.features.onset),
    Channel("place in the beat", lambda m: m.beat_position % 1.0),
    Channel("place in the bar", lambda m: m.beat_position / m.music.beat.beats_per_bar % 1.0),
    Channel("blackout", lambda m: m.state.blackout),
)


class DmxEncoder:
    """Turns a show into frames of one universe. One thread calls `encode`."""

    def __init__(
        self, wrap: Callable[[bytes, int], bytes], *, first: int = 1, moments: MomentReader | None = None
    ) -> None:
        """Prepare the frames.

        Args:
            wrap: makes a packet of 512 slots and the number of the frame.
            first: DMX address of the first channel, from 1.
            moments: what is known about a frame; targets with the same lead may share one.
        """
        self._wrap = wrap
        self._slots = bytearray(SLOTS)
        self._first = first - 1
        self._moments = moments or MomentReader()
        self._frame = 0

    def part(self) -> None:
        """Share the reader with nobody from now on."""
        self._moments = deepcopy(self._moments)

    def encode(self, pose: Pose, music: MusicFrame, state: ShowState) -> tuple[bytes, ...]:
        """Return the packet of one frame."""
        moment = self._moments.read(pose, music, state)
        values = bytes(round(255.0 * min(max(channel.read(moment), 0.0), 1.0)) for channel in CHANNELS)
        self._slots[self._first : self._first + len(values)] = values
        self._frame += 1
        return (self._wrap(bytes(self._slots), self._frame),)


def artnet(universe: int) -> Callable[[bytes, int], bytes]:
    """Return a wrapper into ArtDmx packets; `universe` is the 15-bit port address."""

    def wrap(slots: bytes, frame: int) -> bytes:
        # A sequence of 0 would switch the receiver's ordering off.
        sequence = (frame - 1) % 255 + 1
        head = struct.pack("<8sH", b"Art-Net\0", 0x5000) + struct.pack(">H", 14)
        return head + struct.pack("<BBH", sequence, 0, universe) + struct.pack(">H", len(slots)) + slots

    return wrap


def sacn(universe: int, *, cid: bytes | None = None, name: str = "Farandole") -> Callable[[bytes, int], bytes]:
    """Return a wrapper into E1.31 data packets of priority 100; `cid` is this source's 16-byte number."""
    cid = cid or uuid.uuid4().bytes
    source = name.encode("utf-8")[:63].ljust(64, b"\0")

    def wrap(slots: bytes, frame: int) -> bytes:
        values = b"\0" + slots  # start code 0: dimmers
        dmp = struct.pack(">HBBHHH", _flags(10 + len(values)), 0x02, 0xA1, 0, 1, len(values)) + values
        framing = struct.pack(">I64sBHBBH", 0x02, source, 100, 0, frame % 256, 0, universe) + dmp
        framing = struct.pack(">H", _flags(2 + len(framing))) + framing
        root = struct.pack(">I16s", 0x04, cid) + framing
        return struct.pack(">HH12sH", 0x0010, 0, b"ASC-E1.17\0\0\0", _flags(2 + len(root))) + root

    return wrap


def sacn_group(universe: int) -> str:
    """Return the multicast address of a universe."""
    return f"239.255.{universe >> 8}.{universe & 255}"


def _flags(length: int) -> int:
    return 0x7000 | length
