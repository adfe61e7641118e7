"""Where a dance hits: feet that land, hands and chests that stop.

On salsa the minima of joint speed sit at chance against the beat and the foot plants do not, so plants weigh most; a
stop counts when a fast movement ends, and for as much as it was fast.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.training.data.sampling import smoothed
from models.training.metrics.landings import arrival
from realtime.motion.kinematics import WorldPose, forward_kinematics
from realtime.motion.rotations import conjugate, rotate
from realtime.motion.skeleton import Joint
from realtime.types import FloatArray

_MERGE_S = 0.07
_FLIGHT_S = 0.1
"""A foot that was up for less did not take a step."""


@dataclass(frozen=True)
class Accents:
    """Moments of a dance that stand out.

    Attributes:
        times_s: shape (N,), ascending.
        strengths: shape (N,), above 0 to 1.
    """

    times_s: FloatArray
    strengths: FloatArray

    def on_frames(self, times_s: FloatArray, count: int, fps: float) -> NDArray[np.float32]:
        """Return the strengths on frames: shape (count,); `times_s` is where each accent lies in them."""
        frames = np.zeros(count, np.float32)
        index = np.round(times_s * fps).astype(int)
        inside = (index >= 0) & (index < count)
        np.maximum.at(frames, index[inside], self.strengths[inside].astype(np.float32))
        return frames


def find_accents(root_m: FloatArray, rotations_wxyz: FloatArray, contacts: NDArray[np.bool_], fps: float) -> Accents:
    """Return the accents of a clip; what falls together is one, stronger."""
    world = forward_kinematics(root_m, rotations_wxyz)
    found = _foot_plants(world, contacts, fps)
    body_wxyz = conjugate(world.world_from_joint_wxyz[:, Joint.PELVIS])
    for hand in (Joint.LEFT_WRIST, Joint.RIGHT_WRIST):
        seen_m = rotate(body_wxyz, world.positions_m[:, hand] - world.positions_m[:, Joint.PELVIS])
        found += _stops(seen_m, fps, fastest=1.0, scale=3.5, weight=0.6)
    chest_m = rotate(body_wxyz, world.positions_m[:, Joint.NECK] - world.positions_m[:, Joint.PELVIS])
    found += _stops(chest_m, fps, fastest=0.35, scale=1.2, weight=0.6)
    found += _stops(world.positions_m[:, Joint.PELVIS], fps, fastest=0.6, scale=2.0, weight=0.5)
    return _merged(found)


def _foot_plants(world: WorldPose, contacts: NDArray[np.bool_], fps: float) -> list[tuple[float, float]]:
    """Return (time, strength) of every landing; a foot that came fast lands hard."""
    found: list[tuple[float, float]] = []
    for side, joint in enumerate((Joint.LEFT_FOOT, Joint.RIGHT_FOOT)):
        down = contacts[:, 2 * side] | contacts[:, 2 * side + 1]
        speed = np.linalg.norm(np.gradient(world.positions_m[:, joint], 1.0 / fps, axis=0), axis=1)
        edges = np.flatnonzero(np.diff(down.astype(np.int8))) + 1
        lifted = 0
        for frame in edges:
            if not down[frame]:
                lifted = int(frame)
            elif frame - lifted >= _FLIGHT_S * fps and frame > 3:
                fastest = float(speed[max(frame - round(0.25 * fps), lifted) : frame].max())
                if fastest > 0.5:
                    # A contact is sure only 30 ms after the foot has arrived; the eye, and the beat, want the arrival.
                    arrived = arrival(world.positions_m[:, joint], int(frame), fps)
                    found.append((arrived / fps, min(0.3 + fastest / 4.0, 1.0)))
    return found


def _stops(
    positions_m: FloatArray, fps: float, *, fastest: float, scale: float, weight: float
) -> list[tuple[float, float]]:
    """Return (time, strength) where a movement of at least `fastest` m/s has lost most of its speed."""
    speed = smoothed(np.linalg.norm(np.gradient(positions_m, 1.0 / fps, axis=0), axis=1), sigma_frames=0.02 * fps)
    found: list[tuple[float, float]] = []
    middle = speed[1:-1]
    peaks = np.flatnonzero((middle >= speed[:-2]) & (middle > speed[2:]) & (middle > fastest)) + 1
    longest = round(0.35 * fps)
    for number, peak in enumerate(peaks):
        end = min(peak + longest, len(speed), peaks[number + 1] if number + 1 < len(peaks) else len(speed))
        tail = speed[peak:end]
        lost = speed[peak] - tail.min()
        if lost < 0.6 * speed[peak] or len(tail) < 2:
            continue
        # The eye sees the arrest, not the last millimetres that follow it.
        stop = peak + int(np.argmax(tail <= speed[peak] - 0.85 * lost))
        found.append((stop / fps, weight * min(lost / scale, 1.0) + 0.05))
    return found


def _merged(found: list[tuple[float, float]]) -> Accents:
    groups: list[list[tuple[float, float]]] = []
    for accent in sorted(found):
        if groups and accent[0] - groups[-1][0][0] < _MERGE_S:
            groups[-1].append(accent)
        else:
            groups.append([accent])
    times_s = [sum(t * w for t, w in group) / sum(w for _, w in group) for group in groups]
    strengths = [1.0 - float(np.prod([1.0 - min(w, 1.0) for _, w in group])) for group in groups]
    return Accents(np.array(times_s, np.float64), np.array(strengths, np.float64))
