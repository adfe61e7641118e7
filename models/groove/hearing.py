"""What the ear adds to the beat: how hard the drums hit, how bright and dense the hits are, and single blows.

Strength and brightness are read from the hits of the last two seconds and glide, so they say nothing about the next
moment that the last chunk did not know. A blow after quiet is answered once, on the next half beat.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from models.groove.follow import DanceClock
from realtime.types import FloatArray, MusicFrame

_HEARD_FRAMES = 200
_RING_FRAMES = 6
"""A drum's body is heard up to 60 ms after its onset: the analysis window has to fill."""
_HARDEST, _DENSEST = 0.04, 0.15
"""Fractions of the time: the peaks of two hits a second, and half the time of a busy hi-hat."""
_BLOW, _HUSH = 0.55, 0.3
"""An onset as strong as this is a blow when none as strong as that came in the hush before it."""
_HUSH_FRAMES, _ATTACK_FRAMES = 70, 5
_RISE_S, _FALL_S = 0.14, 0.42
_ANSWER_AGAIN_S = 0.9


@dataclass(frozen=True, slots=True)
class Attack:
    """How the music hits, 0 to 1 each; `blow_s` is the time of a sudden hit after quiet, or None."""

    punch: float
    sparkle: float
    blow: float = 0.0
    blow_s: float | None = None


def attack(music: Sequence[MusicFrame], *, since_s: float) -> Attack:
    """Sum up the hits of the last two seconds; look for blows after `since_s` only."""
    frames = music[-_HEARD_FRAMES:]
    features = [frame.features for frame in frames]
    heard = np.array([[f.onset for f in features], [f.low for f in features], [f.high for f in features]])
    onset, low, high = np.clip(np.where(np.isfinite(heard), heard, 0.0), 0.0, 1.0)
    punch = _strongest(onset * _ringing(low), _HARDEST)
    sparkle = _strongest(onset * _ringing(high), _DENSEST)
    place = _newest_blow(onset, np.array([frame.time_s for frame in frames]), since_s)
    if place is None:
        return Attack(punch, sparkle)
    return Attack(punch, sparkle, float(onset[place]), frames[place].time_s)


class Accents:
    """Answers to blows: a short rise and fall that peaks on a half beat."""

    def __init__(self) -> None:
        self._answers: list[tuple[float, float]] = []
        self._answered_s = float("-inf")

    def answer(self, blow: float, blow_s: float, clock: DanceClock, start_s: float) -> None:
        """Plan an answer that begins at `start_s` or later; a volley is answered once."""
        if 0.0 <= blow_s - self._answered_s < _ANSWER_AGAIN_S:
            return
        self._answered_s = blow_s
        soonest = float(clock.beats(np.array([start_s + _RISE_S]))[0])
        wait_s = (ceil(2.0 * soonest - 1e-6) / 2.0 - soonest) / max(clock.rate_hz, 0.2)
        self._answers = [*self._answers[-3:], (start_s + _RISE_S + wait_s, blow)]

    def at(self, times_s: FloatArray) -> FloatArray:
        """Return how far the answers have got, 0 to 1: shape (T,)."""
        amount = np.zeros(len(times_s))
        for peak_s, blow in self._answers:
            away_s = times_s - peak_s
            way = np.clip(np.where(away_s < 0.0, -away_s / _RISE_S, away_s / _FALL_S), 0.0, 1.0)
            amount = np.maximum(amount, blow * (1.0 - way * way) ** 2 * (1.0 + way * way))
        return amount


def _ringing(band: FloatArray) -> FloatArray:
    """Return the loudest that a band gets within `_RING_FRAMES` of each frame, as far as it has been heard."""
    padded = np.concatenate([band, np.zeros(_RING_FRAMES - 1)])
    return np.lib.stride_tricks.sliding_window_view(padded, _RING_FRAMES).max(axis=1)


def _strongest(hits: FloatArray, fraction: float) -> float:
    """Return the mean of the strongest fraction: the same wherever in the bar one listens."""
    count = max(ceil(fraction * len(hits)), 1)
    return float(np.partition(hits, len(hits) - count)[-count:].mean())


def _newest_blow(onset: FloatArray, times_s: FloatArray, since_s: float) -> int | None:
    """Return the place of the newest strong onset after `since_s` that came out of quiet."""
    for place in np.flatnonzero((onset >= _BLOW) & (times_s > since_s))[::-1]:
        hush = onset[max(place - _HUSH_FRAMES, 0) : max(place - _ATTACK_FRAMES, 0)]
        if len(hush) >= _HUSH_FRAMES // 2 and hush.max() < _HUSH:
            return int(place)
    return None
