"""Pipelined sampling: every forward takes the whole window one level down and commits its first token.

The window's noise is a triangle: its first token is one step from clean, its last is noise. So a token is made in
`WINDOW` forwards, but one forward makes one token, and until it is committed each forward sees newer music. (The idea
of a noise level per token is Diffusion Forcing's, Chen et al., NeurIPS 2024; the pipeline is Rolling Diffusion's,
Ruhe et al., ICML 2024.)
"""

from dataclasses import dataclass

import numpy as np

from models.live.networks import Networks
from models.live.positions import rotary
from models.live.ring import Ring
from models.live.tokens import CONTEXT, HISTORY, LATENT, MUSIC_HISTORY, TOKEN_FRAMES, WINDOW
from realtime.music.conditioning import BEAT
from realtime.types import FloatArray

DEAF = ("memory", "beat")
"""What a dancer who does not hear is not told. Leaving out style and energy too, as nothing was trained with, made the
dance larger but less on the beat: beat align score 0.485 against 0.534 on held-out takes, both with guidance 2."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the next token is told beside the music: style (len(STYLES),) and energy (2,)."""

    style: FloatArray
    energy: FloatArray


class Sampler:
    """Makes one token a step. The same seed and the same music make the same tokens."""

    def __init__(self, networks: Networks, *, seed: int, guidance: float = 1.0) -> None:
        """Begin with nothing committed; `guidance` over 1 exaggerates the music, for a second forward a token."""
        self._networks, self._guidance = networks, guidance
        sizes = networks.sizes
        self._rng = np.random.default_rng(seed)
        layers, heads, width = sizes.denoiser
        self._history = Ring(layers, heads, HISTORY, width)
        layers, heads, width = sizes.music
        self._heard = Ring(layers, heads, MUSIC_HISTORY, width)
        self._memory = np.zeros((1, sizes.memory), np.float32)
        self._heard_tokens = 0
        self._window = self._noise(WINDOW)
        self._levels = np.ones(WINDOW)
        self._last: tuple[FloatArray, FloatArray] | None = None
        self._position = 0
        self.committed = np.zeros((CONTEXT, LATENT), np.float32)

    def hear(self, frames: FloatArray) -> None:
        """Hear one more token of music: the last `MUSIC_FRAMES` frames, the newest last, (MUSIC_FRAMES, features)."""
        ring = self._heard
        cosine, sine = rotary(np.array([self._heard_tokens]), self._networks.sizes.music[2])
        out = self._networks.music.run(
            {
                "frames": frames[None].astype(np.float32),
                "cosine": cosine,
                "sine": sine,
                "keys": ring.keys,
                "values": ring.values,
                "mask": np.append(ring.mask, np.float32(0.0))[None],
            }
        )
        self._memory = out["memory"]
        ring.remember(out["new_keys"], out["new_values"])
        self._heard_tokens += 1

    def step(self, beat: FloatArray, wish: Wish) -> FloatArray:
        """Commit a token; return (WINDOW, LATENT): it, and the plan for those after it.

        Args:
            beat: shape (WINDOW, TOKEN_FRAMES * BEAT), of the token to be committed and of those after it.
            wish: see `Wish`.
        """
        while self._levels[0] > 1.5 / WINDOW:
            # The first time: down to the triangle, as if the dance had begun a second ago.
            self._descend(beat, wish)
        clean = self._descend(beat, wish)
        token = self._window[0].copy()
        self._last = (token, beat[0].astype(np.float32))
        self._position += 1
        self.committed = np.concatenate([self.committed[1:], token[None]])
        self._window = np.concatenate([self._window[1:], self._noise(1)])
        self._levels = np.append(self._levels[1:], 1.0)
        return np.concatenate([token[None], clean[1:]])

    def _descend(self, beat: FloatArray, wish: Wish) -> FloatArray:
        """Take every token of the window a level down; return the clean tokens that the network sees in them."""
        clean = self._denoised(beat, wish)
        lowest = np.arange(WINDOW) / WINDOW
        reach = self._levels[0] - 1.0 / WINDOW
        lower = np.minimum(1.0, np.maximum(lowest + reach, lowest))
        ratio = (lower / self._levels)[:, None].astype(np.float32)
        self._window = clean + ratio * (self._window - clean)
        self._levels = lower
        return clean

    def _denoised(self, beat: FloatArray, wish: Wish) -> FloatArray:
        ring = self._history
        begun = self._last is not None
        last, last_beat = self._last or (
            np.zeros(LATENT, np.float32),
            np.zeros(TOKEN_FRAMES * BEAT, np.float32),
        )
        cosine, sine = rotary(np.arange(self._position - 1, self._position + WINDOW), self._networks.sizes.denoiser[2])
        mask = np.zeros((1 + WINDOW, HISTORY + 1 + WINDOW), np.float32)
        mask[:, :HISTORY] = ring.mask
        mask[0, HISTORY + 1 :] = -np.inf
        if not begun:
            mask[1:, HISTORY] = -np.inf
        inputs = {
            "tokens": np.concatenate([last[None], self._window])[None].astype(np.float32),
            "level": np.append(0.0, self._levels)[None].astype(np.float32),
            "beat": np.concatenate([last_beat[None], beat])[None].astype(np.float32),
            "memory": self._memory,
            "style": wish.style[None].astype(np.float32),
            "energy": wish.energy[None].astype(np.float32),
            "cosine": cosine,
            "sine": sine,
            "keys": ring.keys,
            "values": ring.values,
            "mask": mask,
        }
        out = self._networks.denoiser.run(inputs)
        clean = out["clean"][0]
        if self._guidance != 1.0:
            deaf = {name: np.zeros_like(inputs[name]) for name in DEAF}
            deaf["beat"][:, 0] = inputs["beat"][:, 0]
            unled = self._networks.denoiser.run(inputs | deaf)["clean"][0]
            clean = unled + np.float32(self._guidance) * (clean - unled)
        if begun:
            ring.remember(out["new_keys"], out["new_values"])
            self._last = None
            # Its keys are in the ring now; in the warm-up nothing was committed, so this runs once a token.
        return clean

    def _noise(self, count: int) -> FloatArray:
        return self._rng.standard_normal((count, LATENT)).astype(np.float32)
