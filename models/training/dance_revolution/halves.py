# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUnknownParameterType=false
"""Takes as the network learns them: 15 frames a second, even and odd frames apart, as danced and in the mirror."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.dance_revolution.body25 import keypoints_of, mirror_keypoints
from models.dance_revolution.frames import halved_music, halved_poses
from models.representation import mirror_features
from models.training.dance_revolution.pairs import Take
from models.training.dance_revolution.vocabulary import Vocabulary


@dataclass(frozen=True)
class Half:
    """The even or the odd frames of a take.

    Attributes:
        music: shape (T, inputs).
        poses: shape (2, T, pose), as danced and mirrored.
        half_beats: shape (T,), of the step after each pose.
        moves: shape (2, T), of the step after each pose; all 0 without a vocabulary.
        style: of the take.
    """

    music: NDArray[np.float32]
    poses: NDArray[np.float32]
    half_beats: NDArray[np.int_]
    moves: NDArray[np.int_]
    style: str

    def __len__(self) -> int:
        """Return how many frames there are."""
        return len(self.music)


def halves(
    take: Take, body: str = "rotations", *, inputs: int = 438, vocabulary: Vocabulary | None = None
) -> list[Half]:
    """Return the even and the odd frames of a take.

    Args:
        take: see there.
        body: "rotations" of our skeleton, or "body25".
        inputs: how many numbers of music.
        vocabulary: of the moves, where the network has any.
    """
    return [_half(take, phase, body, inputs, vocabulary) for phase in (0, 1)]


def every_dance(takes: Sequence[Take]) -> list[tuple[NDArray[np.float32], NDArray[np.int_]]]:
    """Return poses and half beats of both halves of all takes, as danced and mirrored: to find moves in."""
    return [(poses, half.half_beats) for take in takes for half in halves(take) for poses in half.poses]


def _half(take: Take, phase: int, body: str, inputs: int, vocabulary: Vocabulary | None) -> Half:
    if body == "body25":
        points = keypoints_of(take.poses).astype(np.float32)[phase::2]
        poses = np.stack([points, mirror_keypoints(points)])
    else:
        turned = halved_poses(take.poses, phase).astype(np.float32)
        poses = np.stack([turned, mirror_features(turned).astype(np.float32)])
    half_beats = take.half_beats[phase::2]
    moves = np.zeros(poses.shape[:2], np.int_)
    if vocabulary is not None:
        moves = np.stack([vocabulary.moves(part, half_beats) for part in poses])
    return Half(halved_music(take.music, phase)[:, :inputs], poses, half_beats, moves, take.style)
