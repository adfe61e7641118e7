"""Records the dance to disk without ever delaying it: a thread of its own writes what a bounded queue hands over."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Thread
from typing import Any, NamedTuple

from realtime.command_coding import encode
from realtime.commands import Command
from realtime.outputs.session import COMMANDS, Row, header, write_header, write_part
from realtime.outputs.session_audio import AudioFile
from realtime.types import AudioBlock, MusicFrame, Pose, ShowState

PART_S = 10.0
KEPT_S = 60.0
"""How far back "save the last" reaches."""
MOST_FPS = 120
QUEUE_POSES = 4096
"""Half a minute at 120 Hz, less with audio: a disk that stalls for longer costs poses and blocks, which are counted."""

logger = logging.getLogger("farandole.recorder")


class _Start(NamedTuple):
    folder: Path


class _Stop(NamedTuple):
    pass


class _Save(NamedTuple):
    folder: Path
    rows: Sequence[Row]


class _Note(NamedTuple):
    time_s: float
    command: Command


class Recorder:
    """A `PoseSink` that keeps the last minute, and writes everything while it is recording.

    One thread calls `send`, one calls `hear`; any thread calls the rest.
    """

    lead_s = 0.0

    def __init__(
        self,
        folder: Path,
        *,
        fps: float,
        facts: dict[str, Any] | None = None,
        audio: bool = False,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        """Start the writing thread.

        Args:
            folder: where sessions go, each in a folder of its own.
            fps: poses per second, for `session.json`.
            facts: what else `session.json` should say.
            audio: whether sessions get the music too.
            now: names the folders; tests bring their own.
        """
        self.dropped = 0
        self.problem = ""
        self._folder, self._fps, self._facts, self._now = folder, fps, facts or {}, now
        self._recording, self._audio = False, audio
        self._ring: list[Row | None] = [None] * round(KEPT_S * MOST_FPS)
        self._count = 0
        self._queue: Queue[Row | _Start | _Stop | _Save | _Note | AudioBlock | None] = Queue(QUEUE_POSES)
        self._thread = Thread(target=_Writer(self).run, name="recorder", daemon=True)
        self._thread.start()

    @property
    def recording(self) -> bool:
        """Whether poses are being written."""
        return self._recording

    def send(self, pose: Pose, music: MusicFrame, state: ShowState) -> None:  # noqa: ARG002 - a PoseSink
        """Keep a pose, and hand it to the writer. Never waits."""
        row = (pose, music.beat)
        self._ring[self._count % len(self._ring)] = row
        self._count += 1
        if self._recording:
            self._hand_over(row)

    def hear(self, block: AudioBlock) -> None:
        """Hand a block of the music to the writer, when a session with audio is being recorded. Never waits."""
        if self._recording and self._audio:
            self._hand_over(replace(block, samples=block.samples.copy()))

    def note(self, command: Command, time_s: float) -> None:
        """Record that a command was given at a show time."""
        if self._recording:
            self._hand_over(_Note(time_s, command))

    def start(self) -> Path:
        """Record from now on, into a new folder; return it."""
        folder = self._new_folder("session")
        if not self._recording:
            self._hand_over(_Start(folder))
            self._recording = True
        return folder

    def stop(self) -> None:
        """Finish the session."""
        if self._recording:
            self._recording = False
            self._hand_over(_Stop())

    def save_last(self, seconds: float = KEPT_S) -> Path:
        """Write the last `seconds` into a folder of their own; return it."""
        # A slice is taken in one go, whatever the performing thread does meanwhile.
        ring, end = self._ring[:], self._count % len(self._ring)
        rows = [row for row in (*ring[end:], *ring[:end]) if row is not None]
        if rows:
            since_s = rows[-1][0].time_s - min(seconds, KEPT_S)
            rows = [row for row in rows if row[0].time_s >= since_s]
        folder = self._new_folder("last")
        self._hand_over(_Save(folder, rows))
        return folder

    def close(self) -> None:
        """Finish the session and write what is left."""
        self.stop()
        self._queue.put(None)
        self._thread.join(timeout=10.0)

    def take(self, timeout_s: float) -> Any:  # noqa: ANN401 - what the writer understands
        """Return the next thing to write. The writer's thread calls this.

        Raises:
            Empty: there is none.
        """
        return self._queue.get(timeout=timeout_s)

    def session_header(self, **facts: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON takes
        """Return what `session.json` says."""
        return header(fps=self._fps, dropped=self.dropped, **self._facts, **facts)

    def fail(self, problem: str) -> None:
        """Give recording up for a reason; the show goes on."""
        self._recording = False
        self.problem = problem
        logger.error("%s", problem)

    def _hand_over(self, item: Row | _Start | _Stop | _Save | _Note | AudioBlock) -> None:
        try:
            self._queue.put_nowait(item)
        except Full:
            self.dropped += 1

    def _new_folder(self, kind: str) -> Path:
        return self._folder / f"{kind}-{self._now():%Y%m%d-%H%M%S-%f}"


class _Writer:
    """Writes what the recorder hands over, in its own thread."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._folder: Path | None = None
        self._rows: list[Row] = []
        self._parts = self._poses = 0
        self._audio: AudioFile | None = None

    def run(self) -> None:
        while True:
            try:
                item = self._recorder.take(timeout_s=60.0)
            except Empty:
                continue
            if item is None:
                return
            try:
                self._write(item)
            except OSError as error:
                self._folder, self._rows, self._audio = None, [], None
                self._recorder.fail(f"recording stopped: {error}; is the disk full?")

    def _write(self, item: Row | _Start | _Stop | _Save | _Note | AudioBlock) -> None:
        match item:
            case _Start(folder=folder):
                self._open(folder)
            case _Stop():
                self._finish()
            case _Save(folder=folder, rows=rows):
                folder.mkdir(parents=True)
                write_part(folder, 0, rows)
                write_header(folder, self._recorder.session_header(poses=len(rows), finished=True))
            case _Note(time_s=time_s, command=command):
                self._append_command(time_s, command)
            case AudioBlock():
                self._append_audio(item)
            case row:
                self._append(row)

    def _open(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder, self._rows, self._parts, self._poses = folder, [], 0, 0
        write_header(folder, self._recorder.session_header(finished=False))

    def _append(self, row: Row) -> None:
        if self._folder is None:
            return
        self._rows.append(row)
        if self._rows[-1][0].time_s - self._rows[0][0].time_s >= PART_S or len(self._rows) >= QUEUE_POSES:
            self._write_rows(self._folder)

    def _append_command(self, time_s: float, command: Command) -> None:
        if self._folder is not None:
            with (self._folder / COMMANDS).open("a", encoding="utf-8") as file:
                file.write(json.dumps({"time_s": time_s, **json.loads(encode(command))}) + "\n")

    def _append_audio(self, block: AudioBlock) -> None:
        if self._folder is not None:
            self._audio = self._audio or AudioFile(self._folder, block)
            self._audio.add(block)

    def _finish(self) -> None:
        if self._folder is None:
            return
        if self._rows:
            self._write_rows(self._folder)
        facts: dict[str, Any] = {}
        if self._audio is not None:
            self._audio.close()
            facts = {"audio_start_s": self._audio.start_s}
            self._audio = None
        write_header(self._folder, self._recorder.session_header(poses=self._poses, finished=True, **facts))
        self._folder = None

    def _write_rows(self, folder: Path) -> None:
        write_part(folder, self._parts, self._rows)
        self._parts, self._poses, self._rows = self._parts + 1, self._poses + len(self._rows), []
