"""From the sliders and the music to what the network was told in training: a style and how much to move."""

from collections.abc import Sequence
from math import isfinite

import numpy as np

from models.live.sampler import Wish
from models.live.tokens import STYLES
from realtime.types import DanceControls, MusicFrame

SLIDER = (
    ("latin", 0.15),
    ("modern", 0.3),
    ("indian", 0.4),
    ("salsa", 0.65),
    ("michael-jackson", 0.85),
    ("street", 1.0),
)
"""The styles and where each ends on the slider, from little steps to show; the middle is the one it dances best."""
_HEARD_HOPS = 50
_LEAST, _MOST = 0.03, 0.97


def wish_of(music: Sequence[MusicFrame], controls: DanceControls) -> Wish:
    """Return what to ask for now.

    The energy slider follows the music in its middle, asks for less to the left and for more to the right. The style
    slider goes through `SLIDER`.
    """
    heard = [frame.features.energy for frame in music[-_HEARD_HOPS:]]
    energy = float(np.mean([value if isfinite(value) else 0.0 for value in heard])) if heard else 0.0
    wish = _unit(controls.energy, 0.5)
    amount = energy * 2.0 * wish if wish <= 0.5 else energy + (1.0 - energy) * (2.0 * wish - 1.0)
    return Wish(style_weights(_unit(controls.style, 0.5)), np.array([np.clip(amount, _LEAST, _MOST), 1.0]))


def style_of(slider: float) -> str:
    """Return the style at a place of the slider, 0 to 1."""
    return next((style for style, end in SLIDER if slider <= end), SLIDER[-1][0])


def slider_of(style: str) -> float:
    """Return the middle of a style's place on the slider."""
    place = [name for name, _ in SLIDER].index(style)
    return 0.5 * (SLIDER[place][1] + (SLIDER[place - 1][1] if place else 0.0))


def style_weights(slider: float) -> np.ndarray:
    """Return (len(STYLES),): one where the slider is."""
    weights = np.zeros(len(STYLES))
    weights[STYLES.index(style_of(slider))] = 1.0
    return weights


def _unit(value: float, otherwise: float) -> float:
    return min(max(value, 0.0), 1.0) if isfinite(value) else otherwise
