"""The native profiles: a body in one of several spellings, then the rows that all of them share."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from realtime.outputs.axes import OURS, Axes
from realtime.outputs.dancer import Dancer, DancerReader
from realtime.outputs.moment import Moment, MomentReader
from realtime.outputs.osc_packet import FrameTemplate, Message
from realtime.outputs.show_table import EVERY_FRAME, ON_CHANGE, Row, Source, dancer_rows
from realtime.types import FloatArray, MusicFrame, Pose, ShowState

IntArray = NDArray[np.int64]

FRAME_WRAP = 2**20
"""Frame numbers stay below this: a receiver that keeps them as float32 then knows each from the next."""
REMINDER_S = 1.0
"""Rows that are sent on change are sent this often at least."""
FRAME_HEADER = Message("/dance/p1/frame", "i")


class ShowTold(NamedTuple):
    """What the rows of the show say about a moment; `slow` are the rows of `ON_CHANGE`, floats first."""

    moment: Moment
    floats: FloatArray
    ints: IntArray
    slow: list[float]


class ShowRows:
    """Reads the rows of the show. One thread calls it; targets with the same lead may share one."""

    def __init__(self) -> None:
        self._last: ShowTold | None = None

    def read(self, moment: Moment) -> ShowTold:
        """Return what they say about a moment."""
        last = self._last
        if last is None or last.moment is not moment:
            self._last = last = ShowTold(
                moment,
                np.array([read(moment) for read in _SHOW_FLOATS]),
                np.array([int(read(moment)) for read in _SHOW_INTS]),
                [read(moment) for read in _SLOW],
            )
        return last


class Reading(NamedTuple):
    """A moment as the native profiles tell it: numbers of the shared rows in order, floats and ints apart."""

    moment: Moment
    dancer: Dancer
    floats: FloatArray
    ints: IntArray
    slow: list[float]


class RowReader:
    """Reads the shared rows of a moment. One thread calls it; targets with the same lead and axes may share one."""

    def __init__(self, axes: Axes = OURS, *, moments: MomentReader | None = None, show: ShowRows | None = None) -> None:
        self.moments, self.show = moments or MomentReader(), show or ShowRows()
        self.dancers = DancerReader(axes)
        self.dancer_rows = dancer_rows(axes)
        self._floats, self._ints = _reads(self.dancer_rows, "f"), _reads(self.dancer_rows, "i")
        self._last: Reading | None = None

    def read(self, pose: Pose, music: MusicFrame, state: ShowState) -> Reading:
        """Return what the rows say about a pose."""
        moment = self.moments.read(pose, music, state)
        last = self._last
        if last is None or last.moment is not moment:
            dancer, show = self.dancers.read(moment), self.show.read(moment)
            floats = np.concatenate([[read(dancer) for read in self._floats], show.floats])
            ints = np.concatenate([[int(read(dancer)) for read in self._ints], show.ints])
            self._last = last = Reading(moment, dancer, floats, ints, show.slow)
        return last


class NativeEncoder:
    """Turns a show into datagrams; see `osc_packet` for their rules. One thread calls `encode`.

    The first frame holds every address, and the order of addresses never changes: TouchDesigner makes its channels in
    the order in which addresses arrive.
    """

    def __init__(
        self, body: Sequence[Message], body_values: Callable[[Reading], FloatArray], rows: RowReader | None = None
    ) -> None:
        """Spell the body one way.

        Args:
            body: its messages; every argument is of type f.
            body_values: all their arguments in order, shape (n,).
            rows: what the other addresses say; targets with the same lead and axes may share one.
        """
        self._body_values = body_values
        self._rows = rows or RowReader()
        self._frames = _Frames([*body, *_messages(self._rows.dancer_rows)])

    def part(self) -> None:
        """Share the reader with nobody from now on."""
        self._rows = deepcopy(self._rows)

    def encode(self, pose: Pose, music: MusicFrame, state: ShowState) -> tuple[bytes, ...]:
        """Return the datagrams of one frame. Every number must be finite; see `last_good`."""
        reading = self._rows.read(pose, music, state)
        floats = np.concatenate([self._body_values(reading), reading.floats])
        return self._frames.fill(reading.moment.time_s, floats, reading.ints, reading.slow)


class AudioEncoder:
    """The audio profile: the beat, the sound and the show, for visuals that want no body. One thread calls `encode`."""

    def __init__(self, rows: RowReader | None = None) -> None:
        rows = rows or RowReader()
        self._moments, self._show = rows.moments, rows.show
        self._frames = _Frames([])

    def part(self) -> None:
        """Share the readers with nobody from now on."""
        self._moments, self._show = deepcopy((self._moments, self._show))

    def encode(self, pose: Pose, music: MusicFrame, state: ShowState) -> tuple[bytes, ...]:
        """Return the datagrams of one frame."""
        moment, floats, ints, slow = self._show.read(self._moments.read(pose, music, state))
        return self._frames.fill(moment.time_s, floats, ints, slow)


class _Frames:
    """Numbers the frames, and adds the slow rows when they are due."""

    def __init__(self, before: Sequence[Message]) -> None:
        self._usual = FrameTemplate([*before, *_messages(EVERY_FRAME)], header=FRAME_HEADER)
        self._whole = FrameTemplate([*before, *_messages((*EVERY_FRAME, *ON_CHANGE))], header=FRAME_HEADER)
        self._frame = -1
        self._told: list[float] = []
        self._told_s = float("-inf")
        self._old_news: list[float] = []

    def fill(self, time_s: float, floats: FloatArray, ints: IntArray, slow: list[float]) -> tuple[bytes, ...]:
        """Return the datagrams of the next frame."""
        self._frame = (self._frame + 1) % FRAME_WRAP
        if not self._has_news(slow, time_s):
            return self._usual.fill(floats, ints, frame=self._frame)
        count = len(_SLOW_FLOATS)
        return self._whole.fill(
            np.concatenate([floats, slow[:count]]), [*ints, *map(int, slow[count:])], frame=self._frame
        )

    def _has_news(self, slow: list[float], time_s: float) -> bool:
        """Return whether the slow rows are due, and remember what was told."""
        known = self._told and 0.0 <= time_s - self._told_s < REMINDER_S
        if known and slow == self._old_news:
            return False
        if known and not any(abs(new - old) >= step for new, old, step in zip(slow, self._told, _NEWS, strict=True)):
            self._old_news = slow
            return False
        self._told, self._told_s = slow, time_s
        return True


def _messages(rows: Sequence[Row[Moment]] | Sequence[Row[Dancer]]) -> list[Message]:
    return [Message(row.address, row.type) for row in rows]


def _reads(rows: Sequence[Row[Source]], kind: str) -> list[Callable[[Source], float]]:
    return [row.read for row in rows if row.type == kind]


_SHOW_FLOATS, _SHOW_INTS = _reads(EVERY_FRAME, "f"), _reads(EVERY_FRAME, "i")
_SLOW_FLOATS, _SLOW_INTS = _reads(ON_CHANGE, "f"), _reads(ON_CHANGE, "i")
_SLOW = [*_SLOW_FLOATS, *_SLOW_INTS]
_NEWS = [row.news for kind in "fi" for row in ON_CHANGE if row.type == kind]
