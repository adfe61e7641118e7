"""The lanes of a room: who dances A and B of one track, where their dances are, and whether they were kept."""

from collections.abc import Mapping
from pathlib import Path

from realtime.config import Preset
from realtime.room.ahead import Plan
from realtime.room.crew import Crew, asked_of_a_dancer
from realtime.room.danced import DancedFile
from realtime.room.kept import KeptLane, keep, kept, kept_path
from realtime.room.lane import DancingLane
from realtime.room.take import Take

RoomLane = DancingLane[Preset] | KeptLane[Preset]


class Lanes:
    """The lanes of one track. One thread plans, any thread reads.

    Args:
        crew: who makes dancers.
        base: the preset that the room was opened with.
        track: path of the track.
        duration_s: its length.
        heard: path of what is heard.
        where: the lanes' files are called this, a dash and more.
    """

    def __init__(
        self, crew: Crew, base: Preset, track: Path, *, duration_s: float, heard: Path, where: Path, take: Take
    ) -> None:
        self._crew, self._base, self._track = crew, base, track
        self._duration_s, self._heard, self._where = duration_s, heard, where
        self._made = 0
        self._lanes: Mapping[str, RoomLane] = self._kept_lanes(take)
        self._is_kept = bool(self._lanes)
        self.plan(take)

    def danced(self, name: str) -> DancedFile | None:
        """Return the dance of a lane; None while it is off."""
        lane = self._lanes.get(name)
        return None if lane is None else lane.danced

    @property
    def finished(self) -> bool:
        """Whether every lane has danced what it was last asked for, to its end."""
        return all(lane.finished for lane in self._lanes.values())

    @property
    def failure(self) -> str:
        """What went wrong in a lane, or ""."""
        return next((lane.failure for lane in self._lanes.values() if lane.failure), "")

    def preset_of(self, take: Take, name: str) -> Preset:
        """Return the preset that a lane begins with.

        Raises:
            FarandoleError: there is no such preset or dancer.
        """
        return self._crew.lane_preset(self._base, take.lane(name))

    def plan(self, take: Take) -> None:
        """Let the lanes dance a take.

        Raises:
            FarandoleError: a lane names a preset or a dancer that there is not; it dances what it danced.
        """
        lanes = dict(self._lanes)
        steering = asked_of_a_dancer(take, self._crew)
        for name in ("A", "B"):
            if name == "B" and not take.b.on:
                if gone := lanes.pop(name, None):
                    _end(gone)
                continue
            plan = Plan(self.preset_of(take, name), steering, take.beat_grid)
            if isinstance(lanes.get(name), KeptLane) and not take.locked:
                del lanes[name]
            if name in lanes:
                lanes[name].change(plan)
            else:
                lanes[name] = self._dancing(name, plan)
        self._lanes = lanes

    def keep(self, take: Take) -> None:
        """Keep the dances of a take that was locked once they are danced; forget those of one that was unlocked.

        Raises:
            OSError: they cannot be written.
        """
        if take.locked == self._is_kept or (take.locked and not self.finished):
            return
        self._is_kept = take.locked
        for name in ("A", "B"):
            path = kept_path(self._track, name)
            if take.locked and name in self._lanes:
                keep(self._lanes[name].danced, path)
            else:
                path.unlink(missing_ok=True)

    def stop(self) -> None:
        """End the dancers and remove their files; kept dances stay."""
        for lane in self._lanes.values():
            _end(lane)

    def _dancing(self, name: str, plan: Plan[Preset]) -> RoomLane:
        self._made += 1
        path = self._where.with_name(f"{self._where.name}-{name}-{self._made}")
        return DancingLane(
            self._crew.make, self._heard, path, plan, duration_s=self._duration_s, launch=self._crew.launch
        )

    def _kept_lanes(self, take: Take) -> dict[str, RoomLane]:
        """Return the lanes of a locked take whose dances were kept; none when one of them was not."""
        if not take.locked:
            return {}
        wanted = ["A", "B"] if take.b.on else ["A"]
        found = {name: kept(kept_path(self._track, name)) for name in wanted}
        lanes: dict[str, RoomLane] = {name: KeptLane(danced) for name, danced in found.items() if danced is not None}
        return lanes if len(lanes) == len(wanted) else {}


def _end(lane: RoomLane) -> None:
    lane.stop()
    if isinstance(lane, DancingLane):
        lane.danced.path.unlink(missing_ok=True)
