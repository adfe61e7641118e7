from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from realtime.outputs.osc_packet import MAX_DATAGRAM_BYTES, FrameTemplate, Message
from tests.support.osc import messages_of

HEADER = Message("/frame", "i")

_addresses = st.lists(st.text("abcxyz:._0123456789", min_size=1, max_size=20), min_size=1, max_size=3).map(
    lambda parts: "/" + "/".join(parts)
)


@st.composite
def _messages(draw: st.DrawFn) -> Message:
    types = draw(st.text("ifs", max_size=9))
    texts = draw(st.lists(st.text(max_size=9).filter(lambda text: "\0" not in text), min_size=9, max_size=9))
    return Message(draw(_addresses), types, tuple(texts[: types.count("s")]))


def _built_by_python_osc(messages: list[Message], floats: list[float], ints: list[int]) -> bytes:
    bundle = OscBundleBuilder(IMMEDIATELY)
    next_float, next_int = iter(floats), iter(ints)
    for message in messages:
        builder, texts = OscMessageBuilder(message.address), iter(message.texts)
        for kind in message.types:
            builder.add_arg({"f": next_float, "i": next_int, "s": texts}[kind].__next__(), kind)
        bundle.add_content(builder.build())
    return bundle.build().dgram


@given(st.lists(_messages(), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_a_filled_template_has_the_bytes_that_python_osc_builds(
    messages: list[Message], random: np.random.Generator
) -> None:
    template = FrameTemplate(messages)
    floats = [float(np.float32(random.uniform(-1e3, 1e3))) for _ in range(template.float_count)]
    ints = [int(random.uniform(-(2**31), 2**31 - 1)) for _ in range(template.int_count)]
    assert template.fill(np.array(floats), ints) == (_built_by_python_osc(messages, floats, ints),)


@given(st.lists(_messages(), min_size=1, max_size=300), st.integers(0, 2**20 - 1))
def test_every_datagram_is_short_enough_and_begins_with_the_header(messages: list[Message], frame: int) -> None:
    template = FrameTemplate(messages, header=HEADER)
    datagrams = template.fill(np.zeros(template.float_count), [0] * template.int_count, frame=frame)
    assert template.datagram_sizes == tuple(map(len, datagrams))
    assert all(len(datagram) <= MAX_DATAGRAM_BYTES for datagram in datagrams)
    decoded = [messages_of(datagram) for datagram in datagrams]
    assert all(read[0] == ("/frame", [frame]) for read in decoded)
    assert [address for read in decoded for address, _ in read[1:]] == [message.address for message in messages]
    lengths = [len(FrameTemplate([message]).fill(*_zeros(message))[0]) - 16 for message in messages]
    starts = np.cumsum([0, *(len(read) - 1 for read in decoded)])
    for datagram, (_, next_start) in zip(datagrams[:-1], pairwise(starts), strict=False):
        # None could have taken the message after it: no datagram more than needed.
        assert len(datagram) + lengths[next_start] > MAX_DATAGRAM_BYTES


def _zeros(message: Message) -> tuple[np.ndarray, list[int]]:
    return np.zeros(message.types.count("f")), [0] * message.types.count("i")


def test_a_frame_is_a_value_that_the_next_one_leaves_alone() -> None:
    template = FrameTemplate([Message("/a", "f")])
    first = template.fill(np.array([1.0]), [])
    template.fill(np.array([2.0]), [])
    assert messages_of(first[0]) == [("/a", [1.0])]


@pytest.mark.parametrize("address", ["", "/", "a", "/a//b", "/a/", "/a b", "/a*", "/{a}", "/a#"])
def test_what_is_not_an_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="expected an OSC address"):
        Message(address, "f")


@pytest.mark.parametrize(("types", "texts"), [("d", ()), ("s", ()), ("f", ("a",)), ("T", ())])
def test_types_that_receivers_stumble_over_are_refused(types: str, texts: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="expected types i, f, s"):
        Message("/a", types, texts)


def test_a_message_that_fits_no_datagram_is_refused() -> None:
    FrameTemplate([Message("/a", "f" * 277)], header=HEADER)
    with pytest.raises(ValueError, match="does not fit"):
        FrameTemplate([Message("/a", "f" * 278)], header=HEADER)
