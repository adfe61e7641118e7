"""A tempo from a tapping finger."""

from dataclasses import dataclass

TAPS_NEEDED = 4
TAP_RESET_S = 2.0
"""A longer pause starts a new count."""
_TAPS_KEPT = 16
_EVEN = 0.35
"""A tap further than this share of an interval from the line through the others starts a new count."""


@dataclass(frozen=True, slots=True)
class TappedBeat:
    """What the taps say: a tempo and the time of one beat."""

    tempo_bpm: float
    beat_s: float


class TapTempo:
    """Collects taps; from the fourth on every tap refines the tempo by a straight line through all of them."""

    def __init__(self) -> None:
        self._taps_s: list[float] = []

    def tap(self, time_s: float) -> TappedBeat | None:
        """Take a tap at a show time; return the tempo once there are enough taps."""
        taps_s = self._taps_s
        if taps_s and not 0.0 < time_s - taps_s[-1] <= TAP_RESET_S:
            taps_s.clear()
        taps_s.append(time_s)
        del taps_s[:-_TAPS_KEPT]
        if len(taps_s) < TAPS_NEEDED:
            return None
        interval_s, beat_s = _line_through(taps_s)
        if abs(time_s - beat_s) > _EVEN * interval_s:
            self._taps_s = [time_s]
            return None
        return TappedBeat(60.0 / interval_s, beat_s)


def _line_through(taps_s: list[float]) -> tuple[float, float]:
    """Return the interval and the fitted time of the last tap, by least squares."""
    count = len(taps_s)
    centre = (count - 1) / 2.0
    mean_s = sum(taps_s) / count
    spread = sum((index - centre) ** 2 for index in range(count))
    interval_s = sum((index - centre) * tap_s for index, tap_s in enumerate(taps_s)) / spread
    return interval_s, mean_s + interval_s * (count - 1 - centre)
