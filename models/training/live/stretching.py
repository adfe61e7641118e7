"""Takes at other tempi: motion, music and clock slower or faster together.

The pairing warps a dance by 12 % at most, so the tempi of a style are those of its few trials. A dancer that never
heard 90 BPM loses it. How vigorous a dance is among its style stays what it was: slow music is not asked to be danced
lazily.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.live.tokens import TOKEN_FRAMES
from models.representation import FPS, Motion, Place, decode, encode
from models.training.data.sampling import motion_at
from models.training.live.pairs import Take
from realtime.types import FloatArray


def at_tempo(take: Take, factor: float) -> Take:
    """Return a take with music, `factor` times as fast: 0.8 makes 112 BPM 90 BPM.

    Raises:
        ValueError: the factor is not from 0.5 to 2.
    """
    if not 0.5 <= factor <= 2.0:
        raise ValueError(f"a take can be made 0.5 to 2 times as fast, not {factor}")
    count, before = int(len(take.features) / factor), int(take.before / factor) // TOKEN_FRAMES * TOKEN_FRAMES
    old = np.minimum(np.arange(count) * factor, len(take.features) - 1.0)
    nearest = np.round(old).astype(int)
    body, _ = decode(take.features.astype(np.float64), Place(0.0, 0.0, 0.0))
    root_m, rotations_wxyz = motion_at(body.root_m, body.rotations_wxyz, FPS, old / FPS)
    accents = np.zeros(count, np.float32)
    hits = np.flatnonzero(take.accents)
    np.maximum.at(accents, np.minimum(np.round(hits / factor).astype(int), count - 1), take.accents[hits])
    first = take.before + np.floor(np.arange(-before, count) * factor).astype(int)
    clock = take.clock[first].copy()
    clock[:, 0] *= factor
    clock[:, 1] = take.start_s + (clock[:, 1] - take.start_s) / factor
    clock[:, 3] *= factor
    return replace(
        take,
        name=f"{take.name}.x{factor:g}",
        features=encode(Motion(root_m, rotations_wxyz, body.contacts[nearest])).astype(np.float32),
        sound=_loudest(take.sound, first),
        clock=clock,
        before=before,
        vigour=take.vigour[nearest],
        accents=accents,
    )


def _loudest(sound: FloatArray, first: NDArray[np.intp]) -> FloatArray:
    """Return the sound of each new frame: of two old ones that it stands for the greater, so that no onset is lost."""
    follows = np.append(first[1:], len(sound))
    second = np.where(follows - first > 1, first + 1, first)
    return np.maximum(sound[first], sound[np.minimum(second, len(sound) - 1)])
