"""The remote control: OSC comes in, Commands go on, answers go out; whatever else comes is counted and dropped.

It has one thread and one socket, and reads at most so many packets a tick. What a flood leaves in the system's small
buffer is lost there, at no cost to the dance.
"""

import ipaddress
import logging
import select
import socket
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Event, Thread

from realtime.clock import Clock
from realtime.commands import Command
from realtime.errors import FarandoleError
from realtime.health import HealthSnapshot, RemoteHealth
from realtime.osc import MAX_PACKET_BYTES, OscMessage, parse_packet
from realtime.remote.control import ROOT, Control
from realtime.remote.controls import all_controls
from realtime.remote.decks import ADDRESSES, Decks
from realtime.remote.feedback import Feedback, Place
from realtime.remote.quantise import Quantiser, Quantum

TICK_S = 0.01
MOST_PACKETS_A_TICK = 32
_BUFFER_BYTES = 64 * 1024
_MOST_KNOWN_SENDERS = 256

logger = logging.getLogger("farandole.remote")


class OscRemote:
    """Listens for a remote control. `start` starts its thread; any thread may read `health` and set `now`."""

    def __init__(
        self,
        obey: Callable[[Command], None],
        show_s: Callable[[], float],
        clock: Clock,
        *,
        host: str = "127.0.0.1",
        port: int = 10010,
        allow: Sequence[str] = (),
        quantum: Quantum = Quantum.BAR,
        feedback_port: int = 10011,
        learn: Callable[[str], None] | None = None,
    ) -> None:
        """Prepare to listen.

        Args:
            obey: takes each command, in the remote's thread.
            show_s: the show time now.
            clock: host time.
            host: the address to listen on; nobody but this machine reaches 127.0.0.1.
            port: UDP port; 0 lets the system choose.
            allow: addresses and networks ("10.0.0.7", "192.168.1.0/24") that may send; none means all that reach it.
            quantum: what preset changes wait for.
            feedback_port: where subscribers listen who name no port.
            learn: takes the address that the next MIDI message shall stand for, or raises `ValueError`.

        Raises:
            FarandoleError: an address in `allow` is none.
        """
        self.now = HealthSnapshot()
        self.health = RemoteHealth()
        self.controls = all_controls()
        self._obey, self._show_s, self._clock = obey, show_s, clock
        self._place, self._feedback_port = (host, port), feedback_port
        self._allowed = [_network(text) for text in allow]
        self._known: dict[str, bool] = {}
        self._quantiser = Quantiser(quantum)
        self._feedback = Feedback(self.controls)
        self._decks = Decks()
        self._asked: deque[Command] = deque(maxlen=64)
        self._learn = learn
        self._socket: socket.socket | None = None
        self._stopping = Event()
        self._thread: Thread | None = None

    def ask(self, control: Control, command: Command) -> None:
        """Obey a command that came by another way, at once or on its beat. Any thread may call this."""
        if control.quantised:
            self._asked.append(command)
        else:
            self._obey(command)

    @property
    def port(self) -> int:
        """The port that it listens on; 0 when it does not."""
        return self._socket.getsockname()[1] if self._socket is not None else 0

    def send(self, packet: bytes, place: Place) -> None:
        """Send from the port that it listens on. Any thread may call this; does nothing when it does not listen.

        Raises:
            OSError: the system does not send it.
        """
        endpoint = self._socket
        if endpoint is not None:
            endpoint.sendto(packet, place)

    def open(self) -> bool:
        """Take the port; False, with the reason in `health`, when it cannot be had. The show goes on without."""
        family = socket.AF_INET6 if ":" in self._place[0] else socket.AF_INET
        endpoint = socket.socket(family, socket.SOCK_DGRAM)
        try:
            endpoint.setblocking(False)
            endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
            endpoint.bind(self._place)
        except OSError as error:
            endpoint.close()
            host, port = self._place
            self._note(f"no remote control: cannot listen on {host}:{port} ({error.strerror}); is it taken?")
            logger.warning("%s", self.health.last_problem)
            return False
        self._socket = endpoint
        self.health = replace(self.health, address=f"{self._place[0]}:{self.port}")
        return True

    def start(self) -> None:
        """Listen in a thread, if the port can be had."""
        if self.open():
            self._thread = Thread(target=self._run, name="remote", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop listening and give the port back."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=2.0)
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def step(self) -> bool:
        """Obey what has come and what is due, and answer; return whether more came than is read at once."""
        flooded = self._read()
        while self._asked:
            self._quantiser.add(self._asked.popleft(), self.now.beat, self._show_s())
        for command in self._quantiser.due(self.now.beat, self._show_s()):
            self._hand_on(command)
        now_s = self._clock.now_s()
        for packet, place in self._feedback.due(self.now, now_s):
            self._send(packet, place)
        self.health = replace(self.health, subscribers=self._feedback.count(now_s))
        return flooded

    def _run(self) -> None:
        while not self._stopping.is_set():
            endpoint = self._socket
            if endpoint is None:
                return
            try:
                select.select([endpoint], [], [], TICK_S if len(self._quantiser) else 5 * TICK_S)
                flooded = self.step()
            except Exception as failure:  # noqa: BLE001 - whatever comes over the network, the show goes on
                self._note(f"{type(failure).__name__}: {failure}")
                flooded = True
            if flooded:
                self._stopping.wait(TICK_S)

    def _read(self) -> bool:
        if self._socket is None:
            return False
        for _ in range(MOST_PACKETS_A_TICK):
            try:
                data, sender = self._socket.recvfrom(MAX_PACKET_BYTES + 1)
            except BlockingIOError:
                return False
            except OSError as error:
                # Windows reports here that an answer found nobody.
                self._note(f"{error.strerror or error}")
                continue
            self._take(data, sender)
        self.health = replace(self.health, floods=self.health.floods + 1)
        return True

    def _take(self, data: bytes, sender: tuple[str, int]) -> None:
        health = self.health
        if not self._is_allowed(sender[0]):
            self.health = replace(health, packets=health.packets + 1, refused=health.refused + 1)
            return self._note(f"a packet from {sender[0]}, which the allow-list does not name")
        if len(data) > MAX_PACKET_BYTES:
            self.health = replace(health, packets=health.packets + 1, oversized=health.oversized + 1)
            return self._note(f"a packet of more than {MAX_PACKET_BYTES} bytes from {sender[0]}")
        self.health = replace(health, packets=health.packets + 1)
        try:
            for message in parse_packet(data):
                self._obey_message(message, sender)
        except ValueError as error:
            self.health = replace(self.health, malformed=self.health.malformed + 1)
            self._note(f"from {sender[0]}: {error}")
        return None

    def _obey_message(self, message: OscMessage, sender: Place) -> None:
        address = message.address
        if address == f"{ROOT}/query":
            self._feedback.ask((sender[0], _port(message, sender[1])))
        elif address == f"{ROOT}/subscribe":
            if not self._feedback.subscribe((sender[0], _port(message, self._feedback_port)), self._clock.now_s()):
                self._note(f"{sender[0]} cannot subscribe: too many others have")
        elif address == f"{ROOT}/midi/learn" and self._learn is not None:
            self._learn(str(message.arguments[0] if message.arguments else ""))
        elif address == f"{ROOT}/quantize":
            self._quantiser.quantum = _quantum(message)
        elif address in ADDRESSES:
            beat = self._decks.hear(message, self._clock.now_s())
            if beat is not None:
                self._hand_on(beat)
        elif address in self.controls:
            control = self.controls[address]
            command = control.command(message.arguments, self.now)
            if command is None:
                return
            if control.quantised:
                self._quantiser.add(command, self.now.beat, self._show_s())
            else:
                self._hand_on(command)
        else:
            self.health = replace(self.health, unknown=self.health.unknown + 1)
            self._note(f"from {sender[0]}: nothing is called {address[:64]}")

    def _hand_on(self, command: Command) -> None:
        self.health = replace(self.health, commands=self.health.commands + 1)
        self._obey(command)

    def _send(self, packet: bytes, place: Place) -> None:
        try:
            self.send(packet, place)
        except OSError as error:
            self._note(f"no answer to {place[0]}:{place[1]}: {error.strerror or error}")

    def _is_allowed(self, sender: str) -> bool:
        allowed = self._known.get(sender)
        if allowed is None:
            ip = ipaddress.ip_address(sender.partition("%")[0])
            allowed = not self._allowed or ip.is_loopback or any(ip in network for network in self._allowed)
            if len(self._known) < _MOST_KNOWN_SENDERS:
                self._known[sender] = allowed
        return allowed

    def _note(self, problem: str) -> None:
        self.health = replace(self.health, last_problem=problem)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise FarandoleError(
            f'remote.allow: expected an address or a network such as "192.168.1.0/24", got "{text}"'
        ) from error


def _port(message: OscMessage, default: int) -> int:
    if not message.arguments:
        return default
    port = message.arguments[0]
    if isinstance(port, int | float) and 1 <= int(port) <= 65535:
        return int(port)
    raise ValueError(f"{message.address}: expected a port from 1 to 65535, got {port!r:.40}")


def _quantum(message: OscMessage) -> Quantum:
    value = message.arguments[0] if message.arguments else None
    if isinstance(value, int | float) and int(value) in tuple(Quantum):
        return Quantum(int(value))
    raise ValueError(f"{message.address}: expected 0 (off), 1 (beat), 2 (bar) or 3 (4 bars), got {value!r:.40}")
