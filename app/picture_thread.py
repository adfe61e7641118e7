"""The one thread of a window's process that draws pictures where the processor must: Qt's thread never waits for it."""

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue

Job = Callable[[], None]
_log = logging.getLogger(__name__)


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
        # Not nicer than Qt's thread: while it is kept waiting with the interpreter in its hands, Qt would wait too.
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception:  # noqa: BLE001 - the edge of this thread; what else may fail is the driver's secret
                # A picture that failed must not be the last one: the next may be another look or size.
                _log.exception("a picture was not drawn")
