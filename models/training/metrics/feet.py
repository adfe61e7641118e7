"""Do the feet stand where they stand? Skating, the floor, and the foot-contact score of EDGE."""

import numpy as np

from models.training.metrics.motion import FPS
from realtime.motion.skeleton import TOE_HEIGHT_M, Joint
from realtime.types import FloatArray

_FEET = (Joint.LEFT_FOOT, Joint.RIGHT_FOOT)
_ANKLES = (Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE)
LOW_M = 0.05
SLIDE_M_PER_S = 0.5
"""2.5 cm from one frame to the next at 20 frames a second, as in the paper that the ratio comes from."""
PFC_WINDOW_S = 5.0


def skating_ratio(positions_m: FloatArray) -> float:
    """Return the share of frames in which a foot is down and slides: 0 is best.

    Karunratanakul et al., "Guided motion diffusion" (ICCV 2023), section 5.1: either foot below 5 cm in two frames that
    follow each other, and moved by more than 2.5 cm at 20 frames a second. Here in metres a second, and with the length
    of the horizontal way: the mean of its two components, which some public code takes, is zero on a diagonal.

    Args:
        positions_m: shape (T, J, 3) at `FPS`.
    """
    feet = positions_m[:, _FEET]
    low = feet[..., 1] < LOW_M
    speed = np.linalg.norm(np.diff(feet[..., [0, 2]], axis=0), axis=-1) * FPS
    return float((low[1:] & low[:-1] & (speed > SLIDE_M_PER_S)).any(axis=1).mean())


def slide_m_per_s(positions_m: FloatArray) -> float:
    """Return the mean horizontal speed of a foot that is down (below 5 cm); small slides count here. nan if none is."""
    feet = positions_m[:, _FEET]
    low = feet[..., 1] < LOW_M
    speed = np.linalg.norm(np.diff(feet[..., [0, 2]], axis=0), axis=-1) * FPS
    down = low[1:] & low[:-1]
    return float(speed[down].mean()) if down.any() else float("nan")


def penetration_m(positions_m: FloatArray) -> float:
    """Return how deep the soles are under the floor, on average over all frames (0 where neither is).

    The sole of a flat foot is `TOE_HEIGHT_M` under the foot joint.
    """
    lowest = positions_m[:, _FEET, 1].min(axis=1) - TOE_HEIGHT_M
    return float(np.maximum(-lowest, 0.0).mean())


def floating_ratio(positions_m: FloatArray) -> float:
    """Return the share of frames in which both feet are more than 10 cm up: leaps, or a body that floats."""
    return float((positions_m[:, _FEET, 1].min(axis=1) - TOE_HEIGHT_M > 0.1).mean())


def pfc(positions_m: FloatArray, *, window_s: float = PFC_WINDOW_S) -> float:
    """Return the Physical Foot Contact score, times 10,000: lower is said to be better.

    Tseng et al., "EDGE" (CVPR 2023), equation 8, and its released code: 30 frames a second; the pelvis' acceleration,
    its downward part dropped, divided by its largest value in the clip; each leg's slower joint, in metres per frame.
    Two traps: the largest value grows with the clip, so it is taken over windows of 5 s (their clips' length) and
    averaged; and a body that does not move scores 0, so it is worth nothing beside a freeze ratio.
    """
    length = min(round(window_s * FPS), len(positions_m))
    starts = range(0, len(positions_m) - length + 1, length)
    return float(np.mean([_pfc_of_clip(positions_m[start : start + length]) for start in starts]))


def _pfc_of_clip(positions_m: FloatArray) -> float:
    acceleration = np.diff(positions_m[:, Joint.PELVIS], n=2, axis=0) * FPS**2
    acceleration[:, 1] = np.maximum(acceleration[:, 1], 0.0)
    strength = np.linalg.norm(acceleration, axis=-1)
    if strength.max() <= 1e-9:
        return 0.0
    joints = positions_m[:, (*_ANKLES, *_FEET)][..., [0, 2]]
    steps = np.linalg.norm(joints[2:] - joints[1:-1], axis=-1)
    slower = np.minimum(steps[:, :2], steps[:, 2:])  # each leg's ankle or foot
    return float(np.mean(slower[:, 0] * slower[:, 1] * strength / strength.max()) * 10_000.0)
