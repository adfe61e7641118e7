"""Choreography: which move comes next, with which arms, and how large; written into the score beat by beat.

The choice is a weighted draw from the moves that suit the music's energy, the tempo, the wanted style, the free foot
and the room on stage, with what was danced lately made unlikely. A phrase is two blocks of a bar or so, the second
mirrored where the free foot allows; now and then it ends with a turn. Everything is drawn from the seed and the
number of the block, so the same requests give the same dance, and no dance comes back.
"""

from dataclasses import dataclass
from math import ceil, exp, pi
from random import Random

from models.groove.arms import HANG, HIT, LOOSE, PATTERNS, ArmPattern
from models.groove.follow import DanceClock
from models.groove.footwork import HALF_STANCE_M, Footwork, Frame
from models.groove.in_four import IN_FOUR
from models.groove.in_three import IN_THREE
from models.groove.moves import BOUNCE, REST, Landing, Move, Step
from models.groove.score import ARMS, FEET, Channel, Score
from models.groove.turns import TURNS

MOVES = (*IN_FOUR, *TURNS, *IN_THREE)
"""All that the dancer knows."""
LOOKAHEAD_BEATS = 1.6
"""A beat is written when it is this near: wind-ups and lifting feet begin before it."""
_AMOUNTS = (
    Channel.DOWN,
    Channel.UP,
    Channel.WAVE,
    Channel.POP,
    Channel.SHIMMY,
    Channel.HIPS,
    Channel.CIRCLE,
    Channel.SHRUG,
    Channel.CROUCH,
    Channel.LEAN,
)
_SURGE = 0.28
"""A rise of drive within a block that calls for a new one."""


@dataclass(frozen=True, slots=True)
class Mood:
    """What the music and the person want when a beat is written.

    Attributes:
        drive: 0 (hardly moving) to 1 (all out).
        awake: whether there is music.
        style: 0 grounded and simple, 1 showy.
        mirror: 1, or -1 to swap sides.
        in_place: stay near the centre.
        seed: chooses among the dances that fit.
    """

    drive: float
    awake: bool
    style: float
    mirror: int
    in_place: bool
    seed: int


@dataclass(frozen=True, slots=True)
class _Block:
    """A move on its way: where, when, with which arms, and how much less the second hand does."""

    move: Move
    arms: ArmPattern
    frame: Frame
    start: int
    end: int
    stretch: int
    drive: float
    arms_side: int
    second_hand: float


class Choreographer:
    """Writes the dance into a score, one beat after the other, and never takes anything back."""

    def __init__(self, score: Score, footwork: Footwork, first_beat: int) -> None:
        self._score, self._footwork = score, footwork
        self._next = first_beat
        self._block: _Block | None = None
        self._earlier: list[_Block] = []
        self._hit = False
        self._number = 0
        self._phrase: list[Move] = []
        self._phrase_arms: ArmPattern | None = None
        self._heading = 0.0
        self._last_used: dict[str, int] = {}
        self._settled: int | None = None

    def reconsider(self, beat: float, mood: Mood) -> None:
        """Take back what has not begun by `beat`, when the music has changed and another dance is due."""
        page = ceil(beat + LOOKAHEAD_BEATS)
        block = self._block
        while block is not None and block.start >= page:
            block = self._earlier.pop() if self._earlier else None
        if block is None or page >= self._next or not self._is_over(block, page, mood):
            return
        self._block, self._next = block, page
        self._score.tear_from(page)
        self._footwork.tear_from(page - LOOKAHEAD_BEATS)

    def write_until(self, beat: float, clock: DanceClock, mood: Mood) -> None:
        """Write every beat before `beat + LOOKAHEAD_BEATS` that is not yet written."""
        while self._next < beat + LOOKAHEAD_BEATS:
            self._score.page = self._next
            self._write(self._next, clock, mood)
            self._next += 1

    def _write(self, count: int, clock: DanceClock, mood: Mood) -> None:
        block = self._block
        if block is None or count >= block.end or self._is_over(block, count, mood):
            if block is not None:
                self._earlier = [*self._earlier[-7:], block]
            block = self._block = self._choose(count, clock, mood)
            self._enter(block, mood)
        if block.move is REST:
            self._settle(count, clock.rate_hz)
        for step in block.move.steps:
            arrival = block.start + step.beat * block.stretch
            if count <= arrival < count + 1:
                self._footwork.take(step, block.frame, arrival, rate_hz=clock.rate_hz, stretch=block.stretch)
        self._write_arms(block, count)

    def _is_over(self, block: _Block, count: int, mood: Mood) -> bool:
        """Tell whether the music has left a block behind: silence, or a drop."""
        if block.move is REST:
            return mood.awake
        surge = mood.drive - block.drive > _SURGE and (count - block.start) % 2 == 0 and not block.move.turns
        return surge or not mood.awake

    def _choose(self, count: int, clock: DanceClock, mood: Mood) -> _Block:
        self._number += 1
        random = Random(f"{mood.seed}/{self._number}")
        last = self._block
        self._hit |= last is not None and mood.drive - last.drive > _SURGE and last.move is not REST
        if not mood.awake:
            self._phrase, self._phrase_arms = [], None
            return self._block_of(REST, PATTERNS[0], count, mood=mood, clock=clock, random=random)
        place = clock.place_in_bar(count)
        if place and clock.bar_beats > 1:
            move = BOUNCE
            self._phrase = []
        else:
            if not self._phrase or self._hit:
                self._phrase = self._new_phrase(clock, mood, random)
                self._phrase_arms = None
            move = self._phrase.pop(0)
        arms = self._phrase_arms
        if self._hit:
            arms, self._hit = HIT, move is BOUNCE
        elif arms is None or arms.family not in move.arms or random.random() < 0.15 + 0.3 * mood.style:
            arms = self._draw_arms(move, mood, random)
        self._phrase_arms = None if arms is HIT else arms
        return self._block_of(move, arms, count, mood=mood, clock=clock, random=random)

    def _block_of(
        self, move: Move, arms: ArmPattern, count: int, *, mood: Mood, clock: DanceClock, random: Random
    ) -> _Block:
        side = self._free_side(mood, random)
        facing = float(self._score.goal[Channel.FACING])
        whole_turns = 2 * pi * round(facing / (2 * pi))
        self._last_used[move.name] = self._last_used[arms.name] = self._number
        if move.beats >= 3 and not self._phrase:
            spread = 0.12 + 0.35 * mood.style
            self._heading = mood.mirror * random.uniform(-spread, spread)
        calm = mood.drive < 0.3 and clock.rate_hz > 1.45 and move.beats == 4 and not clock.triple
        stretch = 2 if calm and not move.turns else 1
        x_m, z_m = self._footwork.middle(facing)
        pull = 0.5 if mood.in_place else 0.3
        tempo = min(max(0.55 + 0.5 / clock.rate_hz, 0.7), 1.1)
        amount = (0.42 + 0.7 * mood.drive) * tempo * random.uniform(0.92, 1.08) * (0.55 if mood.in_place else 1.0)
        if move.turns:
            amount = max(amount, 0.75 * (0.6 if mood.in_place else 1.0))
        frame = Frame(
            x_m - min(max(pull * x_m, -0.12), 0.12),
            z_m - min(max(pull * z_m, -0.12), 0.12),
            self._heading + whole_turns,
            side,
            amount,
            mood.in_place,
        )
        end = count + (move.beats * stretch if move.beats > 1 else 1)
        arms_side = random.choice((1, 1, 1, -1)) * side
        second_hand = random.uniform(0.0, 0.22)
        return _Block(move, arms, frame, count, end, stretch, mood.drive, arms_side, second_hand)

    def _free_side(self, mood: Mood, random: Random) -> int:
        """Return the side of the foot that carries less; where neither does, any."""
        weight = self._score.goal[Channel.WEIGHT]
        if abs(weight) < 0.25:
            return mood.mirror * random.choice((1, -1))
        return -1 if weight > 0.0 else 1

    def _new_phrase(self, clock: DanceClock, mood: Mood, random: Random) -> list[Move]:
        """Draw the moves of the next two bars or so."""
        moves = [move for move in MOVES if move.triple == clock.triple]
        weights = [self._fit(move, clock, mood) for move in moves]
        first = random.choices(moves, weights)[0]
        if first.beats >= 6 or first.turns:
            return [first]
        if random.random() < 0.3 + 0.3 * mood.style:
            second = random.choices(moves, [w * (1.0 + 2.0 * m.turns) for w, m in zip(weights, moves, strict=True)])[0]
            return [first, second]
        return [first, first]

    def _fit(self, move: Move, clock: DanceClock, mood: Mood) -> float:
        """Return how well a move suits now; never quite 0."""
        low, high = move.energy
        outside = max(low - mood.drive, mood.drive - high, 0.0)
        fit = exp(-((outside / 0.1) ** 2)) * exp(-(((move.showy - 0.1 - 0.7 * mood.style) / 0.4) ** 2))
        since = self._number - self._last_used.get(move.name, -99)
        fit *= 1.0 - 0.95 * exp(-since / 5.0)
        if clock.rate_hz > move.fastest_hz or (mood.in_place and abs(move.travel_m) > 0.3):
            fit *= 1e-4
        weight = self._score.goal[Channel.WEIGHT]
        x_m, _ = self._footwork.middle(self._score.goal[Channel.FACING])
        if abs(weight) >= 0.25 and abs(x_m - (1 if weight > 0 else -1) * move.travel_m) > 0.8:
            fit *= 1e-4
        if move.turns:
            fit *= 0.02 if self._hit else 0.35 + 0.5 * mood.style
        return fit + 1e-9

    def _draw_arms(self, move: Move, mood: Mood, random: Random) -> ArmPattern:
        patterns = [pattern for pattern in PATTERNS if pattern.family in move.arms]
        weights: list[float] = []
        for pattern in patterns:
            low, high = pattern.energy
            outside = max(low - mood.drive, mood.drive - high, 0.0)
            since = self._number - self._last_used.get(pattern.name, -99)
            showy = {"big": 0.4 + mood.style, "shape": 0.5 + 0.8 * mood.style}.get(
                pattern.family, 1.2 - 0.7 * mood.style
            )
            weights.append(exp(-((outside / 0.1) ** 2)) * showy * (1.0 - 0.9 * exp(-since / 4.0)) + 1e-9)
        return random.choices(patterns, weights)[0]

    def _enter(self, block: _Block, mood: Mood) -> None:
        """Write what holds for a whole block: the body's rhythms, the heading, the look."""
        random = Random(f"{mood.seed}/{self._number}/body")
        amounts = {channel: block.move.body.get(channel, 0.0) for channel in _AMOUNTS}
        amounts[Channel.SHIMMY] += block.arms.shimmy * block.frame.side
        amounts[Channel.CIRCLE] *= block.frame.side
        amounts[Channel.SHRUG] += block.arms.shrug
        amounts[Channel.LEAN] += 0.03 + 0.07 * mood.drive * random.random()
        if mood.drive > 0.5 and amounts[Channel.DOWN] > 0.5 and random.random() < 0.22:
            amounts[Channel.UP], amounts[Channel.DOWN] = 0.9 * amounts[Channel.DOWN], 0.1
        self._score.key(block.start + 0.3, 1.2, amounts)
        if block.move is REST:
            return
        if not block.move.steps or block.move.steps[0].face is None:
            self._score.key(block.start + 0.2, 1.1, {Channel.FACING: block.frame.heading_rad})
        side = block.frame.side
        look = random.choice((0.0, 0.0, 0.3 * side, -0.25 * side)) if not block.move.turns else 0.0
        tilt = side * random.choice((0.0, 0.08, -0.1))
        head = {Channel.HEAD_YAW: look, Channel.HEAD_PITCH: random.uniform(-0.06, 0.04), Channel.HEAD_ROLL: tilt}
        self._score.key(block.start + 0.05, 0.5, head, overshoot=0.08)
        twist = side * random.uniform(-0.16, 0.22) * (0.4 + mood.drive)
        self._score.key(block.start + 0.1, 0.9, {Channel.TWIST: twist, Channel.SIDE: 0.25 * twist})

    def _write_arms(self, block: _Block, count: int) -> None:
        """Write the arrivals of the arms between `count` and the next beat."""
        pattern = block.arms
        if block.move is REST:
            return
        place = (count - block.start) / block.stretch
        for arrival in pattern.shapes:
            offset = (arrival.beat - place) % pattern.beats
            if offset >= 1.0 / block.stretch:
                continue
            way = min(pattern.way_beats * block.stretch, 3.4)
            if pattern.beats == 1:
                way = pattern.way_beats
            late = max(way - 1.05, 0.0)
            for letter, shape in (("a", arrival.a), ("b", arrival.b)):
                leading = letter == "a"
                first = ARMS[int((block.arms_side > 0) != leading)]
                values = shape.values() if leading else shape.towards(LOOSE, block.second_hand).values()
                self._score.key(
                    count + offset * block.stretch + late + (0.0 if leading else 0.1 * (1.0 - pattern.snap)),
                    way,
                    dict(zip(range(first, first + 5), values, strict=True)),
                    overshoot=0.1 * pattern.snap,
                    anticipation=0.07 * pattern.snap * (block.stretch == 1),
                )

    def _settle(self, count: int, rate_hz: float) -> None:
        """Bring feet and arms to rest, one foot a beat."""
        score = self._score
        if self._settled != count - 1:
            hang = dict(zip(range(ARMS[0], ARMS[0] + 5), HANG.values(), strict=True))
            hang |= zip(range(ARMS[1], ARMS[1] + 5), HANG.values(), strict=True)
            heading = 2 * pi * round(float(score.goal[Channel.FACING]) / (2 * pi))
            score.key(count + 1.4, 2.2, hang | dict.fromkeys((Channel.TWIST, Channel.SIDE), 0.0))
            score.key(count + 1.2, 2.0, {Channel.FACING: heading} | dict.fromkeys(range(36, 39), 0.0))
        self._settled = count
        facing = float(score.goal[Channel.FACING])
        x_m, z_m = self._footwork.middle(facing)
        frame = Frame(x_m, z_m, facing, 1, 1.0)
        errors: list[float] = []
        for foot, letter in enumerate("ab"):
            first = FEET[foot]
            x, z = frame.place(HALF_STANCE_M * (1 - 2 * foot), 0.0)
            off = (
                abs(score.goal[first] - x)
                + abs(score.goal[first + 1] - z)
                + score.goal[first + 3]
                + score.goal[first + 4]
            )
            errors.append(float(off + 0.2 * abs(score.goal[first + 2] - facing)) + 0.0 * len(letter))
        worst = 0 if errors[0] > errors[1] else 1
        if errors[worst] > 0.08:
            step = Step(0, "ab"[worst], HALF_STANCE_M * (1 - 2 * worst), 0.0, Landing.FLAT, weight=0.5)
            self._footwork.take(step, frame, float(count), rate_hz=min(rate_hz, 1.6))
