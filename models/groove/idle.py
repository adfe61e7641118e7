"""What a body does by itself: it breathes, shifts its weight and looks about. Told in seconds, not in beats."""

from dataclasses import dataclass
from math import pi

import numpy as np

from realtime.types import FloatArray


@dataclass(frozen=True, slots=True)
class Idle:
    """Per frame, shape (T,) each; all but the breath fade out as the dance begins.

    Attributes:
        breath: -1 to 1, chest and collarbones.
        sway_m: of the pelvis, towards the left.
        roll: of the pelvis, radians.
        look: of the head, radians.
        arms: how unevenly the arms hang, radians.
        shake: -1 to 1, four to the beat, for shoulders that shimmy.
    """

    breath: FloatArray
    sway_m: FloatArray
    roll: FloatArray
    look: FloatArray
    arms: FloatArray
    shake: FloatArray


def idle(times_s: FloatArray, beats: FloatArray, awake: FloatArray, *, mirror: FloatArray) -> Idle:
    """Return the idle body at times (T,), for a dancer who is `awake` (T,) 0 to 1.

    `mirror` (T,) is 1, or -1 to swap sides.
    """
    asleep = (1.0 - awake) * mirror
    shift = _wander(times_s, 9.1, 0.0)
    return Idle(
        breath=np.sin(2 * pi * times_s / 4.1) * (1.0 - 0.6 * awake),
        sway_m=0.045 * shift * asleep,
        roll=0.14 * shift * asleep,
        look=0.32 * _wander(times_s, 7.3, 2.0) * asleep,
        arms=0.05 * _wander(times_s, 6.1, 4.0) * asleep,
        shake=np.sin(4 * pi * beats),
    )


def _wander(times_s: FloatArray, period_s: float, phase: float) -> FloatArray:
    """Return a slow wave, -1 to 1, that stays at its ends for a while and never quite repeats."""
    angle = 2 * pi * times_s / period_s + phase
    return np.tanh(1.8 * (np.sin(angle) + 0.5 * np.sin(0.618 * angle + 1.0)))
