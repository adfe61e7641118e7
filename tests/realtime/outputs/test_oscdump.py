"""What liblo makes of our datagrams: `oscdump` listens on loopback and prints what it understood."""

import os
import re
import select
import socket
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest

from realtime.outputs.flat import Rotations, flat_encoder
from tests.support.osc import MUSIC, STATE, channels_of, dancing_pose

_LINE = re.compile(r"^[0-9a-f]{8}\.[0-9a-f]{8} (\S+) ([ifs]+) (\S+)$")
PATIENCE_S = 30.0


class OscDump:
    """A running `oscdump`; `hear` returns the addresses and values that it printed."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, sender: socket.socket) -> None:
        assert process.stdout is not None
        self._printed, self._address, self._sender = process.stdout, ("127.0.0.1", port), sender
        self._text = ""
        self._wait_until_it_listens()

    def hear(self, datagrams: tuple[bytes, ...], count: int) -> list[tuple[str, str, float]]:
        """Return address, type and value of the `count` messages of the datagrams."""
        for datagram in datagrams:
            self._sender.sendto(datagram, self._address)
        self._read_while(lambda: self._text.count("\n") < count)
        lines, self._text = self._text.splitlines(), ""
        found = [_LINE.match(line) for line in lines]
        assert all(found), lines
        return [(match[1], match[2], float(match[3])) for match in found if match]

    def _wait_until_it_listens(self) -> None:
        hello = b"/hello\0\0,\0\0\0"
        deadline_s = time.monotonic() + PATIENCE_S
        while not self._readable(0.05):
            assert time.monotonic() < deadline_s, "oscdump does not answer"
            self._sender.sendto(hello, self._address)
        while self._readable(0.05):
            self._output()

    def _read_while(self, unfinished: Callable[[], bool]) -> None:
        deadline_s = time.monotonic() + PATIENCE_S
        while unfinished():
            assert time.monotonic() < deadline_s, self._text
            if self._readable(0.5):
                self._text += self._output()

    def _readable(self, timeout_s: float) -> bool:
        return bool(select.select([self._printed], [], [], timeout_s)[0])

    def _output(self) -> str:
        return os.read(self._printed.fileno(), 65536).decode()


@contextmanager
def _running_oscdump() -> Generator[OscDump]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = subprocess.Popen(["oscdump", "-L", str(port)], stdout=subprocess.PIPE)
        try:
            yield OscDump(process, port, sender)
        finally:
            process.terminate()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


@pytest.mark.realtime
def test_liblo_reads_every_message_as_python_osc_does_and_in_our_order() -> None:
    with _running_oscdump() as oscdump:
        for rotations in Rotations:
            encoder = flat_encoder(rotations)
            datagrams = encoder.encode(dancing_pose(seed=4), MUSIC, STATE)
            expected = channels_of(datagrams)
            heard = oscdump.hear(datagrams, count=len(expected) + len(datagrams) - 1)
            values = {address: value for address, _, value in heard}
            assert list(values) == list(expected)
            assert values == pytest.approx(expected, abs=1e-6, rel=1e-6)
            assert {(kind == "i") == isinstance(expected[address], int) for address, kind, _ in heard} == {True}
