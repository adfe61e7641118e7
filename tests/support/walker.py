"""A body that steps in place, as clean as arithmetic: its landings and stands are known."""

import numpy as np

from models.training.data.clips import Clip
from realtime.motion.kinematics import two_bone_ik
from realtime.motion.rotations import conjugate, multiply
from realtime.motion.skeleton import JOINT_COUNT, OFFSETS_M, STANDING_PELVIS_M, TOE_HEIGHT_M, Joint

FPS = 60.0
STEP_S = 0.5
"""One foot lands every so often; each is in the air for half of a step."""


def walker(seconds: float = 12.0, *, style: str = "salsa", name: str = "walk", step_s: float = STEP_S) -> Clip:
    """Return a clip that steps left and right in place: a foot lands at every multiple of `step_s`, left first."""
    count = round(seconds * FPS) + 1
    time_s = np.arange(count) / FPS
    root_m = np.tile([0.0, STANDING_PELVIS_M - 0.05, 0.0], (count, 1))
    rotations_wxyz = np.tile([1.0, 0.0, 0.0, 0.0], (count, JOINT_COUNT, 1))
    for side, (hip, knee, ankle) in enumerate(
        (
            (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
            (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
        )
    ):
        # Phase 0 to 1 of a cycle of two steps; the last quarter is in the air, and it lands at 1.
        phase = (time_s / (2.0 * step_s) + 0.5 * side) % 1.0
        flight = np.clip((phase - 0.75) / 0.25, 0.0, 1.0)
        height_m = 0.15 * np.sin(np.pi * flight) ** 2
        target_m = OFFSETS_M[hip] * [1.0, 0.0, 1.0] + np.array([0.0, TOE_HEIGHT_M + 0.037, 0.0])
        target_m = target_m + height_m[:, None] * np.array([0.0, 1.0, 0.0])
        reach_m = target_m - (root_m + OFFSETS_M[hip])
        limb = two_bone_ik(
            reach_m,
            upper_offset=OFFSETS_M[knee],
            lower_offset=OFFSETS_M[ankle],
            pole=np.tile([0.0, 0.0, 1.0], (count, 1)),
        )
        rotations_wxyz[:, hip], rotations_wxyz[:, knee] = limb.upper_wxyz, limb.lower_wxyz
        rotations_wxyz[:, ankle] = conjugate(multiply(limb.upper_wxyz, limb.lower_wxyz))
    return Clip(name, style, name, "a test", "none", FPS, root_m, rotations_wxyz)
