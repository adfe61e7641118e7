"""The beat tracker: aubio's spectrum, two small networks, a filter over tempo and phase, a continuous clock.

The one place of the core where aubio is imported. Everything is causal, and everything it keeps is in the objects.
"""

from pathlib import Path
from typing import Any

import aubio
import numpy as np
from numpy.typing import NDArray

from realtime.commands import Command
from realtime.music.activations import BeatActivations
from realtime.music.bands import BANDS_WINDOW_SAMPLES, N_BANDS, RelativeBands, triangles
from realtime.music.inference import BeatInference
from realtime.music.rhythm_activations import RhythmActivations
from realtime.music.tempo import TempoClock
from realtime.types import HOP_S, HOP_SAMPLES, BeatState, FloatArray, MusicFeatures

WEIGHTS = Path(__file__).with_name("beat_weights.npz")
"""Trained by `models.training.beats`; see `beat_weights.md`."""


class AubioBeatTracker:
    """Hears hops and keeps the beat clock: the `BeatTracker` of the show."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._bands = AubioBands()
        self._activations = BeatActivations(weights)
        self._rhythm = RhythmActivations(weights)
        self._inference = BeatInference(weights)
        self._clock = TempoClock()
        self._gate = BeatGate()
        self._range_bpm = self._clock.range_bpm

    def tempo_belief(self) -> FloatArray:
        """Return how likely each tempo is: shape (tempi,), slow last; for plots."""
        return self._inference.tempo_belief()

    def step(self, hop: NDArray[np.float32], features: MusicFeatures, time_s: float) -> BeatState:
        """Hear one hop and return the clock that holds from `time_s` on."""
        bands = self._bands.step(hop)
        rhythm = self._rhythm.step(bands)
        heard = self._activations.step(bands).together_with(rhythm.heard)
        if self._gate.step(features.level_db):
            self._inference.hold(bands)
            return self._clock.follow(None, time_s)
        return self._clock.follow(self._inference.step(heard, time_s, rhythm.parts, bands), time_s)

    def command(self, command: Command, time_s: float) -> None:
        """Obey a tempo command; ignore every other."""
        self._clock.command(command, time_s)
        if self._clock.range_bpm != self._range_bpm:
            self._range_bpm = self._clock.range_bpm
            self._inference.limit(*self._range_bpm)


class AubioBands:
    """Hears hops and returns bands: aubio's phase vocoder and filter bank, relative to the recent loudest."""

    def __init__(self) -> None:
        self._vocoder: Any = aubio.pvoc(BANDS_WINDOW_SAMPLES, HOP_SAMPLES)  # pyright: ignore[reportAttributeAccessIssue]
        self._filters: Any = aubio.filterbank(N_BANDS, BANDS_WINDOW_SAMPLES)  # pyright: ignore[reportAttributeAccessIssue]
        self._filters.set_coeffs(triangles())
        self._relative = RelativeBands()

    def step(self, hop: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the bands at the end of `hop`: shape (N_BANDS,)."""
        return self._relative.step(self._filters(self._vocoder(hop)))


class BeatGate:
    """Tells when there is nothing to follow: much softer than the music of the last minute, or next to nothing.

    The features' own gate is about what one hears; this one must not close on a quiet input, only on a pause. It opens
    on what is `wider_db` louder than what closes it, so that noise near its edge does not open and close it.
    """

    def __init__(
        self, *, below_db: float = 35.0, least_db: float = -75.0, wider_db: float = 6.0, hold_s: float = 0.3
    ) -> None:
        self._below_db, self._least_db, self._wider_db, self._hold_s = below_db, least_db, wider_db, hold_s
        self._loudest_db = -60.0
        self._quiet_s = 0.0

    def step(self, level_db: float) -> bool:
        """Return whether it has been quiet for a while, after one more hop of this level."""
        self._loudest_db = max(self._loudest_db - _FORGET_DB_PER_S * HOP_S, level_db)
        edge_db = max(self._loudest_db - self._below_db, self._least_db)
        is_quiet = level_db < edge_db + (self._wider_db if self._quiet_s > self._hold_s else 0.0)
        self._quiet_s = self._quiet_s + HOP_S if is_quiet else 0.0
        return self._quiet_s > self._hold_s


_FORGET_DB_PER_S = 0.5
