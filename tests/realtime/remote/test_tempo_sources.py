import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_message_builder import OscMessageBuilder

from realtime.clock import VirtualClock
from realtime.commands import Command, Freeze, LoadPreset, OutsideBeat, SetEnergy, SetTempo, Tap
from realtime.health import HealthSnapshot
from realtime.remote.controls import all_controls
from realtime.remote.link import beat_of
from realtime.remote.midi import TICKS_PER_BEAT, MidiClock, MidiMap
from realtime.remote.os2l import MOST_BYTES, MOST_CLIENTS, Os2lServer, Os2lStream
from realtime.remote.osc_in import OscRemote
from realtime.types import TempoSource
from tests.support.cable import two_namespaces
from tests.support.wait import wait_until

mido: Any = pytest.importorskip("mido")
NOW = HealthSnapshot(presets=("a", "b", "c"))


def _bytes(kind: str, **fields: int) -> bytes:
    return bytes(mido.Message(kind, **fields).bytes())


@given(
    tempo_bpm=st.floats(40.0, 220.0), jitter_s=st.floats(0.0, 0.002), seed=st.integers(0, 100), skip=st.integers(0, 7)
)
def test_a_midi_clock_gives_its_tempo_and_its_beats_through_jitter(
    tempo_bpm: float, jitter_s: float, seed: int, skip: int
) -> None:
    clock, rng, beats = MidiClock(), np.random.default_rng(seed), list[OutsideBeat]()
    clock.feed(_bytes("start") if not skip else _bytes("songpos", pos=4 * skip), 0.0)
    tick_s = 60.0 / tempo_bpm / TICKS_PER_BEAT
    for tick in range(8 * TICKS_PER_BEAT + 1):
        beat = clock.feed(_bytes("clock"), 1.0 + tick * tick_s + rng.uniform(-jitter_s, jitter_s))
        if beat is not None:
            beats.append(beat)
    assert [beat.beat_in_bar for beat in beats] == [(skip + k) % 4 for k in range(1, 9)]
    for k, beat in enumerate(beats, start=1):
        assert beat.source == TempoSource.MIDI
        assert beat.host_s == pytest.approx(1.0 + k * 60.0 / tempo_bpm, abs=0.001 + jitter_s)
    assert beats[-1].tempo_bpm == pytest.approx(tempo_bpm, rel=0.001 + jitter_s * tempo_bpm / 60.0)


def test_a_midi_clock_that_was_never_started_has_beats_and_no_bar() -> None:
    clock = MidiClock()
    beats = [clock.feed(_bytes("clock"), k * 0.02) for k in range(100)]
    assert {beat.beat_in_bar for beat in beats if beat} == {-1}
    assert [k for k, beat in enumerate(beats) if beat] == [24, 48, 72, 96]


@given(st.lists(st.tuples(st.binary(max_size=4), st.floats(0.0, 10.0))))
def test_any_midi_bytes_at_any_time_are_a_beat_or_nothing(messages: list[tuple[bytes, float]]) -> None:
    clock, midi_map = MidiClock(), MidiMap(all_controls(), {"cc 1 7": "/dance/ctl/energy"})
    for message, host_s in messages:
        clock.feed(message, host_s)
        midi_map.ask(message, NOW)


def test_notes_and_controllers_do_what_they_are_bound_to() -> None:
    midi_map = MidiMap(
        all_controls(),
        {
            "note 10 36": "/dance/ctl/tap",
            "note 1 60": "/dance/ctl/freeze",
            "cc 1 7": "/dance/ctl/energy",
            "cc 1 8": "/dance/ctl/bpm",
            "note 1 61": "/dance/ctl/preset/2",
        },
    )
    asked: list[tuple[bytes, Command | None]] = [
        (_bytes("note_on", channel=9, note=36, velocity=1), Tap()),
        (_bytes("note_off", channel=9, note=36, velocity=64), None),
        (_bytes("note_on", channel=0, note=60, velocity=100), Freeze(on=True)),
        (_bytes("note_on", channel=0, note=60, velocity=0), Freeze(on=False)),
        (_bytes("control_change", channel=0, control=7, value=127), SetEnergy(1.0)),
        (_bytes("control_change", channel=0, control=7, value=0), SetEnergy(0.0)),
        (_bytes("control_change", channel=0, control=8, value=0), SetTempo(20.0)),
        (_bytes("note_on", channel=0, note=61, velocity=9), LoadPreset("b")),
        (_bytes("control_change", channel=1, control=7, value=127), None),
        (_bytes("pitchwheel", pitch=100), None),
    ]
    for message, command in asked:
        found = midi_map.ask(message, NOW)
        assert (found and found.command) == command


def test_what_is_moved_next_is_learnt() -> None:
    midi_map = MidiMap(all_controls(), {})
    midi_map.learn("/dance/ctl/energy")
    asked = midi_map.ask(_bytes("control_change", channel=2, control=20, value=127), NOW)
    assert asked is not None
    assert asked.command == SetEnergy(1.0)
    assert midi_map.bindings == {"cc 3 20": "/dance/ctl/energy"}
    assert midi_map.ask(_bytes("control_change", channel=2, control=21, value=127), NOW) is None


@pytest.mark.parametrize(
    ("key", "address"),
    [("knob 1 2", "/dance/ctl/energy"), ("cc 0 7", "/dance/ctl/energy"), ("cc 1 7", "/dance/ctl/warp"), ("cc", "/go")],
)
def test_bindings_that_are_none_are_refused(key: str, address: str) -> None:
    with pytest.raises(ValueError, match=r"expected|nothing is called"):
        MidiMap(all_controls(), {key: address})


def test_open_beat_control_s_beats_come_over_osc() -> None:
    obeyed, clock = list[Command](), VirtualClock(50.0)
    remote = OscRemote(obeyed.append, clock.now_s, clock, port=0)
    assert remote.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deck:
        for arguments in ((2, 3, 126.5, 125.0, 1.2), ("x", 3, 126.5), (2, 0, 126.5)):
            builder = OscMessageBuilder("/master/beat")
            for argument in arguments:
                builder.add_arg(argument)
            deck.sendto(builder.build().dgram, ("127.0.0.1", remote.port))

        def all_read() -> bool:
            remote.step()
            return remote.health.packets == 3

        wait_until(all_read)
    assert obeyed == [OutsideBeat(int(TempoSource.DJLINK), 126.5, 50.0, 2)]
    assert remote.health.malformed == 2
    remote.close()


@pytest.fixture
def os2l() -> Iterator[tuple[Os2lServer, list[Command]]]:
    obeyed = list[Command]()
    server = Os2lServer(obeyed.append, VirtualClock(7.0), host="127.0.0.1", port=0)
    yield server, obeyed
    server.close()


def test_virtual_dj_s_beats_come_over_os2l_however_the_stream_is_cut(os2l: tuple[Os2lServer, list[Command]]) -> None:
    server, obeyed = os2l
    events: list[dict[str, Any]] = [
        {"evt": "btn", "name": "x", "state": "on"},
        *({"evt": "beat", "change": False, "pos": k, "bpm": 120.5, "strength": 0.5} for k in range(5)),
    ]
    stream = "".join(json.dumps(event) for event in events).encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as deck:
        for at in range(0, len(stream), 11):
            deck.sendall(stream[at : at + 11])
        wait_until(lambda: len(obeyed) == 5)
    assert obeyed == [OutsideBeat(int(TempoSource.OS2L), 120.5, 7.0, k % 4) for k in range(5)]


def test_strangers_on_the_os2l_port_are_dropped_and_few_are_let_in(os2l: tuple[Os2lServer, list[Command]]) -> None:
    server, obeyed = os2l
    for said in (b"GET / HTTP/1.1\r\n\r\n", b"[1, 2]", b'{"evt": "' + b"x" * (MOST_BYTES + 100), b"\xff\xfe"):
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as stranger:
            with suppress(OSError):
                stranger.sendall(said)
            with suppress(ConnectionResetError):
                assert stranger.recv(10) == b""
    assert server.refused == 4
    held = [socket.create_connection(("127.0.0.1", server.port), timeout=5) for _ in range(MOST_CLIENTS + 2)]
    wait_until(lambda: server.refused == 6)
    for client in held:
        client.close()
    assert obeyed == []


@given(st.lists(st.binary(max_size=50), max_size=10))
def test_any_bytes_on_the_os2l_port_are_objects_or_a_refusal(parts: list[bytes]) -> None:
    stream = Os2lStream()
    with suppress(ValueError):
        for part in parts:
            assert all(isinstance(event, dict) for event in stream.feed(part))


def test_a_link_session_s_beat_is_its_last_whole_one() -> None:
    assert beat_of(41.25, 120.0, 10.0) == OutsideBeat(int(TempoSource.LINK), 120.0, 9.875, 1)


_PEER = """
import asyncio, sys, aalink
async def main():
    link = aalink.Link(133.0)
    link.enabled = True
    link.tempo = 133.0
    await asyncio.sleep(3.0)  # a session that is older than half a second keeps its tempo
    print("in", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    print(link.tempo, flush=True)
asyncio.run(main())
"""
_LISTENER = """
from time import monotonic, sleep
from realtime.clock import HostClock
from realtime.remote.link import LinkListener
heard = []
listener = LinkListener(heard.append, HostClock())
deadline_s = monotonic() + 20.0
while not (heard and abs(heard[-1].tempo_bpm - 133.0) < 0.01) and monotonic() < deadline_s:
    sleep(0.05)
listener.close()
print(heard[-1].tempo_bpm, heard[-1].source)
"""


@pytest.mark.realtime
def test_a_link_session_of_another_host_is_followed_and_not_disturbed() -> None:
    pytest.importorskip("aalink")
    with two_namespaces() as cable, cable.python(cable.near, "-c", _PEER) as peer:
        assert peer.stdout is not None
        assert peer.stdout.readline() == "in\n"
        with cable.python(cable.far, "-c", _LISTENER) as listener:
            heard = listener.communicate(timeout=60)[0].split()
        assert float(heard[0]) == pytest.approx(133.0, abs=0.01)
        assert int(heard[1]) == TempoSource.LINK
        assert float(peer.communicate("\n", timeout=60)[0]) == pytest.approx(133.0, abs=0.01)
