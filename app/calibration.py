"""Offsets out of taps: how late a person sees or hears the beat of a show.

A person who taps along does not tap on the beat but a little before it, each by an amount of their own (Repp,
"Sensorimotor synchronization", 2005: a few tens of milliseconds). So the taps to what is *seen* are compared with the
same person's taps to what is *heard*, and what they have in common falls out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from realtime.types import BeatState

ENOUGH_TAPS = 12
_FIRST_TAPS = 3
"""Nobody is on the beat with the first taps."""
_FAR = 3.0
"""Taps farther from the median than so many median deviations are slips."""


@dataclass(frozen=True, slots=True)
class Offset:
    """What a round of taps says.

    Attributes:
        seconds: how late the taps are; negative: early.
        spread_s: the median distance of the taps from that.
        taps: how many counted.
    """

    seconds: float
    spread_s: float
    taps: int


class TapRound:
    """One round of taps to one thing. Qt's thread only."""

    def __init__(self) -> None:
        self._lags_s: list[float] = []

    def __len__(self) -> int:
        return len(self._lags_s)

    @property
    def full(self) -> bool:
        """Whether there are enough taps."""
        return len(self._lags_s) >= ENOUGH_TAPS

    def tap(self, clock: BeatState, show_s: float) -> None:
        """Take a tap at a show time; it is meant for the nearest beat of the clock."""
        beat = clock.beat_at(show_s)
        self._lags_s.append(show_s - clock.time_of(round(beat)))

    def offset(self) -> Offset | None:
        """Return what the taps say, None before there are enough."""
        return offset_of(self._lags_s[_FIRST_TAPS:]) if self.full else None


def offset_of(lags_s: Sequence[float]) -> Offset:
    """Return the offset that lags say, without the slips."""
    middle = median(lags_s)
    spread_s = median(abs(lag - middle) for lag in lags_s)
    kept = [lag for lag in lags_s if abs(lag - middle) <= _FAR * max(spread_s, 0.01)]
    return Offset(sum(kept) / len(kept), spread_s, len(kept))


def lateness(seen: Offset, heard: Offset) -> float:
    """Return how late a picture is seen against the sound, seconds, to the millisecond."""
    return round(seen.seconds - heard.seconds, 3)


_TOGETHER_S = 0.35
"""A clap and a key that are farther apart do not belong together."""


class ClapRound:
    """Claps, each with a key that was pressed in the same moment: how late the show hears. Qt's thread only."""

    def __init__(self) -> None:
        self._lags_s: list[float] = []
        self._key_s: float | None = None
        self._clap_s: float | None = None

    def __len__(self) -> int:
        return len(self._lags_s)

    @property
    def full(self) -> bool:
        """Whether there are enough claps."""
        return len(self._lags_s) >= ENOUGH_TAPS

    def key(self, show_s: float) -> None:
        """Take a key that was pressed at a show time."""
        self._key_s = show_s
        self._pair()

    def clap(self, show_s: float) -> None:
        """Take a clap that was heard to begin at a show time."""
        self._clap_s = show_s
        self._pair()

    def offset(self) -> Offset | None:
        """Return how late claps are heard, None before there are enough."""
        return offset_of(self._lags_s) if self.full else None

    def _pair(self) -> None:
        if self._key_s is None or self._clap_s is None or self.full:
            return
        lag_s = self._clap_s - self._key_s
        if abs(lag_s) <= _TOGETHER_S:
            self._lags_s.append(lag_s)
            self._key_s = self._clap_s = None
        elif lag_s > 0.0:
            self._key_s = None  # Nobody clapped to it.
        else:
            self._clap_s = None
