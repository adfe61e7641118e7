"""When heels and toes stand on the floor: low and slow, with hysteresis."""

import itertools

import numpy as np
from numpy.typing import NDArray

from realtime.motion.kinematics import forward_kinematics
from realtime.motion.skeleton import ANKLE_HEIGHT_M, TOE_HEIGHT_M, Joint
from realtime.types import FloatArray

CONTACT_JOINTS = (Joint.LEFT_ANKLE, Joint.LEFT_FOOT, Joint.RIGHT_ANKLE, Joint.RIGHT_FOOT)
"""The joint that stands for each of `CONTACT_NAMES`; a heel is under its ankle."""
_REST_M = np.array([ANKLE_HEIGHT_M, TOE_HEIGHT_M, ANKLE_HEIGHT_M, TOE_HEIGHT_M])
_NEAR_M, _AWAY_M = 0.045, 0.07
_SLOW_M_PER_S, _FAST_M_PER_S = 0.3, 0.55
_SHORTEST_S = 0.05


def foot_contacts(root_m: FloatArray, rotations_wxyz: FloatArray, fps: float) -> NDArray[np.bool_]:
    """Return which of `CONTACT_NAMES` touch the floor: shape (T, 4).

    A contact begins where the joint is near its height on a flat sole and slow, and ends where it is clearly neither.
    """
    positions_m = forward_kinematics(root_m, rotations_wxyz).positions_m[:, list(CONTACT_JOINTS)]
    height_m = positions_m[..., 1] - _REST_M
    speed = np.linalg.norm(np.gradient(positions_m, 1.0 / fps, axis=0), axis=-1)
    begins = (height_m < _NEAR_M) & (speed < _SLOW_M_PER_S)
    lasts = (height_m < _AWAY_M) & (speed < _FAST_M_PER_S)
    contacts = np.zeros(begins.shape, bool)
    down = np.zeros(begins.shape[1], bool)
    for frame in range(len(begins)):
        down = begins[frame] | (down & lasts[frame])
        contacts[frame] = down
    shortest = max(round(_SHORTEST_S * fps), 1)
    for column in contacts.T:
        _without_short(column, shortest, value=False)
        _without_short(column, shortest, value=True)
    return contacts


def _without_short(column: NDArray[np.bool_], shortest: int, *, value: bool) -> None:
    """Flip runs of `value` that are shorter than `shortest`, in place; those at the ends stay."""
    edges = np.flatnonzero(np.diff(column.astype(np.int8))) + 1
    for first, last in itertools.pairwise(edges):
        if column[first] == value and last - first < shortest:
            column[first:last] = not value
