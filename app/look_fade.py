"""Which look is shown, and how far the change from the last one has gone: looks melt into each other.

A change of look may change the light of the whole picture. During a show each takes at least `SHORTEST_S`, and the next
waits for it, so that no number of changes makes more than three flashes a second (W3C WCAG 2.3.1).
"""

from dataclasses import dataclass, field

SHORTEST_S = 0.34


@dataclass
class LookFade:
    """One look after another. The window's thread only.

    Attributes:
        name: the look that was asked for last.
    """

    name: str
    _leaving: str = ""
    _started_s: float = 0.0
    _fade_s: float = SHORTEST_S
    _waiting: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])

    def change(self, name: str, now_s: float, fade_s: float) -> None:
        """Show another look, over `fade_s`; while a change is under way it waits for that, and only the last waits.

        Args:
            name: the look.
            now_s: any steady time.
            fade_s: how long; 0 cuts at once, for a picture that stands alone.
        """
        if fade_s <= 0.0:
            self.name = self._shown_name = name
            self._leaving = ""
            self._waiting.clear()
            return
        if name == self.name:
            return
        if self._leaving and self._weight(now_s) < 1.0:
            self._waiting = [(name, fade_s)]
            self.name = name
            return
        self._begin(self.name, name, now_s, fade_s)

    def shown(self, now_s: float) -> tuple[tuple[str, float], ...]:
        """Return the looks to draw over each other, first to last, each with its weight: the first always 1."""
        weight = self._weight(now_s)
        if weight >= 1.0 and self._waiting:
            name, fade_s = self._waiting.pop()
            self._begin(self._shown_name, name, now_s, fade_s)
            weight = self._weight(now_s)
        if weight >= 1.0 or not self._leaving:
            self._leaving = ""
            return ((self._shown_name, 1.0),)
        eased = weight * weight * (3.0 - 2.0 * weight)
        return ((self._leaving, 1.0), (self._shown_name, eased))

    def __post_init__(self) -> None:
        self._shown_name = self.name

    def _begin(self, leaving: str, name: str, now_s: float, fade_s: float) -> None:
        self._leaving, self._shown_name, self.name = leaving, name, name
        self._started_s, self._fade_s = now_s, max(fade_s, SHORTEST_S)
        if leaving == name:
            self._leaving = ""

    def _weight(self, now_s: float) -> float:
        if not self._leaving or now_s < self._started_s:
            return 1.0  # Time went back: a seek, another show.
        return min((now_s - self._started_s) / self._fade_s, 1.0)
