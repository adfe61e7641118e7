"""Which beats the clock declared, and when each was last decided."""

from dataclasses import dataclass
from math import floor

from realtime.types import BeatState


@dataclass(frozen=True, slots=True)
class DeclaredBeat:
    """One beat of the clock.

    Attributes:
        time_s: when it falls, show time.
        announced_at_s: show time at which the clock last changed its mind about it.
        beat_in_bar: 1 on the downbeat.
        tempo_bpm: of the clock that declared it.
        confidence, bar_confidence: of the clock that declared it.
    """

    time_s: float
    announced_at_s: float
    beat_in_bar: int
    tempo_bpm: float
    confidence: float
    bar_confidence: float = 0.0


class BeatLog:
    """Follows a clock from hop to hop and returns each beat once, as it passes."""

    def __init__(self) -> None:
        self._state: BeatState | None = None
        self._next_beat = 0
        self._predicted_s = 0.0
        self._announced_at_s = 0.0
        self._last_s = float("-inf")

    def step(self, state: BeatState, time_s: float) -> list[DeclaredBeat]:
        """Return the beats that fell before `time_s` under the clock that held until now.

        Args:
            state: the clock from `time_s` on.
            time_s: show time, later than at the last call.
        """
        previous = self._state
        passed: list[DeclaredBeat] = []
        if previous is not None:
            while (beat_s := previous.time_of(self._next_beat)) < time_s:
                if beat_s > self._last_s:
                    passed.append(self._declare(previous, beat_s))
                    self._last_s = beat_s
                self._next_beat += 1
        self._look_ahead(state, time_s)
        return passed

    def _declare(self, state: BeatState, beat_s: float) -> DeclaredBeat:
        beat_in_bar = self._next_beat % state.beats_per_bar + 1
        return DeclaredBeat(
            beat_s, self._announced_at_s, beat_in_bar, state.tempo_bpm, state.confidence, state.bar_confidence
        )

    def _look_ahead(self, state: BeatState, time_s: float) -> None:
        """Note when the coming beat is decided: a clock that says the same again decides nothing new."""
        coming = floor(state.beat_at(time_s)) + 1
        predicted_s = state.time_of(coming)
        if self._state is None or coming != self._next_beat or abs(predicted_s - self._predicted_s) > 1e-6:
            self._announced_at_s = time_s
        self._state, self._next_beat, self._predicted_s = state, coming, predicted_s
