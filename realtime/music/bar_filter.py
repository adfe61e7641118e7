"""Where the beats are in their bar: a small forward filter over 3/4 and 4/4, one step per beat."""

from dataclasses import dataclass

import numpy as np

METERS = (4, 3)
_SHARES = (0.85, 0.15)
PRIOR = np.concatenate([np.full(beats, share / beats) for beats, share in zip(METERS, _SHARES, strict=True)])
"""Belief in the places of 4/4, then of 3/4, before anything is heard."""
CHANGE = 0.01
"""Share of the belief that starts afresh every beat: cuts, fills and odd bars."""
MOST_SAID = 4.0
"""No log likelihood ratio counts for more."""


@dataclass(frozen=True, slots=True)
class BarPlace:
    """The place in the bar of the latest beat, 0 for the downbeat, and how sure that is."""

    beats_per_bar: int
    beat_in_bar: int
    confidence: float


class BarFilter:
    """Keeps the belief over meter and place."""

    def __init__(self) -> None:
        self._belief = PRIOR.copy()

    def forget(self) -> None:
        """Know nothing any more: the beats are not the same beats as before."""
        self._belief = PRIOR.copy()

    def skip(self, beats: int) -> None:
        """Let beats pass unheard."""
        self._belief = np.concatenate([np.roll(self._belief[:4], beats), np.roll(self._belief[4:], beats)])

    def step(self, *downbeats: float) -> None:
        """Hear one beat: the log likelihood ratio of its being a downbeat, of the one before being one, and so on."""
        self.skip(1)
        for place, downbeat in enumerate(downbeats):
            # Against the usual share of downbeats, so that waltzes gain nothing by having more of them.
            self._belief[[place, 4 + place]] *= np.exp(min(max(downbeat, -MOST_SAID), MOST_SAID))
        self._belief /= self._belief.sum()
        self._belief += CHANGE * (PRIOR - self._belief)

    def places(self, beats_per_bar: int) -> list[float]:
        """Return how likely each place of a meter is for the latest beat; all meters together make 1."""
        return (self._belief[:4] if beats_per_bar == METERS[0] else self._belief[4:]).tolist()

    def best(self) -> BarPlace:
        """Return the likeliest place of the latest beat."""
        four, three = self._belief[:4], self._belief[4:]
        beats, belief = (4, four) if four.sum() >= three.sum() else (3, three)
        place = int(belief.argmax())
        return BarPlace(beats, place, float(belief[place]))
