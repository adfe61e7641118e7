"""The style slider: it asks for what there is enough of, and means the same dance as with the flagship."""

import numpy as np
import pytest

from models.bundle import Bundle, load_bundle
from models.dance_revolution import generator, offline
from models.dance_revolution.styles import asked_for, slider_of, style_at
from models.live.wishes import style_of

AS_LIVE_CALLS_THEM = {"modern/ballet": "modern", "michael-jackson-style": "michael-jackson"}


@pytest.fixture(params=[generator.BUNDLE, offline.BUNDLE], ids=["causal", "offline"])
def bundle(request: pytest.FixtureRequest) -> Bundle:
    return load_bundle(request.param)


def test_every_style_that_there_is_enough_of_has_its_place_and_the_most_danced_comes_first(bundle: Bundle) -> None:
    names = [str(name) for name in bundle.spec.settings["style_names"]]  # pyright: ignore[reportGeneralTypeIssues]
    places = asked_for(bundle)
    assert list(places) == ["salsa", "modern/ballet", "michael-jackson-style", "indian"]
    for name, place in places.items():
        assert style_at(slider_of(bundle), place) == names.index(name)


def test_the_slider_asks_for_what_live_would_dance_there(bundle: Bundle) -> None:
    names = [str(name) for name in bundle.spec.settings["style_names"]]  # pyright: ignore[reportGeneralTypeIssues]
    for wish in np.linspace(0.2, 0.84, 33):
        number = style_at(slider_of(bundle), float(wish))
        assert number is not None
        assert AS_LIVE_CALLS_THEM.get(names[number], names[number]) == style_of(float(wish))


@pytest.mark.parametrize(("wish", "number"), [(-1.0, 7), (0.3, 7), (0.31, 2), (1.0, 2), (9.0, 2), (float("nan"), 2)])
def test_no_wish_is_beyond_the_slider(wish: float, number: int) -> None:
    assert style_at(((0.3, 7), (0.6, 2)), wish) == number
    assert style_at((), wish) is None
