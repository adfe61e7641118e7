"""Shows without sound or processes: a still one for tests, a moving one to look at the windows with."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from app.show_client import Attach
from app.show_search import ShowSearch
from realtime.commands import Command
from realtime.health import HealthSnapshot, Latencies, TargetHealth
from realtime.motion.rotations import from_rotation_vector
from realtime.motion.skeleton import JOINT_COUNT, STANDING_PELVIS_M, Joint
from realtime.types import BeatState, Pose, TempoSource

HOST_AHEAD_S = 1000.0
"""Host time minus show time of a fake show."""

SNAPSHOT = HealthSnapshot(
    time_s=71.0,
    title="Scarlett 2i2 (ALSA)",
    level_db=-9.0,
    peak=0.62,
    energy=0.6,
    silent=False,
    beat=BeatState(128.0, 0.0, 0.0, 4, 0.92, TempoSource.AUTO),
    generator="live",
    preset="drop",
    presets=("idle", "verse", "drop", "break", "outro"),
    measured_fps=60.0,
    latencies=Latencies(0.0093, 0.0017, 0.0004, 0.0056, 0.018, 0.0001, 0.0006, 0.0003, 0.011, 0.047),
    medians=Latencies(0.0041, 0.0009, 0.0003, 0.0027, 0.012, 0.0001, 0.0003, 0.0001, 0.008, 0.047),
    targets=(
        TargetHealth("TouchDesigner", "flat", "10.0.0.5:10000", True, 60.0, 4260, 0, ""),
        TargetHealth("Avatar", "vmc", "127.0.0.1:39539", True, 31.0, 2210, 0, ""),
        TargetHealth("VRChat", "vrchat", "10.0.0.9:9000", True, 0.0, 0, 4260, "no route to host"),
    ),
)
"""A healthy show with one slow and one unreachable target."""


class FakeShow:
    """A `ShowClient` that shows what it is given and remembers what it is told."""

    def __init__(self, snapshot: HealthSnapshot | None = SNAPSHOT) -> None:
        self.alive = True
        self.closed = False
        self.shown = snapshot
        self.commands: list[Command] = []

    def snapshot(self) -> HealthSnapshot | None:
        return self.shown

    def show_s(self, host_s: float) -> float:
        return host_s - HOST_AHEAD_S

    def pose_at(self, show_s: float) -> Pose | None:
        if self.shown is None:
            return None
        return bobbing_pose(show_s, self.shown.beat)

    def send(self, command: Command) -> bool:
        if self.alive:
            self.commands.append(command)
        return self.alive

    def close(self) -> None:
        self.closed = True


def search_of(attach: Attach) -> ShowSearch:
    """Return a search that has its answer at once."""
    return ShowSearch(attach, run=lambda job: job())


class MovingShow(FakeShow):
    """A show whose level, beat and latencies move with the clock; its switches obey."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        super().__init__()
        self._now_s = now_s
        self._start_s = now_s()

    def snapshot(self) -> HealthSnapshot | None:
        now_s = self._now_s() - self._start_s
        shown = self.shown
        if shown is None:
            return None
        pulse = math.exp(-4.0 * (shown.beat.beat_at(self.show_s(self._now_s())) % 1.0))
        wave = math.sin(0.7 * now_s) + 0.4 * math.sin(2.3 * now_s)
        level_db = -24.0 + 3.0 * wave + 14.0 * pulse
        latencies = replace(shown.latencies, total_s=0.047 + 0.003 * wave)
        peak = 10.0 ** (0.05 * level_db + 0.2)
        return replace(shown, time_s=now_s, level_db=level_db, peak=min(peak, 1.0), latencies=latencies)


def bobbing_pose(show_s: float, beat: BeatState) -> Pose:
    """Return a body that bobs on the beat with its arms swinging."""
    phase = 2.0 * math.pi * beat.beat_at(show_s)
    vectors = np.zeros((JOINT_COUNT, 3))
    swing = 0.5 * math.sin(0.5 * phase)
    vectors[Joint.LEFT_SHOULDER] = (0.3 * swing, 0.0, -1.0)
    vectors[Joint.RIGHT_SHOULDER] = (0.3 * swing, 0.0, 1.0)
    vectors[Joint.LEFT_ELBOW] = (0.0, -0.8 + swing, 0.0)
    vectors[Joint.RIGHT_ELBOW] = (0.0, 0.8 + swing, 0.0)
    vectors[Joint.SPINE2] = (0.1 * math.cos(phase), 0.3 * swing, 0.0)
    root = np.array([0.05 * swing, STANDING_PELVIS_M - 0.03 + 0.02 * math.cos(phase), 0.0])
    return Pose(show_s, root, from_rotation_vector(vectors), np.ones(4))
