"""Waiting for what another thread or process does, without guessing how long it takes."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

T = TypeVar("T")


def wait_until(condition: Callable[[], T | None], *, timeout_s: float = 20.0) -> T:
    """Return what `condition()` says as soon as it is true.

    Raises:
        TimeoutError: it did not become true.
    """
    deadline_s = monotonic() + timeout_s
    pause = threading.Event()
    while not (said := condition()):
        if monotonic() > deadline_s:
            raise TimeoutError(f"waited {timeout_s:g} s in vain for {condition}")
        pause.wait(0.02)
    return said
