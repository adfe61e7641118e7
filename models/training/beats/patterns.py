"""The rhythms that training music is made of: one bar of sixteenths (or twelfths) per drum, bass and chord figure.

A pattern is a string with one character per step: `x` a hit, `o` a soft hit, `.` none. Its length divides the bar
evenly, so 16 steps are sixteenths of 4/4, 12 are eighth triplets of 4/4 or sixteenths of 3/4.
"""

from dataclasses import dataclass

KICK, RIM, SNARE, CLAP, CLOSED_HAT, PEDAL_HAT, OPEN_HAT = 36, 37, 38, 39, 42, 44, 46
LOW_TOM, MID_TOM, HIGH_TOM, CRASH, RIDE, TAMBOURINE, COWBELL = 43, 47, 50, 49, 51, 54, 56
HIGH_CONGA, LOW_CONGA, TIMBALE, SHAKER, CLAVES = 63, 64, 65, 70, 75
DRUMS = {
    "k": KICK, "s": SNARE, "r": RIM, "c": CLAP, "h": CLOSED_HAT, "o": OPEN_HAT, "p": PEDAL_HAT, "d": RIDE,
    "t": TAMBOURINE, "b": COWBELL, "g": HIGH_CONGA, "G": LOW_CONGA, "m": TIMBALE, "a": SHAKER, "v": CLAVES,
    "L": LOW_TOM, "M": MID_TOM, "H": HIGH_TOM,
}  # fmt: skip


@dataclass(frozen=True)
class Style:
    """One kind of music.

    Attributes:
        tempo_bpm: from, to.
        drums: alternatives; each maps a letter of `DRUMS` to a bar.
        bass, chords: names of figures in `FIGURES`.
        beats_per_bar: 3 or 4.
        swing: share of the eighth by which the offbeat is late, at most.
        electronic: how often its drums are synthesised rather than sampled.
        programs: General MIDI programs of bass and chords.
        weight: how often it is chosen.
    """

    tempo_bpm: tuple[float, float]
    drums: tuple[dict[str, str], ...]
    bass: tuple[str, ...]
    chords: tuple[str, ...]
    beats_per_bar: int = 4
    swing: float = 0.0
    electronic: float = 0.2
    programs: tuple[tuple[int, ...], tuple[int, ...]] = ((33, 34, 38, 39), (0, 4, 27, 48, 50, 81, 89))
    weight: float = 1.0


FIGURES: dict[str, str] = {
    "whole": "x...............", "halves": "x.......x.......",
    "beats": "x...x...x...x...", "eighths": "x.x.x.x.x.x.x.x.",
    "sixteenths": "xxxxxxxxxxxxxxxx", "offbeats": "..x...x...x...x.",
    "gallop": "x.xxx.xxx.xxx.xx", "rolling": ".xxx.xxx.xxx.xxx",
    "octaves": "x.o.x.o.x.o.x.o.", "tresillo": "x..x..x.x..x..x.",
    "tresillo half": "x..x..x.........", "backbeats": "....x.......x...",
    "push": "x.....x.x.....x.", "funk": "x..x..x...xx..x.",
    "anticipated": "x......xx......x", "tumbao": "...x..x....x..x.",
    "son": "x..x..x...x.x...", "charleston": "x.....x.........",
    "dotted": "x..x..x..x..x..x", "pop": "x...x.x...x.x.x.",
    "sub": "x.........x.....", "chop": "..x...x..xx...x.", "walking": "x...x...x...x...", "triplets": "xxxxxxxxxxxx",
    "shuffle": "x.xx.xx.xx.x", "long short": "x.xx.xx.xx.x", "last two": ".xx.xx.xx.xx",
    "waltz": "x...x...x...", "waltz bass": "x...........", "waltz pah": "....x...x...",
    "waltz eighths": "x.x.x.x.x.x.", "waltz push": "x.....x.x...",
    "slow arpeggio": "xoxoxoxoxoxoxoxo", "alberti": "x.o.x.o.x.o.x.o.",
    "ballad": "x.....x.x...x...", "broken": "x..ox..ox..ox..o",
}  # fmt: skip
"""`walking` and the arpeggios choose their pitches by name, see the arranger."""

_ROCK_PROGRAMS = ((33, 34), (27, 28, 29, 30, 18, 0))
_METAL_PROGRAMS = ((33, 34), (29, 30, 30))
_JAZZ_PROGRAMS = ((32, 32, 33), (0, 26, 4, 11))
_SYNTH_PROGRAMS = ((38, 39, 87), (50, 51, 62, 80, 81, 89, 90, 4))
_BALLAD_PROGRAMS = ((32, 33, 35, 48), (0, 0, 0, 1, 4, 24, 25, 46, 48, 88))

STYLES: dict[str, Style] = {
    "four on the floor": Style(
        (112, 150),
        (
            {"k": "x...x...x...x...", "o": "..x...x...x...x.", "c": "....x.......x...", "h": "x.x.x.x.x.x.x.x."},
            {"k": "x...x...x...x...", "h": "xxxxxxxxxxxxxxxx", "s": "....x.......x..o"},
            {"k": "x...x...x...x.o.", "o": "..x...x...x...x.", "a": "oxoxoxoxoxoxoxox"},
            {"k": "x...x...x...x...", "d": "..x...x...x...x.", "c": "....x.......x...", "G": "...x..x....x..x."},
            {"k": "x...x...x...x..."},
        ),
        ("offbeats", "rolling", "eighths", "octaves", "sixteenths", "whole", "sub"),
        ("offbeats", "whole", "sixteenths", "chop", "dotted", "tresillo", "son"),
        electronic=0.8, programs=_SYNTH_PROGRAMS, weight=3.0,
    ),
    "disco": Style(
        (105, 130),
        (
            {"k": "x...x...x...x...", "s": "....x.......x...", "o": "..x...x...x...x.", "h": "x.x.x.x.x.x.x.x."},
            {"k": "x...x...x...x...", "s": "....x.......x...", "h": "xxxxxxxxxxxxxxxx", "t": "....x.......x..."},
        ),
        ("octaves", "funk", "eighths"), ("chop", "offbeats", "whole"), electronic=0.3,
    ),
    "rock": Style(
        (75, 160),
        (
            {"k": "x.......x.x.....", "s": "....x.......x...", "h": "x.x.x.x.x.x.x.x."},
            {"k": "x..x....x.......", "s": "....x.......x...", "d": "x.x.x.x.x.x.x.x."},
            {"k": "x.x...x.x.x.....", "s": "....x.......x...", "o": "x...x...x...x..."},
            {"k": "x......xx..x....", "s": "....x.......x..o", "h": "x.x.x.x.x.x.x.x."},
            {"k": "x.......x.......", "s": "....x.......x...", "h": "x...x...x...x..."},
        ),
        ("eighths", "push", "beats", "anticipated"), ("eighths", "whole", "push", "pop", "sixteenths"),
        programs=_ROCK_PROGRAMS, weight=2.0,
    ),
    "metal": Style(
        (120, 205),
        (
            {"k": "xxxxxxxxxxxxxxxx", "s": "....x.......x...", "d": "x...x...x...x..."},
            {"k": "x.x.x.x.x.x.x.x.", "s": "..x...x...x...x.", "h": "x.x.x.x.x.x.x.x."},
            {"k": "x.xxx.xxx.xxx.xx", "s": "....x.......x...", "o": "x...x...x...x..."},
            {"k": "x...x...x...x...", "s": "..x...x...x...x.", "d": "x.x.x.x.x.x.x.x."},
            {"k": "x.....xxx.......", "s": "........x.......", "o": "x...x...x...x..."},
        ),
        ("eighths", "gallop", "sixteenths"), ("eighths", "gallop", "sixteenths", "whole"),
        programs=_METAL_PROGRAMS, electronic=0.05, weight=2.0,
    ),
    "punk": Style(
        (150, 205),
        (
            {"k": "x...x...x...x...", "s": "..x...x...x...x.", "h": "x.x.x.x.x.x.x.x."},
            {"k": "x.....x.x.x.....", "s": "....x.......x...", "d": "x.x.x.x.x.x.x.x."},
        ),
        ("eighths",), ("eighths", "whole"), programs=_ROCK_PROGRAMS, electronic=0.05,
    ),
    "funk": Style(
        (85, 125),
        (
            {"k": "x.x...o...x..x..", "s": "....x..o.o..x..o", "h": "xxxxxxxxxxxxxxxx"},
            {"k": "x..x..x...x.....", "s": "....x.......x.o.", "h": "x.x.x.xox.x.x.xo"},
        ),
        ("funk", "son"), ("chop", "funk", "offbeats"), swing=0.15,
    ),
    "hip hop": Style(
        (70, 108),
        (
            {"k": "x..x......x.....", "s": "....x.......x...", "h": "x.x.x.x.x.x.x.x."},
            {"k": "x......xx.x.....", "c": "....x.......x...", "h": "x.x.xxx.x.x.x.xx"},
            {"k": "x.....x...x..x..", "s": "....x.......x...", "h": "xxxxxxxxxxxxxxxx"},
        ),
        ("sub", "funk", "push"), ("whole", "backbeats", "halves", "charleston"), swing=0.3, electronic=0.5, weight=1.5,
    ),
    "half time": Style(
        (130, 150),
        (
            {"k": "x.....x.........", "s": "........x.......", "h": "x.x.x.x.x.x.x.x."},
            {"k": "x..x......x...x.", "c": "........x.......", "h": "x.xxx.x.xxx.x.xx"},
            {"k": "x...............", "s": "........x.......", "h": "..x...x...x...x."},
        ),
        ("sub", "whole", "dotted", "sixteenths"), ("whole", "offbeats", "dotted"), electronic=0.8,
        programs=_SYNTH_PROGRAMS, weight=1.0,
    ),
    "drum and bass": Style(
        (160, 180),
        (
            {"k": "x.........x.....", "s": "....x.......x...", "h": "x.x.x.x.x.x.x.x."},
            {"k": "x.....x...x.....", "s": "....x..o.o..x...", "h": "xxxxxxxxxxxxxxxx"},
        ),
        ("sub", "whole", "dotted"), ("whole", "offbeats"), electronic=0.6, programs=_SYNTH_PROGRAMS, weight=0.8,
    ),
    "electro": Style(
        (100, 146),
        (
            {"k": "x..x..x...x.....", "s": "....x.......x...", "h": "x.x.x.x.x.x.x.x."},
            {"k": "x......xx..x..x.", "c": "....x.......x...", "h": "xxxxxxxxxxxxxxxx", "b": "..x..x..x.x..x.."},
            {"k": "x.x.......x.....", "s": "....x.......x...", "o": "..x...x...x...x."},
            {"k": "x...x...x..x..x.", "s": "....x.......x.xx", "h": "x.x.x.x.x.x.x.x."},
        ),
        ("sixteenths", "octaves", "dotted", "gallop", "eighths"), ("sixteenths", "dotted", "whole", "chop"),
        electronic=0.7, programs=_SYNTH_PROGRAMS, weight=2.0,
    ),
    "reggaeton": Style(
        (84, 104),
        (
            {"k": "x...x...x...x...", "s": "...x..x....x..x.", "h": "x.x.x.x.x.x.x.x."},
            {"k": "x...x...x...x...", "r": "...x..x....x..x.", "a": "xxxxxxxxxxxxxxxx"},
        ),
        ("tresillo", "beats", "sub"), ("offbeats", "whole", "tresillo"), electronic=0.6, weight=1.0,
    ),
    "reggae": Style(
        (65, 95),
        (
            {"k": "........x.......", "r": "........x.......", "h": "x.x.x.x.x.x.x.x."},
            {"k": "x...x...x...x...", "r": "........x.......", "h": "x.xxx.xxx.xxx.xx"},
        ),
        ("push", "funk"), ("offbeats", "backbeats"), swing=0.2, weight=0.5,
    ),
    "salsa": Style(
        (85, 112),
        (
            {"b": "x.x.x.x.x.x.x.x.", "v": "x..x..x.....x.x.", "g": "x.x.x.x.x.xxx.xx", "m": "x.xxx.x.x.xxx.x."},
            {"b": "x...x...x...x...", "a": "xxxxxxxxxxxxxxxx", "v": "..x.x...x..x..x.", "G": "......xx......xx"},
        ),
        ("tumbao", "tresillo"), ("son", "tumbao", "chop"), programs=((32, 33), (0, 0, 61)), weight=1.0,
    ),
    "cha cha": Style(
        (105, 130),
        (
            {"b": "x...x...x...x...", "a": "x.x.x.x.x.x.x.x.", "G": "............x.x.",
             "g": "....x.......x.x.", "k": "x.......x......."},
            {"b": "x...x...x.x.x...", "m": "x.o.x.o.x.o.x.x.", "k": "x..x....x..x...."},
        ),
        ("tresillo", "beats", "push"), ("offbeats", "son", "backbeats"), programs=((32, 33), (0, 0, 61)), weight=0.6,
    ),
    "samba": Style(
        (90, 125),
        (
            {"k": "x..xx..xx..xx..x", "a": "xooxxooxxooxxoox", "t": "x.x..x.xx.x..x.x", "L": "....x.......x..."},
            {"k": "x..xx..xx..xx..x", "r": "x..x..x...x..x..", "h": "xxxxxxxxxxxxxxxx"},
        ),
        ("tresillo", "broken", "push"), ("son", "chop"), programs=((32, 33), (24, 25, 0)), weight=0.8,
    ),
    "pop": Style(
        (80, 132),
        (
            {"k": "x.......x.......", "s": "....x.......x...", "h": "x.x.x.x.x.x.x.x."},
            {"k": "x.....x...x.....", "c": "....x.......x...", "t": "..x...x...x...x."},
            {"k": "x...x...x...x...", "c": "....x.......x...", "a": "xxxxxxxxxxxxxxxx"},
        ),
        ("eighths", "push", "ballad", "anticipated"), ("whole", "pop", "eighths", "alberti", "ballad"),
        electronic=0.4, weight=1.5,
    ),
    "shuffle": Style(
        (80, 140),
        (
            {"k": "x.....x.....", "s": "...x.....x..", "d": "x.xx.xx.xx.x"},
            {"k": "x..x..x..x..", "s": "...x.....x..", "h": "x.xx.xx.xx.x"},
        ),
        ("shuffle", "walking", "beats"), ("shuffle", "charleston", "whole"), programs=_ROCK_PROGRAMS, weight=1.0,
    ),
    "swing": Style(
        (100, 200),
        (
            {"d": "x..x.xx..x.x", "p": "...x.....x..", "k": "o..o..o..o.."},
            {"d": "x..x.xx..x.x", "p": "...x.....x..", "s": ".....o....o."},
        ),
        ("walking", "halves"), ("charleston", "shuffle", "whole"), programs=_JAZZ_PROGRAMS, electronic=0.0, weight=1.0,
    ),
    "ska": Style(
        (85, 165),
        (
            {"k": "....x.......x...", "s": "....x.......x...", "h": "..x...x...x...x."},
            {"k": "x.......x.......", "r": "....x.......x...", "o": "..x...x...x...x."},
            {"k": "x...x...x...x...", "h": "..x...x...x...x.", "s": "....x.......x..."},
        ),
        ("walking", "beats", "eighths", "push"), ("offbeats", "offbeats", "chop"),
        programs=((32, 33, 34), (27, 28, 16, 61, 7)), weight=1.2,
    ),
    "polka": Style(
        (90, 140),
        (
            {"k": "x...x...x...x...", "s": "..x...x...x...x."},
            {"k": "x.......x.......", "h": "..x...x...x...x."},
            {},
        ),
        ("beats", "walking", "halves"), ("offbeats", "offbeats", "eighths"), electronic=0.1,
        programs=((58, 32, 43), (21, 0, 24, 61, 6)), weight=1.0,
    ),
    "afrobeat": Style(
        (90, 130),
        (
            {"k": "x..x..x....xx...", "s": "..x...x...o.x..o", "h": "x.xxx.xxx.xxx.xx", "a": "xxxxxxxxxxxxxxxx"},
            {"k": "x.....x.x..x....", "r": "...x..x...x...x.", "o": "..x...x...x...x.", "v": "x..x...x..x.x..."},
            {"k": "x..x....x..x....", "s": "....o..x....x.o.", "h": "..x...x...x...x.", "g": "..xx..xx..xx..xx"},
        ),
        ("tresillo", "anticipated", "funk", "son"), ("chop", "offbeats", "son"), swing=0.15,
        programs=((33, 34), (27, 28, 16, 61)), weight=1.5,
    ),
    "soca": Style(
        (105, 165),
        (
            {"k": "x...x...x...x...", "s": "...x..x....x..x.", "o": "..x...x...x...x."},
            {"k": "x...x...x...x...", "c": "...x..x....x..x.", "b": "..x...x...x...x."},
        ),
        ("tresillo", "offbeats", "sub"), ("offbeats", "tresillo"), electronic=0.6, programs=_SYNTH_PROGRAMS, weight=0.7,
    ),
    "two step": Style(
        (122, 142),
        (
            {"k": "x.........x.....", "c": "....x.......x...", "h": "..x.x.x...xx..x.", "o": "..x...x...x...x."},
            {"k": "x.....x...x..x..", "s": "....x.......x...", "h": "xxx.xxx.xxx.xxx."},
        ),
        ("dotted", "funk", "offbeats", "sub"), ("offbeats", "chop", "dotted"), swing=0.25, electronic=0.8,
        programs=_SYNTH_PROGRAMS, weight=1.0,
    ),
    "offbeat bass": Style(
        (118, 150),
        (
            {"k": "x...x...x...x...", "o": "..x...x...x...x."},
            {"k": "x...x...x...x...", "o": "..x...x...x...x.", "t": "..x...x...x...x.", "c": "....x.......x..."},
            {"k": "x...x...x...x...", "h": ".xx..xx..xx..xx."},
            {"o": "..x...x...x...x.", "c": "....x.......x..."},
        ),
        ("offbeats", "offbeats", "rolling"), ("offbeats", "whole", "dotted", "chop"), electronic=0.85,
        programs=_SYNTH_PROGRAMS, weight=2.0,
    ),
    "bossa": Style(
        (110, 165),
        (
            {"k": "x.....x.x.....x.", "r": "x..x..x...x..x..", "h": "x.x.x.x.x.x.x.x."},
            {"k": "x.....x.x.....x.", "r": "..x..x....x..x..", "a": "x.xxx.xxx.xxx.xx"},
        ),
        ("push", "pop", "tresillo"), ("son", "dotted", "tresillo"), programs=((32, 33), (24, 25, 0)), weight=0.7,
    ),
    "six eight": Style(
        (55, 90),
        (
            {"k": "x.....x.....", "s": "...x.....x..", "h": "xxxxxxxxxxxx"},
            {"k": "x....xx.....", "s": "...x.....x..", "h": "xxxxxxxxxxxx"},
            {"k": "x..x..x..x..", "s": "...x.....x..", "h": "xoxxoxxoxxox"},
            {"k": "x...........", "s": "......x.....", "h": "x.xx.xx.xx.x"},
            {"k": "x.....x.....", "r": "...x..x..x..", "d": "x.xx.xx.xx.x", "a": "xxxxxxxxxxxx"},
            {"k": "x.....x.....", "b": "x.x.xx.x.x.x", "a": "x..x..x..x..", "g": "..xx.x..xx.x"},
            {"h": "xxxxxxxxxxxx"},
            {},
        ),
        ("beats", "triplets", "shuffle", "halves", "whole", "long short"),
        ("triplets", "triplets", "whole", "long short", "last two", "beats"),
        electronic=0.15, programs=((32, 33, 35, 38), (0, 4, 24, 25, 27, 46, 48, 81)), weight=2.5,
    ),
    "jig": Style(
        (95, 140),
        (
            {"k": "x..x..x..x..", "t": "x.xx.xx.xx.x"},
            {"k": "x.....x.....", "s": "..x..x..x..x", "h": "x..x..x..x.."},
            {},
        ),
        ("beats", "walking", "long short"), ("triplets", "last two", "long short"), electronic=0.1,
        programs=((32, 33, 43), (21, 22, 24, 40, 73, 105, 110)), weight=0.8,
    ),
    "waltz": Style(
        (84, 200),
        (
            {"k": "x...........", "s": "....o...o...", "h": "x...x...x..."},
            {"k": "x...........", "p": "....x...x...", "d": "x...x.x.x..."},
            {"k": "x.......x...", "s": "....x.......", "h": "x.x.x.x.x.x."},
            {"k": "x...........", "s": "........x...", "h": "x.x.x.x.x.x."},
            {"k": "x...........", "h": "....x...x..."},
            {},
        ),
        ("waltz bass", "waltz", "waltz push"), ("waltz pah", "waltz eighths", "waltz"), beats_per_bar=3, electronic=0.1,
        programs=((32, 33, 43), (0, 24, 21, 48, 48, 6)), weight=3.0,
    ),
    "ballad": Style(
        (58, 100), ({},), ("whole", "halves", "ballad", "push"),
        ("slow arpeggio", "alberti", "ballad", "beats", "broken", "eighths", "pop", "tresillo half"),
        programs=_BALLAD_PROGRAMS, weight=2.5,
    ),
    "piano pop": Style(
        (90, 140), ({},), ("eighths", "push", "anticipated", "beats"),
        ("alberti", "pop", "push", "tresillo", "eighths", "offbeats"), programs=_BALLAD_PROGRAMS, weight=1.0,
    ),
    "orchestral": Style(
        (70, 150), ({}, {"L": "x.......x.x....."}, {"t": "x...x...x...x..."}), ("beats", "eighths", "halves"),
        ("sixteenths", "whole", "gallop", "beats", "offbeats"),
        programs=((43, 58, 48), (48, 60, 61, 68, 73, 45)), weight=0.8,
    ),
}  # fmt: skip
