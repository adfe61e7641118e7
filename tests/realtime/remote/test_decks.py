"""Open Beat Control is played by a small server that does what its guide says."""

import socket

import pytest
from pythonosc.osc_message import OscMessage as TheirMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from realtime.clock import VirtualClock
from realtime.commands import Command, OutsideBeat
from realtime.osc import OscMessage
from realtime.remote.decks import DeckRequest, Decks
from realtime.remote.osc_in import OscRemote
from realtime.types import TempoSource
from tests.support.wait import wait_until

DECKS = int(TempoSource.DJLINK)


def _packet(address: str, types: str, *values: float) -> bytes:
    builder = OscMessageBuilder(address)
    for kind, value in zip(types, values, strict=True):
        builder.add_arg(value, kind)
    return builder.build().dgram


def test_a_beat_of_a_player_has_its_place_and_one_of_a_mixer_has_none() -> None:
    decks = Decks()
    assert decks.hear(OscMessage("/master/beat", (2, 3, 128.0, 130.0, 0.98)), 5.0) == OutsideBeat(DECKS, 128.0, 5.0, 2)
    assert decks.hear(OscMessage("/master/beat", (33, 3, 128.0, 128.0, 1.0)), 5.5) == OutsideBeat(DECKS, 128.0, 5.5, -1)


def test_a_tempo_between_two_beats_moves_the_clock_and_not_the_beat() -> None:
    decks = Decks()
    assert decks.hear(OscMessage("/master/tempo", (127.0,)), 4.0) is None  # no beat to hang it on
    decks.hear(OscMessage("/master/beat", (1, 1, 128.0, 128.0, 1.0)), 5.0)
    assert decks.hear(OscMessage("/master/tempo", (127.5,)), 5.2) == OutsideBeat(DECKS, 127.5, 5.0, 0)
    assert decks.hear(OscMessage("/master/tempo", (127.0,)), 9.0) is None  # that beat is long over


@pytest.mark.parametrize("goodbye", [OscMessage("/master/none", ()), OscMessage("/master/player", (2,))])
def test_a_new_master_starts_with_nothing_known(goodbye: OscMessage) -> None:
    decks = Decks()
    decks.hear(OscMessage("/master/beat", (1, 1, 128.0, 128.0, 1.0)), 5.0)
    assert decks.hear(goodbye, 5.1) is None
    assert decks.hear(OscMessage("/master/tempo", (127.5,)), 5.2) is None


def test_open_beat_control_is_asked_and_what_it_sends_is_followed() -> None:
    clock, obeyed = VirtualClock(7.0), list[Command]()
    remote = OscRemote(obeyed.append, clock.now_s, clock, port=0)
    assert remote.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        control.bind(("127.0.0.1", 0))
        control.settimeout(10.0)
        request = DeckRequest(f"localhost:{control.getsockname()[1]}", remote.port, remote.send)
        data, sender = control.recvfrom(1024)
        asked = TheirMessage(data)
        assert (asked.address, asked.params) == ("/master", ["stream", remote.port])
        for packet in (
            _packet("/master/player", "i", 3),
            _packet("/master/tempo", "f", 126.0),
            _packet("/master/beat", "iifff", 3, 1, 126.0, 126.0, 1.0),
        ):
            control.sendto(packet, (sender[0], asked.params[1]))

        def all_read() -> bool:
            remote.step()
            return remote.health.packets == 3

        wait_until(all_read)
        assert obeyed == [OutsideBeat(DECKS, 126.0, 7.0, 0)]
        assert (remote.health.unknown, remote.health.malformed) == (0, 0)
        request.close()
        assert TheirMessage(control.recv(1024)).params == ["stop", remote.port]
    remote.close()


def test_a_machine_that_is_not_there_is_named_and_asked_again() -> None:
    request = DeckRequest("no-such-machine.invalid", 10_010, lambda _packet, _place: None)
    wait_until(lambda: request.problem != "")
    assert "no-such-machine.invalid:17002" in request.problem
    request.close()


@pytest.mark.parametrize("text", ["", ":17002", "decks:many", "decks:70000"])
def test_a_place_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"open_beat_control: expected"):
        DeckRequest(text, 1, lambda _packet, _place: None)
