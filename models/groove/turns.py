"""Turns on the spot and along the way, for bars of four. How to read a move: see `moves`."""

from models.groove.moves import Landing, Move, Step, spin
from models.groove.score import Channel

TURNS: tuple[Move, ...] = (
    Move(
        "chasse turn",
        4,
        (
            Step(0, "a", 0.32, 0.0, turn=55, face=42),
            spin(0.85, "a", 165, weight=1.0),
            Step(1, "b", 0.56, 0.1, turn=210, face=205),
            spin(1.85, "b", 330, weight=1.0),
            Step(2, "a", 0.86, 0.0, turn=355, face=345),
            Step(3, "b", 0.68, 0.0, Landing.TOUCH, turn=360, weight=0.06, face=360),
        ),
        energy=(0.4, 1.0),
        showy=0.75,
        travel_m=0.77,
        turns=True,
        fastest_hz=2.35,
        body={Channel.DOWN: 0.4},
        arms=("turn",),
    ),
    Move(
        "pivot turns",
        4,
        (
            Step(0, "a", -0.12, 0.25, turn=-20, weight=0.9, face=-20),
            spin(1, "ab", -180, face=-180, weight=0.15),
            Step(2, "a", -0.06, -0.1, turn=-200, weight=0.9, face=-200),
            spin(3, "ab", -360, face=-360, weight=0.15),
        ),
        energy=(0.4, 1.0),
        showy=0.7,
        turns=True,
        fastest_hz=2.35,
        body={Channel.DOWN: 0.5},
        arms=("turn",),
    ),
    Move(
        "paddle turn",
        4,
        (
            Step(0, "a", 0.17, 0.13, Landing.TOUCH, turn=-20, weight=0.25, face=-25),
            spin(0.9, "b", -80, weight=0.8),
            Step(1, "a", -0.23, 0.27, Landing.TOUCH, turn=-110, weight=0.25, face=-115),
            spin(1.9, "b", -170, weight=0.8),
            Step(2, "a", -0.37, -0.13, Landing.TOUCH, turn=-200, weight=0.25, face=-205),
            spin(2.9, "b", -280, weight=0.8),
            Step(3, "a", 0.05, -0.26, Landing.TOUCH, turn=-300, weight=0.2, face=-300),
            spin(3.8, "b", -355, face=-360, weight=0.9),
        ),
        energy=(0.35, 1.0),
        showy=0.7,
        turns=True,
        fastest_hz=2.35,
        body={Channel.DOWN: 0.8, Channel.POP: 0.3},
        arms=("turn", "big"),
    ),
)
