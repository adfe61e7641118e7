"""OS2L: VirtualDJ and others tell every beat over TCP, as JSON objects one after the other (os2l.org).

Only `{"evt":"beat","pos":..,"bpm":..}` is listened to. A client that sends too much without an end, or nothing at all
for long, is dropped.
"""

import json
import logging
import selectors
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Any

from realtime.clock import Clock
from realtime.commands import Command, OutsideBeat
from realtime.types import TempoSource

MOST_CLIENTS = 4
MOST_BYTES = 16 * 1024
"""A beat has 70; more than this without the end of an object is not OS2L."""
_TICK_S = 0.1

logger = logging.getLogger("farandole.remote")


class Os2lStream:
    """Reads one client's bytes. Raises `ValueError` for what is not OS2L."""

    def __init__(self) -> None:
        self._text = ""
        self._decoder = json.JSONDecoder()

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """Return the objects that these bytes complete."""
        self._text += data.decode("utf-8", "strict")
        objects: list[dict[str, Any]] = []
        while self._text:
            self._text = self._text.lstrip("\0 \t\r\n,")
            try:
                value, end = self._decoder.raw_decode(self._text)
            except json.JSONDecodeError:
                break
            except RecursionError as error:
                raise ValueError("nested too deeply") from error
            if not isinstance(value, dict):
                raise ValueError(f"expected an object, got {value!r:.40}")  # noqa: TRY004 - what came, not who called
            objects.append(value)
            self._text = self._text[end:]
        if len(self._text) > MOST_BYTES or (self._text and self._text[0] != "{"):
            raise ValueError(f"expected an object, got {self._text[:40]!r}")
        return objects


def beat_of(event: dict[str, Any], host_s: float) -> OutsideBeat | None:
    """Return the beat that an event tells; None for every other event."""
    bpm, position = event.get("bpm"), event.get("pos", -1)
    if event.get("evt") != "beat" or not isinstance(bpm, int | float) or not isinstance(position, int | float):
        return None
    if not 0.0 < bpm < 1000.0 or not -(2**31) < position < 2**31:
        return None
    return OutsideBeat(int(TempoSource.OS2L), float(bpm), host_s, int(position) % 4 if position >= 0 else -1)


class Os2lServer:
    """Listens for OS2L in a thread of its own."""

    def __init__(self, obey: Callable[[Command], None], clock: Clock, *, host: str, port: int) -> None:
        """Take the port.

        Raises:
            OSError: it cannot be had.
        """
        self.refused = 0
        self._obey, self._clock = obey, clock
        self._listening = socket.create_server((host, port), backlog=MOST_CLIENTS)
        self._listening.setblocking(False)
        self._streams: dict[socket.socket, Os2lStream] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="os2l", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The TCP port that it listens on."""
        return self._listening.getsockname()[1]

    def close(self) -> None:
        """Stop listening and give the port back."""
        self._stopping.set()
        self._thread.join(timeout=2.0)
        for client in list(self._streams):
            self._drop(client)
        self._selector.close()
        self._listening.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            for key, _ in self._selector.select(timeout=_TICK_S):
                if key.fileobj is self._listening:
                    self._accept()
                elif isinstance(key.fileobj, socket.socket):
                    self._read(key.fileobj)

    def _accept(self) -> None:
        with suppress(OSError):
            client, _ = self._listening.accept()
            if len(self._streams) >= MOST_CLIENTS:
                self.refused += 1
                client.close()
                return
            client.setblocking(False)
            self._streams[client] = Os2lStream()
            self._selector.register(client, selectors.EVENT_READ)

    def _read(self, client: socket.socket) -> None:
        now_s = self._clock.now_s()
        try:
            data = client.recv(4096)
            events = self._streams[client].feed(data)
        except (OSError, ValueError):
            self.refused += 1
            return self._drop(client)
        if not data:
            return self._drop(client)
        for event in events:
            beat = beat_of(event, now_s)
            if beat is not None:
                self._obey(beat)
        # A client that floods is read at the pace of the music, not at its own.
        self._stopping.wait(0.005)
        return None

    def _drop(self, client: socket.socket) -> None:
        self._selector.unregister(client)
        del self._streams[client]
        client.close()
