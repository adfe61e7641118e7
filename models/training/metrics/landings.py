"""When a foot really lands: the moment it arrives where it then stands, between two poses if need be.

A detector of contacts must be sure, so it is late: it waits until the foot is slow, and speed needs a pose before and
one after. Measured on clips of people at 60 poses a second it is 26 to 33 ms after the foot has come within 2 cm of
where it then stands, and 17 ms later again at 30; on feet that ease down it is early. A lag may not hang on that.
"""

import numpy as np
from numpy.typing import NDArray

from realtime.motion.skeleton import Joint
from realtime.types import FloatArray

_NEAR_M = 0.02
_FEET = (Joint.LEFT_FOOT, Joint.RIGHT_FOOT)
_BACK_S, _STAND_S = 0.15, 0.1


def landings(positions_m: FloatArray, contacts: NDArray[np.bool_], fps: float) -> NDArray[np.float64]:
    """Return when contacts begin: shape (N, 2), as the contacts have it and as the foot arrives, seconds.

    Args:
        positions_m: shape (T, J, 3).
        contacts: shape (T, 4), heel and toe of the left foot, then of the right.
        fps: poses a second.
    """
    found: list[tuple[float, float]] = []
    for side, joint in enumerate(_FEET):
        down = contacts[:, 2 * side] | contacts[:, 2 * side + 1]
        for frame in np.flatnonzero(~down[:-1] & down[1:]) + 1:
            found.append((frame / fps, arrival(positions_m[:, joint], int(frame), fps) / fps))
    return np.array(sorted(found)).reshape(-1, 2)


def arrival(foot_m: FloatArray, frame: int, fps: float) -> float:
    """Return the (fractional) frame at which a foot that is down at `frame` came near to where it then stands.

    Args:
        foot_m: shape (T, 3).
        frame: at which the foot's contact begins.
        fps: poses a second.
    """
    settled = frame + max(round(0.5 * _STAND_S * fps), 1)
    stand = foot_m[settled : frame + max(round(_STAND_S * fps), 2) + 1]
    if not len(stand):
        return float(frame)
    away = np.linalg.norm(foot_m - stand.mean(axis=0), axis=1)
    last = min(settled, len(foot_m) - 1)
    first = max(frame - round(_BACK_S * fps), 0)
    far = np.flatnonzero(away[first : last + 1] > _NEAR_M)
    if not len(far) or first + far[-1] >= last:
        # It never was away, or slides on: there is no better moment than the contact's own.
        return float(frame)
    before = first + int(far[-1])
    return before + float((away[before] - _NEAR_M) / (away[before] - away[before + 1]))
