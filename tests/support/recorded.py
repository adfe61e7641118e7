"""Dances to record and to export."""

import numpy as np

from realtime.motion.rotations import from_rotation_vector
from realtime.motion.skeleton import JOINT_COUNT, STANDING_PELVIS_M
from realtime.outputs.session import Recording


def wild_dance(seconds: float = 0.5, fps: float = 60.0, seed: int = 0) -> Recording:
    """Return a dance in which every joint turns smoothly and far, with signs thrown at random."""
    rng = np.random.default_rng(seed)
    count = round(seconds * fps)
    time_s = np.arange(count) / fps
    waves = np.sin(time_s[:, None, None] * rng.uniform(1, 6, (JOINT_COUNT, 3)) + rng.uniform(0, 6, (JOINT_COUNT, 3)))
    turns = from_rotation_vector(waves * rng.uniform(0.2, 2.0, (JOINT_COUNT, 3)))
    turns *= rng.choice([-1.0, 1.0], (count, JOINT_COUNT, 1))
    root = np.stack([np.sin(time_s), STANDING_PELVIS_M + 0.1 * np.cos(3 * time_s), time_s], axis=1)
    return Recording(time_s, root, turns, fps)
