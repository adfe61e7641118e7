"""The one thread of a window's process that draws pictures where the processor must: Qt's thread never waits for it."""

import logging
import os
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue

Job = Callable[[], None]
_log = logging.getLogger(__name__)
_KINDER = 10
"""How much a picture steps back behind panels and keys, as a niceness on top of the window's."""


class PictureThread:
    """Does jobs in their order, one at a time. VisPy knows one current canvas a process, so one thread draws them all.

    Any thread submits.
    """

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="pictures", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Have a job done soon."""
        self._jobs.put(job)

    def close(self) -> None:
        """End the thread after the jobs that were submitted."""
        self._jobs.put(None)
        self._thread.join(timeout=5.0)

    def _work(self) -> None:
        if sys.platform.startswith("linux"):
            # On Linux a niceness belongs to a thread; the renderer's own threads inherit this one's.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), min(os.nice(0) + _KINDER, 19))
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception:  # noqa: BLE001 - the edge of this thread; what else may fail is the driver's secret
                # A picture that failed must not be the last one: the next may be another look or size.
                _log.exception("a picture was not drawn")
