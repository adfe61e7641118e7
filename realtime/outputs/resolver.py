"""Where a target is: looks its name up in a thread of its own, so that no sender ever waits for a name server."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from typing import Any, Protocol

from realtime.clock import Clock

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 30.0
REFRESH_S = 60.0
"""A known name is asked again this often: a laptop comes back from a break with another address."""
PATIENCE_S = 2.0
"""A lookup that takes longer is worth telling the operator."""


SocketAddress = tuple[str, int] | tuple[str, int, int, int]
"""Host and port; IPv6 adds flow and scope."""


@dataclass(frozen=True, slots=True)
class Address:
    """A place to send datagrams to: what `socket.socket` and `sendto` want."""

    family: socket.AddressFamily
    sockaddr: SocketAddress


class Locator(Protocol):
    """Knows where to send, now or later."""

    @property
    def problem(self) -> str:
        """Why nobody knows, or ""."""
        ...

    def address(self) -> Address | None:
        """Return the address, or None as long as nobody knows it. Never waits."""
        ...

    def close(self) -> None:
        """Stop looking."""
        ...


def look_up(host: str, port: int) -> Address:
    """Return the first address of a host, IPv4 before IPv6. May take half a minute.

    Raises:
        OSError: nobody knows the name.
    """
    return _first(socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM))


def in_a_thread(task: Callable[[], None]) -> None:
    """Start a task in a thread that does not keep the program from ending."""
    Thread(target=task, name="resolver", daemon=True).start()


class Resolver:
    """Knows the address of one host, as soon as somebody does; a name once known is never forgotten.

    One thread calls `address`, any thread reads `problem`.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        clock: Clock,
        look_up: Callable[[str, int], Address] = look_up,
        start: Callable[[Callable[[], None]], None] = in_a_thread,
    ) -> None:
        self._host, self._port = host, port
        self._clock = clock
        self._look_up = look_up
        self._start = start
        self._address = _literal(host, port)
        self._fixed = self._address is not None
        self._answer: Address | Exception | None = None
        self._ask_s = float("-inf")
        self._asked_s: float | None = None
        self._retry_s = FIRST_RETRY_S
        self.problem = ""

    def address(self) -> Address | None:
        """Return the address, or None as long as nobody knows it. Never waits."""
        if not self._fixed:
            now_s = self._clock.now_s()
            if self._asked_s is not None:
                self._take_answer(now_s, now_s - self._asked_s)
            elif now_s >= self._ask_s:
                self._asked_s = now_s
                self._start(self._ask)
        return self._address

    def close(self) -> None:
        """Nothing to stop: a lookup under way ends by itself."""

    def _ask(self) -> None:
        """Look the name up, wherever this runs, and leave the answer for `address`."""
        try:
            self._answer = self._look_up(self._host, self._port)
        except (OSError, UnicodeError) as error:  # UnicodeError: a name that no name server could be asked for
            self._answer = error

    def _take_answer(self, now_s: float, waited_s: float) -> None:
        answer, self._answer = self._answer, None
        if answer is None:
            if waited_s > PATIENCE_S and self._address is None:
                self.problem = f"still looking for the host {self._host!r}: is the name server reachable?"
            return
        self._asked_s = None
        if isinstance(answer, Address):
            self._address, self.problem = answer, ""
            self._ask_s, self._retry_s = now_s + REFRESH_S, FIRST_RETRY_S
            return
        if self._address is None:
            self.problem = f"unknown host {self._host!r}: {answer}; check the name, or give the IP address"
        self._ask_s = now_s + self._retry_s
        self._retry_s = min(2.0 * self._retry_s, LONGEST_RETRY_S)


def _literal(host: str, port: int) -> Address | None:
    """Return the address that `host` spells out in digits; None for a name. Asks nobody."""
    try:
        return _first(socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST))
    except (OSError, UnicodeError):
        return None


def _first(found: list[tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]]) -> Address:
    family, _, _, _, sockaddr = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return Address(family, sockaddr)
