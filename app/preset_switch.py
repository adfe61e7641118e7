"""Presets that wait for the music, and the glide of their controls: what a show needs to change in time."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from realtime.commands import Command, LoadPreset, SetEnergy, SetSmoothing, SetStyle
from realtime.config import DanceConfig
from realtime.remote.quantise import Quantiser, Quantum
from realtime.types import BeatState

WAITS: dict[str, Quantum] = {
    "now": Quantum.OFF,
    "beat": Quantum.BEAT,
    "bar": Quantum.BAR,
    "4 bars": Quantum.FOUR_BARS,
}


class WaitingPreset:
    """Holds the preset that was asked for last until its beat comes. Any thread may call it."""

    def __init__(self) -> None:
        self._quantiser = Quantiser()
        self._lock = Lock()
        self._name = ""

    @property
    def name(self) -> str:
        """The preset that waits, or ""."""
        return self._name

    def ask(self, command: LoadPreset, beat: BeatState, show_s: float) -> None:
        """Let a preset wait for its beat; one that waited already is forgotten.

        Raises:
            ValueError: there is no such wait; the message lists those there are.
        """
        if command.wait not in WAITS:
            raise ValueError(f'a preset may wait for: {", ".join(WAITS)}; got "{command.wait[:40]}"')
        with self._lock:
            self._quantiser.quantum = WAITS[command.wait]
            self._quantiser.add(command, beat, show_s)
            self._name = command.name

    def due(self, beat: BeatState, show_s: float) -> LoadPreset | None:
        """Return the preset whose beat has come, once."""
        if not self._name:
            return None
        with self._lock:
            for command in self._quantiser.due(beat, show_s):
                if isinstance(command, LoadPreset):
                    self._name = ""
                    return command
        return None


@dataclass(frozen=True, slots=True)
class Glide:
    """From one preset's controls to the next one's.

    Attributes:
        before, after: the controls.
        started_s: show time.
        fade_s: how long it takes.
    """

    before: DanceConfig
    after: DanceConfig
    started_s: float
    fade_s: float

    def commands(self, now_s: float) -> tuple[Command, ...]:
        """Return what brings the controls to where they are at a show time; after the end, to the end."""
        part = min(max((now_s - self.started_s) / self.fade_s, 0.0), 1.0) if self.fade_s > 0.0 else 1.0

        def between(read: Callable[[DanceConfig], float]) -> float:
            return (1.0 - part) * read(self.before) + part * read(self.after)

        return (
            SetEnergy(between(lambda dance: dance.energy)),
            SetStyle(between(lambda dance: dance.style)),
            SetSmoothing(between(lambda dance: dance.smoothing)),
        )

    def over(self, now_s: float) -> bool:
        """Return whether nothing changes any more."""
        return now_s >= self.started_s + self.fade_s
