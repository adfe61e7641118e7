"""Steps between the beats, for bars of four. How to read a move: see `moves`."""

from models.groove.moves import Landing, Move, Step, air, shift, touch
from models.groove.score import Channel

SYNCOPATED: tuple[Move, ...] = (
    Move(
        "cha-cha",
        8,
        (
            Step(0, "a", 0.08, 0.25, weight=0.9),
            shift(1, "b"),
            Step(2, "a", 0.3, quick=True),
            Step(2.5, "b", 0.1, quick=True),
            Step(3, "a", 0.46, quick=True),
            Step(4, "b", 0.24, -0.25, weight=0.9),
            shift(5, "a"),
            Step(6, "b", 0.14, quick=True),
            Step(6.5, "a", 0.32, quick=True),
            Step(7, "b", -0.06, quick=True),
        ),
        energy=(0.3, 0.95),
        showy=0.5,
        travel_m=0.3,
        fastest_hz=2.2,
        body={Channel.DOWN: 0.5, Channel.HIPS: 1.3},
    ),
    Move(
        "kick ball change",
        4,
        (
            air(0, "a", 0.09, 0.34, 0.16),
            Step(0.5, "a", 0.08, -0.07, Landing.BALL, weight=0.6, quick=True),
            Step(1, "b", -0.1, 0.04, quick=True),
            Step(2, "a", 0.24),
            touch(3, "b", 0.05),
        ),
        energy=(0.4, 1.0),
        showy=0.55,
        fastest_hz=2.1,
        body={Channel.DOWN: 0.8, Channel.POP: 0.4, Channel.HIPS: 0.4},
    ),
    Move(
        "side shuffle",
        4,
        (
            Step(0, "a", 0.3, quick=True),
            Step(0.5, "b", 0.1, quick=True),
            Step(1, "a", 0.48, quick=True),
            Step(2, "b", 0.3, -0.22, weight=0.9),
            shift(3, "a"),
        ),
        energy=(0.4, 1.0),
        showy=0.4,
        travel_m=0.35,
        fastest_hz=2.3,
        body={Channel.DOWN: 0.8, Channel.HIPS: 0.8},
    ),
)
