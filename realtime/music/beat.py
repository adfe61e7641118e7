"""aubio behind the `BeatTracker` port: the one place of the core where aubio is imported."""

from typing import Any

import aubio
import numpy as np
from numpy.typing import NDArray

from realtime.commands import Command
from realtime.music.tempo import BeatOpinion, TempoClock
from realtime.types import HOP_SAMPLES, SAMPLE_RATE_HZ, BeatState, MusicFeatures

_WINDOW_SAMPLES = 1024
_LAG_S = 0.009
"""How late aubio.tempo declares its beats: median over annotated recordings."""
_CONFIDENCE_OF_MUSIC = 0.8
"""aubio's confidence in clear music; noise reads about 0.1."""
_STALE_S = 4.0
"""After so long without a beat, what was heard before says nothing any more."""


class AubioBeatTracker:
    """Follows `aubio.tempo` with a continuous clock that holds through silence."""

    def __init__(self) -> None:
        self._tempo: Any = aubio.tempo("complex", _WINDOW_SAMPLES, HOP_SAMPLES, SAMPLE_RATE_HZ)  # pyright: ignore[reportAttributeAccessIssue]
        self._clock = TempoClock()
        self._heard_samples = 0
        self._opinion: BeatOpinion | None = None

    def step(self, hop: NDArray[np.float32], features: MusicFeatures, time_s: float) -> BeatState:
        """Hear one hop and return the clock that holds from `time_s` on."""
        self._heard_samples += HOP_SAMPLES
        if self._tempo(hop)[0] > 0:
            self._opinion = self._read(time_s)
        elif self._opinion and time_s - self._opinion.beat_s > _STALE_S:
            self._opinion = None
        return self._clock.follow(None if features.silent else self._opinion, time_s)

    def command(self, command: Command, time_s: float) -> None:
        """Obey a tempo command; ignore every other."""
        self._clock.command(command, time_s)

    def _read(self, time_s: float) -> BeatOpinion | None:
        tempo_bpm = float(self._tempo.get_bpm())
        if tempo_bpm <= 0:
            return None
        confidence = float(self._tempo.get_confidence()) / _CONFIDENCE_OF_MUSIC
        since_s = (self._heard_samples - int(self._tempo.get_last())) / SAMPLE_RATE_HZ
        return BeatOpinion(tempo_bpm, time_s - since_s - _LAG_S, min(max(confidence, 0.0), 1.0))
