"""The room: a track, its take, the ear and the dancers who work ahead, and the transport that plays it all.

Threads: `post` may be called by any; `work` by one, which does everything that takes time (files, processes); the
player is read by one; the performer performs in one. What they share is replaced whole.
"""

import shutil
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import msgspec

from realtime.audio.played import OpenOutput
from realtime.audio.track import Track
from realtime.clock import Clock
from realtime.commands import Command, LoadPreset
from realtime.engine import steer
from realtime.errors import FarandoleError
from realtime.health import RoomHealth
from realtime.ports import PoseSink, StageTimer
from realtime.rehearsal_commands import OpenTrack, Seek
from realtime.room.crew import Crew, asked_of_a_dancer, presets_of, unknown_preset
from realtime.room.edits import EDITS, edited, marker_to_go_to
from realtime.room.heard import HeardFile
from realtime.room.lanes import Lanes
from realtime.room.performer import Performer, Score
from realtime.room.player import TRANSPORT, RoomPlayer
from realtime.room.processes import HearingProcess
from realtime.room.take import Steer, Take, TakeError, load_take, save_take, sidecar_of, steer_of
from realtime.types import DanceControls

REACTION_S = 0.35
"""What a hand does takes effect so much later in the track, so that the dancer has danced it by then."""
_PATIENCE_S = 0.3
"""A take is written this long after the last change: a slider changes it thirty times a second."""


class Room:
    """One rehearsal. See the module for the threads."""

    def __init__(
        self,
        path: Path,
        crew: Crew,
        folder: Path,
        clock: Clock,
        open_output: OpenOutput | None,
        *,
        sinks: Sequence[PoseSink] = (),
        timer: StageTimer,
        playing: bool = False,
    ) -> None:
        """Open a track and begin to hear and to dance it.

        Args:
            path: the track.
            crew: see `Crew`.
            folder: where what is heard and danced is kept while the room is open; this room's alone.
            clock: host time.
            open_output: opens the loudspeakers; None plays silently.
            sinks: who gets the poses.
            timer: measures.
            playing: whether to start at once.

        Raises:
            AudioFileError: the track cannot be read.
        """
        self._crew = crew
        self._folder = folder
        self._clock = clock
        self._inbox: deque[Command] = deque()
        self._opened = 0
        self._message = self._lasting = ""
        self._save_due_s: float | None = None
        self._revision = 0
        self._playing_preset = ""
        self._load(path, crew.open_track(path))
        self.player = RoomPlayer(self._track, clock, open_output, playing=playing)
        self.performer = Performer(
            lambda: self.player.timeline, self._score(), sinks, timer, edit=self.post, work=self.work
        )
        self._restore_loop()

    @property
    def take(self) -> Take:
        """What is decided about the track."""
        return self._take

    @property
    def finished(self) -> bool:
        """Whether nothing was asked for that is not danced to its end."""
        return not self._inbox and self._lanes.finished

    def post(self, command: Command) -> None:
        """Obey a command of the transport at once, a change of the take soon; ignore every other."""
        if isinstance(command, TRANSPORT):
            self.player.post(command)
        if isinstance(command, EDITS) or steer_of(command, 0.0) is not None:
            self._inbox.append(command)

    def track_s(self) -> float:
        """Return the track time that is heard now."""
        return self.player.timeline.track_at(self.player.show_s(self._clock.now_s()))

    def work(self) -> None:
        """Do what was asked for since the last call, and what is due."""
        take = self._take
        while self._inbox:
            self._obey(self._inbox.popleft())
        self._note_loop()
        if self._take != take:
            self._apply()
        if self._save_due_s is not None and self._clock.now_s() >= self._save_due_s:
            self._save()
        if self._sidecar is not None:
            self._keep()
        self._announce_preset()

    def health(self, show_s: float) -> RoomHealth:
        """Return how the room is doing, at a show time."""
        player, a, b = self.player, self._lanes.danced("A"), self._lanes.danced("B")
        loop = player.loop
        assert a is not None, "lane A is always danced"
        return RoomHealth(
            track=str(self._path),
            title=self._track.title,
            duration_s=self._track.duration_s,
            track_s=player.timeline.track_at(show_s),
            playing=player.playing,
            speed=player.speed,
            loop=() if loop is None else (loop.start_s, loop.end_s),
            heard_s=self._heard.heard_s,
            danced_s=a.danced_s,
            danced_b_s=0.0 if b is None else b.danced_s,
            sent=self._take.sent,
            locked=self._take.locked,
            take_file=str(self._take_file),
            take_revision=self._revision,
            heard_file=str(self._heard.path),
            danced_file=str(a.path),
            danced_b_file="" if b is None else str(b.path),
            models=self._crew.models,
            finished=self.finished,
            message=self._failure(),
        )

    def close(self) -> None:
        """Write the take, end the processes and remove what they made; a second call does nothing."""
        if self._save_due_s is not None:
            self._save()
        self._let_go()

    def _load(self, path: Path, track: Track) -> None:
        """Take a track that was opened: read its take, begin to hear and to dance it."""
        self._path, self._track = path, track
        self._sidecar: Path | None = sidecar_of(path)
        self._message = self._lasting = ""
        try:
            self._take = load_take(self._sidecar)
            self._base = self._crew.preset(self._take.preset)
            for lane in (self._take.a, self._take.b):
                self._crew.lane_preset(self._base, lane)
        except FarandoleError as error:
            # What somebody wrote by hand is not overwritten by what we failed to understand.
            self._take, self._sidecar, self._base = Take(), None, self._crew.preset("")
            self._message = self._lasting = f"{error} - changes are not kept until the file is mended or removed"
        self._opened += 1
        self._folder.mkdir(parents=True, exist_ok=True)
        self._take_file = self._folder / f"{self._opened}-take.toml"
        self._heard = HeardFile.create(self._folder / f"{self._opened}-heard", track.duration_s)
        self._ear = HearingProcess(self._crew.hearing(path, self._base), self._heard.path, self._crew.launch)
        self._lanes = Lanes(
            self._crew,
            self._base,
            path,
            duration_s=track.duration_s,
            heard=self._heard.path,
            where=self._folder / f"{self._opened}-danced",
            take=self._take,
        )
        self._tell_windows()

    def _obey(self, command: Command) -> None:
        here_s = self.track_s()
        if isinstance(command, OpenTrack):
            self._open(Path(command.path))
            return
        if (place := marker_to_go_to(self._take, command, here_s)) is not None:
            self.player.post(Seek(place))
            return
        steered = steer_of(command, here_s + REACTION_S)
        if isinstance(command, LoadPreset):
            steered = self._preset_steered(command.name, here_s + REACTION_S)
            if steered is None:
                return
        try:
            self._take = edited(self._take, command, here_s=here_s, duration_s=self._track.duration_s, steered=steered)
            self._message = self._lasting
        except TakeError as error:
            self._message = str(error)

    def _preset_steered(self, name: str, at_s: float) -> Steer | None:
        try:
            self._crew.preset(name)
        except FarandoleError as error:
            self._message = str(error)
            return None
        return Steer(min(at_s, self._track.duration_s), "preset", name)

    def _open(self, path: Path) -> None:
        """Take another track; when it cannot be read, this one stays."""
        try:
            track = self._crew.open_track(path)
        except FarandoleError as error:
            self._message = str(error)
            return
        if self._save_due_s is not None:
            self._save()
        gone = [self._heard.path, self._take_file]
        ear, lanes = self._ear, self._lanes
        self._load(path, track)
        self.player.open(track)
        self.performer.score = self._score()
        self._restore_loop()
        ear.stop()
        lanes.stop()
        for file in gone:
            file.unlink(missing_ok=True)

    def _apply(self) -> None:
        """Make a changed take true: let the lanes dance it, keep it, tell the windows."""
        try:
            self._lanes.plan(self._take)
            self._message = unknown_preset(self._take, self._crew) or self._message
        except FarandoleError as error:
            self._message = str(error)
        self.performer.score = self._score()
        self._save_due_s = self._clock.now_s() + _PATIENCE_S
        self._tell_windows()

    def _score(self) -> Score:
        danced = self._lanes.danced(self._take.sent) or self._lanes.danced("A")
        assert danced is not None, "lane A is always danced"
        steering = asked_of_a_dancer(self._take, self._crew)
        preset = self._lanes.preset_of(self._take, self._take.sent)
        first = self._crew.controls(preset)

        def controls_at(track_s: float) -> DanceControls:
            controls = first
            for at_s, command in steering:
                if at_s > track_s:
                    break
                controls = steer(controls, command)
            return controls

        return Score(danced.pose_at, self._heard, self._take.beat_grid, controls_at, preset.dance.model)

    def _announce_preset(self) -> None:
        """Say when the track passes into another preset: its look and its targets are not in the dance."""
        here_s = self.track_s()
        past = [name for at_s, name in presets_of(self._take) if at_s <= here_s]
        name = past[-1] if past else self._take.preset
        if name != self._playing_preset:
            self._playing_preset = name
            self._crew.on_preset(name)

    def _note_loop(self) -> None:
        loop = self.player.loop
        kept = () if loop is None else (loop.start_s, loop.end_s)
        if kept != self._take.loop and not self._take.locked:
            self._take = msgspec.structs.replace(self._take, loop=kept)

    def _restore_loop(self) -> None:
        if len(self._take.loop) == 2:
            self.player.restore_loop(*self._take.loop)

    def _save(self) -> None:
        self._save_due_s = None
        if self._sidecar is None:
            return
        try:
            save_take(self._take, self._sidecar)
        except TakeError as error:
            self._message = str(error)

    def _tell_windows(self) -> None:
        save_take(self._take, self._take_file)
        self._revision += 1

    def _failure(self) -> str:
        return self._ear.failure or self._lanes.failure or self._message

    def _keep(self) -> None:
        try:
            self._lanes.keep(self._take)
        except OSError as error:
            self._message = f"{self._path.parent}: cannot keep the dance there ({error.strerror})"

    def _let_go(self) -> None:
        self._ear.stop()
        self._lanes.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
