"""Echoes of the dance: which earlier poses are drawn again, and where they stand."""

from dataclasses import dataclass

import numpy as np

from app.camera import Eye
from app.looks import Echoes
from app.pose_history import PoseHistory
from app.stage_frame import StageFrame
from realtime.types import FloatArray


@dataclass(frozen=True, slots=True)
class Echo:
    """An earlier pose.

    Attributes:
        frame: the pose.
        offset_m: shape (3,), how far from its own place it is drawn.
        age: 0 for the newest, 1 for the oldest.
    """

    frame: StageFrame
    offset_m: FloatArray
    age: float


def echoes_of(rule: Echoes, history: PoseHistory, eye: Eye, *, share: float) -> list[Echo]:
    """Return the echoes that a look asks for, newest first, as far as they are remembered.

    Args:
        rule: what the look asks for.
        history: the dance so far.
        eye: rows of echoes open towards it, wherever it has gone.
        share: how many of them this machine can afford, 0 to 1.
    """
    right = eye.right / np.linalg.norm(eye.right)
    back = np.cross([0.0, 1.0, 0.0], right)
    echoes: list[Echo] = []
    for number in range(1, round(rule.count * share) + 1):
        frame = history.beats_ago(number * rule.beats)
        if frame is None:
            break
        side = 1.0 if number % 2 else -1.0
        row = (number + 1) // 2
        offset_m = row * (side * rule.step_m[0] * right + rule.step_m[1] * back)
        echoes.append(Echo(frame, offset_m, number / rule.count))
    return echoes
