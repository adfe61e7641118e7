"""Items from another process: all, in order, with their errors, and without leaving a process behind."""

import multiprocessing
import os
from collections.abc import Iterator
from functools import partial

import pytest

from realtime.worker import in_process
from tests.support.wait import wait_until


def count(upto: int) -> Iterator[int]:
    yield from range(upto)


def fail(after: int) -> Iterator[int]:
    yield from range(after)
    raise ValueError("the track is damaged")


def die() -> Iterator[int]:
    yield from range(64)
    os._exit(3)


def pid() -> Iterator[int]:
    yield os.getpid()


def test_every_item_comes_in_order() -> None:
    assert list(in_process(partial(count, 1000))) == list(range(1000))
    assert list(in_process(partial(count, 0))) == []
    assert next(in_process(pid)) != os.getpid()


def test_an_error_there_is_raised_here() -> None:
    taken: list[int] = []
    with pytest.raises(ValueError, match="damaged"):
        taken.extend(in_process(partial(fail, 200)))


def test_a_process_that_is_killed_is_an_error_and_not_an_end() -> None:
    with pytest.raises(EOFError):
        list(in_process(die))


def test_whoever_stops_early_leaves_no_process_behind() -> None:
    items = in_process(partial(count, 10_000_000))
    assert next(items) == 0
    items.close()  # type: ignore[attr-defined]
    wait_until(lambda: not multiprocessing.active_children())
