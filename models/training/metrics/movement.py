"""How it moves: jitter, freezing, turning, and what changes over many minutes."""

from dataclasses import dataclass

import numpy as np

from models.training.metrics.feet import skating_ratio
from models.training.metrics.motion import FPS
from realtime.motion.rotations import yaw_of
from realtime.motion.skeleton import Joint
from realtime.types import FloatArray

FREEZE_M_PER_S = 0.05
FREEZE_WINDOW_S = 0.5


def jitter_m_per_s3(positions_m: FloatArray) -> float:
    """Return the mean length of the third difference over joints and frames, m/s^3 at `FPS`.

    Compare with the data at the same rate only: it grows with the cube of the rate.

    Args:
        positions_m: shape (T, J, 3).
    """
    return float(np.linalg.norm(np.diff(positions_m, n=3, axis=0), axis=-1).mean() * FPS**3)


def mean_speed_m_per_s(positions_m: FloatArray) -> float:
    """Return the mean speed of the joints: says whether a smooth motion is smooth or merely little."""
    return float(np.linalg.norm(np.diff(positions_m, axis=0), axis=-1).mean() * FPS)


def freeze_ratio(positions_m: FloatArray) -> float:
    """Return the share of half-second windows in which the joints move at less than 5 cm/s on average."""
    speed = np.linalg.norm(np.diff(positions_m, axis=0), axis=-1).mean(axis=1) * FPS
    width = max(round(FREEZE_WINDOW_S * FPS), 1)
    if len(speed) < width:
        return float(speed.mean() < FREEZE_M_PER_S)
    means = np.convolve(speed, np.full(width, 1.0 / width), "valid")
    return float((means < FREEZE_M_PER_S).mean())


def turns_per_minute(rotations_wxyz: FloatArray) -> float:
    """Return the mean turning of the pelvis about the vertical, signed, whole turns a minute: spinning shows here."""
    yaw = np.unwrap(yaw_of(rotations_wxyz[:, Joint.PELVIS]))
    return float((yaw[-1] - yaw[0]) / (2.0 * np.pi) / (len(yaw) / FPS / 60.0))


@dataclass(frozen=True, slots=True)
class Drift:
    """What a long dance does over its minutes; each list has one value a minute.

    Attributes:
        away_m: distance of the pelvis from where it began, at the end of each minute.
        farthest_m: the largest distance at any time.
        height_m: median height of the pelvis.
        sinking_m_per_min: slope of that height.
        turns: whole turns about the vertical, signed.
        freeze: share of windows without movement.
        jitter_m_per_s3: see `jitter_m_per_s3`.
        skating: see `feet.skating_ratio`.
    """

    away_m: list[float]
    farthest_m: float
    height_m: list[float]
    sinking_m_per_min: float
    turns: list[float]
    freeze: list[float]
    jitter_m_per_s3: list[float]
    skating: list[float]


def drift(root_m: FloatArray, rotations_wxyz: FloatArray, positions_m: FloatArray) -> Drift:
    """Return how a long motion changes from minute to minute; a last minute that is not whole is left out."""
    minute = round(60.0 * FPS)
    parts = [slice(start, start + minute) for start in range(0, len(root_m) - minute + 1, minute)]
    if not parts:
        raise ValueError(f"drift needs at least a minute at {FPS:g} poses a second, got {len(root_m) / FPS:.1f} s")
    away = np.linalg.norm(root_m[:, [0, 2]] - root_m[0, [0, 2]], axis=-1)
    height = [float(np.median(root_m[part, 1])) for part in parts]
    slope = float(np.polyfit(np.arange(len(height)), height, 1)[0]) if len(height) > 1 else 0.0
    return Drift(
        away_m=[float(away[part.stop - 1]) for part in parts],
        farthest_m=float(away.max()),
        height_m=height,
        sinking_m_per_min=-slope,
        turns=[turns_per_minute(rotations_wxyz[part]) for part in parts],
        freeze=[freeze_ratio(positions_m[part]) for part in parts],
        jitter_m_per_s3=[jitter_m_per_s3(positions_m[part]) for part in parts],
        skating=[skating_ratio(positions_m[part]) for part in parts],
    )
