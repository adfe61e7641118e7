"""Keeps the light of the whole picture from flashing, whatever asks for it: a crowd-safe limiter.

W3C WCAG 2.3.1 and ITU-R BT.1702 allow three flashes a second at most; a flash is a rise and a fall. Blackouts may come
from a key, a fader or a flood of OSC: after the third turn of direction within a second the light moves slowly until a
second has passed without one.
"""

from collections import deque
from dataclasses import dataclass, field

MOST_TURNS = 4
"""Two whole flashes in a second leave a margin to the three that are allowed."""
_SLOW_PER_S = 0.5
_LEAST = 0.05


@dataclass
class FlashGuard:
    """Limits one light. The window's thread only.

    Attributes:
        light: what is shown, 0 to 1.
    """

    light: float = 1.0
    _rising: bool = False
    _extreme: float = 1.0
    _turns_s: deque[float] = field(default_factory=lambda: deque[float](maxlen=MOST_TURNS))

    def step(self, wanted: float, now_s: float, elapsed_s: float) -> float:
        """Return the light to show at `now_s`, when `wanted` is asked for."""
        change = wanted - self.light
        tired = len(self._turns_s) == MOST_TURNS and now_s - self._turns_s[0] < 1.0
        if tired:
            most = _SLOW_PER_S * max(elapsed_s, 0.0)
            change = min(max(change, -most), most)
        self.light += change
        self._note_turn(now_s)
        return self.light

    def _note_turn(self, now_s: float) -> None:
        """Remember when the light turned round, ignoring what no eye would call a flash."""
        ahead = self.light - self._extreme if self._rising else self._extreme - self.light
        if ahead > 0.0:
            self._extreme = self.light
        elif -ahead > _LEAST:
            self._rising = not self._rising
            self._extreme = self.light
            self._turns_s.append(now_s)
