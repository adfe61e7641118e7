"""The looks of the stage, as data: what a look is made of, and the looks we have."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Colour = tuple[float, float, float]
"""Linear light, red green blue, 0 to 1 (more than 1 glows)."""
Background = Literal["stage", "black", "clear"]
"""What is behind the dancer: the look's own stage, black for a screen that adds light, or nothing (transparent)."""
BACKGROUNDS: tuple[Background, ...] = ("stage", "black", "clear")
Layer = Literal["", "tubes", "sparks", "silk"]


@dataclass(frozen=True, slots=True)
class Echoes:
    """Earlier poses, drawn again.

    Attributes:
        count: how many.
        beats: between one and the next.
        ghost: light that trails behind the body (True) or bodies of their own (False).
        step_m: each further echo stands so far to the side (alternating) and behind the dancer.
        gain: brightness of the first; the others fade to nothing.
    """

    count: int
    beats: float
    ghost: bool
    step_m: tuple[float, float] = (0.0, 0.0)
    gain: float = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """A way to show the dance.

    Attributes:
        body: the body's fragment shader, without ".frag"; "" for a figure without a skin.
        layer: what else the figure is made of: glowing limbs, a cloud and the sparks it sheds, cloth behind the limbs.
        swell_m: how far outside itself the skin is drawn, for a shader that looks for its own surface under it.
        stage: the fragment shader of floor and background, without ".frag".
        tint: colour of the body's light.
        accent: the other colour: the rim, the rings, the beams.
        ground: colour of the background and the floor.
        echoes: earlier poses.
        reflection: how much the floor mirrors, 0 to 1.
        beams: how strong the beams of light are.
        ribbons: brightness of the trails that hands draw.
        motes: how many sparks or specks of dust.
        rise_m_s: how fast they rise.
        bloom: how much bright places glow.
        trails_s: what glows stays and pales by half in so many seconds; 0 leaves no trails.
        shadow: whether one lamp throws the dancer's shadow on the floor.
        clear: the body is clear: its far side is seen through it.
        spread: how much more room than one dancer needs is shown.
    """

    body: str
    stage: str
    tint: Colour
    accent: Colour
    ground: Colour
    echoes: Echoes = Echoes(0, 0.25, ghost=True)
    reflection: float = 0.0
    beams: float = 0.0
    ribbons: float = 0.0
    motes: int = 0
    rise_m_s: float = 0.0
    bloom: float = 0.0
    trails_s: float = 0.0
    layer: Layer = ""
    swell_m: float = 0.0
    shadow: bool = False
    clear: bool = False
    spread: float = 1.0


LOOKS: Mapping[str, Look] = {
    "neon": Look(
        body="body_neon",
        stage="stage_rings",
        tint=(0.0, 0.5, 1.0),
        accent=(1.0, 0.015, 0.34),
        ground=(0.002, 0.0015, 0.007),
        echoes=Echoes(4, 0.2, ghost=True, gain=0.35),
        reflection=0.5,
        beams=0.6,
        ribbons=0.8,
        motes=60,
        rise_m_s=0.05,
        bloom=0.65,
    ),
    "porcelain": Look(
        body="body_porcelain",
        stage="stage_studio",
        tint=(0.9, 0.85, 0.8),
        accent=(1.0, 0.42, 0.06),
        ground=(0.075, 0.09, 0.12),
        reflection=0.14,
        shadow=True,
        bloom=0.25,
    ),
    "echoes": Look(
        body="body_poster",
        stage="stage_horizon",
        tint=(1.0, 0.13, 0.012),
        accent=(0.10, 0.02, 0.55),
        ground=(0.006, 0.003, 0.03),
        echoes=Echoes(8, 0.5, ghost=False, step_m=(0.8, 0.6)),
        reflection=0.3,
        bloom=0.3,
        spread=1.15,
    ),
    "wire": Look(
        body="body_wire",
        stage="stage_grid",
        tint=(0.02, 1.0, 0.35),
        accent=(0.02, 0.25, 1.0),
        ground=(0.0005, 0.002, 0.004),
        echoes=Echoes(3, 0.5, ghost=True, gain=0.3),
        reflection=0.4,
        motes=80,
        rise_m_s=0.12,
        bloom=0.5,
        clear=True,
    ),
    "ember": Look(
        body="body_ember",
        stage="stage_ember",
        tint=(1.0, 0.13, 0.01),
        accent=(1.0, 0.45, 0.08),
        ground=(0.003, 0.0015, 0.001),
        reflection=0.25,
        ribbons=0.5,
        motes=260,
        rise_m_s=0.55,
        bloom=0.75,
    ),
    "eclipse": Look(
        body="body_eclipse",
        stage="stage_eclipse",
        tint=(1.0, 0.4, 0.13),
        accent=(0.9, 0.05, 0.2),
        ground=(0.003, 0.0015, 0.006),
        reflection=0.45,
        motes=50,
        rise_m_s=0.03,
        bloom=0.6,
    ),
    "tubes": Look(
        body="",
        layer="tubes",
        stage="stage_gates",
        tint=(0.02, 0.85, 0.75),
        accent=(1.0, 0.25, 0.02),
        ground=(0.001, 0.0015, 0.002),
        reflection=0.3,
        trails_s=0.16,
        bloom=0.55,
    ),
    "sparks": Look(
        body="",
        layer="sparks",
        stage="stage_galaxy",
        tint=(0.75, 0.62, 1.0),
        accent=(0.16, 0.03, 1.0),
        ground=(0.001, 0.0008, 0.003),
        reflection=0.25,
        trails_s=0.09,
        bloom=0.6,
    ),
    "silk": Look(
        body="body_eclipse",
        layer="silk",
        stage="stage_curtain",
        tint=(1.0, 0.62, 0.22),
        accent=(0.75, 0.02, 0.10),
        ground=(0.003, 0.001, 0.0015),
        reflection=0.25,
        bloom=0.4,
    ),
    "mercury": Look(
        body="body_mercury",
        swell_m=0.045,
        stage="stage_pool",
        tint=(0.25, 0.65, 1.0),
        accent=(1.0, 0.08, 0.45),
        ground=(0.006, 0.008, 0.014),
        reflection=0.35,
        bloom=0.4,
    ),
}

PLAIN = Look(
    body="body_plain",
    stage="stage_plain",
    tint=(0.75, 0.78, 0.85),
    accent=(0.3, 0.35, 0.5),
    ground=(0.02, 0.022, 0.03),
)
"""The simplest look: what is left when a driver refuses another's shaders."""


def look_named(name: str, looks: Mapping[str, Look] = LOOKS) -> Look:
    """Return the look called `name`.

    Raises:
        ValueError: there is none; the message lists those there are.
    """
    if name not in looks:
        raise ValueError(f"look must be one of {', '.join(looks)}; got {name!r}")
    return looks[name]


def recoloured(look: Look, tint: str, accent: str) -> Look:
    """Return the look in other colours, "#RRGGBB" as on a screen; "" keeps its own."""
    return replace(look, tint=_linear(tint) or look.tint, accent=_linear(accent) or look.accent)


def _linear(colour: str) -> Colour | None:
    """Return a colour as linear light: the shaders store light as its square root."""
    if not colour:
        return None
    red, green, blue = ((int(colour[at : at + 2], 16) / 255.0) ** 2 for at in (1, 3, 5))
    return red, green, blue
