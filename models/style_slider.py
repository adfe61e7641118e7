"""The style slider, 0 to 1: which style lies where on it, from little steps to show, with salsa in the middle.

A dancer has a slider of the styles that it can be asked for. A style ends where it does with every other dancer, and
begins where the one to its left ends.
"""

from collections.abc import Mapping
from math import isfinite
from typing import TypeVar

Style = TypeVar("Style")

Slider = tuple[tuple[float, Style], ...]
"""Where each style ends, and what the dancer calls it, from left to right."""

ENDS: Mapping[str, float] = {
    "lambada": 0.1,
    "charleston": 0.15,
    "modern/ballet": 0.3,
    "indian": 0.4,
    "salsa": 0.65,
    "michael-jackson-style": 0.85,
    "street jazz": 0.95,
    "break": 1.0,
}
"""Where each style of the data ends; what a dancer does not dance is left to the next one."""
_MIDDLE = 0.5


def style_at(slider: Slider[Style], place: float) -> Style:
    """Return the style at a place of a slider that has any; beyond its ends is at them, and no number is its middle."""
    wanted = place if isfinite(place) else _MIDDLE
    return next((style for end, style in slider if wanted <= end), slider[-1][1])


def middle_of(slider: Slider[Style], style: Style) -> float:
    """Return the middle of a style's place.

    Raises:
        ValueError: the slider does not have the style.
    """
    number = [name for _, name in slider].index(style)
    return 0.5 * ((slider[number - 1][0] if number else 0.0) + slider[number][0])
