"""Drum patterns that nobody has written down, so that the beat is learned rather than a list of rhythms.

What they keep is what listeners go by in the end: a bass drum that is likelier on strong beats, a backbeat or something
in its place, and a pulse that may as well lie between the beats.
"""

import numpy as np

from models.training.beats.patterns import Style

_STRONG_4 = np.array([0.95, 0.02, 0.12, 0.15, 0.35, 0.03, 0.3, 0.12, 0.55, 0.04, 0.3, 0.12, 0.35, 0.04, 0.25, 0.12])
_STRONG_3 = np.array([0.95, 0.02, 0.1, 0.06, 0.2, 0.03, 0.15, 0.05, 0.25, 0.03, 0.25, 0.05])
_STRONG_TRIPLETS = np.array([0.95, 0.05, 0.15, 0.35, 0.05, 0.2, 0.6, 0.05, 0.2, 0.35, 0.05, 0.2])
_BACKBEATS_4 = ("....x.......x...", "........x.......", "....x..o.o..x...", "...x..x....x..x.", "......x.......x.",
    "..x...x...x...x.", "x..x..x...x.x...", "..x.x...x..x..x.", "....x.......x.x.")  # fmt: skip
_BACKBEATS_3 = ("....x...x...", "....x.......", "........x...", "......x.....", "....x.....x.")
_BACKBEATS_TRIPLETS = ("...x.....x..", "......x.....", "...x.....x.x", "..x..x..x..x")
_PULSES_4 = ("x.x.x.x.x.x.x.x.", "..x...x...x...x.", "xxxxxxxxxxxxxxxx", "x.xxx.xxx.xxx.xx", "x...x...x...x...",
    ".xxx.xxx.xxx.xxx", "oxxooxxooxxooxxo", "..xx..xx..xx..xx", "x..x..x..x..x.x.")  # fmt: skip
_PULSES_3 = ("x.x.x.x.x.x.", "xxxxxxxxxxxx", "x...x...x...", "..x...x...x.", "....x...x...")
_PULSES_TRIPLETS = ("xxxxxxxxxxxx", "x.xx.xx.xx.x", "x..x..x..x..", "..x..x..x..x", "xoxxoxxoxxox")


def improvised(rng: np.random.Generator, style: Style) -> dict[str, str]:
    """Return a kit of `Style.drums` that fits the style's bar: fours, threes, or triplets where the style has them."""
    if style.beats_per_bar == 3:
        strong, backbeats, pulses = _STRONG_3, _BACKBEATS_3, _PULSES_3
    elif any(len(steps) == 12 for kit in style.drums for steps in kit.values()):
        strong, backbeats, pulses = _STRONG_TRIPLETS, _BACKBEATS_TRIPLETS, _PULSES_TRIPLETS
    else:
        strong, backbeats, pulses = _STRONG_4, _BACKBEATS_4, _PULSES_4
    kit = {"k": "".join("x" if rng.random() < chance else "." for chance in strong)}
    if strong is _STRONG_4 and rng.random() < 0.35:
        kit["k"] = "x...x...x...x..."
    if rng.random() < 0.85:
        kit[str(rng.choice(list("scrtvM")))] = str(rng.choice(backbeats))
    for _ in range(int(rng.choice([0, 1, 1, 2]))):
        kit[str(rng.choice(list("hodabgGmL")))] = str(rng.choice(pulses))
    return kit
