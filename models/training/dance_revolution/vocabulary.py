"""The moves that dances are made of: what bodies do in half a beat, sorted into some hundred kinds.

A network that is trained to say the next pose says the mean of all that may come, which is to stand still. Told which
of a few hundred moves is meant it can say a pose; which move comes is learned beside it, as odds, and drawn. A move is
where the joints are in the middle and at the end of the half beat, and how the body has turned and gone meanwhile.
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2, vq

from models.dance_revolution.frames import FPS
from models.representation import VELOCITY, YAW_RATE
from models.training.body import joints_in_heading
from realtime.errors import FarandoleError
from realtime.motion.skeleton import Joint
from realtime.types import FloatArray

_WEIGHTS = {
    **dict.fromkeys((Joint.PELVIS, Joint.SPINE3, Joint.HEAD), 1.0),
    **dict.fromkeys((Joint.LEFT_KNEE, Joint.RIGHT_KNEE, Joint.LEFT_ELBOW, Joint.RIGHT_ELBOW), 1.0),
    **dict.fromkeys((Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE, Joint.LEFT_WRIST, Joint.RIGHT_WRIST), 1.5),
    **dict.fromkeys((Joint.LEFT_FOOT, Joint.RIGHT_FOOT), 0.7),
}
_YAW_M, _WAY = 0.6, 2.0
"""A radian of turning counts as so many metres; a metre of way as so many of a joint."""
_DIRECTIONS = 28
_ENOUGH = 40
"""Moves of a kind, on average, that its centre is found from."""


@dataclass(frozen=True)
class Vocabulary:
    """Kinds of moves: their principal directions and centres.

    Attributes:
        mean: shape (D,), of the descriptions.
        directions: shape (D, P).
        centres: shape (K, P); move k + 1 is centre k, move 0 is none.
    """

    mean: FloatArray
    directions: FloatArray
    centres: FloatArray

    def save(self, path: Path) -> None:
        """Write it as `.npz`."""
        np.savez(path, mean=self.mean, directions=self.directions, centres=self.centres)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            FarandoleError: it cannot be read.
        """
        try:
            with np.load(path) as file:
                return cls(file["mean"], file["directions"], file["centres"])
        except (OSError, ValueError, KeyError) as error:
            raise FarandoleError(f"{path}: expected the moves of a run ({error}); train with moves first") from error

    def moves(self, poses: NDArray[np.float32], half_beats: NDArray[np.int_]) -> NDArray[np.int_]:
        """Return the move of each step to the next pose: poses (T, 152), half beats (T,) -> (T,), 0 where cut off."""
        found = np.zeros(len(poses), np.int_)
        spans = _spans(half_beats)
        if not spans:
            return found
        descriptions = (_described(poses, spans) - self.mean) @ self.directions
        kinds, _ = vq(descriptions, self.centres)
        for (first, last), kind in zip(spans, kinds, strict=True):
            found[first:last] = kind + 1
        return found


def find_moves(dances: list[tuple[NDArray[np.float32], NDArray[np.int_]]], count: int, *, seed: int = 0) -> Vocabulary:
    """Return the `count` kinds of moves of dances: poses (T, 152), 15 a second, and the half beat of each step (T,)."""
    every = np.concatenate([_described(poses, spans) for poses, half in dances if (spans := _spans(half))])
    mean = every.mean(axis=0)
    _, _, directions = np.linalg.svd(every[:: max(len(every) // 6000, 1)] - mean, full_matrices=False)
    directions = directions[:_DIRECTIONS].T
    flat = (every - mean) @ directions
    rng = np.random.default_rng(seed)
    # The pieces of music made for one dance give its moves again and again: some are enough to find the kinds.
    some = flat[rng.permutation(len(flat))[: _ENOUGH * count]]
    centres, _ = kmeans2(some, min(count, len(some)), iter=20, minit="points", rng=rng)
    return Vocabulary(mean, directions, centres)


def _spans(half_beats: NDArray[np.int_]) -> list[tuple[int, int]]:
    """Return the first step of each half beat and the one after its last; those cut off at the ends are left out."""
    edges = np.flatnonzero(np.diff(half_beats)) + 1
    return [(int(a), int(b)) for a, b in pairwise(edges)]


def _described(poses: NDArray[np.float32], spans: list[tuple[int, int]]) -> FloatArray:
    """Return descriptions of the moves of a dance: shape (spans, D)."""
    joints = list(_WEIGHTS)
    weights = np.array(list(_WEIGHTS.values()))[:, None]
    with torch.no_grad():
        positions = joints_in_heading(torch.from_numpy(poses))[:, joints].double().numpy()
    body = (positions * weights).reshape(len(poses), -1)
    went = np.cumsum(poses[:, [YAW_RATE, VELOCITY.start, VELOCITY.start + 1]].astype(np.float64) / FPS, axis=0)
    went = went * np.array([_YAW_M, _WAY, _WAY])
    state = np.concatenate([body, went], axis=1)
    starts, ends = np.array(spans).T
    frames = np.arange(len(poses))
    middle, end = (_at(state, frames, moments) for moments in (0.5 * (starts + ends), ends))
    begin = _at(state, frames, starts)
    width = body.shape[1]
    middle[:, width:] -= begin[:, width:]
    end[:, width:] -= begin[:, width:]
    return np.concatenate([middle, end], axis=1)


def _at(state: FloatArray, frames: NDArray[np.int_], moments: NDArray[np.floating]) -> FloatArray:
    low = np.clip(np.floor(moments).astype(int), 0, len(frames) - 1)
    high = np.minimum(low + 1, len(frames) - 1)
    share = (moments - low)[:, None]
    return (1.0 - share) * state[low] + share * state[high]
