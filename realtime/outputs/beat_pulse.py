"""Beats for receivers: a count that never goes back, and pulses long enough for every receiver to see."""

from math import floor
from typing import NamedTuple

from realtime.types import BeatState

PULSE_S = 0.060
"""A pulse shorter than a frame of TouchDesigner can be missed; three to four frames at 60 Hz are not."""


class Pulse(NamedTuple):
    """What a receiver is told: `pulse` and `downbeat` are 1.0 for `PULSE_S` after a beat and after a bar's first."""

    beat_count: int
    pulse: float
    downbeat: float


class BeatPulse:
    """Counts the beats of a clock that a tracker or a person may move at any moment.

    The count is the number of the beat as long as the clock only runs. It never goes back: when the clock does, whole
    bars are added, so that `count % beats_per_bar` goes on telling the beat in the bar. A clock that is drawn back
    over the edge of a beat, by less than half a beat, does not announce that beat twice.
    """

    def __init__(self) -> None:
        self._count: int | None = None
        self._added = 0
        self._since_s = float("-inf")
        self._down = False

    def step(self, beat: BeatState, time_s: float) -> Pulse:
        """Return what to tell about `time_s`, a show time; calls come in the order of time."""
        position = beat.beat_at(time_s)
        whole = floor(position)
        fresh = (position - whole) * beat.period_s < PULSE_S
        last = whole - fresh if self._count is None else self._count
        count = whole + self._added
        if count == last - 1 and position - whole > 0.5:
            count = last
        elif count < last:
            bars = -((count - last) // beat.beats_per_bar)
            self._added += bars * beat.beats_per_bar
            count = whole + self._added
        if count == last + 1 or (count > last and fresh):
            self._since_s = time_s
            self._down = whole % beat.beats_per_bar == 0
        self._count = count
        pulse = float(0.0 <= time_s - self._since_s < PULSE_S)
        return Pulse(count, pulse, pulse * self._down)
