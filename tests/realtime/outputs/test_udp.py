import errno
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from realtime.clock import VirtualClock
from realtime.commands import HoldTPose
from realtime.outputs.flat import flat_encoder
from realtime.outputs.resolver import Address, Resolver, SocketAddress
from realtime.outputs.udp import PoseEncoder, UdpTarget, open_endpoint
from realtime.ports import PoseSink
from realtime.types import MusicFrame, Pose, ShowState
from tests.support.osc import MUSIC, STATE, channels_of, messages_of, pose_at

TICK_S = 1 / 60


class TimeEncoder:
    """Sends the time of the pose in `copies` datagrams."""

    def __init__(self, copies: int = 1) -> None:
        self.copies = copies

    def encode(self, pose: Pose, music: MusicFrame, state: ShowState) -> tuple[bytes, ...]:
        return (np.float64(pose.time_s).tobytes(),) * self.copies


class BrokenEncoder:
    def encode(self, pose: Pose, music: MusicFrame, state: ShowState) -> tuple[bytes, ...]:
        raise ZeroDivisionError("float division by zero")


class Wire:
    """A socket that notes what it is given, and fails as told."""

    def __init__(self) -> None:
        self.failures: list[OSError] = []
        self.datagrams: list[tuple[bytes, Any]] = []
        self.closed = False

    def sendto(self, data: bytes, address: SocketAddress, /) -> int:
        if self.failures:
            raise self.failures.pop(0)
        self.datagrams.append((data, address))
        return len(data)

    def close(self) -> None:
        self.closed = True


class Stage:
    """Some targets on one virtual clock, performed at 60 Hz."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.targets: list[UdpTarget] = []
        self.opened: list[socket.AddressFamily] = []

    def target(
        self,
        *,
        rate_hz: float = 60.0,
        encoder: PoseEncoder | None = None,
        host: str = "10.0.0.5",
        look_up: Callable[[str, int], Address] | None = None,
        start: Callable[[Callable[[], None]], None] = lambda task: task(),
    ) -> tuple[UdpTarget, Wire]:
        wire = Wire()

        def open_endpoint(family: socket.AddressFamily, interface: str) -> Wire:
            self.opened.append(family)
            return wire

        known = {} if look_up is None else {"look_up": look_up}
        target = UdpTarget(
            name=f"target {len(self.targets) + 1}",
            host=host,
            port=10000,
            encoder=encoder or TimeEncoder(),
            profile="test",
            rate_hz=rate_hz,
            lead_s=0.0,
            clock=self.clock,
            resolver=Resolver(host, 10000, clock=self.clock, start=start, **known),
            open_endpoint=open_endpoint,
        )
        self.targets.append(target)
        return target, wire

    def perform(self, ticks: int, pose_of: Callable[[float], Pose] = pose_at) -> None:
        for _ in range(ticks):
            now_s = self.clock.now_s()
            for target in self.targets:
                target.send(pose_of(now_s), MUSIC, STATE)
            self.clock.sleep_until(now_s + TICK_S)


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(5.0)
        yield listening


def _unknown(host: str, port: int) -> Address:
    raise socket.gaierror(-2, "Name or service not known")


def test_a_flat_frame_arrives_on_a_real_socket_from_one_source_port(receiver: socket.socket) -> None:
    target = UdpTarget(
        name="td",
        host="127.0.0.1",
        port=receiver.getsockname()[1],
        encoder=flat_encoder(),
        profile="flat",
        rate_hz=60.0,
        lead_s=0.05,
    )
    sink: PoseSink = target
    assert sink.lead_s == 0.05
    sources: set[Any] = set()
    for frame in range(3):
        sink.send(pose_at(frame * TICK_S), MUSIC, STATE)
        received = [receiver.recvfrom(65536) for _ in range(3)]
        sources |= {source for _, source in received}
        channels = channels_of(tuple(data for data, _ in received))
        assert channels["/dance/p1/frame"] == frame
        assert channels["/dance/p1/pelvis:ty"] == pytest.approx(0.95)
    assert len(sources) == 1
    health = target.health()
    assert (health.sent, health.errors, health.last_error, health.rate_hz) == (9, 0, "", 3.0)
    target.close()


def test_nobody_listening_is_no_error_to_a_show() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        port = gone.getsockname()[1]
    target = UdpTarget(
        name="td", host="127.0.0.1", port=port, encoder=TimeEncoder(), profile="test", rate_hz=60.0, lead_s=0.0
    )
    for frame in range(5):
        target.send(pose_at(frame * TICK_S), MUSIC, STATE)
    assert target.health().sent == 5
    target.close()


@pytest.mark.parametrize("rate_hz", [1.0, 7.0, 24.0, 30.0, 45.0, 50.0, 59.9, 60.0, 90.0])
def test_a_slower_target_gets_its_rate_evenly(rate_hz: float) -> None:
    stage = Stage()
    _, wire = stage.target(rate_hz=rate_hz)
    stage.perform(600)
    times_s = np.frombuffer(b"".join(data for data, _ in wire.datagrams))
    assert times_s[0] == 0.0
    assert len(times_s) == pytest.approx(10.0 * min(rate_hz, 60.0), abs=1)
    ticks_between = set(np.round(np.diff(times_s) * 60).astype(int))
    assert max(ticks_between) - min(ticks_between) <= 1


def test_health_tells_the_poses_of_the_last_second() -> None:
    stage = Stage()
    target, _ = stage.target(rate_hz=30.0, encoder=TimeEncoder(copies=3))
    stage.perform(300)
    assert target.health().rate_hz == pytest.approx(30.0, abs=1.0)
    assert target.health().wanted_hz == 30.0
    assert target.health().sent == 3 * 150
    stage.clock.sleep_until(100.0)
    assert target.health().rate_hz == 0.0


def test_an_unknown_host_is_counted_and_named_and_delays_nobody() -> None:
    stage = Stage()
    lost, silent = stage.target(host="no-such-host", look_up=_unknown)
    good, wire = stage.target()
    stage.perform(120)
    assert len(wire.datagrams) == 120
    assert good.health().errors == 0
    assert silent.datagrams == []
    assert lost.health().errors >= 118
    assert "'no-such-host'" in lost.health().last_error
    assert lost.health().rate_hz == 0.0


def test_a_name_server_that_never_answers_delays_nobody() -> None:
    stage, never = Stage(), list[Callable[[], None]]()
    first, silent = stage.target(host="black.hole", start=never.append)
    _, wire = stage.target()
    stage.perform(600)
    assert len(wire.datagrams) == 600
    assert len(never) == 1  # one question, however often somebody wanted to send
    assert silent.datagrams == []
    assert "still looking for the host 'black.hole'" in first.health().last_error


def test_what_the_system_refuses_is_counted_and_the_next_datagram_is_sent() -> None:
    stage = Stage()
    target, wire = stage.target(encoder=TimeEncoder(copies=2))
    other, _ = stage.target()
    wire.failures = [OSError(errno.ENETUNREACH, "Network is unreachable"), BlockingIOError(errno.EAGAIN, "again")]
    stage.perform(2)
    assert len(wire.datagrams) == 2
    health = target.health()
    assert (health.sent, health.errors, health.rate_hz) == (2, 2, 1.0)
    assert "send buffer" in health.last_error
    assert other.health().sent == 2


def test_a_refusal_that_belongs_to_an_earlier_datagram_does_not_cost_this_one() -> None:
    stage = Stage()
    target, wire = stage.target(encoder=TimeEncoder(copies=3))
    wire.failures = [ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")]
    stage.perform(1)
    assert len(wire.datagrams) == 3
    assert target.health().errors == 0


def test_a_pose_that_is_no_number_is_never_sent_and_the_last_good_one_is() -> None:
    stage = Stage()
    target, wire = stage.target(encoder=flat_encoder())

    def pose_of(time_s: float) -> Pose:
        pose = pose_at(time_s, x_m=0.25)
        return pose if time_s < 0.49 else replace(pose, root_m=np.array([np.nan, 0.0, 0.0]))

    stage.perform(60, pose_of)
    messages = [message for data, _ in wire.datagrams for message in messages_of(data)]
    assert all(np.isfinite(params).all() for _, params in messages)
    counts = Counter(address for address, _ in messages)
    assert counts["/dance/p1/pelvis:tx"] == counts["/dance/beat/ramp"] == 60
    assert {params[0] for address, params in messages if address == "/dance/p1/pelvis:tx"} == {0.25}
    assert len({params[0] for address, params in messages if address == "/dance/beat/ramp"}) >= 30  # the beat goes on
    assert target.health().errors == 30
    assert "not a number" in target.health().last_error


def test_an_encoder_that_fails_is_counted_and_reaches_nobody_else() -> None:
    stage = Stage()
    broken, _ = stage.target(encoder=BrokenEncoder())
    _, wire = stage.target()
    stage.perform(10)
    assert len(wire.datagrams) == 10
    assert broken.health().errors == 10
    assert broken.health().last_error == "ZeroDivisionError: float division by zero"


def test_a_target_that_is_off_or_muted_sends_nothing_and_keeps_its_socket() -> None:
    stage = Stage()
    target, wire = stage.target()
    stage.perform(10)
    target.enabled = False
    stage.perform(10)
    assert not target.health().enabled
    target.enabled, target.muted = True, True
    stage.perform(10)
    assert len(wire.datagrams) == 10
    target.muted = False
    stage.perform(10)
    assert len(wire.datagrams) == 20
    assert len(stage.opened) == 1
    assert not wire.closed
    target.close()
    assert wire.closed


def test_a_laptop_with_another_address_hears_the_same_socket() -> None:
    stage = Stage()
    places = iter([Address(socket.AF_INET, ("10.0.0.5", 10000)), Address(socket.AF_INET, ("10.0.0.6", 10000))])
    _, wire = stage.target(host="td.local", look_up=lambda host, port: next(places))
    stage.perform(61 * 60 + 10)
    assert [address for address, _ in Counter(to for _, to in wire.datagrams).items()] == [
        ("10.0.0.5", 10000),
        ("10.0.0.6", 10000),
    ]
    assert len(stage.opened) == 1


@pytest.mark.parametrize(("port", "rate_hz"), [(0, 60.0), (65536, 60.0), (10000, 0.0), (10000, float("nan"))])
def test_ports_and_rates_that_cannot_be_are_refused(port: int, rate_hz: float) -> None:
    with pytest.raises(ValueError, match="target td"):
        UdpTarget(name="td", host="::1", port=port, encoder=TimeEncoder(), profile="test", rate_hz=rate_hz, lead_s=0.0)


def test_an_ipv6_address_is_shown_in_brackets() -> None:
    target = UdpTarget(
        name="td", host="::1", port=10000, encoder=TimeEncoder(), profile="test", rate_hz=60.0, lead_s=0.0
    )
    assert target.health().address == "[::1]:10000"
    target.close()


def test_a_target_sends_from_the_card_that_it_is_told(receiver: socket.socket) -> None:
    sources = list[str]()
    for card in ("127.0.0.1", "127.0.0.2", "127.0.0.3"):
        target = UdpTarget(
            name="td",
            host="127.0.0.1",
            port=receiver.getsockname()[1],
            encoder=TimeEncoder(),
            profile="test",
            rate_hz=60.0,
            lead_s=0.0,
            interface=card,
        )
        target.send(pose_at(0.0), MUSIC, STATE)
        sources.append(receiver.recvfrom(65536)[1][0])
        target.close()
    assert sources == ["127.0.0.1", "127.0.0.2", "127.0.0.3"]


def test_a_card_that_is_not_there_is_named_and_used_once_it_is_plugged_in() -> None:
    wire, plugged = Wire(), list[bool]()

    def open_endpoint(family: socket.AddressFamily, interface: str) -> Wire:
        if not plugged:
            raise OSError(errno.EADDRNOTAVAIL, f"cannot send from {interface}")
        return wire

    target = UdpTarget(
        name="td",
        host="10.0.0.5",
        port=10000,
        encoder=TimeEncoder(),
        profile="test",
        rate_hz=60.0,
        lead_s=0.0,
        interface="10.0.0.9",
        open_endpoint=open_endpoint,
    )
    target.send(pose_at(0.0), MUSIC, STATE)
    assert target.health().last_error == "cannot send from 10.0.0.9"
    plugged.append(True)
    target.send(pose_at(TICK_S), MUSIC, STATE)
    assert len(wire.datagrams) == target.health().sent == 1


def test_the_system_s_word_on_a_card_that_is_not_there_tells_what_to_do() -> None:
    with pytest.raises(OSError, match=r"192\.0\.2\.1.*is that card plugged in"):
        open_endpoint(socket.AF_INET, "192.0.2.1")


def test_a_target_that_holds_the_t_pose_goes_on_with_the_beat_and_then_with_the_dance() -> None:
    stage = Stage()
    target, wire = stage.target(encoder=flat_encoder())
    target.command(HoldTPose(on=True))
    stage.perform(60, lambda time_s: pose_at(time_s, x_m=0.25))
    held = [message for data, _ in wire.datagrams for message in messages_of(data)]
    target.command(HoldTPose(on=False))
    wire.datagrams.clear()
    stage.perform(1, lambda time_s: pose_at(time_s, x_m=0.25))
    danced = channels_of(tuple(data for data, _ in wire.datagrams))
    assert {params[0] for address, params in held if address == "/dance/p1/pelvis:tx"} == {0.0}
    assert [params[0] for address, params in held if address == "/dance/p1/wrist_l:tx"] == pytest.approx([0.726] * 60)
    assert len({params[0] for address, params in held if address == "/dance/beat/ramp"}) >= 30
    assert danced["/dance/p1/pelvis:tx"] == 0.25
