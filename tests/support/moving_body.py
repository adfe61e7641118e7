"""Smooth made-up motion for tests: chunks of a body that sways, turns and never stands still."""

import numpy as np

from realtime.motion.rotations import from_rotation_vector
from realtime.motion.skeleton import JOINT_COUNT
from realtime.types import PoseChunk


def swaying_chunk(
    start_s: float, *, duration_s: float = 1.0, fps: float = 30.0, seed: int = 0, source: str = "sway"
) -> PoseChunk:
    """Return a chunk of a dance that is a fixed smooth function of time and seed."""
    rng = np.random.default_rng(seed)
    frames = round(duration_s * fps) + 1
    time_s = (start_s + np.arange(frames) / fps)[:, None]
    speed = rng.uniform(1.0, 5.0, 3)
    phase = rng.uniform(0.0, 6.0, 3)
    roots = np.array([0.0, 0.95, 0.0]) + 0.2 * np.sin(time_s * speed + phase)
    joint_speed = rng.uniform(1.0, 6.0, (JOINT_COUNT, 3))
    joint_phase = rng.uniform(0.0, 6.0, (JOINT_COUNT, 3))
    vectors = 0.5 * np.sin(time_s[..., None] * joint_speed + joint_phase)
    return PoseChunk(start_s, fps, roots, from_rotation_vector(vectors), np.ones((frames, 4)), source)
