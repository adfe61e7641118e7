import socket
from dataclasses import replace
from typing import Any

import pytest
from sacn.messages.data_packet import DataPacket
from stupidArtnet import StupidArtnetServer

from realtime.outputs.dmx import CHANNELS, DmxEncoder, artnet, sacn, sacn_group
from realtime.types import BeatState
from tests.support.osc import MUSIC, STATE, music_at, pose_at
from tests.support.wait import wait_until


def _frame(encoder: DmxEncoder, time_s: float = 1.25) -> bytes:
    [packet] = encoder.encode(pose_at(time_s), music_at(BeatState(tempo_bpm=60.0)), replace(STATE, blackout=2.0))
    return packet


EXPECTED = [0, 0, 159, 191, 32, 64, 96, 128, 64, 80, 255]
"""A quarter of a beat after beat 1, with the features of `MUSIC`, and a blackout out of range."""


def test_the_sacn_library_reads_the_universe_the_number_and_the_channels() -> None:
    encoder = DmxEncoder(sacn(258, cid=bytes(range(16))), first=11)
    packets: list[Any] = [DataPacket.make_data_packet(_frame(encoder)) for _ in range(300)]
    for number, packet in enumerate(packets, start=1):
        assert (packet.universe, packet.sequence, packet.priority) == (258, number % 256, 100)
    packet = packets[-1]
    assert packet.sourceName == "Farandole"
    assert bytes(packet.cid) == bytes(range(16))
    assert packet.dmxStartCode == 0
    assert list(packet.dmxData[10 : 10 + len(CHANNELS)]) == EXPECTED
    assert not any(packet.dmxData[:10])
    assert len(_frame(encoder)) == 638


def test_sacn_bytes_are_those_of_the_specification() -> None:
    # ANSI E1.31-2018, tables 4-1, 6-1 and 7-1: preamble, identifier, flags and lengths, vectors.
    data = _frame(DmxEncoder(sacn(1, cid=bytes(16))))
    assert data[:18] == bytes.fromhex("0010 0000 4153432d45312e3137000000 726e")
    assert data[18:22] == bytes.fromhex("00000004")
    assert data[38:44] == bytes.fromhex("7258 00000002")
    assert data[108:115] == bytes.fromhex("64 0000 01 00 0001")
    assert data[115:126] == bytes.fromhex("720b 02 a1 0000 0001 0201 00")


@pytest.mark.realtime
def test_an_artnet_server_that_is_not_ours_hears_the_channels() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        heard = list[list[int]]()

        def listen(slots: list[int]) -> None:
            heard.append(slots)

        server: Any = StupidArtnetServer(port=port)
        server.register_listener(universe=0x0123, callback_function=listen)
        encoder = DmxEncoder(artnet(0x0123))

        def send_until_heard() -> bool:
            sender.sendto(_frame(encoder), ("127.0.0.1", port))
            return bool(heard)

        wait_until(send_until_heard)
        server.listen = False
        sender.sendto(_frame(encoder), ("127.0.0.1", port))
    assert heard[0][: len(CHANNELS)] == EXPECTED
    assert len(heard[0]) == 512


def test_artnet_bytes_are_those_of_the_specification_and_the_number_is_never_zero() -> None:
    # Art-Net 4, ArtDmx: "Art-Net", OpDmx low byte first, protocol 14, sequence, physical, SubUni, Net, length.
    encoder = DmxEncoder(artnet(0x0203))
    assert _frame(encoder)[:18] == b"Art-Net\0" + bytes.fromhex("0050 000e 01 00 03 02 0200")
    numbers = [_frame(encoder)[12] for _ in range(600)]
    assert set(numbers) == set(range(1, 256))


def test_a_universe_has_its_multicast_address() -> None:
    assert sacn_group(1) == "239.255.0.1"
    assert sacn_group(258) == "239.255.1.2"


def test_a_beat_is_a_flash() -> None:
    encoder = DmxEncoder(artnet(0))
    assert list(_frame(encoder, 3.99)[18:20]) == [0, 0]
    assert list(_frame(encoder, 4.01)[18:20]) == [255, 255]
    assert list(_frame(encoder, 4.08)[18:20]) == [0, 0]
    assert list(_frame(encoder, 5.02)[18:20]) == [255, 0]
    assert MUSIC.features.energy == 0.625
