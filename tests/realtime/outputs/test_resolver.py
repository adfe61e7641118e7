import socket
import threading
from collections.abc import Callable

import pytest

from realtime.clock import VirtualClock
from realtime.outputs.resolver import LONGEST_RETRY_S, REFRESH_S, Address, Resolver, in_a_thread, look_up

HOME = Address(socket.AF_INET, ("10.0.0.5", 9000))
MOVED = Address(socket.AF_INET, ("10.0.0.6", 9000))


class NameServer:
    """Answers with what it is told to, and counts the questions."""

    def __init__(self, answer: Address | Exception) -> None:
        self.answer = answer
        self.asked_at_s: list[float] = []
        self.clock = VirtualClock()

    def __call__(self, host: str, port: int) -> Address:
        self.asked_at_s.append(self.clock.now_s())
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def resolver(
        self, host: str = "td.local", start: Callable[[Callable[[], None]], None] = lambda task: task()
    ) -> Resolver:
        return Resolver(host, 9000, clock=self.clock, look_up=self, start=start)


def _after(resolver: Resolver, server: NameServer, seconds: float, step_s: float = 0.25) -> Address | None:
    """Ask for the address again and again for a while; return the last answer."""
    end_s, address = server.clock.now_s() + seconds, resolver.address()
    while server.clock.now_s() < end_s:
        server.clock.sleep_until(server.clock.now_s() + step_s)
        address = resolver.address()
    return address


def test_a_name_is_known_once_it_was_looked_up_and_asked_again_each_minute() -> None:
    server = NameServer(HOME)
    resolver = server.resolver()
    assert _after(resolver, server, 3 * REFRESH_S + 2.0) == HOME
    assert resolver.problem == ""
    assert server.asked_at_s == pytest.approx([0.0, REFRESH_S, 2 * REFRESH_S, 3 * REFRESH_S], abs=2.0)


def test_an_unknown_name_is_told_and_asked_for_less_and_less_often() -> None:
    server = NameServer(socket.gaierror(-2, "Name or service not known"))
    resolver = server.resolver()
    assert _after(resolver, server, 600.0) is None
    assert "'td.local'" in resolver.problem
    gaps_s = [later - earlier for earlier, later in zip(server.asked_at_s, server.asked_at_s[1:], strict=False)]
    assert gaps_s == sorted(gaps_s)
    assert gaps_s[0] < 2.0
    assert gaps_s[-1] == pytest.approx(LONGEST_RETRY_S, abs=1.0)


def test_a_name_that_comes_up_late_is_found() -> None:
    server = NameServer(socket.gaierror(-2, "Name or service not known"))
    resolver = server.resolver()
    _after(resolver, server, 40.0)
    server.answer = HOME
    assert _after(resolver, server, LONGEST_RETRY_S + 1.0) == HOME
    assert resolver.problem == ""


def test_a_name_that_was_known_is_never_forgotten() -> None:
    server = NameServer(HOME)
    resolver = server.resolver()
    _after(resolver, server, 1.0)
    server.answer = socket.gaierror(-3, "Temporary failure in name resolution")
    assert _after(resolver, server, 10 * REFRESH_S) == HOME
    assert resolver.problem == ""


def test_a_laptop_that_comes_back_with_another_address_is_followed() -> None:
    server = NameServer(HOME)
    resolver = server.resolver()
    _after(resolver, server, 1.0)
    server.answer = MOVED
    assert _after(resolver, server, REFRESH_S + 1.0) == MOVED


def test_a_name_server_that_never_answers_is_asked_once_and_told_after_a_while() -> None:
    server, started = NameServer(HOME), list[Callable[[], None]]()
    resolver = server.resolver(start=started.append)
    assert _after(resolver, server, 1.0) is None
    assert resolver.problem == ""
    assert _after(resolver, server, 100.0) is None
    assert "still looking" in resolver.problem
    assert len(started) == 1
    started[0]()  # at last
    assert _after(resolver, server, 0.5) == HOME
    assert resolver.problem == ""


@pytest.mark.parametrize(
    ("host", "family"),
    [("192.168.1.20", socket.AF_INET), ("::1", socket.AF_INET6), ("255.255.255.255", socket.AF_INET)],
)
def test_an_address_in_digits_is_known_at_once_and_nobody_is_asked(host: str, family: socket.AddressFamily) -> None:
    server = NameServer(OSError("must not be asked"))
    address = server.resolver(host).address()
    assert address is not None
    assert (address.family, address.sockaddr[:2]) == (family, (host, 9000))
    assert server.asked_at_s == []


def test_names_that_no_server_could_be_asked_for_are_unknown_hosts() -> None:
    clock = VirtualClock()
    for host in ("a" * 70 + ".local", "", "two words"):
        resolver = Resolver(host, 9000, clock=clock, start=lambda task: task())
        resolver.address()
        if resolver.address() is None:
            assert "unknown host" in resolver.problem


def test_localhost_is_looked_up_by_the_system() -> None:
    assert look_up("localhost", 9000).sockaddr[0] in ("127.0.0.1", "::1")


def test_a_lookup_has_a_thread_of_its_own_that_keeps_nobody_from_leaving() -> None:
    found, done = list[threading.Thread](), threading.Event()
    in_a_thread(lambda: (found.append(threading.current_thread()), done.set())[1])
    assert done.wait(30.0)
    assert found[0] is not threading.current_thread()
    assert found[0].daemon
