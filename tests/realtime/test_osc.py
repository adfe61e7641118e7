from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message import OscMessage as PeerMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from realtime.osc import MAX_MESSAGES, MAX_PACKET_BYTES, OscMessage, pack_message, parse_packet

_texts = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20)
_ints = st.integers(-(2**31), 2**31 - 1)
_floats = st.floats(width=32, allow_nan=False, allow_infinity=False)
_addresses = st.from_regex(r"/[a-z0-9/:]{1,30}", fullmatch=True)
_arguments = st.lists(st.one_of(_ints, _floats, _texts), max_size=8)


def _built(address: str, arguments: list[int | float | str]) -> OscMessageBuilder:
    builder = OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument, "s" if isinstance(argument, str) else "i" if isinstance(argument, int) else "f")
    return builder


@given(_addresses, _arguments)
def test_what_python_osc_builds_is_read_and_what_we_pack_is_the_same(
    address: str, arguments: list[int | float | str]
) -> None:
    theirs = _built(address, arguments).build().dgram
    assert parse_packet(theirs) == [OscMessage(address, tuple(arguments))]
    assert pack_message(address, *arguments) == theirs
    assert list(PeerMessage(pack_message(address, *arguments)).params) == arguments


@given(st.lists(st.tuples(_addresses, _arguments), max_size=5), st.integers(0, 3))
def test_messages_of_nested_bundles_come_in_order(
    messages: list[tuple[str, list[int | float | str]]], depth: int
) -> None:
    bundle = OscBundleBuilder(IMMEDIATELY)
    for address, arguments in messages:
        bundle.add_content(_built(address, arguments).build())
    for _ in range(depth):
        outer = OscBundleBuilder(IMMEDIATELY)
        outer.add_content(bundle.build())
        bundle = outer
    data = bundle.build().dgram
    expected = [OscMessage(address, tuple(arguments)) for address, arguments in messages]
    if len(data) <= MAX_PACKET_BYTES:
        assert parse_packet(data) == expected


def test_constants_and_wide_numbers_are_read() -> None:
    builder = OscMessageBuilder("/x")
    for value, kind in ((True, "T"), (False, "F"), (2.5, "d"), (7, "h"), (b"abc", "b")):
        builder.add_arg(value, kind)
    assert parse_packet(builder.build().dgram) == [OscMessage("/x", (1, 0, 2.5, 7, b"abc"))]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "without an end"),
        (b"/x", "without an end"),
        (b"x\0\0\0,\0\0\0", "expected an address"),
        (b"/x\0\0i\0\0\0", "types"),
        (b"/x\0\0,i\0\0\0\0", "cut off"),
        (b"/x\0\0,i\0\0\0\0\0\0more", "too many"),
        (b"/x\0\0,f\0\0\x7f\xc0\0\0", "not a number"),
        (b"/x\0\0,f\0\0\x7f\x80\0\0", "not a number"),
        (b"/x\0\0,b\0\0\x7f\xff\xff\xff", "blob"),
        (b"/x\0\0,[]\0", "unknown type"),
        (b"/\xff\0\0,\0\0\0", "UTF-8"),
        (b"#bundle\0", "time tag"),
        (b"#bundle\0" + bytes(8) + b"\0\0\0\xff/x\0\0", "are left"),
        (b"#bundle\0" + bytes(8) + b"\0\0\0\0", "element of 0 bytes"),
        (b"#bundle\0" + bytes(8) + b"\0\0", "within a size"),
        (b"/" + b"x" * 200 + b"\0\0\0", "address"),
        (bytes(MAX_PACKET_BYTES + 1), "at most 4096 bytes"),
    ],
)
def test_what_is_not_osc_is_refused_and_named(data: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse_packet(data)


def test_bundles_that_are_too_deep_or_too_full_are_refused() -> None:
    inner = b"/x\0\0,\0\0\0"
    for _ in range(9):
        inner = b"#bundle\0" + bytes(8) + len(inner).to_bytes(4, "big") + inner
    with pytest.raises(ValueError, match="deep"):
        parse_packet(inner)
    with pytest.raises(ValueError, match="messages"):
        parse_packet(b"#bundle\0" + bytes(8) + (b"\0\0\0\x08/x\0\0,\0\0\0") * (MAX_MESSAGES + 1))


@given(st.binary(max_size=200))
@example(b"#bundle\0" * 20)
def test_any_bytes_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    for packet in (data, b"#bundle\0" + bytes(8) + data, b"/x\0\0," + data):
        with suppress(ValueError):
            assert all(message.address.startswith("/") for message in parse_packet(packet))


@given(_addresses, _arguments, st.integers(0, 400), st.integers(0, 255))
def test_a_packet_with_one_wrong_byte_or_cut_short_is_read_or_refused(
    address: str, arguments: list[int | float | str], at: int, byte: int
) -> None:
    whole = bytearray(_built(address, arguments).build().dgram)
    with suppress(ValueError):
        parse_packet(bytes(whole[: at % len(whole)]))
    whole[at % len(whole)] = byte
    with suppress(ValueError):
        parse_packet(bytes(whole))
