"""The style slider of a bundle: it asks for what there is enough of."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.bundle import Arrays, Bundle, load_bundle
from models.dance_revolution import generator, offline
from models.dance_revolution.streaming import Body
from models.dance_revolution.styles import asked_for, slider_of
from models.runtime.session import SessionDescription
from models.style_slider import Slider, style_at


@pytest.fixture(params=[generator.BUNDLE, offline.BUNDLE], ids=["causal", "offline"])
def bundle(request: pytest.FixtureRequest) -> Bundle:
    return load_bundle(request.param)


def test_every_style_that_there_is_enough_of_has_its_place_and_the_most_danced_comes_first(bundle: Bundle) -> None:
    names = [str(name) for name in bundle.spec.settings["style_names"]]  # pyright: ignore[reportGeneralTypeIssues]
    places = asked_for(bundle)
    assert list(places) == ["salsa", "modern/ballet", "michael-jackson-style", "indian"]
    for name, place in places.items():
        assert style_at(slider_of(bundle), place) == names.index(name)


class _Told:
    """A graph that keeps the style it was told, and stands still."""

    style: NDArray[np.float32]
    description = SessionDescription("none", "fp32", "none", "0")

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> Arrays:
        self.style = inputs["style"]
        return {
            "next_pose": inputs["pose"],
            "next_hidden": inputs["hidden"],
            "next_cell": inputs["cell"],
            "odds": np.zeros((1, 1), np.float32),
        }

    def warm_up(self) -> None:
        pass


@pytest.mark.parametrize(("slider", "told"), [(((0.6, 1), (1.0, 0)), [0.0, 1.0]), ((), [0.0, 0.0])])
def test_a_network_that_was_told_no_style_is_asked_for_none(slider: Slider[int], told: list[float]) -> None:
    session = _Told()
    body = Body(session, units=1, moves=1, styles=2, slider=slider)
    body.move(body.begin(np.zeros(152, np.float32), 0), np.zeros((1, 1), np.float32))
    assert session.style.tolist() == [told]
