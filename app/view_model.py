"""Between the show and the widgets: polls the snapshot, says what changed, turns clicks into Commands.

The view model knows no widget. It owns the link to the show: when the show is gone it says so and looks for a show once
a second until one is there. Everything runs in Qt's main thread and nothing waits.
"""

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from app.draw_report import DrawReport, DrawTimes
from app.readings import (
    Connection,
    Controls,
    Input,
    Latency,
    Level,
    Mark,
    Master,
    Notice,
    Output,
    Presets,
    Remark,
    Scene,
    Targets,
    Tempo,
)
from app.remote_reading import RemoteControl
from app.show_client import ShowClient
from app.show_search import ShowSearch
from app.toggles import Toggles
from realtime import commands
from realtime.commands import Command
from realtime.health import HealthSnapshot
from realtime.types import BeatState

POLL_MS = 33
RETRY_S = 1.0
REMARK_S = 10.0
WAITING = "Waiting for the show"
LOST = "Show lost - reconnecting. If it has ended, start it again: this window will find it."


class ViewModel(QObject):
    """One show as its windows see it. Each signal carries a reading and fires only when that reading changed.

    Args:
        search: finds the show, and finds one again when it is lost.
        now_s: host time, `time.monotonic` but for tests.
    """

    connection_changed = Signal(Connection)
    input_changed = Signal(Input)
    level_changed = Signal(Level)
    tempo_changed = Signal(Tempo)
    output_changed = Signal(Output)
    latency_changed = Signal(Latency)
    targets_changed = Signal(Targets)
    presets_changed = Signal(Presets)
    controls_changed = Signal(Controls)
    master_changed = Signal(Master)
    notice_changed = Signal(Notice)
    scene_changed = Signal(Scene)
    remark_changed = Signal(Remark)
    remote_changed = Signal(RemoteControl)

    def __init__(self, search: ShowSearch, *, now_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.display_offset_s = 0.0
        self.preset_wait = "bar"
        self.preset_fade_s = 0.5
        self._search = search
        self._now_s = now_s
        self._client: ShowClient | None = None
        self._snapshot: HealthSnapshot | None = None
        self._shown: dict[type, object] = {}
        self._readings: tuple[tuple[Callable[[HealthSnapshot], Any], SignalInstance], ...] = (
            (Input.of, self.input_changed),
            (Level.of, self.level_changed),
            (Tempo.of, self.tempo_changed),
            (Output.of, self.output_changed),
            (Latency.of, self.latency_changed),
            (Targets.of, self.targets_changed),
            (Presets.of, self.presets_changed),
            (Controls.of, self.controls_changed),
            (Master.of, self.master_changed),
            (Notice.of, self.notice_changed),
            (Scene.of, self.scene_changed),
            (RemoteControl.of, self.remote_changed),
        )
        self._remark, self._remark_until_s = "", float("-inf")
        self.toggle = Toggles(self.send, lambda: self._snapshot, now_s)
        self._next_search_s = float("-inf")
        self._draw_report = DrawReport(self.send, now_s)
        self._quit_sent = False
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.poll)

    def start(self) -> None:
        """Poll now and from now on, 30 times a second."""
        self.poll()
        self._timer.start()

    def stop(self) -> None:
        """Stop polling and let go of the show."""
        self._timer.stop()
        if self._client is not None:
            self._client.close()
            self._client = None

    def poll(self) -> None:
        """Read the newest snapshot and emit what changed; look for a show when there is none."""
        client = self.client
        if client is None:
            self._look_for_a_show()
            client = self.client
        if client is None:
            # A window opens before its show; only a show that was seen can be lost.
            lost = self._snapshot is not None
            missing = Notice(Mark.BAD, LOST) if lost else Notice(Mark.OFF, WAITING)
            self._show(self.connection_changed, Connection(False, lost=lost, text=missing.text))
            self._show(self.notice_changed, missing)
            self._show_remark()
            return
        self._show(self.connection_changed, Connection(True))
        snapshot = client.snapshot()
        if snapshot is not None:
            self._note_failure(snapshot)
            self._snapshot = snapshot
            for reading_of, signal in self._readings:
                self._show(signal, reading_of(snapshot))
        self._show_remark()
        self._draw_report.step()

    @property
    def client(self) -> ShowClient | None:
        """The show, while it is alive."""
        return self._client if self._client is not None and self._client.alive else None

    def now_s(self) -> float:
        """Return the host time."""
        return self._now_s()

    @property
    def snapshot(self) -> HealthSnapshot | None:
        """The newest snapshot polled, None before the first."""
        return self._snapshot

    def beat_now(self) -> tuple[BeatState, float] | None:
        """Return the beat clock and the show time that is seen and heard now; None without a show."""
        client, snapshot = self.client, self._snapshot
        if client is None or snapshot is None:
            return None
        return snapshot.beat, client.show_s(self._now_s()) + self.display_offset_s

    def remark(self, text: str) -> None:
        """Have a sentence shown for the next seconds, in place of the last one."""
        self._remark = text
        self._remark_until_s = self._now_s() + REMARK_S

    def add_draw_source(self, draw_times: DrawTimes) -> None:
        """Report the frames of a stage to the show, once a second."""
        self._draw_report.sources.append(draw_times)

    def send(self, command: Command) -> bool:
        """Hand a command to the show; False when there is none."""
        client = self.client
        return client is not None and client.send(command)

    def tap(self) -> None:
        """Tap the beat, at this moment."""
        self.send(commands.Tap(self._now_s()))

    def resync(self) -> None:
        """Make this moment the first beat of a bar."""
        self.send(commands.ResyncBar(self._now_s()))

    def scale_tempo(self, factor: float) -> None:
        """Half or double the tempo."""
        self.send(commands.ScaleTempo(factor))

    def change_tempo(self, bpm: float) -> None:
        """Add to the tempo."""
        self.send(commands.ChangeTempo(bpm))

    def nudge(self, offset_s: float) -> None:
        """Move the beat later (positive) or earlier."""
        self.send(commands.NudgeBeat(offset_s))

    def auto_tempo(self) -> None:
        """Follow the music again."""
        self.send(commands.AutoTempo())

    def round_tempo(self) -> None:
        """Fix the tempo at the nearest whole BPM."""
        self.send(commands.RoundTempo())

    def panic(self, *, on: bool) -> None:
        """Stop the dance (on), or dance again (off)."""
        self.send(commands.Panic(on))

    def load_preset(self, number: int) -> None:
        """Load the preset `number` (from 1); nothing when there are fewer."""
        names = self._snapshot.presets if self._snapshot is not None else ()
        if 1 <= number <= len(names):
            self.send(commands.LoadPreset(names[number - 1], self.preset_wait, self.preset_fade_s))

    def step_preset(self, step: int) -> None:
        """Load the preset `step` places further on; the list is a ring."""
        snapshot = self._snapshot
        if snapshot is None or not snapshot.presets:
            return
        names = snapshot.presets
        # From the one that waits already: two presses are two steps.
        current = snapshot.next_preset or snapshot.preset
        here = names.index(current) if current in names else (-1 if step > 0 else 0)
        self.load_preset((here + step) % len(names) + 1)

    def repeat(self) -> None:
        """Tell every reading again, at the next poll: the colours have changed."""
        self._shown.clear()

    def quit_show(self) -> None:
        """End the show; a second call does nothing."""
        if not self._quit_sent:
            self._quit_sent = True
            self.send(commands.Quit())

    def _show(self, signal: SignalInstance, reading: object) -> None:
        # Keyed by type: `Notice` has two authors, the show and the loss of it.
        if self._shown.get(type(reading)) != reading:
            self._shown[type(reading)] = reading
            signal.emit(reading)

    def _note_failure(self, snapshot: HealthSnapshot) -> None:
        """Have a new failure shown for a while, but for one that the notice of a fallback tells already."""
        before = self._snapshot.last_failure if self._snapshot is not None else ""
        if snapshot.last_failure not in ("", before) and not snapshot.fallback:
            self.remark(snapshot.last_failure)

    def _show_remark(self) -> None:
        said = self._now_s() < self._remark_until_s
        self._show(self.remark_changed, Remark(self._remark if said else ""))

    def _look_for_a_show(self) -> None:
        now_s = self._now_s()
        if now_s >= self._next_search_s:
            self._next_search_s = now_s + RETRY_S
            self._search.start()
        self._change_to(self._search.take())

    def _change_to(self, client: ShowClient | None) -> None:
        if client is None:
            return
        if self._client is not None:
            self._client.close()
        self._client = client
        self.toggle.forget()
