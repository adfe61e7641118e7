"""The native profiles: a body in one of several spellings, then the rows that all of them share."""

from collections.abc import Callable, Sequence

import numpy as np

from realtime.motion.kinematics import WorldPose, forward_kinematics
from realtime.outputs.moment import Moment, MomentReader
from realtime.outputs.osc_packet import FrameTemplate, Message
from realtime.outputs.show_table import EVERY_FRAME, ON_CHANGE, Row
from realtime.types import FloatArray, MusicFrame, Pose, ShowState

FRAME_WRAP = 2**20
"""Frame numbers stay below this: a receiver that keeps them as float32 then knows each from the next."""
REMINDER_S = 1.0
"""Rows that are sent on change are sent this often at least."""
FRAME_HEADER = Message("/dance/p1/frame", "i")


class NativeEncoder:
    """Turns a show into datagrams; see `osc_packet` for their rules. One thread calls `encode`.

    The first frame holds every address, and the order of addresses never changes: TouchDesigner makes its channels in
    the order in which addresses arrive.
    """

    def __init__(self, body: Sequence[Message], body_values: Callable[[WorldPose], FloatArray]) -> None:
        """Spell the body one way.

        Args:
            body: its messages; every argument is of type f.
            body_values: all their arguments in order, shape (n,).
        """
        self._body_values = body_values
        self._usual = FrameTemplate([*body, *_messages(EVERY_FRAME)], header=FRAME_HEADER)
        self._whole = FrameTemplate([*body, *_messages((*EVERY_FRAME, *ON_CHANGE))], header=FRAME_HEADER)
        self._moments = MomentReader()
        self._frame = -1
        self._told: list[float] = []
        self._told_s = float("-inf")

    def encode(self, pose: Pose, music: MusicFrame, state: ShowState) -> tuple[bytes, ...]:
        """Return the datagrams of one frame. Every number must be finite; see `last_good`."""
        world = forward_kinematics(pose.root_m, pose.rotations_wxyz)
        moment = self._moments.read(pose, world, music, state)
        self._frame = (self._frame + 1) % FRAME_WRAP
        slow = [read(moment) for read in _SLOW]
        floats, ints = [read(moment) for read in _FAST_FLOATS], [int(read(moment)) for read in _FAST_INTS]
        template = self._usual
        if self._has_news(slow, moment.time_s):
            template = self._whole
            floats += slow[: len(_SLOW_FLOATS)]
            ints += map(int, slow[len(_SLOW_FLOATS) :])
        return template.fill(np.concatenate([self._body_values(world), floats]), ints, frame=self._frame)

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


_FAST_FLOATS, _FAST_INTS = _reads(EVERY_FRAME, "f"), _reads(EVERY_FRAME, "i")
_SLOW_FLOATS, _SLOW_INTS = _reads(ON_CHANGE, "f"), _reads(ON_CHANGE, "i")
_SLOW = [*_SLOW_FLOATS, *_SLOW_INTS]
_NEWS = [row.news for kind in "fi" for row in ON_CHANGE if row.type == kind]
