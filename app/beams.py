"""Four lamps over the back of the stage, and where their beams fall in the picture."""

from math import sin

import numpy as np
from numpy.typing import NDArray

from app.camera import Eye
from realtime.types import FloatArray

BEAM_COUNT = 4
_LAMPS_M = np.array([[x, 5.2, -3.2] for x in (-4.2, -1.5, 1.5, 4.2)])


def beams_on_screen(eye: Eye, aspect: float, *, beat: float, energy: float) -> NDArray[np.float32]:
    """Return origin and unit direction of each beam: shape (4, 4), screen units with x times aspect; 0: out of sight.

    The beams swing to and fro once in eight beats, wider when there is energy.
    """
    beams = np.zeros((BEAM_COUNT, 4), np.float32)
    for index, lamp in enumerate(_LAMPS_M):
        swing = sin(2.0 * np.pi * beat / 8.0 + 1.3 * index) * (0.4 + 1.2 * energy)
        start = _project(eye, lamp, aspect)
        end = _project(eye, np.array([0.55 * lamp[0] + swing, 0.0, -1.2]), aspect)
        if start is None or end is None:
            continue
        along = end - start
        beams[index, :2] = start
        beams[index, 2:] = along / max(float(np.linalg.norm(along)), 1e-6)
    return beams


def _project(eye: Eye, place_m: FloatArray, aspect: float) -> FloatArray | None:
    clip = eye.clip_from_world @ np.append(place_m, 1.0)
    if clip[3] < 0.3:
        return None
    return clip[:2] / clip[3] * np.array([aspect, 1.0])
