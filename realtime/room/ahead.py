"""Dances a track ahead of whoever plays it, and dances on from a checkpoint when something is changed.

The same stages as live, on virtual time (`rehearsal.py`), fed with what was heard in the track. Nothing here has a
process or a clock of its own: `processes.py` calls `step` until there is nothing left to do.
"""

import copy
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from realtime.commands import Command
from realtime.engine import MUSIC_KEPT_FRAMES, Engine, steer
from realtime.rehearsal import Rehearsal
from realtime.room.danced import DANCE_FPS, DancedFile
from realtime.room.grid import BeatGrid
from realtime.room.heard import HeardFile
from realtime.types import HOP_S, HOP_SAMPLES, SAMPLE_RATE_HZ, MusicFrame, Pose

Who = TypeVar("Who")
"""Whatever says who dances and how it begins: `app` knows (a preset)."""

CHECKPOINT_HOPS = 500
"""Five seconds apart at first: danced again in a tenth of one."""
MOST_CHECKPOINTS = 96
"""Half a megabyte each. When there are more, every other one goes, and they come half as often."""


@dataclass(frozen=True)
class Plan(Generic[Who]):
    """All that a dance depends on beside the music.

    Attributes:
        who: who dances, and how it begins.
        steering: what is asked of the dancer on the way: (time of the track, command), in order of time.
        grid: the beat it dances to; None for the one that was heard.
    """

    who: Who
    steering: tuple[tuple[float, Command], ...] = ()
    grid: BeatGrid | None = None

    def differs_from(self, other: "Plan[Who]") -> float | None:
        """Return the time of the track from which on the dances may differ; None when they are the same."""
        if self.who != other.who:
            return 0.0
        times_s: list[float] = []
        if self.grid is not None or other.grid is not None:
            grid_s = 0.0 if self.grid is None else self.grid.differs_from(other.grid)
            times_s += [] if grid_s is None else [grid_s]
        common = 0
        while common < min(len(self.steering), len(other.steering)) and self.steering[common] == other.steering[common]:
            common += 1
        times_s += [steering[common][0] for steering in (self.steering, other.steering) if len(steering) > common]
        return max(min(times_s), 0.0) if times_s else None


@dataclass(slots=True)
class _Checkpoint:
    """A dancer who has heard `hops` hops, without the music it remembers: the file has that."""

    hops: int
    rehearsal: Rehearsal


class Ahead(Generic[Who]):
    """Fills a `DancedFile` with the dance to a `HeardFile`. One thread calls it.

    Args:
        make: returns a fresh, seeded dancer; `copy.deepcopy` of it must dance on alike.
        heard: the music, which may still grow.
        danced: where the poses go.
        plan: see `Plan`.
    """

    def __init__(self, make: Callable[[Who], Engine], heard: HeardFile, danced: DancedFile, plan: Plan[Who]) -> None:
        self._make = make
        self._heard = heard
        self._danced = danced
        self._plan = plan
        self._steering = _by_hop(plan)
        self._hops = 0
        self._every_hops = CHECKPOINT_HOPS
        self._checkpoints: list[_Checkpoint] = []
        self._edited: _Checkpoint | None = None
        self._redo_until: int | None = None
        self._rehearsal = self._fresh()

    @property
    def plan(self) -> Plan[Who]:
        """What it dances."""
        return self._plan

    @property
    def checkpoints(self) -> int:
        """How many checkpoints it keeps."""
        return len(self._checkpoints)

    def change(self, plan: Plan[Who]) -> None:
        """Dance by another plan from where the two differ; what is before that stays, bit for bit."""
        from_s = plan.differs_from(self._plan)
        self._plan = plan
        self._steering = _by_hop(plan)
        if from_s is None:
            return
        # The first hop whose frame the change can concern; poses up to its end were decided before it.
        hops = max(_hop_of(from_s) - 1, 0)
        if from_s <= 0.0:
            self._checkpoints, self._edited = [], None
        self._checkpoints = [each for each in self._checkpoints if each.hops <= hops]
        if self._edited is not None and self._edited.hops > hops:
            self._edited = None
        if _poses_before(hops) < self._danced.count:
            self._danced.go_back(_poses_before(hops))
        if hops < self._hops:
            self._return_to(hops)

    def step(self, hops: int = 50) -> bool:
        """Hear and dance up to so many hops more; return whether there was anything to do."""
        frames = self._heard.frames(self._hops, hops)
        poses: list[Pose] = []
        for frame in frames:
            self._keep_checkpoint()
            poses += self._dance(frame)
        self._publish(poses)
        if not frames and self._heard.complete and not self._danced.complete and self._hops == self._heard.count:
            self._danced.finish()
        return bool(frames)

    def _dance(self, frame: MusicFrame) -> list[Pose]:
        rehearsal, end_s = self._rehearsal, frame.time_s
        for command in self._steering.get(self._hops, ()):
            rehearsal.engine.controls = steer(rehearsal.engine.controls, command)
        poses = rehearsal.perform_until(end_s)
        rehearsal.engine.take([self._on_grid(frame)])
        rehearsal.choreograph(end_s)
        self._hops += 1
        return poses

    def _publish(self, poses: list[Pose]) -> None:
        """Write the poses that the file does not have: after a return the first ones are there already."""
        first = self._rehearsal.performed - len(poses)
        assert first <= self._danced.count, "a dance has no holes"
        self._danced.append(poses[max(self._danced.count - first, 0) :])

    def _on_grid(self, frame: MusicFrame) -> MusicFrame:
        grid = self._plan.grid
        return frame if grid is None else replace(frame, beat=grid.clock_at(frame.time_s))

    def _keep_checkpoint(self) -> None:
        if self._hops == self._redo_until:
            self._edited, self._redo_until = self._checkpoint(), None
        newest = self._checkpoints[-1].hops if self._checkpoints else 0
        if self._hops - newest < self._every_hops:
            return
        self._checkpoints.append(self._checkpoint())
        if len(self._checkpoints) > MOST_CHECKPOINTS:
            self._checkpoints = self._checkpoints[1::2]
            self._every_hops *= 2

    def _checkpoint(self) -> _Checkpoint:
        return _Checkpoint(self._hops, _copied(self._rehearsal))

    def _return_to(self, hops: int) -> None:
        """Go on from the newest checkpoint at or before `hops`, and keep another one there: edits come in flocks."""
        kept = self._checkpoints + ([self._edited] if self._edited is not None else [])
        kept.sort(key=lambda each: each.hops)
        number = bisect_right([each.hops for each in kept], hops) - 1
        self._redo_until = hops
        if number < 0:
            self._hops, self._rehearsal = 0, self._fresh()
            return
        checkpoint = kept[number]
        self._hops, self._rehearsal = checkpoint.hops, _copied(checkpoint.rehearsal)
        first = max(self._hops - MUSIC_KEPT_FRAMES, 0)
        remembered = self._heard.frames(first, self._hops - first)
        self._rehearsal.engine.take([self._on_grid(frame) for frame in remembered])

    def _fresh(self) -> Rehearsal:
        return Rehearsal(self._make(self._plan.who), fps=DANCE_FPS)


def _copied(rehearsal: Rehearsal) -> Rehearsal:
    """Return a copy without the music that the engine remembers."""
    engine = rehearsal.engine
    music, engine.music = engine.music, ()
    try:
        return copy.deepcopy(rehearsal)
    finally:
        engine.music = music


def _by_hop(plan: Plan[Who]) -> dict[int, list[Command]]:
    steering: dict[int, list[Command]] = {}
    for time_s, command in plan.steering:
        steering.setdefault(_hop_of(time_s), []).append(command)
    return steering


def _hop_of(time_s: float) -> int:
    return max(int(time_s / HOP_S + 1e-6), 0)


def _poses_before(hops: int) -> int:
    """Return how many poses a rehearsal has performed when so many hops were heard."""
    limit_s = hops * HOP_SAMPLES / SAMPLE_RATE_HZ
    poses = int(limit_s * DANCE_FPS)
    while poses / DANCE_FPS < limit_s:
        poses += 1
    return poses
