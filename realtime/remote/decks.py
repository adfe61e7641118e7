"""DJ decks by way of Open Beat Control, which tells over OSC what it hears on a Pro DJ Link network.

It is asked with `/master stream PORT` and then tells the tempo master's beats (`/master/beat ,iifff`: device, beat in
the bar from 1, tempo, tempo of the track, pitch), its tempo between them (`/master/tempo ,f`), and who is master
(`/master/player ,i`, `/master/none`). Its guide: Deep-Symmetry/open-beat-control, doc/, Messages.
"""

import socket
from collections.abc import Callable
from threading import Event, Thread

from realtime.commands import OutsideBeat
from realtime.osc import OscMessage, pack_message
from realtime.types import TempoSource

ADDRESSES = frozenset({"/master/beat", "/master/tempo", "/master/player", "/master/none"})
PORT = 17_002
ASK_EVERY_S = 5.0
"""Asking again renews the stream, so that it survives a restart of either side."""
_FIRST_MIXER = 33
"""Mixers know no place in the bar."""
_STALE_S = 2.5


class Decks:
    """Follows what the decks say. One thread calls it."""

    def __init__(self) -> None:
        self._last: OutsideBeat | None = None

    def hear(self, message: OscMessage, now_s: float) -> OutsideBeat | None:
        """Return the beat that a message tells; None for one that tells none.

        Raises:
            ValueError: its arguments do not fit.
        """
        match message.address, message.arguments[:3]:
            case "/master/beat", (int() | float() as device, int() | float() as beat, int() | float() as tempo_bpm):
                if not 1 <= beat <= 16:
                    raise ValueError(f"/master/beat: expected a beat from 1 to 16, got {beat!r:.40}")
                place = -1 if device >= _FIRST_MIXER else int(beat) - 1
                self._last = OutsideBeat(int(TempoSource.DJLINK), float(tempo_bpm), now_s, place)
                return self._last
            case "/master/tempo", (int() | float() as tempo_bpm, *_):
                last = self._last
                if last is None or now_s - last.host_s > _STALE_S:
                    return None
                self._last = OutsideBeat(last.source, float(tempo_bpm), last.host_s, last.beat_in_bar)
                return self._last
            case "/master/player" | "/master/none", _:
                # What is known of the master's bar is not the next one's.
                self._last = None
                return None
            case _:
                raise ValueError(f"{message.address}: expected a deck's beat or tempo, got {message.arguments!r:.60}")


class DeckRequest:
    """Asks an Open Beat Control for its stream, in a thread of its own: looking a name up may take seconds."""

    def __init__(self, place: str, port: int, send: Callable[[bytes, tuple[str, int]], None]) -> None:
        """Begin to ask.

        Args:
            place: "HOST" or "HOST:PORT".
            port: where we listen for what it tells.
            send: sends a packet from any thread; raises `OSError`.

        Raises:
            ValueError: that is no place.
        """
        self._place, self._port, self._send = _place(place), port, send
        self.problem = ""
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="decks", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ask for no more of it."""
        self._stopping.set()
        self._thread.join(timeout=1.0)

    def _run(self) -> None:
        while True:
            self._ask("stream")
            if self._stopping.wait(ASK_EVERY_S):
                break
        self._ask("stop")

    def _ask(self, what: str) -> None:
        host, port = self._place
        try:
            found = socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_DGRAM)
            self._send(pack_message("/master", what, self._port), (str(found[0][4][0]), port))
            self.problem = ""
        except OSError as error:
            self.problem = f"Open Beat Control at {host}:{port}: {error.strerror or error}"


def _place(text: str) -> tuple[str, int]:
    host, colon, port = text.partition(":")
    if not host or (colon and not (port.isdecimal() and 1 <= int(port) <= 65535)):
        raise ValueError(f'remote.open_beat_control: expected "HOST" or "HOST:PORT", got "{text}"')
    return host, int(port) if colon else PORT
