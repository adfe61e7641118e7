import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.udp_client import SimpleUDPClient

from realtime.clock import VirtualClock
from realtime.commands import Command, LoadPreset, Panic, SetEnergy, Tap
from realtime.errors import FarandoleError
from realtime.health import HealthSnapshot, TargetHealth
from realtime.remote.feedback import LEASE_S, MOST_SUBSCRIBERS
from realtime.remote.osc_in import MOST_PACKETS_A_TICK, OscRemote
from realtime.types import BeatState
from tests.support.wait import wait_until

TARGET = TargetHealth("TD", "flat", "127.0.0.1:10000", True, 60.0, 100, 0, "")
NOW = HealthSnapshot(
    preset="club",
    presets=("ambient", "club"),
    beat=BeatState(tempo_bpm=120.0),
    energy_control=0.25,
    targets=(TARGET,),
)


class Desk:
    """A remote control that listens on the loopback, stepped by hand, and somebody who sends to it."""

    def __init__(self, **options: Any) -> None:
        self.clock, self.obeyed = VirtualClock(), list[Command]()
        self.remote = OscRemote(self.obeyed.append, self.clock.now_s, self.clock, port=0, **options)
        assert self.remote.open()
        self.remote.now = NOW
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(5.0)
        self.client = SimpleUDPClient("127.0.0.1", self.remote.port)

    def send(self, data: bytes) -> None:
        self.socket.sendto(data, ("127.0.0.1", self.remote.port))

    def step(self, seconds: float = 0.1) -> None:
        self.clock.sleep_until(self.clock.now_s() + seconds)
        self.remote.step()

    def answers(self) -> dict[str, Any]:
        """Return everything that was sent back so far, as python-osc reads it."""
        told = dict[str, Any]()
        self.socket.setblocking(False)
        try:
            while True:
                message = OscMessage(self.socket.recv(65536))
                told[message.address] = message.params[0]
        except BlockingIOError:
            return told

    def close(self) -> None:
        self.remote.close()
        self.socket.close()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


def _packet(address: str, *arguments: Any) -> bytes:
    builder = OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument)
    return builder.build().dgram


def test_what_python_osc_sends_is_obeyed(desk: Desk) -> None:
    desk.client.send_message("/dance/ctl/energy", 0.75)
    desk.client.send_message("/dance/ctl/tap", 1.0)
    desk.client.send_message("/dance/ctl/tap", 0.0)
    desk.client.send_message("/dance/ctl/panic", True)
    desk.step()
    assert desk.obeyed == [SetEnergy(0.75), Tap(), Panic(on=True)]
    assert (desk.remote.health.packets, desk.remote.health.commands) == (4, 3)


def test_a_preset_comes_on_the_bar_and_at_once_where_that_is_asked_for(desk: Desk) -> None:
    desk.client.send_message("/dance/ctl/preset", "ambient")
    desk.step(0.3)
    desk.step(1.6)
    assert desk.obeyed == []
    desk.step(0.2)  # 2.1 s: the second bar began at 2.0
    assert desk.obeyed == [LoadPreset("ambient")]
    desk.client.send_message("/dance/ctl/quantize", 0)
    desk.client.send_message("/dance/ctl/preset", 2)
    desk.step(0.3)
    assert desk.obeyed[1:] == [LoadPreset("club")]


def test_a_query_is_answered_with_everything_to_where_it_came_from(desk: Desk) -> None:
    desk.send(_packet("/dance/ctl/query"))
    desk.step()
    told = desk.answers()
    assert told["/dance/ctl/energy"] == 0.25
    assert told["/dance/ctl/bpm"] == 120.0
    assert told["/dance/ctl/preset"] == 2
    assert told["/dance/ctl/target/1/enable"] == 1
    assert told["/dance/ctl/target/1/offset"] == 0.0
    assert not [address for address in told if address.startswith("/dance/ctl/target/2/")]


def test_a_subscriber_hears_news_at_once_and_everything_each_second_until_the_lease_ends(desk: Desk) -> None:
    desk.send(_packet("/dance/ctl/subscribe", desk.socket.getsockname()[1]))
    desk.step()
    assert desk.remote.health.subscribers == 1
    whole = desk.answers()
    desk.step()
    assert desk.answers() == {}
    desk.remote.now = replace(NOW, energy_control=0.5)
    desk.step()
    assert desk.answers() == {"/dance/ctl/energy": 0.5}
    desk.step(1.0)
    assert desk.answers().keys() == whole.keys()
    desk.step(LEASE_S)
    assert desk.remote.health.subscribers == 0
    assert desk.answers() == {}


def test_subscribers_are_few_and_one_too_many_is_told_so(desk: Desk) -> None:
    for port in range(20000, 20000 + MOST_SUBSCRIBERS + 3):
        desk.send(_packet("/dance/ctl/subscribe", port))
    desk.step()
    assert desk.remote.health.subscribers == MOST_SUBSCRIBERS
    assert "too many others" in desk.remote.health.last_problem


@pytest.mark.parametrize(
    ("data", "counter"),
    [
        (b"\x80nonsense", "malformed"),
        (_packet("/dance/ctl/energy", "loud"), "malformed"),
        (_packet("/dance/ctl/subscribe", 99999), "malformed"),
        (_packet("/dance/ctl/quantize", 7), "malformed"),
        (_packet("/dance/ctl/warp", 1), "unknown"),
        (_packet("/dance/ctl/*", 1), "unknown"),
        (bytes(5000), "oversized"),
    ],
)
def test_what_cannot_be_obeyed_is_counted_and_dropped(desk: Desk, data: bytes, counter: str) -> None:
    desk.send(data)
    desk.send(_packet("/dance/ctl/tap"))
    desk.step()
    assert getattr(desk.remote.health, counter) == 1
    assert desk.remote.health.last_problem
    assert desk.obeyed == [Tap()]


def test_strangers_are_refused_and_this_machine_is_not() -> None:
    desk = Desk(allow=("10.1.2.0/24",))
    desk.client.send_message("/dance/ctl/tap", 1)
    desk.step()
    assert desk.obeyed == [Tap()]
    judged = {ip: desk.remote._is_allowed(ip) for ip in ("10.1.2.99", "10.1.3.1", "192.168.0.1")}  # pyright: ignore
    assert judged == {"10.1.2.99": True, "10.1.3.1": False, "192.168.0.1": False}
    desk.close()


def test_an_allow_list_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(FarandoleError, match=r'remote\.allow: .*got "the lighting desk"'):
        Desk(allow=("the lighting desk",))


def test_a_port_that_is_taken_leaves_the_show_without_a_remote(desk: Desk) -> None:
    other = OscRemote(desk.obeyed.append, desk.clock.now_s, desk.clock, port=desk.remote.port)
    assert not other.open()
    assert f"127.0.0.1:{desk.remote.port}" in other.health.last_problem
    other.start()
    other.close()


def test_it_listens_on_this_machine_only_unless_it_is_told_otherwise(desk: Desk) -> None:
    assert desk.remote.health.address.startswith("127.0.0.1:")


def test_a_flood_is_read_in_portions_and_nothing_grows(desk: Desk) -> None:
    for k in range(2000):
        desk.send(_packet("/dance/ctl/preset", k % 2 + 1) if k % 2 else _packet("/dance/ctl/query"))
    ticks = 0
    while desk.remote.step():
        ticks += 1
        assert desk.remote.health.packets <= MOST_PACKETS_A_TICK * (ticks + 1)
    assert desk.remote.health.floods == ticks > 0
    assert desk.obeyed.count(LoadPreset("ambient")) + desk.obeyed.count(LoadPreset("club")) <= 1
    assert len(desk.answers()) < 30
    desk.client.send_message("/dance/ctl/tap", 1)
    desk.step()
    assert Tap() in desk.obeyed


_hostile = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=20).map((b"/dance/ctl/energy\0\0\0,f\0\0").__add__),
    st.binary(max_size=100).map((b"#bundle\0" + bytes(8)).__add__),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(_hostile, max_size=20))
def test_hostile_packets_crash_nothing(desk: Desk, packets: list[bytes]) -> None:
    for packet in packets:
        desk.send(packet)
    desk.step()
    desk.client.send_message("/dance/ctl/tap", 1)
    desk.step()
    assert desk.obeyed[-1] == Tap()


_FLOOD = """
import random, socket, sys, time
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        for _ in range(50):
            s.sendto(random.randbytes(random.randrange(200)), ("127.0.0.1", int(sys.argv[1])))
"""


@pytest.mark.realtime
def test_after_a_flood_from_another_process_the_remote_obeys_as_before() -> None:
    obeyed, clock = list[Command](), VirtualClock()
    remote = OscRemote(obeyed.append, clock.now_s, clock, port=0)
    remote.start()
    subprocess.run([sys.executable, "-c", _FLOOD, str(remote.port)], check=True, timeout=60)
    client = SimpleUDPClient("127.0.0.1", remote.port)

    def tapped() -> bool:
        client.send_message("/dance/ctl/tap", 1)
        return Tap() in obeyed

    wait_until(tapped)
    assert remote.health.malformed > 0
    remote.close()
    assert remote.port == 0


def test_random_orders_of_real_messages_and_noise_obey_exactly_the_real_ones(desk: Desk) -> None:
    rng = random.Random(1)
    sent = list[Command]()
    for k in range(200):
        if rng.random() < 0.5:
            desk.send(rng.randbytes(rng.randrange(100)))
        else:
            desk.send(_packet("/dance/ctl/energy", k / 256))
            sent.append(SetEnergy(k / 256))
        desk.step(0.01)
    assert desk.obeyed == sent
