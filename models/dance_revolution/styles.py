"""The styles that a bundle can be asked for, and their slider."""

from collections.abc import Sequence
from typing import cast

from models.bundle import Bundle
from models.style_slider import ENDS, Slider, middle_of


def slider_of(bundle: Bundle) -> Slider[int]:
    """Return the slider of the numbers of the styles; () where the network was told none."""
    names, wanted = _names(bundle), _wanted(bundle)
    if all(names[number] in ENDS for number in wanted):
        return tuple(sorted((ENDS[names[number]], number) for number in wanted))
    return tuple(((place + 1) / len(wanted), number) for place, number in enumerate(wanted))


def asked_for(bundle: Bundle) -> dict[str, float]:
    """Return the styles by name, and a place of the slider that asks for each.

    The one that there was most dance of comes first.
    """
    slider, names = slider_of(bundle), _names(bundle)
    return {names[number]: middle_of(slider, number) for number in _wanted(bundle)}


def _wanted(bundle: Bundle) -> list[int]:
    return [int(str(number)) for number in cast(Sequence[object], bundle.spec.settings.get("asked_styles", ()))]


def _names(bundle: Bundle) -> list[str]:
    return [str(name) for name in cast(Sequence[object], bundle.spec.settings.get("style_names", ()))]
