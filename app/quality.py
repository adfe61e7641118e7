"""How much picture this machine can afford: steps down when drawing costs too much, steps up when there is room.

A software renderer shares its cores with the show, so drawing may take at most half of the time between two pictures:
first they get plainer, then they come less often, down to 30 a second; then plainer still; and where even the plainest
costs too much, they come as often as it allows. Stepping up wants room, and patience that doubles with each failure.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Quality:
    """One step of the ladder.

    Attributes:
        scale: pixels drawn per pixel shown, along each axis; the rest is interpolation.
        stage_scale: the same for floor and background, which are softer than the dancer and cover more.
        detail: index of the body's mesh, 0 is the finest.
        echoes: share of the look's echoes that are drawn.
        reflection: whether the floor mirrors the dancer.
        bloom: whether bright places glow.
        motes: share of the look's sparks and dust.
        shade: quarters of the body that darken the floor under it, 1 (the feet) to 4.
        smooth: whether stair-steps are looked for in a picture that is drawn at full size.
    """

    scale: float
    stage_scale: float
    detail: int
    echoes: float
    reflection: bool
    bloom: bool
    motes: float
    shade: int = 4
    smooth: bool = True

    @property
    def pixels(self) -> float:
        """About how much is computed, in full pictures: the stage is most of it."""
        return 0.7 * self.stage_scale**2 + 0.3 * self.scale**2


LADDER = (
    Quality(0.6, 0.3, detail=2, echoes=0.25, reflection=False, bloom=False, motes=0.15, shade=1),
    Quality(0.7, 0.4, detail=2, echoes=0.4, reflection=False, bloom=True, motes=0.3, shade=2),
    Quality(0.8, 0.5, detail=1, echoes=0.5, reflection=True, bloom=True, motes=0.5),
    Quality(1.0, 0.75, detail=1, echoes=1.0, reflection=True, bloom=True, motes=1.0),
    Quality(1.0, 1.0, detail=0, echoes=1.0, reflection=True, bloom=True, motes=1.0),
    Quality(1.5, 1.5, detail=0, echoes=1.0, reflection=True, bloom=True, motes=1.0),
)
"""Worst first. The last draws more pixels than are shown, for smooth edges."""
FULL = LADDER[-2]

_WINDOW = 12
"""Pictures that are measured before deciding anything: one hiccup is no reason."""
_SHARE = 0.5
_COARSE = 0.6
_CALM_FPS = 30.0
"""Up to the coarse scale a finer picture is preferred to more pictures a second, down to this rate; beyond it the full
rate comes first."""
_ROOM = 0.8
_LONGEST_INTERVAL_S = 0.25
_FIRST_PATIENCE = 10
_LAST_PATIENCE = 640


@dataclass
class Governor:
    """Chooses the step and the time between pictures from what drawing costs. The window's thread only.

    Attributes:
        target_fps: pictures per second when they are cheap enough.
        level: index into the ladder.
        ladder: the steps, worst first.
    """

    target_fps: float
    level: int = 2
    ladder: Sequence[Quality] = LADDER
    _costs_s: list[float] = field(default_factory=list[float])
    _calm: int = 0
    _patience: int = _FIRST_PATIENCE
    _cost_s: float = 0.0

    @property
    def quality(self) -> Quality:
        """What to draw now."""
        return self.ladder[self.level]

    @property
    def interval_s(self) -> float:
        """Seconds from the start of one picture to the start of the next."""
        return max(min(self._cost_s / _SHARE, _LONGEST_INTERVAL_S), 1.0 / self.target_fps)

    def record(self, cost_s: float) -> None:
        """Take the cost of one picture; every few pictures, decide."""
        self._costs_s.append(cost_s)
        if len(self._costs_s) == _WINDOW:
            self._cost_s = median(self._costs_s)
            self._costs_s.clear()
            self._decide()

    def forget(self) -> None:
        """Another size or look: old costs say nothing."""
        self._costs_s.clear()
        self._calm, self._patience = 0, _FIRST_PATIENCE

    def _decide(self) -> None:
        if self._cost_s > self._budget_s(self.level):
            if self.level > 0:
                self._step(-1)
                if self._calm < 3:
                    # The step above was tried and failed at once: wait longer before the next try.
                    self._patience = min(self._patience * 2, _LAST_PATIENCE)
            self._calm = 0
            return
        self._calm += 1
        if self._calm >= self._patience and self._fits_above():
            self._step(+1)
            self._calm = 0

    def _step(self, steps: int) -> None:
        before = self.quality
        self.level += steps
        # Until it is measured: the cost goes with the pixels.
        self._cost_s *= self.quality.pixels / before.pixels

    def _fits_above(self) -> bool:
        if self.level + 1 == len(self.ladder):
            return False
        growth = self.ladder[self.level + 1].pixels / self.quality.pixels
        return self._cost_s * growth < _ROOM * self._budget_s(self.level + 1)

    def _budget_s(self, level: int) -> float:
        """Return what a picture may cost on a step."""
        fps = self.target_fps if self.ladder[level].stage_scale > _COARSE else min(_CALM_FPS, self.target_fps)
        return _SHARE / fps


class PictureCost:
    """What pictures cost: their time, or what this process computed since the last one, up to twice that.

    A software renderer works in threads, and Qt has it copy each picture to the window after we have drawn it. The
    panels compute too: without a bound, fewer pictures would seem to cost more each, and ever fewer would come.
    """

    def __init__(self) -> None:
        self._used_s = time.process_time()

    def of(self, draw_s: float) -> float:
        """Return the cost of a picture that took `draw_s` to draw."""
        used_s, self._used_s = self._used_s, time.process_time()
        return max(draw_s, min(self._used_s - used_s, 2.0 * draw_s))
