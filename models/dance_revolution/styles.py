"""The style that the slider asks for: as with `live`, from little steps to show, with salsa in the middle."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import cast

from models.bundle import Bundle

_ENDS: Mapping[str, float] = {
    "lambada": 0.1,
    "charleston": 0.15,
    "modern/ballet": 0.3,
    "indian": 0.4,
    "salsa": 0.65,
    "michael-jackson-style": 0.85,
    "street jazz": 0.95,
    "break": 1.0,
}
"""Where each style ends on the slider; what a bundle does not dance is left to the next one."""
_MIDDLE = 0.5

Slider = tuple[tuple[float, int], ...]
"""Where styles end on the slider, and their numbers, from left to right."""


def slider_of(bundle: Bundle) -> Slider:
    """Return the slider of the styles that a bundle can be asked for; () where the network was told none."""
    names, wanted = _names(bundle), _wanted(bundle)
    if all(names[number] in _ENDS for number in wanted):
        return tuple(sorted((_ENDS[names[number]], number) for number in wanted))
    return tuple(((place + 1) / len(wanted), number) for place, number in enumerate(wanted))


def style_at(slider: Slider, wish: float) -> int | None:
    """Return the number of the style at a place of the slider, 0 to 1."""
    place = wish if isfinite(wish) else _MIDDLE
    return next((number for end, number in slider if place <= end), slider[-1][1] if slider else None)


def asked_for(bundle: Bundle) -> dict[str, float]:
    """Return the styles that a bundle can be asked for, by name, and a place of the slider that asks for each.

    The one that there was most dance of comes first.
    """
    slider, names = slider_of(bundle), _names(bundle)
    begins = (0.0, *(end for end, _ in slider))
    places = {number: 0.5 * (begin + end) for begin, (end, number) in zip(begins, slider, strict=False)}
    return {names[number]: places[number] for number in _wanted(bundle)}


def _wanted(bundle: Bundle) -> list[int]:
    return [int(str(number)) for number in cast(Sequence[object], bundle.spec.settings.get("asked_styles", ()))]


def _names(bundle: Bundle) -> list[str]:
    return [str(name) for name in cast(Sequence[object], bundle.spec.settings.get("style_names", ()))]
