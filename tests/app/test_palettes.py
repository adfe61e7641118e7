"""Every text of the desk can be read, in every palette and at every brightness."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import theme
from app.palettes import DARK, PALETTES, TEXT_ON, Palette, at_brightness, contrast, luminance

_PALETTES = st.sampled_from(list(PALETTES.values()))


@pytest.mark.parametrize("palette", PALETTES.values(), ids=list(PALETTES))
@pytest.mark.parametrize(("text", "ground", "least"), TEXT_ON)
def test_every_text_can_be_read_on_its_ground(palette: Palette, text: str, ground: str, least: str) -> None:
    for brightness in (1.0, 0.5, 0.0):
        shown = at_brightness(palette, brightness)
        assert contrast(getattr(shown, text), getattr(shown, ground)) >= getattr(palette, least)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=list(PALETTES))
def test_no_palette_asks_for_less_than_the_standard(palette: Palette) -> None:
    assert min(palette.strong, palette.clear, palette.least) >= 4.5


@given(_PALETTES, st.lists(st.floats(0.0, 1.0), min_size=2, max_size=6))
def test_less_brightness_is_never_more_light(palette: Palette, steps: list[float]) -> None:
    lights = [luminance(at_brightness(palette, step).text) for step in sorted(steps)]
    assert all(later >= earlier - 1e-3 for earlier, later in pairwise(lights))


@given(_PALETTES)
def test_full_brightness_is_the_palette_itself(palette: Palette) -> None:
    full = at_brightness(palette, 1.0)
    assert (full.text, full.beat, full.held) == (palette.text, palette.beat, palette.held)


def test_red_has_no_light_that_eyes_would_have_to_get_used_to() -> None:
    for name in ("text", "dim", "faded", "beat", "good", "warn", "bad", "held", "focus"):
        colour = getattr(PALETTES["red"], name)
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        assert red > 1.3 * max(green, blue)


def test_the_theme_is_the_palette_that_is_used() -> None:
    try:
        theme.use(PALETTES["red"])
        assert PALETTES["red"].text == theme.TEXT
        assert PALETTES["red"].ground in theme.style()
        assert DARK.text not in theme.style()
    finally:
        theme.use(DARK)
    known = {str(getattr(DARK, name)) for name in DARK.__slots__}
    assert set(re.findall(r"#[0-9A-F]{6}", theme.style())) <= known
    with pytest.raises(AttributeError, match="NO_SUCH"):
        _ = theme.NO_SUCH
