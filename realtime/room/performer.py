"""The stages of a room: they read the dance and the music of a moment instead of making and hearing them.

`LiveShow` drives them as it drives an `Engine`, so the outputs, the link, the recorder and the remote control are those
of a show. Poses and beats are told on show time: at half the speed the clock that receivers see runs at half the tempo,
and while the track stands it stands.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from realtime.commands import Command, Freeze, Panic, SetOffset
from realtime.engine import EngineCounters
from realtime.motion.fader import Fader
from realtime.motion.pose_buffer import PoseBuffer, hold_chunk, standing_pose
from realtime.music.hush import SILENCE, hushed
from realtime.ports import PoseSink, StageTimer
from realtime.room.grid import BeatGrid, on_show_time
from realtime.room.heard import HeardFile
from realtime.room.transport import Timeline
from realtime.types import AudioBlock, BeatState, DanceControls, MusicFrame, Pose, PoseChunk, ShowState

_BLEND_S = 0.4
"""A held dancer goes on within this time."""


class Score:
    """What a performer reads; the room replaces it whole.

    Attributes:
        pose_at: the sent lane's pose at a time of the track; None before the first.
        heard: what was heard.
        grid: the corrected beat, None for the heard one.
        controls_at: what is asked of the dancer at a time of the track.
        who: name of the dancer.
    """

    def __init__(
        self,
        pose_at: Callable[[float], Pose | None],
        heard: HeardFile,
        grid: BeatGrid | None,
        controls_at: Callable[[float], DanceControls],
        who: str,
    ) -> None:
        self.pose_at = pose_at
        self.heard = heard
        self.grid = grid
        self.controls_at = controls_at
        self.who = who


class Performer:
    """The `Stages` of a room. One thread calls `perform`; any may `post` and read the attributes.

    Args:
        timeline: where in the track the show is.
        score: what there is to perform.
        sinks: who gets it.
        timer: measures.
        edit: gets every command that is not about the performance itself.
        work: called now and then by the thread that would choreograph.
    """

    generate_latency_s = 0.0

    def __init__(
        self,
        timeline: Callable[[], Timeline],
        score: Score,
        sinks: Sequence[PoseSink],
        timer: StageTimer,
        *,
        edit: Callable[[Command], None],
        work: Callable[[], None],
    ) -> None:
        self.music: tuple[MusicFrame, ...] = ()
        self.sinks = tuple(sinks)
        self.counters = EngineCounters()
        self.controls = DanceControls()
        self.fader = Fader()
        self.held = ""
        self.offset_s = 0.0
        self.score = score
        self._timeline = timeline
        self._timer = timer
        self._edit = edit
        self._work = work
        self._inbox: deque[Command] = deque()
        self._buffer = PoseBuffer()
        self._released: tuple[float, Pose] | None = None
        self._track_s = 0.0

    @property
    def generator_name(self) -> str:
        """Who dances."""
        return self.score.who

    def post(self, command: Command) -> None:
        """Hand a command to whom it concerns."""
        self._inbox.append(command)
        self._edit(command)

    def listen(self, block: AudioBlock) -> list[MusicFrame]:  # noqa: ARG002 - the track was heard before
        """Hear nothing: the track was heard before."""
        return []

    def choreograph(self, now_s: float) -> PoseChunk | None:  # noqa: ARG002 - the dance is made elsewhere
        """Let the room work; the dance is made in processes of its own."""
        self._work()
        return None

    def deliver(self, chunk: PoseChunk) -> None:
        """Take nothing: no chunk is ever made."""

    def perform(self, now_s: float, state: ShowState, *, slot_s: float = 1 / 60) -> Pose:  # noqa: ARG002 - as an engine's
        """Send to every sink the pose of the track for its moment, and return the pose for `now_s`."""
        while self._inbox:
            self._obey(self._inbox.popleft(), now_s)
        score, timeline = self.score, self._timeline()
        state = replace(
            state,
            running=self.held != "panic",
            blackout=self.fader.value_at(now_s),
            frozen=self.held == "freeze",
        )
        led = [(sink, sink.lead_s + self.offset_s) for sink in self.sinks]
        with self._timer.measure("pose"):
            poses = {lead_s: self._pose_at(now_s + lead_s) for lead_s in {0.0, *(lead_s for _, lead_s in led)}}
        frame = self._heard_at(now_s, score, timeline)
        self.controls = score.controls_at(timeline.track_at(now_s))
        self.music = (frame,)
        with self._timer.measure("send"):
            for sink, lead_s in led:
                sink.send(poses[lead_s], frame, state)
        return poses[0.0]

    def _heard_at(self, now_s: float, score: Score, timeline: Timeline) -> MusicFrame:
        """Return what the track sounds like now, with the strongest onset since the last call, on show time."""
        anchor, track_s = timeline.anchor_at(now_s), timeline.track_at(now_s)
        # Before anything was heard there is silence to tell of, so that a kept dance goes out at once.
        frame = score.heard.at(track_s) or MusicFrame(track_s, SILENCE, BeatState())
        since_s, self._track_s = self._track_s, track_s
        beat = frame.beat if score.grid is None else score.grid.clock_at(track_s)
        beat = on_show_time(beat, track_s=track_s, show_s=now_s, speed=anchor.speed)
        if anchor.speed == 0.0:
            return replace(hushed((frame,))[-1], time_s=now_s, beat=beat)
        onset = frame.features.onset
        if 0.0 < track_s - since_s < 0.5:
            onset = max(onset, score.heard.strongest_onset(since_s, track_s))
        return MusicFrame(now_s, replace(frame.features, onset=onset), beat)

    def _pose_at(self, show_s: float) -> Pose:
        if self.held:
            return self._buffer.pose_at(show_s)
        shown = self._read(show_s)
        if self._released is None:
            return shown
        since_s, left = self._released
        weight = min(max((show_s - since_s) / _BLEND_S, 0.0), 1.0)
        if weight >= 1.0:
            return shown
        return _between(left, shown, weight * weight * (3.0 - 2.0 * weight))

    def _read(self, show_s: float) -> Pose:
        """Return the pose of the track at a show time."""
        pose = self.score.pose_at(self._timeline().track_at(show_s))
        return standing_pose(show_s) if pose is None else replace(pose, time_s=show_s)

    def _obey(self, command: Command, now_s: float) -> None:
        match command:
            case Freeze(on=on):
                # A button's release must not end a panic.
                if self.held != "panic":
                    self._hold("freeze" if on else "", now_s)
            case Panic(on=on):
                self._hold("panic" if on else "", now_s)
                self.fader.fade(on=on, now_s=now_s, fade_s=1.0)
            case SetOffset(offset_s=offset_s):
                self.offset_s = min(max(offset_s, -0.5), 0.5)
            case _:
                self.fader.command(command, now_s)

    def _hold(self, how: str, now_s: float) -> None:
        """Stop in the shown pose ("freeze"), stand ("panic"), or dance on ("")."""
        if how == self.held:
            return
        shown = self._pose_at(now_s)
        if how:
            self._buffer = PoseBuffer()
            # Nothing is shown before this moment by the new buffer, so that it has nothing to make up for.
            self._buffer.merge(hold_chunk(replace(shown, time_s=now_s - 60.0), "freeze"), now_s - 60.0, halflife_s=0.03)
        if how == "panic":
            standing = standing_pose(now_s, x_m=float(shown.root_m[0]), z_m=float(shown.root_m[2]))
            self._buffer.merge(hold_chunk(standing, "panic"), now_s, halflife_s=0.4)
        self._released = None if how else (now_s, shown)
        self.held = how


def _between(a: Pose, b: Pose, weight: float) -> Pose:
    """Return the pose on the way from a to b, at b's time."""
    signs = np.where(np.sum(a.rotations_wxyz * b.rotations_wxyz, axis=-1, keepdims=True) < 0.0, -1.0, 1.0)
    mixed = (1.0 - weight) * signs * a.rotations_wxyz + weight * b.rotations_wxyz
    rotations = mixed / np.linalg.norm(mixed, axis=-1, keepdims=True)
    return Pose(b.time_s, a.root_m + weight * (b.root_m - a.root_m), rotations, b.contacts)
