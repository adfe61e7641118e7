"""The native profiles: a body in one of several spellings, then the rows that all of them share."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from realtime.outputs.moment import Moment, MomentReader
from realtime.outputs.osc_packet import FrameTemplate, Message
from realtime.outputs.show_table import EVERY_FRAME, ON_CHANGE, Row, dancer_rows
from realtime.types import FloatArray, MusicFrame, Pose, ShowState

FRAME_WRAP = 2**20
"""Frame numbers stay below this: a receiver that keeps them as float32 then knows each from the next."""
REMINDER_S = 1.0
"""Rows that are sent on change are sent this often at least."""
FRAME_HEADER = Message("/dance/p1/frame", "i")


class Reading(NamedTuple):
    """What the shared rows say about a moment: in the order of their tables, floats and ints apart."""

    moment: Moment
    floats: list[float]
    ints: list[int]
    slow_floats: list[float]
    slow_ints: list[int]


class RowReader:
    """Reads the shared rows of a moment once, however many targets ask. One thread calls it."""

    def __init__(self, moments: MomentReader | None = None) -> None:
        self.moments = moments or MomentReader()
        self.fast = (*dancer_rows(self.moments.axes), *EVERY_FRAME)
        self._fast_floats, self._fast_ints = _reads(self.fast, "f"), _reads(self.fast, "i")
        self._slow_floats, self._slow_ints = _reads(ON_CHANGE, "f"), _reads(ON_CHANGE, "i")
        self._last: Reading | None = None

    def read(self, pose: Pose, music: MusicFrame, state: ShowState) -> Reading:
        """Return what the rows say about a pose."""
        moment = self.moments.read(pose, music, state)
        last = self._last
        if last is None or last.moment is not moment:
            self._last = last = Reading(
                moment,
                [read(moment) for read in self._fast_floats],
                [int(read(moment)) for read in self._fast_ints],
                [read(moment) for read in self._slow_floats],
                [int(read(moment)) for read in self._slow_ints],
            )
        return last


class NativeEncoder:
    """Turns a show into datagrams; see `osc_packet` for their rules. One thread calls `encode`.

    The first frame holds every address, and the order of addresses never changes: TouchDesigner makes its channels in
    the order in which addresses arrive.
    """

    def __init__(
        self, body: Sequence[Message], body_values: Callable[[Moment], FloatArray], rows: RowReader | None = None
    ) -> None:
        """Spell the body one way.

        Args:
            body: its messages; every argument is of type f.
            body_values: all their arguments in order, shape (n,).
            rows: what the other addresses say; targets with the same lead and axes may share one.
        """
        self._body_values = body_values
        self._rows = rows or RowReader()
        self._usual = FrameTemplate([*body, *_messages(self._rows.fast)], header=FRAME_HEADER)
        self._whole = FrameTemplate([*body, *_messages((*self._rows.fast, *ON_CHANGE))], header=FRAME_HEADER)
        self._frame = -1
        self._told: list[float] = []
        self._told_s = float("-inf")

    def encode(self, pose: Pose, music: MusicFrame, state: ShowState) -> tuple[bytes, ...]:
        """Return the datagrams of one frame. Every number must be finite; see `last_good`."""
        moment, floats, ints, slow_floats, slow_ints = self._rows.read(pose, music, state)
        self._frame = (self._frame + 1) % FRAME_WRAP
        template = self._usual
        if self._has_news([*slow_floats, *slow_ints], moment.time_s):
            template = self._whole
            floats, ints = floats + slow_floats, ints + slow_ints
        return template.fill(np.concatenate([self._body_values(moment), floats]), ints, frame=self._frame)

    def _has_news(self, slow: list[float], time_s: float) -> bool:
        """Return whether the slow rows are due, and remember what was told."""
        known = self._told and 0.0 <= time_s - self._told_s < REMINDER_S
        if known and not any(abs(new - old) >= step for new, old, step in zip(slow, self._told, _NEWS, strict=True)):
            return False
        self._told, self._told_s = slow, time_s
        return True


def _messages(rows: Sequence[Row]) -> list[Message]:
    return [Message(row.address, row.type) for row in rows]


def _reads(rows: Sequence[Row], kind: str) -> list[Callable[[Moment], float]]:
    return [row.read for row in rows if row.type == kind]


_NEWS = [row.news for kind in "fi" for row in ON_CHANGE if row.type == kind]
