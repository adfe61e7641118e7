"""A dancer from kinematics alone: a step-touch with swinging arms, as a `FrameSource` for the stage."""

from math import cos, pi, sin

import numpy as np

from app.stage_frame import StageFrame
from realtime.motion.kinematics import forward_kinematics
from realtime.motion.rotations import from_rotation_vector, multiply
from realtime.motion.skeleton import JOINT_COUNT, STANDING_PELVIS_M, Joint


class FakeDancer:
    """Steps from side to side at a tempo; beat 0 is at host time 0.

    Args:
        tempo_bpm: beats per minute.
        energy: of the music, 0 to 1.
        blackout: 0 (picture shown) to 1 (black).
        running: whether somebody dances.
        silent_from_s: nothing is known from this host time on.
        still_at_s: holds the pose of this host time.
        beat_offset: added to the music's count, not to the dance.
    """

    def __init__(
        self,
        *,
        tempo_bpm: float = 120.0,
        energy: float = 0.7,
        blackout: float = 0.0,
        running: bool = True,
        silent_from_s: float | None = None,
        still_at_s: float | None = None,
        beat_offset: float = 0.0,
    ) -> None:
        self._tempo_bpm = tempo_bpm
        self._energy = energy
        self._blackout = blackout
        self._running = running
        self._silent_from_s = silent_from_s
        self._still_at_s = still_at_s
        self._beat_offset = beat_offset

    def __call__(self, host_s: float) -> StageFrame | None:
        """Return the dance at a host time, or None where nothing is known."""
        if self._silent_from_s is not None and host_s >= self._silent_from_s:
            return None
        return self.at(host_s)

    def at(self, host_s: float) -> StageFrame:
        """Return the dance at a host time."""
        beat = host_s * self._tempo_bpm / 60.0
        posed_s = host_s if self._still_at_s is None else self._still_at_s
        root_m, turns = _pose(posed_s * self._tempo_bpm / 60.0)
        world = forward_kinematics(root_m, turns)
        return StageFrame(
            time_s=host_s,
            positions_m=world.positions_m,
            world_from_joint_wxyz=world.world_from_joint_wxyz,
            contacts=np.ones(4),
            beat=beat + self._beat_offset,
            energy=self._energy,
            low=0.5 + 0.5 * cos(2 * pi * beat),
            blackout=self._blackout,
            running=self._running,
        )


def _pose(beat: float) -> tuple[np.ndarray, np.ndarray]:
    sway = sin(pi * beat / 2)
    bounce = 0.5 - 0.5 * cos(2 * pi * beat)
    vectors = np.zeros((JOINT_COUNT, 3))

    def bend(joint: Joint, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> None:
        vectors[joint] = x, y, z

    left, right = max(sway, 0.0), max(-sway, 0.0)
    bend(Joint.PELVIS, 0.1, 0.35 * sway, -0.1 * sway)
    for side, lift, mirror in (("LEFT", right, 1.0), ("RIGHT", left, -1.0)):
        crouch = 0.22 * bounce
        bend(Joint[f"{side}_HIP"], -0.35 - crouch - 0.7 * lift, 0.0, mirror * (0.16 + 0.05 * lift) + 0.1 * sway)
        bend(Joint[f"{side}_KNEE"], 0.55 + 2 * crouch + 0.8 * lift)
        bend(Joint[f"{side}_ANKLE"], -0.25 - crouch + 0.3 * lift)
        bend(Joint[f"{side}_COLLAR"], 0.0, 0.0, mirror * 0.25 * lift)
        bend(Joint[f"{side}_SHOULDER"], 0.3, -mirror * (0.5 + 0.4 * sway * mirror), mirror * (-1.0 + 1.9 * lift))
        bend(Joint[f"{side}_ELBOW"], 0.0, -mirror * (1.1 - 0.7 * lift), 0.0)
    bend(Joint.SPINE1, 0.05, -0.15 * sway, 0.1 * sway)
    bend(Joint.SPINE2, 0.0, -0.15 * sway, 0.08 * sway)
    bend(Joint.SPINE3, 0.05, -0.2 * sway, 0.05 * sway)
    bend(Joint.HEAD, 0.12 * bounce, 0.25 * sway, -0.15 * sway)
    turns = from_rotation_vector(vectors)
    turns[Joint.NECK] = multiply(turns[Joint.NECK], from_rotation_vector(np.array([-0.1, 0.0, 0.0])))
    root_m = np.array([0.3 * sway, STANDING_PELVIS_M - 0.035 - 0.03 * bounce, 0.0])
    feet = forward_kinematics(root_m, turns).positions_m[[Joint.LEFT_FOOT, Joint.RIGHT_FOOT], 1]
    root_m[1] += 0.02 - feet.min()
    return root_m, turns
