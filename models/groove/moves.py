"""The footwork that the dancer knows, written down as data.

A move is told for a body that faces +Z and begins with foot "a", the one that carries no weight; "b" is the other.
`x` grows towards a's side, `z` forwards, metres from the middle between the feet; standing neutrally, a is at x = 0.1
and b at x = -0.1. Turns and facings are degrees, positive towards a's side, counted through (450 is a turn and a
quarter). Whatever foot is free becomes a, so every move can follow every other.
"""

from dataclasses import dataclass, field
from enum import Enum

from models.groove.score import Channel


class Landing(Enum):
    """How a foot arrives."""

    FLAT = 0
    BALL = 1
    """On the ball, the heel stays up, weight on it."""
    TOUCH = 2
    """The ball taps the floor and carries nothing."""
    HEEL = 3
    """The heel digs, toes up, and carries nothing."""
    AIR = 4
    """Not at all: a kick or a lifted knee, `up_m` above the floor."""
    SHIFT = 5
    """The foot is there already: only the weight comes, and the other heel is released."""
    PIVOT = 6
    """The foot turns on its ball where it stands."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that one foot does, arriving on `beat` of the move."""

    beat: float
    foot: str
    x: float = 0.0
    z: float = 0.0
    landing: Landing = Landing.FLAT
    turn: float = 0.0
    weight: float = 1.0
    up_m: float = 0.0
    face: float | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A pattern of steps, and the music that it suits.

    Attributes:
        name: what dancers call it.
        beats: how long it is.
        steps: in order of their beats.
        energy: from how calm to how driving the music may be, 0 to 1.
        showy: 0 is everyday, 1 is for show-offs.
        travel_m: how far it goes towards a's side.
        turns: whether the back is ever shown.
        fastest_hz: most beats a second at which a body can do it.
        triple: for bars of three instead of four.
        body: amounts of the body's own rhythms (channels DOWN to SHRUG, CROUCH, LEAN) while it lasts.
        arms: families of arm patterns that go with it, see `arms`.
    """

    name: str
    beats: int
    steps: tuple[Step, ...]
    energy: tuple[float, float] = (0.0, 1.0)
    showy: float = 0.3
    travel_m: float = 0.0
    turns: bool = False
    fastest_hz: float = 3.0
    triple: bool = False
    body: dict[Channel, float] = field(default_factory=dict[Channel, float])
    arms: tuple[str, ...] = ("easy", "shape", "big")


_FLAT, _BALL, _TOUCH, _HEEL, _AIR, _SHIFT, _PIVOT = Landing
_DOWN, _UP, _WAVE, _POP, _SHIMMY, _HIPS = (
    Channel.DOWN,
    Channel.UP,
    Channel.WAVE,
    Channel.POP,
    Channel.SHIMMY,
    Channel.HIPS,
)


def _touch(beat: float, foot: str, x: float, z: float = 0.0) -> Step:
    return Step(beat, foot, x, z, _TOUCH, weight=0.06)


def _shift(beat: float, foot: str, weight: float = 0.85) -> Step:
    return Step(beat, foot, landing=_SHIFT, weight=weight)


def _air(beat: float, foot: str, x: float, z: float, up_m: float) -> Step:
    return Step(beat, foot, x, z, _AIR, weight=0.0, up_m=up_m)


def _heel(beat: float, foot: str, x: float, z: float) -> Step:
    return Step(beat, foot, x, z, _HEEL, weight=0.08)


def _spin(beat: float, foot: str, turn: float, *, face: float | None = None, weight: float = 0.5) -> Step:
    return Step(beat, foot, landing=_PIVOT, turn=turn, face=face, weight=weight)


REST = Move("rest", 1, (), body={})
"""Standing, whatever the feet do to get there."""
BOUNCE = Move("bounce", 1, (), body={_DOWN: 0.8, _POP: 0.3}, arms=("easy",))
"""On the spot; fills what is left of a bar."""

MOVES: tuple[Move, ...] = (
    Move(
        "groove",
        4,
        (Step(0, "a", 0.15, 0.0, weight=0.8), _shift(1, "b"), _shift(2, "a"), _shift(3, "b")),
        energy=(0.0, 0.9),
        showy=0.1,
        body={_DOWN: 1.0, _POP: 0.5, _HIPS: 1.0},
    ),
    Move(
        "slow sway",
        4,
        (Step(0, "a", 0.2, 0.0, turn=8, weight=0.85), _shift(2, "b", 0.9)),
        energy=(0.0, 0.4),
        showy=0.1,
        body={_DOWN: 0.5, _HIPS: 1.2},
        arms=("soft", "easy"),
    ),
    Move(
        "step touch",
        4,
        (Step(0, "a", 0.42), _touch(1, "b", 0.25), Step(2, "b", -0.1), _touch(3, "a", 0.07)),
        energy=(0.05, 0.9),
        showy=0.15,
        body={_DOWN: 0.9, _HIPS: 0.7},
    ),
    Move(
        "two-step",
        4,
        (Step(0, "a", 0.34), Step(1, "b", 0.14), Step(2, "a", 0.58), _touch(3, "b", 0.4)),
        energy=(0.2, 0.9),
        showy=0.25,
        travel_m=0.5,
        body={_DOWN: 0.8, _HIPS: 0.6},
    ),
    Move(
        "grapevine",
        4,
        (
            Step(0, "a", 0.38),
            Step(1, "b", 0.44, -0.17, turn=12, face=10),
            Step(2, "a", 0.78, turn=4, face=0),
            _touch(3, "b", 0.6),
        ),
        energy=(0.25, 0.95),
        showy=0.4,
        travel_m=0.7,
        fastest_hz=2.3,
        body={_DOWN: 0.7, _HIPS: 0.5},
    ),
    Move(
        "march",
        4,
        (
            Step(0, "a", 0.11, 0.03, up_m=0.06),
            Step(1, "b", -0.11, 0.03, up_m=0.06),
            Step(2, "a", 0.11, -0.02, up_m=0.06),
            Step(3, "b", -0.11, -0.02, up_m=0.06),
        ),
        energy=(0.35, 1.0),
        showy=0.2,
        body={_DOWN: 1.0, _POP: 0.6},
    ),
    Move(
        "walk up and back",
        8,
        (
            Step(0, "a", 0.08, 0.24),
            Step(1, "b", -0.08, 0.46),
            Step(2, "a", 0.09, 0.68),
            _touch(3, "b", -0.1, 0.66),
            Step(4, "b", -0.09, 0.44),
            Step(5, "a", 0.09, 0.22),
            Step(6, "b", -0.1, 0.0),
            _touch(7, "a", 0.08, 0.02),
        ),
        energy=(0.25, 0.9),
        showy=0.3,
        body={_DOWN: 0.8, _HIPS: 0.8},
    ),
    Move(
        "heel digs",
        4,
        (_heel(0, "a", 0.17, 0.25), Step(1, "a", 0.1), _heel(2, "b", -0.17, 0.25), Step(3, "b", -0.1)),
        energy=(0.25, 0.85),
        showy=0.3,
        body={_DOWN: 0.9, _POP: 0.4},
    ),
    Move(
        "side taps",
        4,
        (_touch(0, "a", 0.42, 0.02), Step(1, "a", 0.1), _touch(2, "b", -0.42, 0.02), Step(3, "b", -0.1)),
        energy=(0.15, 0.85),
        showy=0.25,
        body={_DOWN: 1.0, _POP: 0.4, _HIPS: 0.5},
    ),
    Move(
        "mambo",
        8,
        (
            Step(0, "a", 0.07, 0.27, weight=0.9),
            _shift(1, "b"),
            Step(2, "a", 0.1),
            Step(4, "b", -0.07, -0.27, weight=0.9),
            _shift(5, "a"),
            Step(6, "b", -0.1),
        ),
        energy=(0.2, 0.85),
        showy=0.45,
        body={_DOWN: 0.6, _HIPS: 1.3},
    ),
    Move(
        "rock back",
        4,
        (Step(0, "a", 0.13, -0.27, weight=0.9), _shift(1, "b"), Step(2, "a", 0.32), _touch(3, "b", 0.14)),
        energy=(0.3, 0.95),
        showy=0.35,
        travel_m=0.2,
        body={_DOWN: 0.9, _HIPS: 0.8},
    ),
    Move(
        "jazz square",
        4,
        (
            Step(0, "a", -0.1, 0.2, turn=-8, face=-8),
            Step(1, "b", -0.2, -0.16, face=0),
            Step(2, "a", 0.18, -0.12),
            Step(3, "b", -0.08, 0.02),
        ),
        energy=(0.3, 0.9),
        showy=0.5,
        fastest_hz=2.4,
        body={_DOWN: 0.7, _HIPS: 0.9},
    ),
    Move(
        "low kicks",
        4,
        (_air(0, "a", 0.1, 0.4, 0.2), Step(1, "a", 0.1), _air(2, "b", -0.1, 0.4, 0.2), Step(3, "b", -0.1)),
        energy=(0.45, 1.0),
        showy=0.5,
        fastest_hz=2.4,
        body={_DOWN: 0.9, _POP: 0.4},
    ),
    Move(
        "charleston",
        4,
        (
            Step(0, "a", 0.07, 0.18),
            _air(1, "b", -0.07, 0.5, 0.2),
            Step(2, "b", -0.08, -0.04),
            _touch(3, "a", 0.09, -0.34),
        ),
        energy=(0.4, 1.0),
        showy=0.6,
        fastest_hz=2.4,
        body={_DOWN: 0.9, _HIPS: 0.5},
        arms=("easy", "shape"),
    ),
    Move(
        "skater",
        4,
        (
            Step(0, "a", 0.36, 0.06, turn=12, face=14),
            _touch(1, "b", 0.44, -0.2),
            Step(2, "b", -0.26, 0.06, turn=-12, face=-14),
            _touch(3, "a", -0.34, -0.2),
        ),
        energy=(0.3, 0.95),
        showy=0.45,
        fastest_hz=2.3,
        body={_DOWN: 1.0, _HIPS: 0.6, Channel.LEAN: 0.08},
    ),
    Move(
        "cross touch",
        4,
        (Step(0, "a", 0.3, 0.0), _touch(1, "b", 0.32, 0.2), Step(2, "b", -0.18), _touch(3, "a", -0.2, 0.2)),
        energy=(0.15, 0.85),
        showy=0.35,
        fastest_hz=2.4,
        body={_DOWN: 0.8, _HIPS: 0.9},
    ),
    Move(
        "knee lifts",
        4,
        (Step(0, "a", 0.16), _air(1, "b", -0.06, 0.12, 0.3), Step(2, "b", -0.16), _air(3, "a", 0.06, 0.12, 0.3)),
        energy=(0.55, 1.0),
        showy=0.4,
        fastest_hz=2.4,
        body={_UP: 0.7, _POP: 0.5},
        arms=("shape", "big"),
    ),
    Move(
        "wide groove",
        4,
        (Step(0, "a", 0.36, 0.0, turn=18, weight=0.8), _shift(1, "b", 0.75), _shift(2, "a", 0.75), _shift(3, "b", 0.8)),
        energy=(0.5, 1.0),
        showy=0.4,
        body={_DOWN: 1.3, _POP: 0.7, _HIPS: 0.7, Channel.CROUCH: 0.03},
        arms=("shape", "big"),
    ),
    Move(
        "lunge and hold",
        4,
        (Step(0, "a", 0.44, 0.1, turn=22, weight=0.85, face=12), _shift(2, "b", 0.9), _touch(3, "a", 0.1)),
        energy=(0.35, 1.0),
        showy=0.55,
        body={_DOWN: 0.6, _POP: 0.6, Channel.CROUCH: 0.02},
        arms=("shape", "big"),
    ),
    Move(
        "twist",
        4,
        (
            Step(0, "a", 0.12, 0.0, turn=0, weight=0.55),
            _spin(1, "ab", 32, face=10),
            _spin(2, "ab", -32, face=-10),
            _spin(3, "ab", 32, face=10),
            _spin(3.9, "ab", 0, face=0, weight=0.2),
        ),
        energy=(0.35, 1.0),
        showy=0.5,
        body={_DOWN: 0.7, _UP: 0.2, Channel.CROUCH: 0.045},
        arms=("twist", "easy"),
    ),
    Move(
        "body wave",
        4,
        (Step(0, "a", 0.18, 0.05, turn=10, weight=0.55), _shift(3.5, "b", 0.75)),
        energy=(0.05, 0.7),
        showy=0.6,
        body={_WAVE: 1.0, Channel.CROUCH: 0.02},
        arms=("soft", "easy"),
    ),
    Move(
        "hip circles",
        4,
        (Step(0, "a", 0.16, 0.0, turn=8, weight=0.5), _shift(3.5, "b", 0.75)),
        energy=(0.05, 0.6),
        showy=0.6,
        body={_DOWN: 0.3, Channel.CIRCLE: 1.0, Channel.CROUCH: 0.025},
        arms=("soft", "easy", "hips"),
    ),
    Move(
        "slide and drag",
        4,
        (
            Step(0, "a", 0.46, 0.0, turn=14),
            _touch(1.6, "b", 0.27),
            Step(2, "b", -0.14, turn=-14),
            _touch(3.6, "a", 0.05),
        ),
        energy=(0.1, 0.7),
        showy=0.4,
        body={_DOWN: 0.6, _WAVE: 0.4},
        arms=("soft", "shape"),
    ),
    Move(
        "chasse turn",
        4,
        (
            Step(0, "a", 0.32, 0.0, turn=80, face=75),
            _spin(0.85, "a", 170, weight=1.0),
            Step(1, "b", 0.56, 0.02, turn=255, face=235),
            _spin(1.85, "b", 330, weight=1.0),
            Step(2, "a", 0.86, 0.0, turn=362, face=360),
            Step(3, "b", 0.68, 0.0, _TOUCH, turn=360, weight=0.06),
        ),
        energy=(0.4, 1.0),
        showy=0.75,
        travel_m=0.77,
        turns=True,
        fastest_hz=2.35,
        body={_DOWN: 0.4},
        arms=("turn",),
    ),
    Move(
        "pivot turns",
        4,
        (
            Step(0, "a", -0.03, 0.25, turn=-20, weight=0.9, face=-20),
            _spin(1, "ab", -180, face=-180, weight=0.15),
            Step(2, "a", -0.05, -0.26, turn=-200, weight=0.9, face=-200),
            _spin(3, "ab", -360, face=-360, weight=0.15),
        ),
        energy=(0.4, 1.0),
        showy=0.7,
        turns=True,
        fastest_hz=2.35,
        body={_DOWN: 0.5},
        arms=("turn",),
    ),
    Move(
        "paddle turn",
        4,
        (
            Step(0, "a", 0.2, 0.1, _TOUCH, turn=-20, weight=0.25, face=-25),
            _spin(0.9, "b", -80, weight=0.8),
            Step(1, "a", 0.1, -0.26, _TOUCH, turn=-110, weight=0.25, face=-115),
            _spin(1.9, "b", -170, weight=0.8),
            Step(2, "a", -0.34, -0.2, _TOUCH, turn=-200, weight=0.25, face=-205),
            _spin(2.9, "b", -280, weight=0.8),
            Step(3, "a", -0.36, 0.18, _TOUCH, turn=-300, weight=0.2, face=-300),
            _spin(3.8, "b", -355, face=-360, weight=0.9),
        ),
        energy=(0.35, 1.0),
        showy=0.7,
        turns=True,
        fastest_hz=2.35,
        body={_DOWN: 0.8, _POP: 0.3},
        arms=("turn", "big"),
    ),
    Move(
        "waltz box",
        6,
        (
            Step(0, "a", 0.1, 0.25),
            Step(1, "b", -0.28, 0.25),
            Step(2, "a", -0.09, 0.25),
            Step(3, "b", -0.28, 0.0),
            Step(4, "a", 0.1, 0.0),
            Step(5, "b", -0.1, 0.0),
        ),
        triple=True,
        fastest_hz=2.2,
        body={_DOWN: 0.5, _HIPS: 0.5},
    ),
    Move(
        "waltz balance",
        3,
        (Step(0, "a", 0.36), Step(1, "b", 0.24, -0.14, _BALL, weight=0.6), _shift(2, "a", 0.9)),
        triple=True,
        travel_m=0.2,
        fastest_hz=2.6,
        body={_DOWN: 0.6, _HIPS: 0.9},
    ),
    Move(
        "hesitation",
        3,
        (Step(0, "a", 0.34, 0.0, turn=6), _touch(1, "b", 0.17)),
        triple=True,
        travel_m=0.2,
        fastest_hz=4.0,
        body={_DOWN: 0.5, _HIPS: 0.8},
    ),
    Move(
        "twinkle",
        3,
        (Step(0, "a", -0.06, 0.2, turn=-10, face=-14), Step(1, "b", -0.32, 0.02, face=0), Step(2, "a", -0.12, 0.02)),
        energy=(0.2, 1.0),
        triple=True,
        travel_m=-0.2,
        showy=0.5,
        fastest_hz=2.3,
        body={_DOWN: 0.6, _HIPS: 0.6},
    ),
    Move(
        "sway in three",
        3,
        (Step(0, "a", 0.19, 0.0, turn=6, weight=0.85),),
        energy=(0.0, 0.5),
        triple=True,
        showy=0.1,
        fastest_hz=4.0,
        body={_DOWN: 0.4, _HIPS: 1.2},
        arms=("soft", "easy"),
    ),
    Move(
        "swing kick in three",
        3,
        (Step(0, "a", 0.2), _air(1, "b", 0.02, 0.32, 0.16)),
        energy=(0.4, 1.0),
        triple=True,
        travel_m=0.1,
        showy=0.45,
        fastest_hz=3.4,
        body={_DOWN: 0.8, _HIPS: 0.6},
    ),
    Move(
        "waltz turn",
        6,
        (
            Step(0, "a", 0.12, 0.16, turn=50, face=60),
            Step(1, "b", 0.1, 0.3, turn=125, face=120),
            Step(2, "a", -0.08, 0.24, turn=180, face=180),
            Step(3, "b", 0.12, 0.08, turn=235, face=240),
            Step(4, "a", 0.06, -0.12, turn=300, face=300),
            Step(5, "b", -0.1, 0.0, turn=358, face=360),
        ),
        energy=(0.25, 1.0),
        triple=True,
        showy=0.6,
        turns=True,
        fastest_hz=2.2,
        body={_DOWN: 0.5, _HIPS: 0.3},
        arms=("turn",),
    ),
)
