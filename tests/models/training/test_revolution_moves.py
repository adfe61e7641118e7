"""The vocabulary of moves: what looks alike is one move, and a half beat is one move from end to end."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the train extra is not installed")

from models.representation import FEATURES, JOINTS, PELVIS, mirror_features
from models.training.dance_revolution.vocabulary import Vocabulary, find_moves
from realtime.errors import FarandoleError
from realtime.motion.rotations import from_axis_angle, to_matrix
from realtime.motion.skeleton import Joint

pytestmark = pytest.mark.train
STEPS = 4
"""Frames of a half beat."""


def dance(signs: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return poses of a body that swings an arm up (1) or forward (-1) in each half beat, and the half beats."""
    poses = np.zeros((len(signs) * STEPS + 2, FEATURES), np.float32)
    poses[:, 3] = 0.95
    poses[:, PELVIS.start : JOINTS.stop] = np.tile([1, 0, 0, 0, 1, 0], 24)
    axes = {1: np.array([0.0, 0.0, 1.0]), -1: np.array([0.0, 1.0, 0.0])}
    for index in range(len(poses) - 1):
        sign = signs[min(index // STEPS, len(signs) - 1)]
        turn = to_matrix(from_axis_angle(axes[sign], np.array(1.2 * np.sin(np.pi * (index % STEPS + 1) / STEPS))))
        start = PELVIS.start + 6 * Joint.LEFT_SHOULDER
        poses[index + 1, start : start + 6] = np.concatenate([turn[:, 0], turn[:, 1]])
    return poses, np.minimum(np.arange(len(poses)) // STEPS, len(signs))


def test_what_looks_alike_is_one_move_and_what_does_not_is_another() -> None:
    signs = [1, -1, 1, 1, -1, -1, 1, -1] * 4
    poses, half_beats = dance(signs)
    vocabulary = find_moves([(poses, half_beats)], 2)
    moves = vocabulary.moves(poses, half_beats).tolist()
    seen = [set(moves[index * STEPS : (index + 1) * STEPS]) for index in range(1, len(signs))]
    assert all(len(kinds) == 1 for kinds in seen)
    kinds = [kinds.pop() for kinds in seen]
    assert {(kind, sign) for kind, sign in zip(kinds, signs[1:], strict=True)} in (
        {(1, 1), (2, -1)},
        {(2, 1), (1, -1)},
    )


def test_a_half_beat_that_is_cut_off_is_no_move() -> None:
    poses, half_beats = dance([1, -1, 1, -1])
    moves = find_moves([(poses, half_beats)], 2).moves(poses, half_beats)
    assert not moves[:STEPS].any()
    assert moves[STEPS : 4 * STEPS].all()
    assert not moves[4 * STEPS :].any()


def test_a_mirrored_dance_has_moves_of_its_own() -> None:
    poses, half_beats = dance([1, 1, -1, 1, -1, -1] * 3)
    other = mirror_features(poses).astype(np.float32)
    vocabulary = find_moves([(poses, half_beats), (other, half_beats)], 4)
    one, mirrored = vocabulary.moves(poses, half_beats), vocabulary.moves(other, half_beats)
    assert not set(one[one > 0].tolist()) & set(mirrored[mirrored > 0].tolist())


def test_a_vocabulary_comes_back_from_its_file(tmp_path: Path) -> None:
    poses, half_beats = dance([1, -1] * 6)
    vocabulary = find_moves([(poses, half_beats)], 2)
    vocabulary.save(tmp_path / "moves.npz")
    again = Vocabulary.load(tmp_path / "moves.npz")
    np.testing.assert_array_equal(again.moves(poses, half_beats), vocabulary.moves(poses, half_beats))
    with pytest.raises(FarandoleError, match="train with moves first"):
        Vocabulary.load(tmp_path / "none.npz")
