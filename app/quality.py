"""How much picture this machine can afford: steps down when drawing costs too much, steps up when there is room.

A software renderer shares its cores with the show, so drawing may take at most half of the time between two pictures;
where even the plainest picture costs more, pictures come less often. Stepping up wants proof of room (the cost of the
step above, guessed from its pixels) and patience that doubles with each failure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Quality:
    """One step of the ladder.

    Attributes:
        scale: pixels drawn per pixel shown, along each axis; the rest is interpolation.
        detail: index of the body's mesh, 0 is the finest.
        echoes: share of the look's echoes that are drawn.
        reflection: whether the floor mirrors the dancer.
        bloom: whether bright places glow.
        motes: share of the look's sparks and dust.
    """

    scale: float
    detail: int
    echoes: float
    reflection: bool
    bloom: bool
    motes: float


LADDER = (
    Quality(scale=0.34, detail=2, echoes=0.25, reflection=False, bloom=False, motes=0.15),
    Quality(scale=0.45, detail=2, echoes=0.4, reflection=False, bloom=True, motes=0.3),
    Quality(scale=0.6, detail=1, echoes=0.5, reflection=True, bloom=True, motes=0.5),
    Quality(scale=0.8, detail=1, echoes=1.0, reflection=True, bloom=True, motes=1.0),
    Quality(scale=1.0, detail=0, echoes=1.0, reflection=True, bloom=True, motes=1.0),
    Quality(scale=1.5, detail=0, echoes=1.0, reflection=True, bloom=True, motes=1.0),
)
"""Worst first. The last draws more pixels than are shown, for smooth edges."""
FULL = LADDER[-2]

_WINDOW = 12
"""Pictures that are measured before deciding anything: one hiccup is no reason."""
_SHARE = 0.5
_ROOM = 0.8


@dataclass
class Governor:
    """Chooses the step and the time between pictures from what drawing costs. The window's thread only.

    Attributes:
        target_fps: pictures per second when they are cheap enough.
        level: index into the ladder.
    """

    target_fps: float
    level: int = 2
    ladder: Sequence[Quality] = LADDER
    _costs_s: list[float] = field(default_factory=list[float])
    _seen_s: dict[int, float] = field(default_factory=dict[int, float])
    _calm: int = 0
    _patience: int = 10
    _interval_s: float = 0.0

    @property
    def quality(self) -> Quality:
        """What to draw now."""
        return self.ladder[self.level]

    @property
    def interval_s(self) -> float:
        """Seconds from the start of one picture to the start of the next."""
        return max(self._interval_s, 1.0 / self.target_fps)

    def record(self, draw_s: float) -> bool:
        """Take the cost of one picture; return whether the step changed."""
        self._costs_s.append(draw_s)
        if len(self._costs_s) < _WINDOW:
            return False
        cost_s = median(self._costs_s)
        self._costs_s.clear()
        self._seen_s[self.level] = cost_s
        before = self.level
        self._decide(cost_s)
        self._interval_s = min(self._seen_s.get(self.level, cost_s) / _SHARE, 0.5)
        return self.level != before

    def forget(self) -> None:
        """Another size or look: old costs say nothing."""
        self._costs_s.clear()
        self._seen_s.clear()
        self._calm, self._patience = 0, 10

    def _decide(self, cost_s: float) -> None:
        budget_s = _SHARE / self.target_fps
        if cost_s > budget_s:
            if self.level > 0:
                if self._calm < 3:
                    self._patience = min(self._patience * 2, 640)
                self.level -= 1
            self._calm = 0
            return
        self._calm += 1
        if self.level + 1 < len(self.ladder) and self._calm >= self._patience and self._fits_above(cost_s, budget_s):
            self.level += 1
            self._calm = 0

    def _fits_above(self, cost_s: float, budget_s: float) -> bool:
        now, above = self.ladder[self.level], self.ladder[self.level + 1]
        guess_s = cost_s * (above.scale / now.scale) ** 2
        return guess_s < _ROOM * budget_s
