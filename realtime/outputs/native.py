"""The native profiles: a body in one of several spellings, then the rows that all of them share."""

import struct
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from realtime.outputs.axes import OURS, Axes
from realtime.outputs.dancer import Dancer, DancerReader
from realtime.outputs.moment import Moment, MomentReader
from realtime.outputs.osc_packet import FrameTemplate, Message
from realtime.outputs.show_table import EVERY_FRAME, ON_CHANGE, Row, dancer_rows
from realtime.outputs.steady import SteadyTurns
from realtime.types import FloatArray, MusicFrame, Pose, ShowState

Words = NDArray[np.uint32]
"""Numbers as the bytes that go out."""

FRAME_WRAP = 2**20
"""Frame numbers stay below this: a receiver that keeps them as float32 then knows each from the next."""
REMINDER_S = 1.0
"""Rows that are sent on change are sent this often at least."""
FRAME_HEADER = Message("/dance/p1/frame", "i")


class ShowTold(NamedTuple):
    """What the rows of the show say about a moment; `rows` are those of `EVERY_FRAME`, packed."""

    moment: Moment
    rows: bytes
    slow: list[float]


class ShowRows:
    """Reads the rows of the show. One thread calls it; targets with the same lead may share one."""

    def __init__(self) -> None:
        self._last: ShowTold | None = None

    def read(self, moment: Moment) -> ShowTold:
        """Return what they say about a moment."""
        last = self._last
        if last is None or last.moment is not moment:
            rows = _EVERY_FRAME.pack(*[row(moment) for row in _FAST])
            self._last = last = ShowTold(moment, rows, [row(moment) for row in _SLOW])
        return last


class Reading(NamedTuple):
    """A moment as the native profiles tell it; `rows` are those of the dancer and of `EVERY_FRAME`, ready to send."""

    moment: Moment
    dancer: Dancer
    rows: Words
    slow: list[float]


class RowReader:
    """Reads the shared rows of a moment. One thread calls it; targets with the same lead and axes may share one."""

    def __init__(
        self,
        axes: Axes = OURS,
        *,
        moments: MomentReader | None = None,
        show: ShowRows | None = None,
        turns: SteadyTurns | None = None,
    ) -> None:
        self.moments, self.show = moments or MomentReader(), show or ShowRows()
        self.dancers = DancerReader(axes, turns)
        self.dancer_rows = dancer_rows(axes)
        self._reads, self._format = [row.read for row in self.dancer_rows], _format(self.dancer_rows)
        self._last: Reading | None = None

    def read(self, pose: Pose, music: MusicFrame, state: ShowState) -> Reading:
        """Return what the rows say about a pose."""
        moment = self.moments.read(pose, music, state)
        last = self._last
        if last is None or last.moment is not moment:
            dancer, show = self.dancers.read(moment), self.show.read(moment)
            rows = struct.pack(self._format, *[read(dancer) for read in self._reads])
            self._last = last = Reading(moment, dancer, _words(rows + show.rows), show.slow)
        return last


class NativeEncoder:
    """Turns a show into datagrams; see `osc_packet` for their rules. One thread calls `encode`.

    The first frame holds every address, and the order of addresses never changes: TouchDesigner makes its channels in
    the order in which addresses arrive.
    """

    def __init__(
        self, body: Sequence[Message], write_body: Callable[[Reading, FloatArray], None], rows: RowReader | None = None
    ) -> None:
        """Spell the body one way.

        Args:
            body: its messages; every argument is of type f.
            write_body: puts all their arguments in order into an array of shape (n,).
            rows: what the other addresses say; targets with the same lead and axes may share one.
        """
        self._write_body = write_body
        self._rows = rows or RowReader()
        self._frames = _Frames(body, _messages(self._rows.dancer_rows))

    def part(self) -> None:
        """Share the reader with nobody from now on."""
        self._rows = deepcopy(self._rows)

    def encode(self, pose: Pose, music: MusicFrame, state: ShowState) -> tuple[bytes, ...]:
        """Return the datagrams of one frame. Every number must be finite; see `last_good`."""
        reading = self._rows.read(pose, music, state)
        frame = self._frames.next(reading.moment.time_s, reading.slow)
        self._write_body(reading, frame.body)
        frame.rows[:] = reading.rows
        return frame.template.datagrams(frame=self._frames.number)


class AudioEncoder:
    """The audio profile: the beat, the sound and the show, for visuals that want no body. One thread calls `encode`."""

    def __init__(self, rows: RowReader | None = None) -> None:
        rows = rows or RowReader()
        self._moments, self._show = rows.moments, rows.show
        self._frames = _Frames([], [])

    def part(self) -> None:
        """Share the readers with nobody from now on."""
        self._moments, self._show = deepcopy((self._moments, self._show))

    def encode(self, pose: Pose, music: MusicFrame, state: ShowState) -> tuple[bytes, ...]:
        """Return the datagrams of one frame."""
        moment, rows, slow = self._show.read(self._moments.read(pose, music, state))
        frame = self._frames.next(moment.time_s, slow)
        frame.rows[:] = _words(rows)
        return frame.template.datagrams(frame=self._frames.number)


class _Frame:
    """A template and its places: those of the body, of the rows of every frame, and of the slow ones."""

    def __init__(self, body: Sequence[Message], rows: Sequence[Message], slow: Sequence[Message]) -> None:
        self.template = FrameTemplate([*body, *rows, *slow], header=FRAME_HEADER)
        count = sum(len(message.types) for message in body)
        self.body = self.template.floats[:count]
        self.rows = self.template.words[count : count + len(rows)]
        self.slow = self.template.words[count + len(rows) :]


class _Frames:
    """Numbers the frames, and adds the slow rows when they are due."""

    def __init__(self, body: Sequence[Message], dancer: Sequence[Message]) -> None:
        rows = [*dancer, *_messages(EVERY_FRAME)]
        self._usual, self._whole = _Frame(body, rows, []), _Frame(body, rows, _messages(ON_CHANGE))
        self.number = -1
        self._told: list[float] = []
        self._told_s = float("-inf")
        self._old_news: list[float] = []

    def next(self, time_s: float, slow: list[float]) -> _Frame:
        """Return the places of the next frame, with its slow rows filled in."""
        self.number = (self.number + 1) % FRAME_WRAP
        if not self._has_news(slow, time_s):
            return self._usual
        self._whole.slow[:] = _words(_ON_CHANGE.pack(*slow))
        return self._whole

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


def _format(rows: Sequence[Row[Moment]] | Sequence[Row[Dancer]]) -> str:
    return ">" + "".join(row.type for row in rows)


def _words(packed: bytes) -> Words:
    return np.frombuffer(packed, dtype=np.uint32)


_EVERY_FRAME, _ON_CHANGE = struct.Struct(_format(EVERY_FRAME)), struct.Struct(_format(ON_CHANGE))
_FAST, _SLOW = [row.read for row in EVERY_FRAME], [row.read for row in ON_CHANGE]
_NEWS = [row.news for row in ON_CHANGE]
