"""The style slider: a place of it means the same dance to every dancer."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from models.bundle import Bundle, load_bundle
from models.dance_revolution import generator, offline
from models.dance_revolution.styles import slider_of
from models.live.tokens import STYLES
from models.live.wishes import SLIDER
from models.style_slider import ENDS, Slider, middle_of, style_at
from models.training.live.pairs import style_named

PLACES = np.unique(np.concatenate([np.linspace(-0.2, 1.2, 1401), list(ENDS.values())])).tolist()
"""Close to each other, and exactly where styles end."""
EVERY_STYLE: Slider[str] = tuple((end, name) for name, end in ENDS.items())


def named(bundle: Bundle) -> Slider[str]:
    """Return the slider of a bundle, in the words of the data."""
    names = [str(name) for name in bundle.spec.settings["style_names"]]  # pyright: ignore[reportGeneralTypeIssues]
    return tuple((end, names[number]) for end, number in slider_of(bundle))


def test_who_dances_every_style_dances_at_each_place_what_live_does() -> None:
    for place in PLACES:
        assert style_named(style_at(EVERY_STYLE, place)) == style_at(SLIDER, place)


@pytest.mark.parametrize("folder", [generator.BUNDLE, offline.BUNDLE], ids=["causal", "offline"])
def test_where_live_dances_a_style_that_dance_revolution_knows_too_both_dance_it(folder: Path) -> None:
    slider = named(load_bundle(folder))
    shared = {style_named(name) for _, name in slider}
    places = [place for place in PLACES if style_at(SLIDER, place) in shared]
    assert {style_at(SLIDER, place) for place in places} == shared
    for place in places:
        assert style_named(style_at(slider, place)) == style_at(SLIDER, place)


@pytest.mark.parametrize("slider", [EVERY_STYLE, SLIDER, named(load_bundle(generator.BUNDLE))])
def test_the_middle_of_each_place_asks_for_its_style(slider: Slider[str]) -> None:
    styles = [style for _, style in slider]
    assert [style_at(slider, middle_of(slider, style)) for style in styles] == styles
    middles = [middle_of(slider, style) for style in styles]
    assert all(left < end < right for (left, right), (end, _) in zip(pairwise(middles), slider, strict=False))


def test_live_has_a_place_for_each_of_its_styles() -> None:
    assert {style for _, style in SLIDER} == set(STYLES)


@pytest.mark.parametrize(("place", "style"), [(-1.0, 7), (0.3, 7), (0.31, 2), (1.0, 2), (9.0, 2), (float("nan"), 2)])
def test_no_place_is_beyond_the_slider(place: float, style: int) -> None:
    assert style_at(((0.3, 7), (0.6, 2)), place) == style


def test_a_style_that_a_slider_lacks_has_no_middle() -> None:
    with pytest.raises(ValueError, match="march"):
        middle_of(SLIDER, "march")
