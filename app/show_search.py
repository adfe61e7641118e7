"""Looks for a show beside the window: a show that hangs while it is asked must not hang the window too."""

from collections.abc import Callable
from threading import Thread

from app.show_client import Attach, ShowClient
from realtime.errors import LinkError

Job = Callable[[], None]


def in_a_thread(job: Job) -> None:
    """Run a job in a thread that ends with the process at the latest."""
    Thread(target=job, name="search", daemon=True).start()


class ShowSearch:
    """One search at a time. One thread starts searches and takes what they found.

    Args:
        attach: finds a show, or raises `LinkError`.
        run: runs a job, now or soon.
    """

    def __init__(self, attach: Attach, *, run: Callable[[Job], None] = in_a_thread) -> None:
        self._attach = attach
        self._run = run
        self._searching = False
        self._found: ShowClient | None = None

    def start(self) -> None:
        """Look for a show, unless a search is under way or has found one."""
        if not self._searching and self._found is None:
            self._searching = True
            self._run(self._search)

    def take(self) -> ShowClient | None:
        """Return the show that was found since the last call; None when there was none."""
        found, self._found = self._found, None
        return found

    def _search(self) -> None:
        try:
            self._found = self._attach()
        except LinkError:
            pass
        finally:
            self._searching = False
