"""Taste: which moves and arms suit the music, the tempo, the person's wishes, the room and what was danced before."""

from dataclasses import dataclass
from math import exp
from random import Random

from models.groove.arms import PATTERNS, PATTERNS_IN_THREE, ArmPattern
from models.groove.follow import DanceClock
from models.groove.in_four import IN_FOUR
from models.groove.in_three import IN_THREE
from models.groove.moves import Move
from models.groove.syncopated import SYNCOPATED
from models.groove.turns import TURNS

MOVES = (*IN_FOUR, *SYNCOPATED, *TURNS, *IN_THREE)
"""All that the dancer knows."""
_NEVER = 1e-4
"""Weight of a move that ought not to be danced now, but is better than none."""
_STAGE_M = 0.8
"""A move does not travel further from the centre than this."""


@dataclass(frozen=True, slots=True)
class Mood:
    """What the music and the person want when a beat is written.

    Attributes:
        drive: 0 (hardly moving) to 1 (all out).
        punch: 0 to 1, how hard the music hits.
        awake: whether there is music.
        style: 0 grounded and simple, 1 showy.
        mirror: 1, or -1 to swap sides.
        in_place: stay near the centre.
        seed: chooses among the dances that fit.
    """

    drive: float
    punch: float
    awake: bool
    style: float
    mirror: int
    in_place: bool
    seed: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the dancer is when a choice is made: `free_side` is 1 (left), -1, or 0 for either foot."""

    x_m: float
    free_side: int
    dropped: bool


class Taste:
    """Draws moves and arms, and remembers them so as not to repeat itself."""

    def __init__(self) -> None:
        self._number = 0
        self._last_used: dict[str, int] = {}

    def used(self, *names: str) -> None:
        """Note what is danced next."""
        self._number += 1
        self._last_used.update(dict.fromkeys(names, self._number))

    def phrase(self, clock: DanceClock, mood: Mood, standing: Standing, random: Random) -> list[Move]:
        """Return the moves of the next two bars or so: one twice, a long one, or one and an answer to it."""
        moves = [move for move in MOVES if move.triple == clock.triple]
        weights = [self._fit(move, clock, mood, standing) for move in moves]
        first = random.choices(moves, weights)[0]
        if first.beats >= 6 or first.turns:
            return [first]
        if random.random() < 0.3 + 0.3 * mood.style:
            answers = [weight * (1.0 + 2.0 * move.turns) for weight, move in zip(weights, moves, strict=True)]
            return [first, random.choices(moves, answers)[0]]
        return [first, first]

    def arms(self, move: Move, mood: Mood, random: Random) -> ArmPattern:
        """Return arms that go with a move."""
        known = PATTERNS_IN_THREE if move.triple else PATTERNS
        patterns = [pattern for pattern in known if pattern.family in move.arms]
        weights: list[float] = []
        for pattern in patterns:
            liking = {"big": 0.4 + mood.style, "shape": 0.5 + 0.8 * mood.style}.get(pattern.family)
            liking = 1.2 - 0.7 * mood.style if liking is None else liking
            weights.append(liking * _within(mood.drive, *pattern.energy) * self._freshness(pattern.name, 4.0) + 1e-9)
        return random.choices(patterns, weights)[0]

    def _fit(self, move: Move, clock: DanceClock, mood: Mood, standing: Standing) -> float:
        """Return how well a move suits now; never quite 0."""
        fit = _within(mood.drive, *move.energy) * self._freshness(move.name, 5.0)
        fit *= exp(-(((move.showy - 0.1 - 0.7 * mood.style) / 0.4) ** 2))
        if move.turns:
            fit *= 0.02 if standing.dropped else 0.25 + 0.45 * mood.style
        if clock.rate_hz < 1.7 and mood.drive > 0.4 and any(step.quick for step in move.steps):
            fit *= 1.4
        busy = min(move.steps_per_beat * clock.rate_hz / 2.0, 1.2)
        fit *= (0.25 + 0.75 * busy) ** (2.2 * mood.drive)
        too_far = abs(standing.x_m + standing.free_side * move.travel_m) > _STAGE_M
        if clock.rate_hz > move.fastest_hz or too_far or (mood.in_place and abs(move.travel_m) > 0.3):
            fit *= _NEVER
        return fit + 1e-9

    def _freshness(self, name: str, blocks: float) -> float:
        since = self._number - self._last_used.get(name, -99)
        return 1.0 - 0.95 * exp(-since / blocks)


def _within(drive: float, low: float, high: float) -> float:
    """Return 1 within a range and less and less outside it."""
    outside = max(low - drive, drive - high, 0.0)
    return exp(-((outside / 0.1) ** 2))
