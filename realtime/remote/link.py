"""Ableton Link: a session that shares its tempo and its beat over the network. Needs the extra `link` (aalink).

We listen: joining never changes the session's tempo (Link's test plan), and half or double stay our own affair.
"""

import asyncio
from collections.abc import Callable
from math import floor
from threading import Thread
from typing import Any

from realtime.clock import Clock
from realtime.commands import Command, OutsideBeat
from realtime.types import TempoSource

_EVERY_S = 0.25


class LinkListener:
    """Follows a session in a thread of its own; says nothing as long as nobody else is in it.

    Raises:
        ImportError: aalink is not installed.
    """

    def __init__(self, obey: Callable[[Command], None], clock: Clock) -> None:
        # An extra.
        import aalink  # noqa: PLC0415  # pyright: ignore[reportMissingImports]

        self._make_link: Callable[..., Any] = aalink.Link
        self._obey, self._clock = obey, clock
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        self._thread = Thread(target=self._run, name="link", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Leave the session."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(timeout=2.0)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._follow())
        self._loop.close()

    async def _follow(self) -> None:
        link = self._make_link(120.0)
        link.enabled = True
        while not self._stopped.is_set():
            if link.num_peers:
                self._obey(beat_of(link.beat, link.tempo, self._clock.now_s()))
            try:
                await asyncio.wait_for(self._stopped.wait(), _EVERY_S)
            except TimeoutError:
                continue
        link.enabled = False


def beat_of(beat: float, tempo_bpm: float, host_s: float) -> OutsideBeat:
    """Return the last whole beat of a session that is at `beat` now."""
    whole = floor(beat)
    return OutsideBeat(int(TempoSource.LINK), tempo_bpm, host_s - (beat - whole) * 60.0 / tempo_bpm, whole % 4)
