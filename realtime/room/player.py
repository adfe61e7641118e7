"""Plays the track of a room through the loudspeakers and keeps both times: show time and track time.

Show time is what the loudspeakers have taken, silence included, so it goes on steadily through pauses and seeks; which
part of the track it was is learned from the tags of the blocks that were really taken. With no output device the track
runs silently at the pace of the host clock, and says so.
"""

from collections import deque

import numpy as np

from realtime.audio.host_time import HostTime
from realtime.audio.played import OpenOutput, Output
from realtime.audio.track import Track
from realtime.clock import Clock
from realtime.commands import Command
from realtime.errors import AudioFileError, DeviceError
from realtime.rehearsal_commands import ClearLoop, Pause, Play, Seek, SetLoop, SetSpeed, Skip, TogglePlay
from realtime.room.feed import Tag, TaggedFeed
from realtime.room.playhead import BLOCK_FRAMES, Playhead
from realtime.room.transport import Anchor, Loop, Timeline, clamped_speed, sensible_loop
from realtime.types import SAMPLE_RATE_HZ, AudioBlock, SourceStatus

_QUEUED_BLOCKS = 8
_OUTPUT_DIES_AFTER_S = 2.0
_END_S = 1e-3

TRANSPORT = (Play, Pause, TogglePlay, Seek, Skip, SetLoop, ClearLoop, SetSpeed)
"""The commands that a player obeys."""


class RoomPlayer:
    """An `AudioSource` whose music the show need not hear: it was heard before.

    One thread reads; any thread posts, and asks for the time and the state.
    """

    input_latency_s = 0.0

    def __init__(self, track: Track, clock: Clock, open_output: OpenOutput | None, *, playing: bool = False) -> None:
        """Stand at the beginning of the track, or start playing.

        Args:
            track: what to play.
            clock: host time.
            open_output: opens the loudspeakers; None plays silently.
            playing: whether to start at once.
        """
        self.track = track
        self.playing = playing
        self.speed = 1.0
        self.loop: Loop | None = None
        self.timeline = Timeline((Anchor(0.0, 0.0, 0.0),))
        self._clock = clock
        self._open_output = open_output
        self._inbox: deque[Command | Track] = deque()
        self._host_time = HostTime(clock.now_s())
        self._message = ""
        self._output: Output | None = None
        self._pending: Tag | None = None
        self._begin(0.0)

    @property
    def status(self) -> SourceStatus:
        """How it is doing."""
        state = "playing" if self.playing else "ended" if self._at_end(self._here_s()) else "paused"
        return SourceStatus(self.track.title, state, self._message)

    def show_s(self, host_s: float) -> float:
        """Return the show time at a host time: the sample at the loudspeaker."""
        return self._host_time.show_s(host_s)

    def post(self, command: Command) -> None:
        """Obey one of `TRANSPORT` soon; ignore every other command."""
        if isinstance(command, TRANSPORT):
            self._inbox.append(command)
            self._feed.moved.set()

    def open(self, track: Track) -> None:
        """Stand at the beginning of another track soon."""
        self._inbox.append(track)
        self._feed.moved.set()

    def restore_loop(self, start_s: float, end_s: float) -> None:
        """Have the loop of a take again, before anything plays."""
        self.loop = self._on_frames(sensible_loop(start_s, end_s, self.track.duration_s))

    def read(self, timeout_s: float) -> AudioBlock | None:
        """Keep the loudspeakers fed and learn what they took; there is nothing to hear, so return None."""
        while self._inbox:
            self._obey(self._inbox.popleft())
        self._top_up()
        if self._output is None:
            self._play_silently(timeout_s)
        elif not self._feed.moved.wait(timeout_s) and self._clock.now_s() - self._moved_at_s > _OUTPUT_DIES_AFTER_S:
            self._fall_silent()
        self._feed.moved.clear()
        self._learn()
        return None

    def close(self) -> None:
        """Stop playing."""
        if self._output is not None:
            self._output.close()
            self._output = None

    def _begin(self, track_s: float) -> None:
        """Start a feed for the track, and an output for the feed."""
        self._base_s = self._host_time.show_s(self._clock.now_s())
        self._feed = TaggedFeed(self.track.channels)
        self._moved_at_s = self._clock.now_s()
        self._silent_due_s = self._moved_at_s + BLOCK_FRAMES / self.track.sample_rate_hz
        self.timeline = Timeline((Anchor(self._base_s, track_s, 0.0),))
        self._playhead = Playhead(self.track, track_s, self.speed, self.loop)
        self._still_s = track_s
        self._pending = None
        self._top_up()
        if self._open_output is not None:
            try:
                self._output = self._open_output(self.track.sample_rate_hz, self.track.channels, self._feed)
            except DeviceError as error:
                self._message = f"No output, playing silently - {error}"

    def _asked_loop(self, asked: SetLoop, here_s: float) -> Loop | None:
        """Return the loop that is meant; a negative time is here."""
        before, start_s, end_s = self.loop, asked.start_s, asked.end_s
        if start_s < 0.0:
            start_s = here_s
            end_s = before.end_s if before is not None and before.end_s > here_s else self.track.duration_s
        elif end_s < 0.0:
            start_s = before.start_s if before is not None and before.start_s < here_s else 0.0
            end_s = here_s
        return sensible_loop(start_s, end_s, self.track.duration_s)

    def _obey(self, command: Command | Track) -> None:
        self._learn()
        here_s = self._here_s()
        match command:
            case Play():
                self.playing = True
            case Pause():
                self.playing = False
            case TogglePlay():
                self.playing = not self.playing
            case Seek(time_s=time_s):
                here_s = self._inside(time_s)
            case Skip(offset_s=offset_s):
                here_s = self._inside(here_s + offset_s)
            case SetLoop():
                self.loop = self._on_frames(self._asked_loop(command, here_s))
                if self.loop is not None and here_s >= self.loop.end_s:
                    here_s = self.loop.start_s
            case ClearLoop():
                self.loop = None
            case SetSpeed(factor=factor):
                self.speed = clamped_speed(factor)
            case Command():
                return
            case _:
                self._change_track(command)
                return
        if self.playing and self._at_end(here_s) and isinstance(command, Play | TogglePlay):
            here_s = 0.0
        self._restart(here_s)

    def _change_track(self, track: Track) -> None:
        self.close()
        self._host_time.restart(self._clock.now_s())
        self.track, self.playing, self.loop, self._message = track, False, None, ""
        self._begin(0.0)

    def _restart(self, track_s: float) -> None:
        """Go on from another place, or at another speed: what was not taken is dropped."""
        self._playhead = Playhead(self.track, track_s, self.speed, self.loop)
        self._still_s = track_s
        blocks = [self._next_block() for _ in range(_QUEUED_BLOCKS)]
        self._pending = blocks[0][1]
        self._feed.replace(blocks)

    def _here_s(self) -> float:
        """Return the track time of the next frame that the loudspeakers take."""
        if self._pending is not None:
            return self._pending.track_s  # Asked again before they took anything of what was asked last.
        return min(self.timeline.track_at(self._taken_s()), self.track.duration_s)

    def _taken_s(self) -> float:
        return self._base_s + self._feed.taken_frames / self.track.sample_rate_hz

    def _on_frames(self, loop: Loop | None) -> Loop | None:
        """Return the loop in whole frames: a fraction each time round would add up."""
        rate = self.track.sample_rate_hz
        return loop and Loop(round(loop.start_s * rate) / rate, round(loop.end_s * rate) / rate)

    def _inside(self, time_s: float) -> float:
        return min(max(time_s if time_s == time_s else 0.0, 0.0), self.track.duration_s)  # noqa: PLR0124 - NaN

    def _at_end(self, track_s: float) -> bool:
        return track_s >= self.track.duration_s - _END_S

    def _top_up(self) -> None:
        """Keep the queue full: of the track while it plays, of silence while it stands."""
        while self._feed.waiting < _QUEUED_BLOCKS:
            self._feed.push(*self._next_block())

    def _next_block(self) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float32]], Tag]:
        if self.playing:
            try:
                read = self._playhead.next()
            except AudioFileError as error:
                read, self._message = None, str(error)
            if read is not None:
                return read  # pyright: ignore[reportReturnType] - numpy does not know the number of axes
            self.playing = False
            self._still_s = self.track.duration_s
        silence = np.zeros((BLOCK_FRAMES, self.track.channels), dtype=np.float32)
        return silence, Tag(self._still_s, 0.0)

    def _learn(self) -> None:
        """Learn which part of the track was taken, and when it is heard."""
        rate = self.track.sample_rate_hz
        while self._feed.begun:
            frame, tag = self._feed.begun.popleft()
            if tag == self._pending:
                self._pending = None
            loop = self.loop if tag.speed > 0.0 else None
            self.timeline = self.timeline.bent(Anchor(self._base_s + frame / rate, tag.track_s, tag.speed, loop))
        while self._feed.taken:
            frame, host_s = self._feed.taken.popleft()
            self._host_time.add((self._base_s + frame / rate) * SAMPLE_RATE_HZ, host_s)
            self._moved_at_s = self._clock.now_s()

    def _fall_silent(self) -> None:
        here_s = self._here_s()
        self.close()
        self._host_time.restart(self._clock.now_s())
        self._open_output = None
        self._message = "Output lost, playing silently - the output stopped"
        self._begin(here_s)

    def _play_silently(self, timeout_s: float) -> None:
        """Take one block when it has sounded."""
        now_s = self._clock.now_s()
        if self._silent_due_s < now_s - 1.0:
            self._silent_due_s = now_s  # The machine slept: do not catch up.
        self._clock.sleep_until(min(self._silent_due_s, now_s + timeout_s))
        if self._clock.now_s() >= self._silent_due_s:
            block_s = BLOCK_FRAMES / self.track.sample_rate_hz
            self._feed.pull(BLOCK_FRAMES, self._silent_due_s - block_s)
            self._silent_due_s += block_s
