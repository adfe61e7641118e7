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
from typing import Any, Generic, Protocol

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


class Launched(Protocol):
    """Something that runs beside us and talks through a pipe."""

    @property
    def pipe(self) -> Connection:
        """Our end of it."""
        ...

    def stop(self) -> None:
        """End it."""
        ...


Launch = Callable[..., Launched]
"""Runs a function of this module beside us: takes the function and its arguments but for the last, the pipe."""


class OwnProcess:
    """A polite process with a pipe; it ends when its owner does."""

    def __init__(self, target: Callable[..., None], *arguments: Any) -> None:  # noqa: ANN401 - passed on
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_politely, args=(target, *arguments, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def stop(self) -> None:
        """End it."""
        self.pipe.close()
        self._process.terminate()
        self._process.join(2.0)


class HearingProcess:
    """Hears a track into a `HeardFile`."""

    def __init__(self, hearing: Hearing, path: Path, launch: Launch = OwnProcess) -> None:
        self._process = launch(_hear, hearing, path)
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

    def __init__(
        self,
        make: Callable[[Who], Engine],
        heard: Path,
        danced: Path,
        plan: Plan[Who],
        launch: Launch = OwnProcess,
    ) -> None:
        self._process = launch(_dance, make, heard, danced, plan)
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


def _said(process: Launched) -> str:
    with suppress(OSError, EOFError):
        if process.pipe.poll():
            return str(process.pipe.recv())
    return ""


def _politely(target: Callable[..., None], *arguments: Any) -> None:  # noqa: ANN401 - passed on
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the show, which ends this process.
    if hasattr(os, "nice"):
        os.nice(_POLITENESS)
    target(*arguments)


def _hear(hearing: Hearing, path: Path, pipe: Connection) -> None:
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
    with suppress(EOFError, OSError):
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
        except (EOFError, OSError):
            raise  # Whoever asked for this dance is gone.
        except Exception as failure:
            logger.exception("the dance of this lane broke off")
            pipe.send(f"{type(failure).__name__}: {failure}")
