"""The looks of the stage, as data: what a look is made of, and the looks we have."""

from collections.abc import Mapping
from dataclasses import dataclass

Colour = tuple[float, float, float]
"""Linear light, red green blue, 0 to 1 (more than 1 glows)."""


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
        body: the body's fragment shader, without ".frag".
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
    clear: bool = False
    spread: float = 1.0


LOOKS: Mapping[str, Look] = {
    "neon": Look(
        body="body_neon",
        stage="stage_rings",
        tint=(0.05, 0.75, 1.0),
        accent=(1.0, 0.1, 0.55),
        ground=(0.012, 0.008, 0.03),
        echoes=Echoes(4, 0.2, ghost=True, gain=0.5),
        reflection=0.5,
        beams=0.5,
        ribbons=0.8,
        motes=60,
        rise_m_s=0.05,
        bloom=0.9,
    ),
    "porcelain": Look(
        body="body_porcelain",
        stage="stage_studio",
        tint=(0.95, 0.9, 0.84),
        accent=(1.0, 0.52, 0.12),
        ground=(0.11, 0.125, 0.15),
        reflection=0.16,
        bloom=0.35,
    ),
    "echoes": Look(
        body="body_poster",
        stage="stage_horizon",
        tint=(1.0, 0.28, 0.1),
        accent=(0.12, 0.1, 0.75),
        ground=(0.03, 0.012, 0.06),
        echoes=Echoes(8, 0.5, ghost=False, step_m=(0.8, 0.55)),
        reflection=0.3,
        bloom=0.4,
        spread=1.18,
    ),
    "wire": Look(
        body="body_wire",
        stage="stage_grid",
        tint=(0.15, 1.0, 0.55),
        accent=(0.1, 0.45, 1.0),
        ground=(0.002, 0.01, 0.012),
        echoes=Echoes(3, 0.5, ghost=True, gain=0.35),
        reflection=0.35,
        motes=80,
        rise_m_s=0.12,
        bloom=0.8,
        clear=True,
    ),
    "ember": Look(
        body="body_ember",
        stage="stage_ember",
        tint=(1.0, 0.3, 0.05),
        accent=(1.0, 0.62, 0.2),
        ground=(0.022, 0.007, 0.004),
        reflection=0.3,
        ribbons=0.5,
        motes=260,
        rise_m_s=0.55,
        bloom=1.0,
    ),
    "eclipse": Look(
        body="body_eclipse",
        stage="stage_eclipse",
        tint=(1.0, 0.55, 0.3),
        accent=(0.95, 0.16, 0.3),
        ground=(0.02, 0.012, 0.04),
        reflection=0.45,
        motes=50,
        rise_m_s=0.03,
        bloom=0.6,
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
