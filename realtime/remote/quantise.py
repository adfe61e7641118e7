"""Commands that wait for the music: a preset changes on the beat or on the bar, not under the finger."""

from dataclasses import dataclass
from enum import IntEnum
from math import ceil, floor

from realtime.commands import Command
from realtime.types import BeatState

LONGEST_WAIT_S = 16.0
"""Four bars at 60 BPM; a clock that was moved meanwhile must not swallow a command."""
PAUSE_S = 0.1
"""Between two commands of one kind: loading a preset is work, and a flood of presses is one wish."""
_JUST_BEATS = 0.05
"""A press this shortly after the beat was meant for it."""


class Quantum(IntEnum):
    """What to wait for; the numbers go over OSC as `/dance/ctl/quantize`."""

    OFF = 0
    BEAT = 1
    BAR = 2
    FOUR_BARS = 3


@dataclass(frozen=True)
class _Waiting:
    command: Command
    due_beat: float
    since_s: float


class Quantiser:
    """Holds at most one command of each kind: the last one pressed counts. One thread calls it."""

    def __init__(self, quantum: Quantum = Quantum.BAR) -> None:
        self.quantum = quantum
        self._waiting: dict[type[Command], _Waiting] = {}
        self._released_s: dict[type[Command], float] = {}

    def __len__(self) -> int:
        """How many commands wait."""
        return len(self._waiting)

    def add(self, command: Command, beat: BeatState, time_s: float) -> None:
        """Let a command wait for its beat; `time_s` is the show time of the press."""
        position = beat.beat_at(time_s)
        bar = beat.beats_per_bar
        step = {Quantum.OFF: 0, Quantum.BEAT: 1, Quantum.BAR: bar, Quantum.FOUR_BARS: 4 * bar}[self.quantum]
        late = position - floor(position / step) * step if step else 0.0
        due = position if late <= _JUST_BEATS else ceil(position / step) * step
        self._waiting[type(command)] = _Waiting(command, due, time_s)

    def due(self, beat: BeatState, time_s: float) -> list[Command]:
        """Return the commands whose beat has come, each once."""
        position = beat.beat_at(time_s)
        ready = [
            kind
            for kind, waiting in self._waiting.items()
            if (position >= waiting.due_beat or not 0.0 <= time_s - waiting.since_s < LONGEST_WAIT_S)
            and not 0.0 <= time_s - self._released_s.get(kind, float("-inf")) < PAUSE_S
        ]
        self._released_s.update(dict.fromkeys(ready, time_s))
        return [self._waiting.pop(kind).command for kind in ready]
