"""One OSC target: poses go in, datagrams go out, and nothing that happens to the network ever comes back."""

import socket
from collections import deque
from collections.abc import Callable
from math import isfinite
from typing import Protocol, runtime_checkable

from realtime.clock import Clock, HostClock
from realtime.commands import Command, HoldTPose
from realtime.health import TargetHealth
from realtime.outputs.last_good import LastGood
from realtime.outputs.resolver import Address, Locator, Resolver, SocketAddress
from realtime.outputs.setup_poses import t_pose
from realtime.types import MusicFrame, Pose, ShowState

MOST_POSES_PER_S = 1000
"""What `health` can count."""
MOST_LEAD_S = 0.5
"""How far from now a person may move a target, either way."""


class PoseEncoder(Protocol):
    """Speaks one receiver's language."""

    def encode(self, pose: Pose, music: MusicFrame, state: ShowState) -> tuple[bytes, ...]:
        """Return the datagrams of one frame; every number that comes in is finite."""
        ...


@runtime_checkable
class Commanded(Protocol):
    """An encoder that some commands concern."""

    def command(self, command: Command) -> None:
        """Obey, or ignore it; any thread may call this."""
        ...


@runtime_checkable
class Sharing(Protocol):
    """An encoder that may share what it reads with those of other targets of the same lead."""

    def part(self) -> None:
        """Go on alone from where the shared readers are."""
        ...


class Endpoint(Protocol):
    """What a target needs of a UDP socket."""

    def sendto(self, data: bytes, address: SocketAddress, /) -> int:
        """Send one datagram or raise `OSError`, at once."""
        ...

    def close(self) -> None:
        """Give it back to the system."""
        ...


def open_endpoint(family: socket.AddressFamily, interface: str = "") -> Endpoint:
    """Return a socket that never waits and may broadcast.

    Args:
        family: IPv4 or IPv6.
        interface: the address of the network card to send from, for a machine with several; "" lets the system choose.

    Raises:
        OSError: the machine has no such address now.
    """
    endpoint = socket.socket(family, socket.SOCK_DGRAM)
    endpoint.setblocking(False)
    endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    if interface:
        try:
            endpoint.bind((interface, 0))
            if family == socket.AF_INET:
                # Multicast does not follow the source address.
                endpoint.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))
        except OSError as error:
            endpoint.close()
            raise OSError(
                error.errno, f"cannot send from {interface}: {error.strerror}; is that card plugged in?"
            ) from error
    return endpoint


class UdpTarget:
    """A `PoseSink` that sends to one host and port.

    It has a socket of its own, with one source port for the whole session: some receivers follow the port that they
    heard last. It never waits: a datagram that the system does not take at once is lost and counted.

    One thread calls `send`; any thread may set `enabled`, `muted` and `lead_s` and read `health`.

    Raises:
        ValueError: the port or the rate is out of range.
    """

    def __init__(
        self,
        *,
        name: str,
        host: str,
        port: int,
        encoder: PoseEncoder,
        profile: str,
        rate_hz: float,
        lead_s: float,
        enabled: bool = True,
        clock: Clock | None = None,
        resolver: Locator | None = None,
        interface: str = "",
        open_endpoint: Callable[[socket.AddressFamily, str], Endpoint] = open_endpoint,
    ) -> None:
        """Prepare to send.

        Args:
            name: how people call it.
            host: a name or an address.
            port: 1 to 65535.
            encoder: makes the datagrams; belongs to this target alone.
            profile: what the encoder speaks ("flat"), for people.
            rate_hz: poses per second at most; the performed ones are thinned out evenly.
            lead_s: how far ahead of now its poses are.
            enabled: whether it is switched on.
            clock: counts poses per second; tests bring their own.
            resolver: finds the host; None looks its name up.
            interface: address of the network card to send from; "" lets the system choose.
            open_endpoint: opens its socket; tests bring their own.
        """
        if not 0 < port < 65536:
            raise ValueError(f"target {name}: the port must be 1 to 65535, got {port}")
        if not rate_hz > 0.0:
            raise ValueError(f"target {name}: rate_hz must be above 0, got {rate_hz}")
        self.name, self.profile, self.rate_hz = name, profile, rate_hz
        self.enabled, self.muted = enabled, False
        self._lead_s = lead_s
        self._parts = False
        self._encoder = encoder
        self._clock = clock or HostClock()
        self._label = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._resolver = resolver or Resolver(host, port, clock=self._clock)
        self._resolver.address()
        self._interface = interface
        self._open_endpoint = open_endpoint
        self._endpoints: dict[socket.AddressFamily, Endpoint] = {}
        self._guard = LastGood()
        self._holds_t_pose = False
        self._due = 1.0
        self._sent_at_s: deque[float] = deque(maxlen=MOST_POSES_PER_S)
        self._sent = self._errors = 0
        self._last_error = ""

    @property
    def lead_s(self) -> float:
        """How far ahead of now its poses are; a lead that is set is brought within `MOST_LEAD_S` either way."""
        return self._lead_s

    @lead_s.setter
    def lead_s(self, lead_s: float) -> None:
        if isfinite(lead_s) and lead_s != self._lead_s:
            self._parts = True
            self._lead_s = min(max(lead_s, -MOST_LEAD_S), MOST_LEAD_S)

    def send(self, pose: Pose, music: MusicFrame, state: ShowState) -> None:
        """Send one pose, when it is this target's turn. Never waits, never raises."""
        if not self.enabled or self.muted:
            return
        try:
            self._send(pose, music, state)
        except Exception as failure:  # noqa: BLE001 - one target's trouble must not reach the dance or another target
            self._note(f"{type(failure).__name__}: {failure}")

    def health(self) -> TargetHealth:
        """Return how it is doing."""
        since_s = self._clock.now_s() - 1.0
        return TargetHealth(
            name=self.name,
            profile=self.profile,
            address=self._label,
            enabled=self.enabled,
            rate_hz=float(sum(sent_s > since_s for sent_s in tuple(self._sent_at_s))),
            sent=self._sent,
            errors=self._errors,
            last_error=self._last_error,
            wanted_hz=self.rate_hz,
            lead_s=self._lead_s,
        )

    def command(self, command: Command) -> None:
        """Obey a command that concerns what is sent; ignore every other one. Any thread may call this."""
        if isinstance(command, HoldTPose):
            self._holds_t_pose = command.on
        if isinstance(self._encoder, Commanded):
            self._encoder.command(command)

    def close(self) -> None:
        """Give the sockets back, at the end of the show; nothing may be sent afterwards."""
        self.enabled = False
        self._resolver.close()
        for endpoint in self._endpoints.values():
            endpoint.close()

    def _send(self, pose: Pose, music: MusicFrame, state: ShowState) -> None:
        replaced = self._guard.replaced
        good = self._guard.of(pose, music, state)
        if self._guard.replaced > replaced:
            self._note(f"at {pose.time_s:.2f} s something was not a number; the last good one was sent instead")
        if good is None or not self._is_turn(good[2].fps):
            return
        if self._holds_t_pose:
            good = (t_pose(good[0].time_s), *good[1:])
        address = self._resolver.address()
        if address is None:
            if self._resolver.problem:
                self._note(self._resolver.problem)
            return
        if self._parts and isinstance(self._encoder, Sharing):
            # Those whose lead it had see other moments from now on.
            self._encoder.part()
            self._parts = False
        datagrams = self._encoder.encode(*good)
        if self._emit(datagrams, address):
            self._sent_at_s.append(self._clock.now_s())

    def _is_turn(self, performed_hz: float) -> bool:
        """Return whether this pose is one of the `rate_hz` to send of `performed_hz`."""
        # By count and not by time: with times, the tick's jitter would drop poses of a target at the full rate.
        is_turn = self._due > 1.0 - 1e-6
        self._due += min(self.rate_hz / performed_hz, 1.0) - is_turn
        return is_turn

    def _emit(self, datagrams: tuple[bytes, ...], address: Address) -> bool:
        """Send every datagram; return whether one went out."""
        try:
            endpoint = self._endpoint(address.family)
        except OSError as error:
            self._note(f"{error.strerror or error}")
            return False
        before = self._sent
        for datagram in datagrams:
            try:
                _put(endpoint, datagram, address)
                self._sent += 1
            except BlockingIOError:
                self._note("the system's send buffer is full; a datagram was dropped")
            except OSError as error:
                self._note(f"{error.strerror or error}")
        return self._sent > before

    def _endpoint(self, family: socket.AddressFamily) -> Endpoint:
        """Return the socket of an address family; made once, it stays until the end of the show."""
        endpoint = self._endpoints.get(family)
        if endpoint is None:
            endpoint = self._endpoints[family] = self._open_endpoint(family, self._interface)
        return endpoint

    def _note(self, error: str) -> None:
        self._errors += 1
        self._last_error = error


def _put(endpoint: Endpoint, datagram: bytes, address: Address) -> None:
    try:
        endpoint.sendto(datagram, address.sockaddr)
    except (ConnectionRefusedError, ConnectionResetError):
        # The answer to an earlier datagram: nobody listens there yet. This one has not been sent.
        endpoint.sendto(datagram, address.sockaddr)
