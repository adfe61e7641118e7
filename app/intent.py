"""What a person last asked of a switch, remembered until the show had time to answer."""


class Intent:
    """A switch that may be pressed faster than the show reports back.

    Args:
        answer_s: for this long after a press the press is believed, afterwards the show.
    """

    def __init__(self, answer_s: float) -> None:
        self._answer_s = answer_s
        self._wanted = False
        self._until_s = float("-inf")

    def toggle(self, held: bool, now_s: float) -> bool:
        """Return the state to ask for at host time `now_s`, when the show last reported `held`."""
        self._wanted = not (self._wanted if now_s < self._until_s else held)
        self._until_s = now_s + self._answer_s
        return self._wanted
