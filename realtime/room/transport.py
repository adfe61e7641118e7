"""Where in the track the show is at any show time: a line that a transport bends, and a loop that folds it.

Everything here is a value; the player replaces the whole `Timeline` when it learns what the sound card really played.
"""

from dataclasses import dataclass

SLOWEST, FASTEST = 0.5, 1.5
SHORTEST_LOOP_S = 0.1
_KEPT_S = 2.0
"""How far back a slow reader may still ask."""
_SAME_S = 1e-7


@dataclass(frozen=True, slots=True)
class Loop:
    """A region that is played again and again, seconds of the track."""

    start_s: float
    end_s: float

    def fold(self, from_s: float, track_s: float) -> float:
        """Return where one is who set out at `from_s` and would be at `track_s` without the loop."""
        if from_s >= self.end_s or track_s < self.end_s:
            return track_s
        return self.start_s + (track_s - self.end_s) % (self.end_s - self.start_s)


@dataclass(frozen=True, slots=True)
class Anchor:
    """From `show_s` on the track runs at `speed` from `track_s`; 0 is a pause."""

    show_s: float
    track_s: float
    speed: float
    loop: Loop | None = None

    def track_at(self, show_s: float) -> float:
        """Return the track time at a show time after this anchor."""
        track_s = self.track_s + (show_s - self.show_s) * self.speed
        return track_s if self.loop is None else self.loop.fold(self.track_s, track_s)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The anchors of the last seconds, oldest first, never none."""

    anchors: tuple[Anchor, ...]

    def anchor_at(self, show_s: float) -> Anchor:
        """Return the anchor that holds at a show time; the oldest before all of them."""
        return next((anchor for anchor in reversed(self.anchors) if anchor.show_s <= show_s), self.anchors[0])

    def track_at(self, show_s: float) -> float:
        """Return the track time at a show time, past or future; never before the beginning."""
        return max(self.anchor_at(show_s).track_at(show_s), 0.0)

    def bent(self, anchor: Anchor) -> "Timeline":
        """Return the timeline that goes on from `anchor`; the same one when it would have gone there anyhow."""
        last = self.anchors[-1]
        goes_on = (
            last.speed == anchor.speed
            and last.loop == anchor.loop
            and abs(last.track_at(anchor.show_s) - anchor.track_s) < _SAME_S
        )
        if goes_on and anchor.show_s >= last.show_s:
            return self
        kept = [each for each in self.anchors if each.show_s < anchor.show_s]
        recent = [
            each
            for number, each in enumerate(kept)
            if number == len(kept) - 1 or kept[number + 1].show_s > anchor.show_s - _KEPT_S
        ]
        return Timeline((*recent, anchor))


def clamped_speed(factor: float) -> float:
    """Return the speed nearest to `factor` at which a track can be played."""
    return min(max(factor, SLOWEST), FASTEST) if factor == factor else 1.0  # noqa: PLR0124 - NaN is not itself


def sensible_loop(start_s: float, end_s: float, duration_s: float) -> Loop | None:
    """Return the loop inside the track; None when nothing is left of it."""
    start_s, end_s = sorted((min(max(start_s, 0.0), duration_s), min(max(end_s, 0.0), duration_s)))
    return Loop(start_s, end_s) if end_s - start_s >= SHORTEST_LOOP_S else None
