"""The music as light: smooth values that shaders may use without ever flashing.

Photosensitivity (W3C WCAG 2.3.1: no more than three general flashes a second): every value moves with a half-life, a
pulse rises as softly as it falls, and rings move over the floor instead of lighting it all at once.
"""

from dataclasses import dataclass, field
from math import cos, floor, pi

import numpy as np

from app.pose_history import ease
from app.stage_frame import StageFrame
from realtime.motion.skeleton import Joint
from realtime.types import FloatArray

RING_COUNT = 4
"""How many beats a ring lives."""
RING_SPEED_M = 1.15
"""How far a ring runs in a beat."""
_FEET = [Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE]


@dataclass(frozen=True, slots=True)
class Light:
    """What the shaders get to know about the music.

    Attributes:
        beat: fractional beat number.
        pulse: 1 on the beat, 0 half way between two, smooth.
        energy, low, onset: 0 to 1, eased.
        presence: 0 (nobody on stage) to 1.
        shown: 1 (picture) to 0 (black).
        rings: shape (RING_COUNT, 4): x, z, radius in metres, gain.
    """

    beat: float
    pulse: float
    energy: float
    low: float
    onset: float
    presence: float
    shown: float
    rings: FloatArray


@dataclass
class Mood:
    """Turns frames into light. The window's thread only."""

    _energy: float = 0.3
    _low: float = 0.0
    _onset: float = 0.0
    _presence: float = 0.0
    _shown: float = 1.0
    _beat: float = 0.0
    _beats_per_bar: int = 4
    _centres: dict[int, FloatArray] = field(default_factory=dict[int, FloatArray])

    def step(self, frame: StageFrame | None, elapsed_s: float) -> Light:
        """Return the light for a frame that is seen `elapsed_s` after the last; None: nobody is there, calm down."""
        there = frame is not None and frame.running
        self._energy = ease(self._energy, frame.energy if frame else 0.15, elapsed_s, 0.35)
        self._low = ease(self._low, frame.low if frame else 0.0, elapsed_s, 0.09)
        self._onset = ease(self._onset, frame.onset if frame else 0.0, elapsed_s, 0.09)
        self._presence = ease(self._presence, float(there), elapsed_s, 0.25)
        if frame is not None:
            # Fades are the show's; they arrive as they should be seen.
            self._shown = 1.0 - frame.blackout
            self._beat, self._beats_per_bar = frame.beat, max(frame.beats_per_bar, 1)
            self._mark(frame)
        return Light(
            beat=self._beat,
            pulse=pulse(self._beat) * self._presence,
            energy=self._energy,
            low=self._low,
            onset=self._onset,
            presence=self._presence,
            shown=float(np.clip(self._shown, 0.0, 1.0)),
            rings=self._rings(),
        )

    def _mark(self, frame: StageFrame) -> None:
        """Remember where the feet were when the beat fell: there its ring starts."""
        number = floor(frame.beat)
        if number not in self._centres:
            self._centres[number] = frame.positions_m[_FEET].mean(axis=0)
        self._centres = {n: place for n, place in self._centres.items() if number - RING_COUNT < n <= number}

    def _rings(self) -> FloatArray:
        rings = np.zeros((RING_COUNT, 4), np.float32)
        for slot, (number, centre) in enumerate(self._centres.items()):
            age = self._beat - number
            first = number % self._beats_per_bar == 0
            life = min(max(age / RING_COUNT, 0.0), 1.0)
            gain = min(age / 0.12, 1.0) * (1.0 - life) ** 2 * (1.0 if first else 0.55) * self._presence
            rings[slot % RING_COUNT] = centre[0], centre[2], RING_SPEED_M * age, max(gain, 0.0)
        return rings


def pulse(beat: float) -> float:
    """Return 1 on every whole beat and 0 between them, smooth and symmetrical."""
    return (0.5 + 0.5 * cos(2.0 * pi * beat)) ** 2
