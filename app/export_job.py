"""An export in a process of its own, seen from a window: how far it is, how it ended, and a way to stop it."""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

from app.room_export import ExportOrder, export_take

_POLITENESS = 10


@dataclass(frozen=True, slots=True)
class JobState:
    """How an export is doing.

    Attributes:
        share: what is done, 0 to 1.
        ended: whether it is over.
        failure: what went wrong, or "".
        cancelled: whether a person stopped it.
    """

    share: float = 0.0
    ended: bool = False
    failure: str = ""
    cancelled: bool = False


class ExportJob:
    """One export. One thread calls it; nothing waits."""

    def __init__(self, order: ExportOrder) -> None:
        """Begin."""
        self.order = order
        self._state = JobState()
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(order, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def state(self) -> JobState:
        """Return how it is doing now."""
        with suppress(EOFError, OSError):
            while not self._state.ended and self._pipe.poll():
                self._state = self._pipe.recv()
        if not self._state.ended and not self._process.is_alive() and not self._pipe.poll():
            self._state = JobState(self._state.share, ended=True, failure="the export was killed; try again")
        return self._state

    def cancel(self) -> None:
        """Stop it soon; no half file is left."""
        with suppress(OSError):
            self._pipe.send("cancel")

    def stop(self) -> None:
        """End it now: the window goes."""
        self.cancel()
        self._process.join(2.0)
        self._process.terminate()
        self._process.join(1.0)


def _run(order: ExportOrder, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(_POLITENESS)
    told = -1

    def progress(share: float) -> None:
        nonlocal told
        if int(200 * share) != told:
            told = int(200 * share)
            pipe.send(JobState(share))

    def cancelled() -> bool:
        # A window that is gone wants no film either.
        try:
            return pipe.poll() and bool(pipe.recv())
        except (EOFError, OSError):
            return True

    try:
        finished = export_take(order, progress, cancelled)
        pipe.send(JobState(1.0 if finished else 0.0, ended=True, cancelled=not finished))
    except Exception as failure:  # noqa: BLE001 - whatever it was, the window says it
        with suppress(OSError):
            pipe.send(JobState(ended=True, failure=str(failure) or type(failure).__name__))
