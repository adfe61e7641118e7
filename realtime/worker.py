"""Runs what computes steadily in a process of its own: a source of items, read ahead of whoever takes them.

Python computes on one core a process; a rehearsal that hears in one and dances in another is bit for bit the same, and
sooner over.
"""

import signal
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TypeVar

Item = TypeVar("Item")

_BATCH = 64
"""Items sent together: one at a time the pipe would cost more than the work."""


class _End:
    """Sent after the last item."""


def in_process(make: Callable[[], Iterator[Item]]) -> Iterator[Item]:
    """Yield the items of `make()`, which runs in a process of its own.

    Args:
        make: picklable, as must be its items (a function of a module, or a `functools.partial` of one).

    Raises:
        Exception: whatever `make()` raised there.
        EOFError: the process was killed.
    """
    context = get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_send_all, args=(make, sending), daemon=True)
    process.start()
    sending.close()
    try:
        while not isinstance(received := receiving.recv(), _End):
            if isinstance(received, Exception):
                raise received
            yield from received
    finally:
        process.terminate()
        process.join()
        receiving.close()


def _send_all(make: Callable[[], Iterator[Item]], sending: Connection) -> None:
    # Ctrl-C is for the parent, which ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        batch: list[Item] = []
        for item in make():
            batch.append(item)
            if len(batch) == _BATCH:
                sending.send(batch)
                batch = []
        sending.send(batch)
        sending.send(_End())
    except Exception as error:  # noqa: BLE001 - it is raised where the items are taken
        sending.send(error)
