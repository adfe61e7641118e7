"""Tells the show how long the pictures of its windows take, once a second: it has no other way to know."""

from collections.abc import Callable

from realtime.commands import Command, ReportDraw

MOST_DRAW_TIMES = 150
"""In one report: a command must fit into 4096 bytes, or the show hangs up."""

DrawTimes = Callable[[], tuple[float, ...]]


class DrawReport:
    """Collects the times of every stage of a window. Qt's thread only.

    Args:
        send: takes the report.
        now_s: host time.
    """

    def __init__(self, send: Callable[[Command], object], now_s: Callable[[], float]) -> None:
        self.sources: list[DrawTimes] = []
        self._send = send
        self._now_s = now_s
        self._reported_s = now_s()

    def step(self) -> None:
        """Report, when a second is over."""
        now_s = self._now_s()
        elapsed_s = now_s - self._reported_s
        if elapsed_s < 1.0:
            return
        self._reported_s = now_s
        for draw_times in self.sources:
            if times_s := draw_times():
                newest = tuple(round(time_s, 6) for time_s in times_s[-MOST_DRAW_TIMES:])
                self._send(ReportDraw(newest, round(len(times_s) / elapsed_s, 1)))
