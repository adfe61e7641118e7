"""Between a rehearsal room and its widgets: what the room reports, the take, the waveform, and where the track is now.

It stands on the `ViewModel`, which owns the link to the show. What is long is read from the room's files: the take when
its revision changes, beats and waveform in threads of their own. Everything else runs in Qt's main thread.
"""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from app.room_readings import Progress, Transport, Trouble
from app.view_model import POLL_MS, ViewModel
from app.waveform import Waveform, WaveformReader
from realtime.commands import Command
from realtime.health import RoomHealth
from realtime.rehearsal_commands import EditMarker, SetGrid, SetLoop
from realtime.room.grid import BeatGrid, GridBeat, fitted
from realtime.room.heard import HeardFile
from realtime.room.take import Marker, Take, TakeError, load_take
from realtime.room.transport import Anchor, Loop

_WAVE_STEP_S = 2.0
_BEATS_STEP = 0.1
"""The heard beats are counted again when so much more of the track was heard."""


class RoomModel(QObject):
    """One room as its window sees it. Each signal fires only when what it carries changed.

    Args:
        view_model: the show.
        now_s: host time, `time.monotonic` but for tests.
    """

    track_changed = Signal(str, float)
    """Path and length of the track."""
    transport_changed = Signal(Transport)
    progress_changed = Signal(Progress)
    trouble_changed = Signal(Trouble)
    take_changed = Signal(Take)
    sent_changed = Signal(str)
    waveform_changed = Signal()
    beats_changed = Signal()

    def __init__(self, view_model: ViewModel, *, now_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.room: RoomHealth | None = None
        self.take = Take()
        self.waveform = Waveform(0.0)
        self.heard_beats: list[GridBeat] = []
        self._view_model = view_model
        self._now_s = now_s
        self._shown: dict[type, object] = {}
        self._readings: tuple[tuple[Callable[[RoomHealth], Any], SignalInstance], ...] = (
            (Transport.of, self.transport_changed),
            (Progress.of, self.progress_changed),
            (Trouble.of, self.trouble_changed),
        )
        self._reader: WaveformReader | None = None
        self._wave_s = 0.0
        self._counted: tuple[str, float] = ("", 0.0)
        self._counting: _BeatCount | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.poll)

    def start(self) -> None:
        """Poll now and from now on."""
        self.poll()
        self._timer.start()

    def stop(self) -> None:
        """Stop polling."""
        self._timer.stop()
        if self._reader is not None:
            self._reader.stop()

    def poll(self) -> None:
        """Take what the newest snapshot says of the room, and tell what changed."""
        snapshot = self._view_model.snapshot
        room = snapshot.room if snapshot is not None else None
        if room is None:
            return
        before, self.room = self.room, room
        if before is None or (before.track, before.duration_s) != (room.track, room.duration_s):
            self._take_track(room)
        if before is None or (before.take_file, before.take_revision) != (room.take_file, room.take_revision):
            self._read_take(Path(room.take_file))
        for reading_of, signal in self._readings:
            reading = reading_of(room)
            if self._shown.get(type(reading)) != reading:
                self._shown[type(reading)] = reading
                signal.emit(reading)
        if before is None or before.sent != room.sent:
            self.sent_changed.emit(room.sent)
        self._take_waveform()
        self._take_beats(room)

    @property
    def duration_s(self) -> float:
        """Length of the track."""
        return 0.0 if self.room is None else self.room.duration_s

    @property
    def anchor(self) -> Anchor | None:
        """The line from show time to track time; None without a room."""
        room, snapshot = self.room, self._view_model.snapshot
        if room is None or snapshot is None:
            return None
        loop = Loop(room.loop[0], room.loop[1]) if len(room.loop) == 2 else None
        return Anchor(snapshot.time_s, room.track_s, room.speed if room.playing else 0.0, loop)

    def track_s(self) -> float:
        """Return the time of the track that is heard now."""
        client, anchor = self._view_model.client, self.anchor
        if client is None or anchor is None:
            return 0.0 if anchor is None else anchor.track_s
        return min(max(anchor.track_at(client.show_s(self._now_s())), 0.0), self.duration_s)

    def beats(self, from_s: float, to_s: float) -> list[GridBeat]:
        """Return the beats of a stretch: of the grid when there is one, else those that were heard."""
        grid = self.take.beat_grid
        if grid is not None:
            return grid.beats(max(from_s, 0.0), min(to_s, self.duration_s))
        return [beat for beat in self.heard_beats if from_s <= beat.time_s < to_s]

    def fitted_grid(self) -> BeatGrid | None:
        """Return the straightest grid through what was heard; None while there is too little of it."""
        times_s = np.array([beat.time_s for beat in self.heard_beats])
        return fitted(times_s, [beat.beat_in_bar for beat in self.heard_beats])

    def send(self, command: Command) -> bool:
        """Hand a command to the room; False when there is none."""
        return self._view_model.send(command)

    def set_grid(self, grid: BeatGrid | None) -> None:
        """Have the dance follow a grid, or the heard beat again."""
        segments = () if grid is None else grid.segments
        self.send(SetGrid(tuple((each.start_s, each.tempo_bpm, each.beats_per_bar) for each in segments)))

    def edit_marker(self, number: int, marker: Marker) -> None:
        """Change the marker `number`, from 1."""
        self.send(EditMarker(number, marker.at_s, marker.name, marker.preset))

    def loop_in(self) -> None:
        """Begin the loop here; one that has no end yet ends with the track."""
        self.send(SetLoop(-1.0, self.duration_s))

    def loop_out(self) -> None:
        """End the loop here."""
        self.send(SetLoop(0.0, -1.0))

    def _take_track(self, room: RoomHealth) -> None:
        if self._reader is not None:
            self._reader.stop()
        self._reader = WaveformReader(Path(room.track), room.duration_s)
        self.waveform, self._wave_s = self._reader.waveform, 0.0
        self.heard_beats, self._counted, self._counting = [], ("", 0.0), None
        self.track_changed.emit(room.track, room.duration_s)
        self.waveform_changed.emit()
        self.beats_changed.emit()

    def _read_take(self, path: Path) -> None:
        try:
            take = load_take(path)
        except TakeError:
            return  # It is being replaced; the next revision will be read.
        if take != self.take:
            self.take = take
            self.take_changed.emit(take)
            self.beats_changed.emit()

    def _take_waveform(self) -> None:
        known_s = self.waveform.known_s
        if known_s - self._wave_s >= _WAVE_STEP_S or (known_s > self._wave_s and known_s >= self.duration_s - 0.1):
            self._wave_s = known_s
            self.waveform_changed.emit()

    def _take_beats(self, room: RoomHealth) -> None:
        """Count the heard beats in a thread when there are more, and take the count when it is done."""
        counting = self._counting
        if counting is not None and counting.done:
            self._counting = None
            self._counted = (str(counting.path), counting.heard_s)
            self.heard_beats = counting.beats
            self.beats_changed.emit()
        path, heard_s = self._counted
        is_more = room.heard_file != path or room.heard_s > heard_s + _BEATS_STEP * room.duration_s
        is_end = room.heard_s > heard_s and room.heard_s >= room.duration_s - 0.1
        if self._counting is None and room.heard_s > 0.0 and (is_more or is_end):
            self._counting = _BeatCount(Path(room.heard_file), room.heard_s)


class _BeatCount:
    """Counts the beats of a `HeardFile` in a thread."""

    def __init__(self, path: Path, heard_s: float) -> None:
        self.path, self.heard_s = path, heard_s
        self.beats: list[GridBeat] = []
        self.done = False
        Thread(target=self._count, name="beats", daemon=True).start()

    def _count(self) -> None:
        try:
            self.beats = [GridBeat(beat.time_s, beat.beat_in_bar, 0) for beat in HeardFile.attach(self.path).beats()]
        except (OSError, ValueError):
            self.beats = []  # The room has another track by now.
        self.done = True
