"""Choreography: moves joined to phrases, written into the score beat by beat.

A phrase is two blocks of a bar or so; the second is mirrored where the free foot allows, or answers the first, now and
then with a turn. Everything is drawn from the seed and the number of the block, so the same requests give the same
dance. What is written stays, except when the music drops or falls silent: then what has not begun is torn out.
"""

from math import ceil, pi
from random import Random

from models.groove.arms import HIT, PATTERNS, ArmPattern
from models.groove.choice import Mood, Standing, Taste
from models.groove.follow import DanceClock
from models.groove.footwork import HALF_STANCE_M, Footwork, Frame
from models.groove.gestures import Block, write_arms, write_body, write_rest
from models.groove.moves import BOUNCE, PICKUP, REST, Move, Step
from models.groove.score import FEET, Channel, Score

LOOKAHEAD_BEATS = 1.6
"""A beat is written when it is this near: wind-ups and lifting feet begin before it."""
_WAKING_BEATS = 1.06
"""Nothing winds up for the first beat after a rest, so that it may be nearer."""
_SURGE = 0.28
"""A rise of drive within a block that calls for a new one."""
_OUT_OF_PLACE_M = 0.08
"""A foot that stands better than this stays where it is when the dancer comes to rest."""


class Choreographer:
    """Writes the dance into a score, one beat after the other."""

    def __init__(self, score: Score, footwork: Footwork, first_beat: int) -> None:
        self._score, self._footwork, self._taste = score, footwork, Taste()
        self._next = first_beat
        self._blocks: list[Block] = []
        self._number = 0
        self._phrase: list[Move] = []
        self._arms: ArmPattern | None = None
        self._heading_rad = 0.0
        self._dropped = False
        self._rested: int | None = None

    def reconsider(self, beat: float, mood: Mood) -> None:
        """Take back what has not begun by `beat`, when the music has changed and another dance is due."""
        resting = bool(self._blocks) and self._blocks[-1].move is REST
        page = ceil(beat + (_WAKING_BEATS if resting and mood.awake else LOOKAHEAD_BEATS))
        begun = [block for block in self._blocks if block.start < page]
        if not begun or page >= self._next or not _is_over(begun[-1], page, mood):
            return
        self._blocks, self._next = begun, page
        self._score.tear_from(page)
        self._footwork.tear_from(page)

    def write_until(self, beat: float, clock: DanceClock, mood: Mood) -> None:
        """Write every beat before `beat + LOOKAHEAD_BEATS` that is not yet written."""
        while self._next < beat + LOOKAHEAD_BEATS:
            self._score.page = self._next
            self._write(self._next, clock, mood)
            self._next += 1

    def _write(self, count: int, clock: DanceClock, mood: Mood) -> None:
        if not self._blocks or count >= self._blocks[-1].end or _is_over(self._blocks[-1], count, mood):
            self._blocks = [*self._blocks[-7:], self._choose(count, clock, mood)]
            block = self._blocks[-1]
            write_body(self._score, block, mood, Random(f"{mood.seed}/{self._number}/body"))
        block = self._blocks[-1]
        if block.move is REST:
            self._come_to_rest(count, clock.rate_hz, mood.mirror)
            return
        for step in block.move.steps:
            arrival = block.start + step.beat * block.stretch
            if count <= arrival < count + 1:
                self._footwork.take(step, block.frame, arrival, rate_hz=clock.rate_hz, stretch=block.stretch)
        waking = block.start == count and len(self._blocks) > 1 and self._blocks[-2].move is REST
        write_arms(self._score, block, count, wind_up=not waking)

    def _choose(self, count: int, clock: DanceClock, mood: Mood) -> Block:
        """Return what is danced from beat `count` on."""
        self._number += 1
        random = Random(f"{mood.seed}/{self._number}")
        last = self._blocks[-1] if self._blocks else None
        self._dropped |= last is not None and last.move is not REST and mood.drive - last.drive > _SURGE
        if not mood.awake:
            move, arms = REST, PATTERNS[0]
            self._phrase, self._arms = [], None
        else:
            move = self._next_move(count, clock, mood, random)
            arms = self._next_arms(move, mood, random)
        self._taste.used(move.name, arms.name)
        return self._block_of(move, arms, count, mood=mood, clock=clock, random=random)

    def _next_move(self, count: int, clock: DanceClock, mood: Mood, random: Random) -> Move:
        """Return the next move of the phrase; until a bar begins, by twos and at most one beat on the spot."""
        length = 4 if clock.bar_beats % 4 == 0 else clock.bar_beats
        place = clock.place_in_bar(count) % length
        if place:
            self._phrase = []
            return BOUNCE if (length - place) % 2 else PICKUP
        if not self._phrase or self._dropped:
            x_m, _ = self._footwork.middle(float(self._score.goal[Channel.FACING]))
            standing = Standing(x_m, self._free_side(), self._dropped)
            self._phrase, self._arms = self._taste.phrase(clock, mood, standing, random), None
            spread = 0.12 + 0.35 * mood.style
            self._heading_rad = mood.mirror * random.uniform(-spread, spread)
        return self._phrase.pop(0)

    def _next_arms(self, move: Move, mood: Mood, random: Random) -> ArmPattern:
        """Return the arms: up for a drop, else those of the phrase or others."""
        if self._dropped:
            self._dropped = move in (BOUNCE, PICKUP)
            return HIT
        if self._arms is None or self._arms.family not in move.arms or random.random() < 0.15 + 0.3 * mood.style:
            self._arms = self._taste.arms(move, mood, random)
        return self._arms

    def _block_of(
        self, move: Move, arms: ArmPattern, count: int, *, mood: Mood, clock: DanceClock, random: Random
    ) -> Block:
        side = self._free_side() or mood.mirror * random.choice((1, -1))
        calm = mood.drive < 0.3 and clock.rate_hz > 1.45 and move.beats == 4
        stretch = 2 if calm and not move.turns and not clock.triple else 1
        arms_stretch = 3 if clock.triple and clock.rate_hz > 2.5 else stretch
        arms_start, arms_side = count, random.choice((1, 1, 1, -1)) * side
        last = self._blocks[-1] if self._blocks else None
        if last is not None and last.arms is arms and last.arms_stretch == arms_stretch:
            arms_start, arms_side = last.arms_start, last.arms_side
        return Block(
            move=move,
            arms=arms,
            frame=self._frame(move, side, mood, clock, random),
            start=count,
            end=count + max(move.beats * stretch, 1),
            stretch=stretch,
            drive=mood.drive,
            arms_start=arms_start,
            arms_stretch=arms_stretch,
            arms_side=arms_side,
            second_hand=random.uniform(0.0, 0.22),
        )

    def _frame(self, move: Move, side: int, mood: Mood, clock: DanceClock, random: Random) -> Frame:
        """Return where a move happens: beside the foot that stays, drawn to the centre, as large as the drive."""
        facing = float(self._score.goal[Channel.FACING])
        whole_turns_rad = 2 * pi * round(facing / (2 * pi))
        x_m, z_m = self._footwork.start_of_move(side, facing)
        pull = 0.0 if move.turns else 0.5 if mood.in_place else 0.3
        tempo = min(max(0.55 + 0.5 / clock.rate_hz, 0.7), 1.1)
        size = (0.42 + 0.85 * mood.drive) * (0.97 + 0.2 * mood.punch)
        amount = min(size * tempo * random.uniform(0.92, 1.08), 1.14) * (0.55 if mood.in_place else 1.0)
        if any(step.quick for step in move.steps):
            amount = min(amount, 0.3 + 1.1 / clock.rate_hz)
        if move.turns:
            amount = 0.85 if mood.in_place else min(max(amount, 0.9), 1.05)
        return Frame(
            x_m - min(max(pull * x_m, -0.12), 0.12),
            z_m - min(max(pull * z_m, -0.12), 0.12),
            self._heading_rad + whole_turns_rad,
            side,
            amount,
            mood.in_place,
        )

    def _free_side(self) -> int:
        """Return the side of the foot that carries less, 1 for the left; 0 where both carry."""
        weight = self._score.goal[Channel.WEIGHT]
        if abs(weight) < 0.25:
            return 0
        return -1 if weight > 0.0 else 1

    def _come_to_rest(self, count: int, rate_hz: float, mirror: int) -> None:
        """Bring arms and feet to rest, one foot a beat, the worse one first."""
        goal = self._score.goal
        facing = float(goal[Channel.FACING])
        if self._rested != count - 1:
            write_rest(self._score, count, 2 * pi * round(facing / (2 * pi)))
        self._rested = count
        frame = Frame(*self._footwork.middle(facing), facing, 1, 1.0)
        off_m: list[float] = []
        for sign, first in zip((1, -1), FEET, strict=True):
            x, z = frame.place(sign * HALF_STANCE_M, 0.0)
            away = abs(goal[first] - x) + abs(goal[first + 1] - z) + 0.2 * abs(goal[first + 2] - facing)
            off_m.append(float(away + abs(goal[first + 3]) + goal[first + 4]))
        worse = 0 if off_m[0] + 1e-3 * mirror > off_m[1] else 1
        if off_m[worse] > _OUT_OF_PLACE_M:
            step = Step(0, "ab"[worse], HALF_STANCE_M * (1 - 2 * worse), weight=0.5)
            self._footwork.take(step, frame, float(count), rate_hz=min(rate_hz, 1.6))


def _is_over(block: Block, count: int, mood: Mood) -> bool:
    """Tell whether the music has left a block behind: silence, or a drop; a turn is always finished."""
    if block.move is REST:
        return mood.awake
    surge = mood.drive - block.drive > _SURGE and (count - block.start) % 2 == 0
    return (surge or not mood.awake) and not block.move.turns
