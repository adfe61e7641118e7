"""What the arms know: shapes, and patterns that go from shape to shape on the beat.

A shape is told from the shoulder, degrees: azimuth (0 forwards, 90 out to the side, negative across the body),
elevation (-90 hanging, 0 level, 90 straight up; below -90 the arm swings behind), reach (distance from shoulder to
wrist over the length of the arm), swivel (where the elbow points: 0 down and back, 90 out, 135 out and up) and
flex of the wrist (positive towards the palm).
"""

from dataclasses import dataclass, replace
from math import radians
from typing import NamedTuple


class Shape(NamedTuple):
    """An arm's shape, degrees; reach is a fraction of the arm's length."""

    azimuth: float
    elevation: float
    reach: float
    swivel: float
    flex: float = 0.0

    def values(self) -> tuple[float, ...]:
        """Return the shape as channels: radians, reach as it is."""
        azimuth, elevation, reach, swivel, flex = self
        return (radians(azimuth), radians(elevation), reach, radians(swivel), radians(flex))

    def towards(self, other: "Shape", amount: float) -> "Shape":
        """Return the shape `amount` of the way to another."""
        return Shape(*(a + amount * (b - a) for a, b in zip(self, other, strict=True)))


HANG = Shape(28, -76, 0.94, 30, 10)
LOOSE = Shape(24, -62, 0.86, 32, 12)
WAIST = Shape(14, -46, 0.64, 38, 5)
WAIST_LOW = Shape(16, -56, 0.72, 36, 10)
FORTH = Shape(6, -38, 0.66, 30, 5)
BACK = Shape(24, -108, 0.76, 24, 15)
OUT_LOW = Shape(68, -46, 0.86, 45, -10)
OUT_BENT = Shape(66, -28, 0.66, 60, -10)
SIDE = Shape(84, -2, 0.95, 30, -15)
CROSS = Shape(-24, -34, 0.66, 55, 10)
CHEST = Shape(-14, -20, 0.54, 60, 0)
FRONT = Shape(0, -4, 0.94, 55, 0)
FRONT_OPEN = Shape(28, -12, 0.84, 50, -15)
GUARD = Shape(8, -22, 0.46, 50, 0)
HIGH_V = Shape(52, 52, 0.95, 80, -15)
UP = Shape(24, 74, 0.94, 88, -10)
ROOF_LOW = Shape(34, 22, 0.6, 62, -45)
ROOF_HIGH = Shape(30, 50, 0.84, 72, -50)
HIP = Shape(68, -80, 0.79, 88, 20)
CLAP = Shape(-21, -12, 0.62, 56, 0)
CLAP_OPEN = Shape(22, -14, 0.62, 66, -5)
GOAL_UP = Shape(80, 34, 0.74, 84, 0)
GOAL_DOWN = Shape(78, -30, 0.74, 118, 0)
BREAST = Shape(-6, -34, 0.46, 52, 10)
FLOAT = Shape(46, 4, 0.86, 50, -20)
DRIFT = Shape(34, -44, 0.8, 40, 10)


class Beat(NamedTuple):
    """Both arms arrive on `beat` of the pattern; arm "a" is on the side of foot "a"."""

    beat: float
    a: Shape
    b: Shape


@dataclass(frozen=True, slots=True)
class ArmPattern:
    """Shapes on beats, repeated for ever.

    Attributes:
        name: what it looks like.
        family: which moves it goes with, see `moves.Move.arms`.
        beats: its period.
        shapes: in order of their beats.
        way_beats: how long each way takes, at most 1.
        snap: 0 flows, 1 hits: how far arrivals overshoot and departures wind up.
        energy: from how calm to how driving the music may be.
        shimmy, shrug: amounts of shoulder work that belong to it.
    """

    name: str
    family: str
    beats: int
    shapes: tuple[Beat, ...]
    way_beats: float = 0.9
    snap: float = 0.5
    energy: tuple[float, float] = (0.0, 1.0)
    shimmy: float = 0.0
    shrug: float = 0.0


PATTERNS: tuple[ArmPattern, ...] = (
    ArmPattern("natural swing", "easy", 2, (Beat(0, BACK, FORTH), Beat(1, FORTH, BACK)), 1.0, 0.0),
    ArmPattern("easy pump", "easy", 2, (Beat(0, WAIST_LOW, WAIST), Beat(1, WAIST, WAIST_LOW)), 0.95, 0.1),
    ArmPattern("roll along", "easy", 4, (Beat(0, OUT_BENT, WAIST), Beat(2, WAIST, OUT_BENT)), 1.0, 0.15, (0.0, 0.8)),
    ArmPattern(
        "swing across",
        "easy",
        4,
        (Beat(0, OUT_LOW, CROSS), Beat(1, LOOSE, WAIST_LOW), Beat(2, CROSS, OUT_LOW), Beat(3, WAIST_LOW, LOOSE)),
        1.0,
        0.1,
    ),
    ArmPattern(
        "snaps",
        "easy",
        4,
        (Beat(0, WAIST, WAIST_LOW), Beat(1, OUT_BENT, WAIST), Beat(2, WAIST_LOW, WAIST), Beat(3, WAIST, OUT_BENT)),
        0.7,
        0.7,
        (0.1, 0.8),
        shrug=0.4,
    ),
    ArmPattern("one on the hip", "hips", 4, (Beat(0, FRONT_OPEN, HIP), Beat(2, OUT_LOW, HIP)), 1.0, 0.2, (0.0, 0.8)),
    ArmPattern("both on the hips", "hips", 4, (Beat(0, HIP, HIP),), 1.0, 0.1, (0.0, 0.6), shrug=0.5),
    ArmPattern("float", "soft", 8, (Beat(0, FLOAT, DRIFT), Beat(4, DRIFT, FLOAT)), 3.2, 0.0, (0.0, 0.5)),
    ArmPattern("hang loose", "soft", 4, (Beat(0, HANG, LOOSE), Beat(2, LOOSE, HANG)), 1.8, 0.0, (0.0, 0.4)),
    ArmPattern(
        "gather and open", "soft", 8, (Beat(0, CHEST, CHEST), Beat(4, FRONT_OPEN, OUT_LOW)), 2.8, 0.0, (0.0, 0.55)
    ),
    ArmPattern(
        "open and close",
        "shape",
        4,
        (Beat(0, SIDE, OUT_BENT), Beat(1, CHEST, BREAST), Beat(2, OUT_BENT, SIDE), Beat(3, BREAST, CHEST)),
        0.75,
        0.6,
        (0.25, 0.95),
    ),
    ArmPattern(
        "clap on two and four",
        "shape",
        2,
        (Beat(0, CLAP_OPEN, CLAP_OPEN), Beat(1, CLAP, CLAP)),
        0.7,
        0.3,
        (0.3, 0.95),
    ),
    ArmPattern(
        "right angles",
        "shape",
        4,
        (Beat(0, GOAL_UP, GOAL_DOWN), Beat(1, GOAL_UP, GOAL_UP), Beat(2, GOAL_DOWN, GOAL_UP), Beat(3, WAIST, WAIST)),
        0.8,
        0.6,
        (0.3, 1.0),
    ),
    ArmPattern(
        "jabs",
        "shape",
        2,
        (Beat(0, FRONT, GUARD), Beat(1, GUARD, FRONT)),
        0.6,
        0.8,
        (0.45, 1.0),
        shrug=0.3,
    ),
    ArmPattern(
        "diagonals",
        "shape",
        4,
        (Beat(0, HIGH_V, OUT_LOW), Beat(1, CHEST, WAIST), Beat(2, OUT_LOW, HIGH_V), Beat(3, WAIST, CHEST)),
        0.75,
        0.6,
        (0.35, 1.0),
    ),
    ArmPattern(
        "arm wave",
        "shape",
        4,
        (Beat(0, FLOAT, OUT_LOW), Beat(1, SIDE, SIDE), Beat(2, OUT_LOW, FLOAT), Beat(3, SIDE, SIDE)),
        1.0,
        0.0,
        (0.1, 0.8),
    ),
    ArmPattern(
        "shimmy", "shape", 4, (Beat(0, OUT_LOW, OUT_LOW), Beat(2, OUT_BENT, OUT_BENT)), 0.9, 0.3, (0.3, 0.9), shimmy=1.0
    ),
    ArmPattern(
        "raise the roof",
        "big",
        1,
        (Beat(0, ROOF_HIGH, ROOF_HIGH), Beat(0.5, ROOF_LOW, ROOF_LOW)),
        0.5,
        0.2,
        (0.55, 1.0),
        shrug=0.5,
    ),
    ArmPattern(
        "reach one by one",
        "big",
        4,
        (Beat(0, UP, WAIST), Beat(1, ROOF_LOW, WAIST_LOW), Beat(2, WAIST, UP), Beat(3, WAIST_LOW, ROOF_LOW)),
        0.75,
        0.6,
        (0.45, 1.0),
    ),
    ArmPattern(
        "wave overhead",
        "big",
        4,
        (
            Beat(0, Shape(66, 58, 0.92, 82), Shape(-8, 66, 0.84, 92)),
            Beat(2, Shape(-8, 66, 0.84, 92), Shape(66, 58, 0.92, 82)),
        ),
        1.0,
        0.1,
        (0.35, 1.0),
    ),
    ArmPattern(
        "high and wide",
        "big",
        4,
        (Beat(0, HIGH_V, HIGH_V), Beat(1, ROOF_LOW, ROOF_LOW), Beat(2, UP, UP), Beat(3, OUT_BENT, OUT_BENT)),
        0.7,
        0.8,
        (0.6, 1.0),
        shrug=0.3,
    ),
    ArmPattern(
        "windmill",
        "big",
        4,
        (Beat(0, UP, LOOSE), Beat(1, SIDE, CROSS), Beat(2, LOOSE, UP), Beat(3, CROSS, SIDE)),
        1.0,
        0.0,
        (0.5, 1.0),
    ),
    ArmPattern(
        "carried round",
        "turn",
        4,
        (Beat(0, OUT_LOW, WAIST), Beat(1, CHEST, CHEST), Beat(3, OUT_LOW, OUT_LOW)),
        0.9,
        0.2,
    ),
    ArmPattern(
        "one arm up", "turn", 4, (Beat(0, OUT_BENT, WAIST), Beat(1, UP, CHEST), Beat(3, OUT_LOW, OUT_LOW)), 0.9, 0.3
    ),
    ArmPattern("twisting", "twist", 2, (Beat(0, FORTH, OUT_BENT), Beat(1, OUT_BENT, FORTH)), 0.9, 0.2),
)


def _in_three(pattern: ArmPattern) -> ArmPattern:
    """Return a pattern for bars of three: the first three beats, then the same with the hands changed."""
    if pattern.beats == 1:
        return pattern
    if pattern.beats == 8:
        return replace(pattern, beats=6, shapes=tuple(Beat(0.75 * beat, a, b) for beat, a, b in pattern.shapes))
    bar = tuple(shape for shape in pattern.shapes if shape.beat < 3)
    return replace(pattern, beats=6, shapes=(*bar, *(Beat(beat + 3, b, a) for beat, a, b in bar)))


PATTERNS_IN_THREE = tuple(_in_three(pattern) for pattern in PATTERNS)
HIT = ArmPattern(
    "the drop",
    "big",
    4,
    (Beat(0, HIGH_V, HIGH_V), Beat(1, ROOF_LOW, ROOF_LOW), Beat(2, UP, ROOF_HIGH), Beat(3, ROOF_LOW, ROOF_LOW)),
    0.8,
    0.8,
    shrug=0.6,
)
"""For the moment when the music comes back."""
