"""How a move is written down: steps with their places, beats and weights.

A move is told for a body that faces +Z and begins with foot "a", the one that carries no weight; "b" is the other.
`x` grows towards a's side, `z` forwards, metres, from a point beside which b stands, at x = -0.1, when the move
begins; in a neutral stance a is at x = 0.1. Turns and facings are degrees, positive towards a's side, counted through
(450 is a turn and a quarter). Whatever foot is free becomes a, so every move can follow every other.
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
    """One thing that one foot does, arriving on `beat` of the move; `quick` when the next comes half a beat later."""

    beat: float
    foot: str
    x: float = 0.0
    z: float = 0.0
    landing: Landing = Landing.FLAT
    turn: float = 0.0
    weight: float = 1.0
    up_m: float = 0.0
    face: float | None = None
    quick: bool = False


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

    @property
    def steps_per_beat(self) -> float:
        """How often a foot leaves its place."""
        return sum(step.landing not in (Landing.SHIFT, Landing.PIVOT) for step in self.steps) / self.beats


def touch(beat: float, foot: str, x: float, z: float = 0.0) -> Step:
    """Tap the ball of a foot."""
    return Step(beat, foot, x, z, Landing.TOUCH, weight=0.06)


def shift(beat: float, foot: str, weight: float = 0.85) -> Step:
    """Shift the weight to a foot where it is."""
    return Step(beat, foot, landing=Landing.SHIFT, weight=weight)


def air(beat: float, foot: str, x: float, z: float, up_m: float) -> Step:
    """Bring a foot into the air and leave it there."""
    return Step(beat, foot, x, z, Landing.AIR, weight=0.0, up_m=up_m)


def heel(beat: float, foot: str, x: float, z: float) -> Step:
    """Dig a heel."""
    return Step(beat, foot, x, z, Landing.HEEL, weight=0.08)


def spin(beat: float, foot: str, turn: float, *, face: float | None = None, weight: float = 0.5) -> Step:
    """Turn on the balls of one or both feet ("ab")."""
    return Step(beat, foot, landing=Landing.PIVOT, turn=turn, face=face, weight=weight)


REST = Move("rest", 1, (), body={})
"""Standing, whatever the feet do to get there."""
BOUNCE = Move("bounce", 1, (), body={Channel.DOWN: 0.8, Channel.POP: 0.3}, arms=("easy",))
"""On the spot; fills an odd beat of a bar."""
PICKUP = Move(
    "pickup",
    2,
    (Step(0, "a", 0.28), touch(1, "b", 0.12)),
    body={Channel.DOWN: 0.9, Channel.POP: 0.3, Channel.HIPS: 0.6},
    arms=("easy", "shape"),
)
"""A step and a touch; fills two beats that are left of a bar."""
