"""Examples for the generator: stretches of tokens with what would have been known when each block was made.

A block is `WINDOW` tokens. What is told of it is what the show would know at its start, less a delay drawn from 0 to
0.2 s: the tracker's clock of that moment carried forward over the block, and the music up to that moment.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.live.tokens import MUSIC_HISTORY, STYLES, TOKEN_FRAMES, WINDOW
from models.training.live.pairs import Take
from realtime.music.conditioning import BEAT, RATE_HZ, beat_of
from realtime.types import FloatArray

TOKENS = 56
"""Tokens of an example: 7.5 s."""
BEFORE = 24
"""Tokens of music before them: 3.2 s."""
BLOCKS = TOKENS // WINDOW - 1
_MOST_DELAY_FRAMES = 6
_FORGET_STYLE, _FORGET_ENERGY = 0.1, 0.1


@dataclass(frozen=True)
class TokenTake:
    """A take, encoded.

    Attributes:
        take: as loaded.
        tokens: shape (2, N, LATENT), normalised: as it is, and mirrored.
        frames: shape (2, 4N, FEATURES), likewise.
        music: shape (M, LATENT), tokens of the music; token `before` sounds with motion token 0.
        before: tokens of music before the motion.
        rank: shape (4N,), vigour among the takes of the same style, 0 to 1.
    """

    take: Take
    tokens: FloatArray
    frames: FloatArray
    music: FloatArray
    before: int
    rank: FloatArray


def ranks(takes: list[Take]) -> dict[str, FloatArray]:
    """Return, by style, 101 quantiles of vigour."""
    styles = {take.style for take in takes}
    grid = np.linspace(0, 1, 101)
    return {
        style: np.quantile(np.concatenate([take.vigour for take in takes if take.style == style]), grid)
        for style in styles
    }


def example(taken: TokenTake, rng: np.random.Generator, offset: int) -> dict[str, NDArray[np.generic]]:
    """Return one example, arrays without the batch axis, whose first block begins at token `offset`."""
    take, total = taken.take, taken.tokens.shape[1]
    start = int(rng.integers(max(1, total - TOKENS // 2)))
    count = min(TOKENS, total - start)
    mirrored = int(rng.random() < 0.5)
    tokens = _padded(taken.tokens[mirrored, start : start + count], TOKENS)
    frames = _padded(
        taken.frames[mirrored, start * TOKEN_FRAMES : (start + count) * TOKEN_FRAMES], TOKENS * TOKEN_FRAMES
    )
    accents = take.accents[start * TOKEN_FRAMES : (start + count) * TOKEN_FRAMES]
    first_music = taken.before + start - BEFORE
    music = np.zeros((BEFORE + TOKENS, taken.music.shape[1]))
    known = taken.music[max(0, first_music) : taken.before + start + count]
    music[max(0, -first_music) : max(0, -first_music) + len(known)] = known
    delay = int(rng.integers(_MOST_DELAY_FRAMES + 1))
    starts = offset + WINDOW * np.arange(BLOCKS)
    places = starts[:, None] + np.arange(WINDOW)
    clean = np.arange(TOKENS)
    heard = BEFORE + starts - 1 - (delay > 0) - (delay > TOKEN_FRAMES)
    energy = np.stack([_energy(taken, start + int(s), rng) for s in starts])
    style = np.zeros(len(STYLES))
    if take.style_id >= 0 and rng.random() > _FORGET_STYLE:
        style[take.style_id] = 1.0
    return {
        "tokens": tokens,
        "frames": frames,
        "accents": _padded(accents[:, None], TOKENS * TOKEN_FRAMES)[:, 0],
        "valid": np.arange(TOKENS) < count,
        "music": music,
        "clean_beat": _beat(take, start + clean, start + clean, delay),
        "block_beat": _beat(take, start + places, start + np.repeat(starts[:, None], WINDOW, axis=1), delay),
        "heard": heard,
        "style": style,
        "energy": energy,
    }


def _energy(taken: TokenTake, token: int, rng: np.random.Generator) -> FloatArray:
    if rng.random() < _FORGET_ENERGY:
        return np.zeros(2)
    part = taken.rank[token * TOKEN_FRAMES : (token + WINDOW) * TOKEN_FRAMES]
    amount = float(part.mean()) if len(part) else float(taken.rank[-1])
    return np.array([np.clip(amount + rng.normal(0.0, 0.05), 0.0, 1.0), 1.0])


def _beat(take: Take, tokens: NDArray[np.integer], asked: NDArray[np.integer], delay: int) -> FloatArray:
    """Return (..., TOKEN_FRAMES * BEAT): the beat in tokens, by the clock that held at the start of others."""
    at = np.clip(take.before + asked * TOKEN_FRAMES - delay, 0, len(take.clock) - 1)
    tempo_bpm, origin_s, origin_beat, rate_hz, confidence, beats_per_bar = np.moveaxis(take.clock[at], -1, 0)[..., None]
    frames = tokens[..., None] * TOKEN_FRAMES + np.arange(TOKEN_FRAMES)
    beats = origin_beat + (take.start_s + frames / RATE_HZ - origin_s) * rate_hz
    each = np.ones(TOKEN_FRAMES)
    told = beat_of(beats, tempo_bpm=tempo_bpm * each, beats_per_bar=beats_per_bar * each, confidence=confidence * each)
    return told.reshape(*tokens.shape, TOKEN_FRAMES * BEAT)


def _padded(values: FloatArray, count: int) -> FloatArray:
    return np.pad(values, ((0, count - len(values)), (0, 0)), mode="edge")


assert BEFORE <= MUSIC_HISTORY
