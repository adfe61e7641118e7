"""A body that steps badly, as networks do: feet on the floor skate, twist and sink, and legs come too short."""

from typing import NamedTuple

import numpy as np

from realtime.motion.kinematics import two_bone_ik
from realtime.motion.rotations import from_rotation_vector, multiply
from realtime.motion.skeleton import ANKLE_HEIGHT_M, JOINT_COUNT, OFFSETS_M, Joint
from realtime.types import FloatArray

FPS = 30.0


class Steps(NamedTuple):
    """`roots_m` (T, 3), `rotations_wxyz` (T, J, 4), `contacts` (T, 4)."""

    roots_m: FloatArray
    rotations_wxyz: FloatArray
    contacts: FloatArray

    def part(self, start: int, stop: int) -> "Steps":
        """Return some of the frames."""
        return Steps(*(array[start:stop] for array in self))


def skating_steps(
    frames: int = 150, *, seed: int = 0, skate_m_s: float = 0.08, sink_m: float = 0.015, height_m: float = 0.9
) -> Steps:
    """Return steps in place; each foot is down for half of the time, skating and sinking while it is."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(frames) / FPS
    roots = np.stack(
        [0.05 * np.sin(3.1 * time_s), height_m + 0.02 * np.sin(6.0 * time_s), 0.04 * np.sin(2.3 * time_s)], axis=-1
    )
    rotations = np.tile([1.0, 0.0, 0.0, 0.0], (frames, JOINT_COUNT, 1))
    contacts = np.zeros((frames, 4))
    for side, (hip, knee, ankle) in enumerate(
        (
            (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
            (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
        )
    ):
        phase = 0.9 * time_s + 0.5 * side + rng.uniform()
        lift = np.sin(2 * np.pi * phase)
        down = lift < 0.0
        slide = skate_m_s / (0.9 * 2 * np.pi) * np.cos(2 * np.pi * phase)
        feet = np.stack(
            [
                np.full(frames, (1 - 2 * side) * 0.1) + slide * np.cos(seed),
                ANKLE_HEIGHT_M + np.where(down, sink_m * lift, 0.12 * lift**2),
                0.02 + slide * np.sin(seed),
            ],
            axis=-1,
        )
        limb = two_bone_ik(
            feet - roots - OFFSETS_M[hip],
            upper_offset=OFFSETS_M[knee],
            lower_offset=OFFSETS_M[ankle],
            pole=np.tile([0.0, 0.0, 1.0], (frames, 1)),
        )
        turned = np.stack([0.2 * np.maximum(lift, 0.0), 0.1 * np.sin(2 * phase), 0.05 * np.sin(3 * phase)], axis=-1)
        leg = multiply(limb.upper_wxyz, limb.lower_wxyz)
        rotations[:, hip], rotations[:, knee] = limb
        rotations[:, ankle] = multiply(leg * [1.0, -1.0, -1.0, -1.0], from_rotation_vector(turned))
        contacts[:, 2 * side] = 1 / (1 + np.exp(20 * (lift + 0.1)))
        contacts[:, 2 * side + 1] = 1 / (1 + np.exp(20 * lift))
    return Steps(roots, rotations, contacts)
