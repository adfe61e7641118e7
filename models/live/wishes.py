"""From the sliders and the music to what the network was told in training: a style and how much to move."""

from collections.abc import Sequence
from math import isfinite

import numpy as np

from models.live.sampler import Wish
from models.live.tokens import STYLES
from models.style_slider import ENDS, Slider, middle_of, style_at
from realtime.types import DanceControls, MusicFrame

_LAST_DANCES = {
    "latin": "charleston",
    "modern": "modern/ballet",
    "indian": "indian",
    "salsa": "salsa",
    "michael-jackson": "michael-jackson-style",
    "street": "break",
}
"""The last of each style's dances on the slider: there the style ends."""
SLIDER: Slider[str] = tuple((ENDS[dance], style) for style, dance in _LAST_DANCES.items())
"""What `STYLES` are called, in the middle the one it dances best."""
_HEARD_HOPS = 50
_LEAST, _MOST = 0.03, 0.97


def wish_of(music: Sequence[MusicFrame], controls: DanceControls) -> Wish:
    """Return what to ask for now.

    The energy slider follows the music in its middle, asks for less to the left and for more to the right. The style
    slider goes through `SLIDER`.
    """
    heard = [frame.features.energy for frame in music[-_HEARD_HOPS:]]
    energy = float(np.mean([value if isfinite(value) else 0.0 for value in heard])) if heard else 0.0
    wish = min(max(controls.energy, 0.0), 1.0) if isfinite(controls.energy) else 0.5
    amount = energy * 2.0 * wish if wish <= 0.5 else energy + (1.0 - energy) * (2.0 * wish - 1.0)
    return Wish(style_weights(controls.style), np.array([np.clip(amount, _LEAST, _MOST), 1.0]))


def style_of(slider: float) -> str:
    """Return the style at a place of the slider, 0 to 1."""
    return style_at(SLIDER, slider)


def slider_of(style: str) -> float:
    """Return the middle of a style's place on the slider."""
    return middle_of(SLIDER, style)


def style_weights(slider: float) -> np.ndarray:
    """Return (len(STYLES),): one where the slider is."""
    weights = np.zeros(len(STYLES))
    weights[STYLES.index(style_of(slider))] = 1.0
    return weights
