"""Where the stage is seen from: four ways of looking, and a person's hand on them.

Space: world metres, Y up; angles radians; yaw 0 looks at the dancer's face. Matrices act on columns.
"""

from dataclasses import dataclass
from math import cos, exp, pi, sin, tan

import numpy as np

from realtime.types import FloatArray

NEAR_M, FAR_M = 0.4, 60.0
FIELD_OF_VIEW_RAD = 0.56


@dataclass(frozen=True, slots=True)
class CameraMode:
    """A way of looking.

    Attributes:
        distance_m: from the dancer.
        pitch_rad: how far above the aim the eye is, as an angle.
        aim_m: height of the point in the middle of the picture.
        sway_rad: how far it drifts to either side.
        period_s: of that drift.
        yaw_rad: from which side, 0 is the dancer's front.
        close: whether the dancer may leave the picture: a shot of a part.
        shots: other ways of looking between which this one cuts on the beat, for how many beats each; a cut is a change
            of the whole picture, so they are four beats apart at least.
    """

    distance_m: float
    pitch_rad: float
    aim_m: float
    sway_rad: float = 0.0
    period_s: float = 48.0
    yaw_rad: float = 0.0
    close: bool = False
    shots: tuple[tuple["CameraMode", int], ...] = ()


_SHOTS = (
    (CameraMode(distance_m=4.5, pitch_rad=0.05, aim_m=0.92, sway_rad=0.10, period_s=17.0), 8),
    (
        CameraMode(distance_m=2.7, pitch_rad=-0.02, aim_m=1.2, yaw_rad=0.55, sway_rad=0.12, period_s=13.0, close=True),
        4,
    ),
    (CameraMode(distance_m=4.1, pitch_rad=-0.16, aim_m=1.10, yaw_rad=-0.65, sway_rad=0.15, period_s=19.0), 8),
    (CameraMode(distance_m=6.4, pitch_rad=0.42, aim_m=0.80, yaw_rad=0.30, sway_rad=0.25, period_s=23.0), 4),
    (
        CameraMode(
            distance_m=2.4, pitch_rad=-0.05, aim_m=0.45, yaw_rad=-0.35, sway_rad=0.10, period_s=11.0, close=True
        ),
        4,
    ),
    (CameraMode(distance_m=4.4, pitch_rad=0.10, aim_m=0.92, yaw_rad=1.15, sway_rad=0.20, period_s=17.0), 4),
)
CAMERAS = {
    "front": CameraMode(distance_m=4.5, pitch_rad=0.06, aim_m=0.92),
    "orbit": CameraMode(distance_m=4.55, pitch_rad=0.15, aim_m=0.9, sway_rad=0.7),
    "low": CameraMode(distance_m=4.2, pitch_rad=-0.17, aim_m=1.08, sway_rad=0.35, period_s=64.0),
    "cuts": CameraMode(distance_m=4.5, pitch_rad=0.05, aim_m=0.92, shots=_SHOTS),
}


@dataclass(frozen=True, slots=True)
class Eye:
    """A camera at one moment.

    Attributes:
        position_m: shape (3,).
        right, up, forward: shape (3,), unit; right and up are scaled to the edge of the picture one metre ahead.
        clip_from_world: shape (4, 4).
    """

    position_m: FloatArray
    right: FloatArray
    up: FloatArray
    forward: FloatArray
    clip_from_world: FloatArray


class Camera:
    """Follows the dancer softly; dragging turns it, the wheel brings it nearer. The window's thread only."""

    _FOLLOW_S = 0.7

    def __init__(self, mode: CameraMode) -> None:
        self.mode = mode
        self._yaw_rad = 0.0
        self._pitch_rad = 0.0
        self._zoom = 1.0
        self._centre_m = np.zeros(3)

    @property
    def centre_m(self) -> FloatArray:
        """The place on the floor about which it turns: shape (3,)."""
        return self._centre_m

    def turn(self, yaw_rad: float, pitch_rad: float) -> None:
        """Turn around the dancer."""
        self._yaw_rad += yaw_rad
        self._pitch_rad = float(np.clip(self._pitch_rad + pitch_rad, -0.6, 1.3))

    def zoom(self, factor: float) -> None:
        """Bring the eye nearer (less than 1) or farther."""
        self._zoom = float(np.clip(self._zoom * factor, 0.35, 3.0))

    def reset(self) -> None:
        """Undo every `turn` and `zoom`."""
        self._yaw_rad, self._pitch_rad, self._zoom = 0.0, 0.0, 1.0

    def follow(self, centre_m: FloatArray, elapsed_s: float) -> None:
        """Drift towards the place on the floor above which the dancer is."""
        goal = np.array([centre_m[0], 0.0, centre_m[2]])
        self._centre_m = goal + (self._centre_m - goal) * exp(-elapsed_s / self._FOLLOW_S)

    def eye_at(self, time_s: float, aspect: float, *, spread: float = 1.0, beat: float = 0.0) -> Eye:
        """Return the eye at a moment, so far back that a dancer with open arms fits into a picture of that aspect.

        Args:
            time_s: any steady time; decides the drift.
            aspect: width / height of the picture.
            spread: how much more room is wanted (1: one dancer).
            beat: fractional beat number; decides the shot of a camera that cuts.
        """
        mode = shot_at(self.mode, beat)
        yaw = mode.yaw_rad + self._yaw_rad + mode.sway_rad * sin(2.0 * pi * time_s / mode.period_s)
        pitch = float(np.clip(mode.pitch_rad + self._pitch_rad, -1.3, 1.45))
        room = 1.0 if mode.close else spread * max(1.0, 0.86 / aspect)
        distance = mode.distance_m * self._zoom * room
        outward = np.array([sin(yaw) * cos(pitch), sin(pitch), cos(yaw) * cos(pitch)])
        aim = self._centre_m + np.array([0.0, mode.aim_m, 0.0])
        position = aim + distance * outward
        # Under the floor there is nothing to see.
        position = np.array([position[0], max(position[1], 0.12), position[2]])
        return _look(position, aim, aspect)

    def with_mode(self, mode: CameraMode) -> None:
        """Look in another way, from where the person has turned to."""
        self.mode = mode


def shot_at(mode: CameraMode, beat: float) -> CameraMode:
    """Return the way of looking at a beat: the mode itself, unless it cuts."""
    if not mode.shots:
        return mode
    left = beat % sum(beats for _, beats in mode.shots)
    for shot, beats in mode.shots:
        if left < beats:
            return shot
        left -= beats
    return mode.shots[0][0]


def _look(position: FloatArray, aim: FloatArray, aspect: float) -> Eye:
    forward = (aim - position) / np.linalg.norm(aim - position)
    right = np.cross(forward, [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right)
    up = np.cross(right, forward)
    half = tan(0.5 * FIELD_OF_VIEW_RAD)
    view = np.eye(4)
    view[:3, :3] = [right, up, -forward]
    view[:3, 3] = -view[:3, :3] @ position
    depth = FAR_M - NEAR_M
    projection = np.diag([1.0 / (half * aspect), 1.0 / half, -(FAR_M + NEAR_M) / depth, 0.0])
    projection[2, 3] = -2.0 * FAR_M * NEAR_M / depth
    projection[3, 2] = -1.0
    return Eye(position, right * half * aspect, up * half, forward, projection @ view)
