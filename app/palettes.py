"""The colours of the desk: dark, dimmer, and red for eyes that must stay used to the dark.

Amber belongs to the beat (and to warnings, which have a shape of their own). Every text and the ground it stands on is
listed in `TEXT_ON`, with the contrast it must have (WCAG 2.2, success criterion 1.4.3); the tests compute it for every
palette at every brightness. Brightness never breaks it: each colour is dimmed down to what its own texts need, no more.
"""

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Palette:
    """One set of colours, each "#RRGGBB".

    Attributes:
        name: what a person calls it.
        ground, panel, well, raised, hover, pressed, edge: what lies under texts, deepest first.
        text, dim, faded: what is written, what matters less, what is switched off.
        beat, good, warn, bad: what is signalled; each also has a shape.
        danger: ground of the panic button while it is held.
        chosen: ground of what is chosen among several.
        held, on_held: ground and text of a switch that holds back the show.
        focus: ring of the control that has the keys.
        glass, grey: colour of the filter before the operator's picture, and whether it takes all other colour.
        strong, clear, least: contrasts that texts must have: on the deepest grounds, on raised ones, and at least.
    """

    name: str
    ground: str
    panel: str
    well: str
    raised: str
    hover: str
    pressed: str
    edge: str
    text: str
    dim: str
    faded: str
    beat: str
    good: str
    warn: str
    bad: str
    danger: str
    chosen: str
    held: str
    on_held: str
    focus: str
    glass: tuple[float, float, float] = (1.0, 1.0, 1.0)
    grey: bool = False
    strong: float = 12.0
    clear: float = 7.0
    least: float = 4.5


DARK = Palette(
    name="dark",
    ground="#0E1013",
    panel="#171A1F",
    well="#0B0D10",
    raised="#262B33",
    hover="#303742",
    pressed="#363E49",
    edge="#3A424D",
    text="#E6E8EB",
    dim="#A3ACB7",
    faded="#8891A0",
    beat="#FFB224",
    good="#4CC98A",
    warn="#FFB224",
    bad="#FF7066",
    danger="#B3261E",
    chosen="#414B59",
    held="#D3D7DD",
    on_held="#14171B",
    focus="#8AB8FF",
)
DIMMED = Palette(
    name="dim",
    ground="#050607",
    panel="#0B0D0F",
    well="#030404",
    raised="#15181C",
    hover="#1C2025",
    pressed="#21262C",
    edge="#282D34",
    text="#B4B9BF",
    dim="#8A929B",
    faded="#7B838E",
    beat="#D08F18",
    good="#3A9E6C",
    warn="#D08F18",
    bad="#D95F56",
    danger="#7E1A15",
    chosen="#272D35",
    held="#A9AEB5",
    on_held="#0B0D0F",
    focus="#6E96D6",
    glass=(0.6, 0.6, 0.6),
    strong=7.0,
    clear=7.0,
)
RED = Palette(
    name="red",
    ground="#060101",
    panel="#0D0303",
    well="#040000",
    raised="#1C0606",
    hover="#240808",
    pressed="#2B0A0A",
    edge="#3A0E0E",
    text="#FF6B5E",
    dim="#E0503F",
    faded="#D24A3B",
    beat="#FF9C86",
    good="#F0624F",
    warn="#FF9C86",
    bad="#FF7D70",
    danger="#3D0A08",
    chosen="#330C0A",
    held="#E5614F",
    on_held="#080101",
    focus="#FFB9AC",
    glass=(0.95, 0.16, 0.11),
    grey=True,
    strong=6.0,
    clear=5.0,
)
PALETTES = {palette.name: palette for palette in (DARK, DIMMED, RED)}
_SIGNALS = ("dim", "faded", "beat", "good", "warn", "bad")
TEXT_ON: tuple[tuple[str, str, str], ...] = (
    *(("text", ground, "strong") for ground in ("ground", "panel", "well")),
    *(("text", ground, "clear") for ground in ("raised", "hover", "pressed", "chosen")),
    ("text", "danger", "least"),
    ("on_held", "held", "clear"),
    ("on_held", "warn", "clear"),
    ("on_held", "bad", "least"),
    ("dim", "hover", "least"),
    ("dim", "pressed", "least"),
    *((colour, ground, "least") for colour in _SIGNALS for ground in ("ground", "panel", "well")),
    *((colour, "raised", "least") for colour in ("dim", "beat", "bad")),
)
"""Every text colour, the ground it is drawn on, and which contrast it must reach."""
_LIGHTS = ("text", "dim", "faded", "beat", "good", "warn", "bad", "held", "focus")
_MARGIN = 1.02
"""A little more than is asked for: colours have only 256 steps."""


def contrast(text: str, ground: str) -> float:
    """Return the contrast of two colours, 1 (none) to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((luminance(text), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 to 1."""
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def at_brightness(palette: Palette, brightness: float) -> Palette:
    """Return the palette at a brightness from 0 (as dark as its texts can be read) to 1 (as it is)."""
    dimmed: dict[str, Any] = {}
    for name in _LIGHTS:
        colour = getattr(palette, name)
        floor = min(_least_luminance(palette, name), luminance(colour))
        share = floor + min(max(brightness, 0.0), 1.0) * (luminance(colour) - floor)
        dimmed[name] = _scaled(colour, share / max(luminance(colour), 1e-6))
    light = 0.4 + 0.6 * min(max(brightness, 0.0), 1.0)
    red, green, blue = palette.glass
    return replace(palette, **dimmed, glass=(light * red, light * green, light * blue))


def _least_luminance(palette: Palette, name: str) -> float:
    """Return how light a colour must be for every text that it is, or that stands on it."""
    least = 0.0
    for text, ground, kind in TEXT_ON:
        wanted = _MARGIN * getattr(palette, kind)
        if text == name:
            least = max(least, wanted * (luminance(getattr(palette, ground)) + 0.05) - 0.05)
        elif ground == name:
            least = max(least, wanted * (luminance(getattr(palette, text)) + 0.05) - 0.05)
    return least if least > 0.0 else 0.3 * luminance(getattr(palette, name))


def _scaled(colour: str, factor: float) -> str:
    """Return a colour with its light multiplied."""
    return "#" + "".join(f"{round(255 * _coded(factor * _linear(channel))):02X}" for channel in _channels(colour))


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _coded(light: float) -> float:
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
