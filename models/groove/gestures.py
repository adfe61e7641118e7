"""What goes on above the feet while a move is danced, written into the score: rhythms, head, arms."""

from dataclasses import dataclass
from random import Random

from models.groove.arms import HANG, LOOSE, ArmPattern, Shape
from models.groove.choice import Mood
from models.groove.footwork import Frame
from models.groove.moves import REST, Move
from models.groove.score import ARMS, Channel, Score

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
_HEAD: tuple[Channel, ...] = (Channel.HEAD_YAW, Channel.HEAD_PITCH, Channel.HEAD_ROLL)
_LONGEST_WAY_BEATS = 3.4


@dataclass(frozen=True, slots=True)
class Block:
    """A move on its way: where, when, with which arms.

    Attributes:
        move: what the feet do.
        arms: what the arms do.
        frame: where.
        start: the beat on which it begins.
        end: the beat on which the next one begins.
        stretch: 2 when it is danced at half speed.
        drive: of the music when it was chosen.
        arms_start: the beat on which its arms began; they may be carried on from the block before.
        arms_stretch: beats to a beat of the arms.
        arms_side: 1 when arm "a" is the left one.
        second_hand: by how much the other hand does less, 0 to 1.
    """

    move: Move
    arms: ArmPattern
    frame: Frame
    start: int
    end: int
    stretch: int
    drive: float
    arms_start: int
    arms_stretch: int
    arms_side: int
    second_hand: float


def write_body(score: Score, block: Block, mood: Mood, random: Random) -> None:
    """Write what holds for a whole block: the body's rhythms, the heading, the look."""
    side = block.frame.side
    amounts = {channel: block.move.body.get(channel, 0.0) for channel in _AMOUNTS}
    amounts[Channel.SHIMMY] += block.arms.shimmy * side
    amounts[Channel.CIRCLE] *= side
    amounts[Channel.SHRUG] += block.arms.shrug
    amounts[Channel.LEAN] += 0.03 + 0.07 * mood.drive * random.random()
    if mood.drive > 0.5 and amounts[Channel.DOWN] > 0.5 and random.random() < 0.22:
        amounts[Channel.UP], amounts[Channel.DOWN] = 0.9 * amounts[Channel.DOWN], 0.1
    score.key(block.start + 0.3, 1.2, amounts)
    if block.move is REST:
        return
    if not block.move.steps or block.move.steps[0].face is None:
        score.key(block.start + 0.2, 1.1, {Channel.FACING: block.frame.heading_rad})
    look = random.choice((0.0, 0.0, 0.3 * side, -0.25 * side)) if not block.move.turns else 0.0
    tilt = side * random.choice((0.0, 0.08, -0.1))
    head = dict(zip(_HEAD, (look, random.uniform(-0.06, 0.04), tilt), strict=True))
    score.key(block.start + 0.05, 0.5, head, overshoot=0.08)
    twist = side * random.uniform(-0.16, 0.22) * (0.4 + mood.drive)
    score.key(block.start + 0.1, 0.9, {Channel.TWIST: twist, Channel.SIDE: 0.25 * twist})


def write_arms(score: Score, block: Block, count: int, *, wind_up: bool = True) -> None:
    """Write where the arms arrive between `count` and the next beat.

    Long ways depart on the beat instead of arriving on it: nothing may begin before it is written.
    """
    pattern, stretch = block.arms, block.arms_stretch
    place = (count - block.arms_start) / stretch
    for beat, a, b in pattern.shapes:
        offset = (beat - place) % pattern.beats
        if offset >= 1.0 / stretch:
            continue
        way = min(pattern.way_beats * stretch, _LONGEST_WAY_BEATS)
        arrival = count + offset * stretch + max(way - 1.05, 0.0)
        lag = 0.1 * (1.0 - pattern.snap)
        left_leads = block.arms_side > 0
        for arm, shape, late in (
            (0 if left_leads else 1, a, 0.0),
            (1 if left_leads else 0, b.towards(LOOSE, block.second_hand), lag),
        ):
            score.key(
                arrival + late,
                way,
                _targets(arm, shape),
                overshoot=0.1 * pattern.snap,
                anticipation=0.07 * pattern.snap * (stretch == 1 and wind_up),
            )


def write_rest(score: Score, beat: float, heading_rad: float) -> None:
    """Let the arms sink and the body face `heading_rad`, from `beat` on."""
    straight = dict.fromkeys((Channel.TWIST, Channel.SIDE), 0.0)
    score.key(beat + 1.4, 2.2, _targets(0, HANG) | _targets(1, HANG) | straight)
    score.key(beat + 1.2, 2.0, {Channel.FACING: heading_rad} | dict.fromkeys(_HEAD, 0.0))


def _targets(arm: int, shape: Shape) -> dict[int, float]:
    first = ARMS[arm]
    return dict(zip(range(first, first + 5), shape.values(), strict=True))
