"""The two processes behind a room: one hears the track, one for each lane dances to what it heard.

They are spawned, so whatever they are given is picklable, and they are polite: the show goes before them,
and they before a window, which would show a dancer who waits.
"""

import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Generic

from realtime.engine import Engine
from realtime.room.ahead import Ahead, Plan, Who
from realtime.room.danced import DancedFile
from realtime.room.heard import HeardFile
from realtime.types import MusicFrame

Hearing = Callable[[], Iterator[list[MusicFrame]]]
"""Returns what is heard in a track, a few frames at a time; raises `AudioFileError` when it breaks off."""

_IDLE_S = 0.02
_FRAMES_AT_ONCE = 50
_POLITENESS = 2

logger = logging.getLogger("farandole.room")


class _Process:
    """A polite process with a pipe; it ends when its owner does."""

    def __init__(self, target: Callable[..., None], *arguments: Any) -> None:  # noqa: ANN401 - passed on
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=target, args=(*arguments, theirs), daemon=True)
        self._process.start()
        theirs.close()

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def stop(self) -> None:
        self.pipe.close()
        self._process.terminate()
        self._process.join(2.0)


class HearingProcess:
    """Hears a track into a `HeardFile`."""

    def __init__(self, hearing: Hearing, path: Path) -> None:
        self._process = _Process(_hear, hearing, path)
        self._failure = ""

    @property
    def failure(self) -> str:
        """What went wrong, or ""."""
        self._failure = self._failure or _said(self._process)
        return self._failure

    def stop(self) -> None:
        """End it."""
        self._process.stop()


class DancingProcess(Generic[Who]):
    """Dances a lane into a `DancedFile`. One thread calls it."""

    def __init__(self, make: Callable[[Who], Engine], heard: Path, danced: Path, plan: Plan[Who]) -> None:
        self._process = _Process(_dance, make, heard, danced, plan)
        self._failure = ""
        self._plan = plan
        self.number = 0

    @property
    def failure(self) -> str:
        """What went wrong, or ""."""
        self._failure = self._failure or _said(self._process)
        return self._failure

    def change(self, plan: Plan[Who]) -> None:
        """Have it dance by another plan, whose `number` the file then tells."""
        if plan != self._plan:
            self._plan = plan
            self.number += 1
            with suppress(OSError):
                self._process.pipe.send((self.number, plan))

    def stop(self) -> None:
        """End it."""
        self._process.stop()


def _said(process: _Process) -> str:
    with suppress(OSError, EOFError):
        if process.pipe.poll():
            return str(process.pipe.recv())
    return ""


def _settle_in() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the show, which ends this process.
    if hasattr(os, "nice"):
        os.nice(_POLITENESS)


def _hear(hearing: Hearing, path: Path, pipe: Connection) -> None:
    _settle_in()
    heard = HeardFile.attach(path, writable=True)
    waiting: list[MusicFrame] = []
    try:
        for frames in hearing():
            waiting += frames
            if len(waiting) >= _FRAMES_AT_ONCE:
                heard.append(waiting)
                waiting = []
    except Exception as failure:  # noqa: BLE001 - what was heard before it can be rehearsed
        pipe.send(str(failure))
    heard.append(waiting)
    heard.finish()


def _dance(make: Callable[[Who], Engine], heard: Path, danced: Path, plan: Plan[Who], pipe: Connection) -> None:
    _settle_in()
    with suppress(EOFError):
        try:
            file = DancedFile.attach(danced, writable=True)
            ahead = Ahead(make, HeardFile.attach(heard), file, plan)
            worked = True
            while True:
                while pipe.poll(0.0 if worked else _IDLE_S):
                    number, plan = pipe.recv()
                    if not pipe.poll():
                        ahead.change(plan)
                        file.dance_by(number)
                worked = ahead.step()
        except EOFError:
            raise
        except Exception as failure:
            logger.exception("the dance of this lane broke off")
            pipe.send(f"{type(failure).__name__}: {failure}")
