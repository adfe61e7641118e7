# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
# pyright: reportUntypedFunctionDecorator=false
"""How a network is examined while it learns: held-out dances, predicted, led and danced alone for 20 s."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.training.dance_revolution.halves import Half
from models.training.dance_revolution.lesson import Lesson

_FRAMES = 300


@dataclass(frozen=True)
class Exam:
    """The first seconds of held-out dances: see `Half` for the parts, all with a batch axis first."""

    music: Tensor
    poses: Tensor
    half_beats: NDArray[np.int_]
    moves: NDArray[np.int_]
    style: Tensor


def exam_of(parts: Sequence[Half], styles: Sequence[str]) -> Exam:
    """Return the first 20 s of the dances that last so long, or of the longest; `styles` are those that can be told."""
    frames = min(_FRAMES, max(len(half) for half in parts))
    chosen = [half for half in parts if len(half) >= frames]
    style = np.array([[float(half.style == name) for name in styles] for half in chosen], np.float32)
    return Exam(
        torch.from_numpy(np.stack([half.music[:frames] for half in chosen])),
        torch.from_numpy(np.stack([half.poses[0, :frames] for half in chosen])),
        np.stack([half.half_beats[:frames] for half in chosen]),
        np.stack([half.moves[0, :frames] for half in chosen]),
        torch.from_numpy(style.reshape(len(chosen), len(styles))),
    )


@torch.no_grad()
def examine(lesson: Lesson, exam: Exam) -> Mapping[str, float]:
    """Return how held-out dances are predicted, and danced without help.

    "guided" is the error with the truth fed, "free" without (of a network with moves: with those of the truth);
    "activity" is how much the dance of the network alone moves from frame to frame against the truth: 1 is as much, 0
    is frozen. "score" is the free error and how far activity is from 1.
    """
    dancer = lesson.dancer
    guided = lesson(_guided(lesson, exam))
    alone = free_dances(lesson, exam)
    led = free_dances(lesson, exam, moves=exam.moves) if dancer.shape.moves else alone
    free = float(torch.abs((led - exam.poses) / dancer.pose_scale).mean())
    moved, wanted = ((dance.diff(dim=1)) / dancer.pose_scale for dance in (alone, exam.poses))
    late = exam.poses.shape[1] // 2
    activity = float(moved[:, late:].abs().mean() / wanted[:, late:].abs().mean())
    figures = {"score": free + abs(1.0 - activity), "guided": float(guided["pose"]), "free": free}
    odds = {"odds": float(guided["odds"])} if "odds" in guided else {}
    return {**figures, "activity": activity, **odds}


def free_dances(lesson: Lesson, exam: Exam, *, moves: NDArray[np.int_] | None = None) -> Tensor:
    """Return what is danced to the music of the examination: (B, T, pose); `moves` (B, T) where they are given."""
    return lesson.dancer.dance(
        exam.music,
        exam.poses[:, 0],
        torch.Generator().manual_seed(0),
        half_beats=exam.half_beats,
        style=exam.style,
        moves=moves,
    )


def _guided(lesson: Lesson, exam: Exam) -> dict[str, Tensor]:
    """Return the batch of the examination with the truth fed."""
    batch = {
        "music": exam.music,
        "poses": exam.poses,
        "heard": torch.ones(exam.poses.shape[:2]),
        "own": torch.zeros(exam.poses.shape[1], dtype=torch.bool),
    }
    if not lesson.dancer.shape.moves:
        return batch
    turn = np.zeros(exam.moves.shape, np.bool_)
    turn[:, :-1] = (np.diff(exam.half_beats, axis=1) != 0) & (exam.moves[:, 1:] > 0)
    return batch | {"move": torch.from_numpy(exam.moves), "turn": torch.from_numpy(turn), "style": exam.style}
