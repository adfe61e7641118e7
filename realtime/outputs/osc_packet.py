"""OSC packets, packed ahead: what never changes is written once, and each frame fills in its numbers.

OSC 1.0 (opensoundcontrol.stanford.edu/spec-1_0.html): big-endian; strings end with a zero and are padded to four
bytes; a bundle is "#bundle", a time tag, then each message behind its size. Only the types i, f and s are used, since
some receivers stumble over others, and the time tag is always "immediately": python-osc's server sleeps until a later
one. Everything lies at a multiple of four bytes, so that a whole frame is one array of big-endian words.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from realtime.osc import padded
from realtime.types import FloatArray

MAX_DATAGRAM_BYTES = 1432
"""An Ethernet frame's 1500 bytes without IPv6, UDP and some room for VLAN and VPN headers."""
_BUNDLE_HEAD = b"#bundle\0" + (1).to_bytes(8, "big")
_INT = struct.Struct(">i")
_FORBIDDEN = frozenset(" #*,/?[]{}")


@dataclass(frozen=True, slots=True)
class Message:
    """One OSC message of a template.

    Attributes:
        address: such as "/dance/beat/bpm".
        types: one letter an argument: f and i are filled in each frame, s never changes.
        texts: the arguments of type s, in order.

    Raises:
        ValueError: the address is not one, a type is not i, f or s, or texts and types disagree.
    """

    address: str
    types: str
    texts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        first, *parts = self.address.split("/")
        if first or not parts or not all(part and _FORBIDDEN.isdisjoint(part) for part in parts):
            raise ValueError(f"expected an OSC address such as /dance/beat/bpm, got {self.address!r}")
        if not set(self.types) <= set("ifs") or self.types.count("s") != len(self.texts):
            raise ValueError(f"{self.address}: expected types i, f, s and a text for each s, got {self.types!r}")


class FrameTemplate:
    """One frame as datagrams of at most 1432 bytes; the order of the messages is the order on the wire.

    Each datagram is a bundle that begins with `header`, a message with one int: lost and swapped datagrams then show.
    One thread fills it.

    Attributes:
        words: every number of a frame in the order of the messages, as the bytes that go out.
        floats, ints: the same memory; what is put here becomes words of type f or i.

    Raises:
        ValueError: a message is too long for a datagram, or the header is not of type i.
    """

    def __init__(self, messages: Sequence[Message], *, header: Message | None = None) -> None:
        if header is not None and header.types != "i":
            raise ValueError(f"{header.address}: the header of a datagram has one int, got {header.types!r}")
        packed = [_pack(message) for message in messages]
        head = None if header is None else _pack(header)
        frame, holes = bytearray(), _Holes([], [])
        self._spans: list[tuple[int, int]] = []
        for datagram in _split(packed, _length(head)):
            start = len(frame)
            frame += _BUNDLE_HEAD
            if head is not None:
                holes.header.append(_append(frame, head)[0])
            for message in datagram:
                holes.numbers.extend(_append(frame, message))
            self._spans.append((start, len(frame)))
        self._floats_in = np.array([kind == "f" for message in packed for kind in message.kinds], dtype=bool)
        self.float_count = int(self._floats_in.sum())
        self.int_count = len(self._floats_in) - self.float_count
        self._at, self._header_at = np.array(holes.numbers, dtype=np.intp), [4 * word for word in holes.header]
        self.words = np.zeros(len(self._at), dtype=np.uint32)
        self.floats, self.ints = self.words.view(">f4"), self.words.view(">i4")
        self._frame, self._frame_words = frame, np.frombuffer(frame, dtype=np.uint32)
        self._datagrams = [memoryview(frame)[start:end] for start, end in self._spans]

    @property
    def datagram_sizes(self) -> tuple[int, ...]:
        """Bytes of each datagram; the same for every frame."""
        return tuple(end - start for start, end in self._spans)

    def fill(
        self, floats: FloatArray, ints: Sequence[int] | NDArray[np.integer], *, frame: int = 0
    ) -> tuple[bytes, ...]:
        """Return the datagrams of a frame.

        Args:
            floats: shape (float_count,), every f argument in the order of the messages.
            ints: every i argument in the order of the messages, within 32 bits.
            frame: what the header says.
        """
        self.floats[self._floats_in] = floats
        self.ints[~self._floats_in] = ints
        return self.datagrams(frame=frame)

    def datagrams(self, *, frame: int = 0) -> tuple[bytes, ...]:
        """Return the datagrams of a frame with the numbers that are in `floats` and `words`."""
        # Numbers of one kind are turned into big-endian words where they are made; here they only find their places.
        self._frame_words[self._at] = self.words
        for at in self._header_at:
            _INT.pack_into(self._frame, at, frame)
        return tuple([bytes(datagram) for datagram in self._datagrams])


class _Packed(NamedTuple):
    """A message in bytes, with zeros where its numbers go: at byte `holes[k]` one of type `kinds[k]`."""

    data: bytes
    holes: tuple[int, ...]
    kinds: str


class _Holes(NamedTuple):
    """Word indices in the frame."""

    numbers: list[int]
    header: list[int]


def _pack(message: Message) -> _Packed:
    data = bytearray(padded(message.address) + padded("," + message.types))
    holes: list[int] = []
    texts = iter(message.texts)
    for kind in message.types:
        if kind == "s":
            data += padded(next(texts))
        else:
            holes.append(len(data))
            data += bytes(4)
    return _Packed(bytes(data), tuple(holes), message.types.replace("s", ""))


def _length(packed: _Packed | None) -> int:
    """Return the bytes that a message takes in a bundle, its size included."""
    return 0 if packed is None else 4 + len(packed.data)


def _split(messages: Sequence[_Packed], head_bytes: int) -> Iterator[list[_Packed]]:
    """Yield the messages of each datagram: as many as fit, in order."""
    datagram: list[_Packed] = []
    empty = len(_BUNDLE_HEAD) + head_bytes
    size = empty
    for message in messages:
        length = _length(message)
        if empty + length > MAX_DATAGRAM_BYTES:
            raise ValueError(f"a message of {length} bytes does not fit a datagram of {MAX_DATAGRAM_BYTES}")
        if size + length > MAX_DATAGRAM_BYTES:
            yield datagram
            datagram, size = [], empty
        datagram.append(message)
        size += length
    if datagram:
        yield datagram


def _append(frame: bytearray, packed: _Packed) -> list[int]:
    """Add a message to the frame and return the word indices of its numbers."""
    frame += len(packed.data).to_bytes(4, "big")
    start = len(frame)
    frame += packed.data
    return [(start + hole) // 4 for hole in packed.holes]
