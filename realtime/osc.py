"""OSC messages one at a time: a strict, bounded reader for what strangers send, and a packer for answers.

OSC 1.0 and 1.1 (opensoundcontrol.stanford.edu). Time tags are not looked at: everything is now. The reader takes all
types of 1.1 and h and d, and refuses whatever is longer, deeper or stranger than a remote control ever is.
"""

import struct
from math import isfinite
from typing import NamedTuple

MAX_PACKET_BYTES = 4096
MAX_MESSAGES = 64
MAX_ARGUMENTS = 32
MAX_ADDRESS = 128
_MAX_DEPTH = 4
_BUNDLE = b"#bundle\0"

Argument = float | int | str | bytes | None


class OscMessage(NamedTuple):
    """An address and its arguments; T and F come as 1 and 0, N and I as None and 1."""

    address: str
    arguments: tuple[Argument, ...]


def parse_packet(data: bytes) -> list[OscMessage]:
    """Return the messages of a packet, those of bundles in order.

    Raises:
        ValueError: it is not OSC, or more of it than is allowed.
    """
    if len(data) > MAX_PACKET_BYTES:
        raise ValueError(f"expected at most {MAX_PACKET_BYTES} bytes, got {len(data)}")
    messages: list[OscMessage] = []
    _read_element(data, messages, depth=0)
    return messages


def pack_message(address: str, *arguments: float | int | str) -> bytes:
    """Return a packet with one message: str as s, int as i, float as f."""
    types = "".join("s" if isinstance(a, str) else "i" if isinstance(a, int) else "f" for a in arguments)
    data = padded(address) + padded("," + types)
    for argument in arguments:
        if isinstance(argument, str):
            data += padded(argument)
        else:
            data += struct.pack(">i" if isinstance(argument, int) else ">f", argument)
    return data


def padded(text: str) -> bytes:
    """Return an OSC string: it ends with a zero and fills up four bytes."""
    data = text.encode("utf-8") + b"\0"
    return data + bytes(-len(data) % 4)


def _read_element(data: bytes, messages: list[OscMessage], *, depth: int) -> None:
    if not data.startswith(_BUNDLE):
        if len(messages) >= MAX_MESSAGES:
            raise ValueError(f"expected at most {MAX_MESSAGES} messages")
        messages.append(_read_message(data))
        return
    if depth >= _MAX_DEPTH:
        raise ValueError(f"expected bundles at most {_MAX_DEPTH} deep")
    if len(data) < 16:
        raise ValueError("a bundle without a time tag")
    at = 16
    while at < len(data):
        if at + 4 > len(data):
            raise ValueError("a bundle that ends within a size")
        size = int.from_bytes(data[at : at + 4], "big")
        at += 4
        if size == 0 or size % 4 or size > len(data) - at:
            raise ValueError(f"an element of {size} bytes where {len(data) - at} are left")
        _read_element(data[at : at + size], messages, depth=depth + 1)
        at += size


def _read_message(data: bytes) -> OscMessage:
    address, at = _read_text(data, 0)
    if not address.startswith("/") or len(address) > MAX_ADDRESS:
        raise ValueError(f"expected an address, got {address[:32]!r}")
    if at == len(data):
        # Old senders leave the types away where there are no arguments.
        return OscMessage(address, ())
    types, at = _read_text(data, at)
    if not types.startswith(",") or len(types) > 1 + MAX_ARGUMENTS:
        raise ValueError(f"{address}: expected at most {MAX_ARGUMENTS} types, got {types[:32]!r}")
    arguments: list[Argument] = []
    for kind in types[1:]:
        argument, at = _read_argument(kind, data, at)
        arguments.append(argument)
    if at != len(data):
        raise ValueError(f"{address}: {len(data) - at} bytes too many")
    return OscMessage(address, tuple(arguments))


_NUMBERS = {"i": ">i", "f": ">f", "h": ">q", "d": ">d", "t": ">Q", "c": ">I", "r": ">I"}
_CONSTANTS: dict[str, Argument] = {"T": 1, "F": 0, "I": 1, "N": None}


def _read_argument(kind: str, data: bytes, at: int) -> tuple[Argument, int]:
    if kind in _CONSTANTS:
        return _CONSTANTS[kind], at
    if kind in "sS":
        return _read_text(data, at)
    if kind in _NUMBERS:
        end = at + struct.calcsize(_NUMBERS[kind])
        if end > len(data):
            raise ValueError("an argument is cut off")
        (number,) = struct.unpack(_NUMBERS[kind], data[at:end])
        if not isfinite(number):
            raise ValueError("an argument is not a number")
        return number, end
    if kind == "b":
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        if at + 4 > len(data) or end > len(data):
            raise ValueError("a blob is cut off")
        return data[at + 4 : end], end + (-end % 4)
    raise ValueError(f"unknown type {kind!r}")


def _read_text(data: bytes, at: int) -> tuple[str, int]:
    end = data.find(b"\0", at)
    after = end + 4 - (end - at) % 4
    if end < 0 or after > len(data) or data[end:after].strip(b"\0"):
        raise ValueError("a text without an end")
    try:
        return data[at:end].decode("utf-8"), after
    except UnicodeDecodeError as error:
        raise ValueError("a text that is not UTF-8") from error
