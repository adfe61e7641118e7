"""Who is told what the show does: subscribers get every control's value when it changes, and all once a second."""

from realtime.health import HealthSnapshot
from realtime.osc import pack_message
from realtime.remote.control import Control, Value

LEASE_S = 10.0
"""A subscriber that does not renew within this time has gone; X32 consoles made this a habit."""
MOST_SUBSCRIBERS = 8
EVERY_S = 0.1
REMINDER_S = 1.0
Place = tuple[str, int]


class Feedback:
    """Knows the subscribers and what they were told. One thread calls it."""

    def __init__(self, controls: dict[str, Control]) -> None:
        self._controls = [control for control in controls.values() if control.read is not None]
        self._leases: dict[Place, float] = {}
        self._asked: set[Place] = set()
        self._told: dict[str, Value] = {}
        self._next_s = float("-inf")
        self._whole_s = float("-inf")

    def subscribe(self, place: Place, now_s: float) -> bool:
        """Send to a place for `LEASE_S`; False when too many others are subscribed."""
        self._forget(now_s)
        if place not in self._leases and len(self._leases) >= MOST_SUBSCRIBERS:
            return False
        if place not in self._leases:
            self._whole_s = float("-inf")
        self._leases[place] = now_s + LEASE_S
        return True

    def count(self, now_s: float) -> int:
        """Return how many are subscribed."""
        self._forget(now_s)
        return len(self._leases)

    def ask(self, place: Place) -> None:
        """Tell a place everything once, at the next turn; what too many ask at once is not answered."""
        if len(self._asked) < MOST_SUBSCRIBERS:
            self._asked.add(place)

    def due(self, now: HealthSnapshot, now_s: float) -> list[tuple[bytes, Place]]:
        """Return the packets to send now, and where to."""
        if now_s < self._next_s or not (self.count(now_s) or self._asked):
            return []
        self._next_s = now_s + EVERY_S
        asked, self._asked = self._asked, set()
        answers = [pack_message(address, value) for address, value in self._values(now).items()] if asked else []
        return [(packet, place) for place in asked for packet in answers] + self._news(now, now_s)

    def _news(self, now: HealthSnapshot, now_s: float) -> list[tuple[bytes, Place]]:
        if not self._leases:
            return []
        values = self._values(now)
        news = values
        if now_s - self._whole_s < REMINDER_S:
            news = {address: value for address, value in values.items() if self._told.get(address) != value}
        else:
            self._whole_s = now_s
        self._told = values
        packets = [pack_message(address, value) for address, value in news.items()]
        return [(packet, place) for place in self._leases for packet in packets]

    def _values(self, now: HealthSnapshot) -> dict[str, Value]:
        used = [control for control in self._controls if _is_used(control, now)]
        return {control.address: control.read(now) for control in used if control.read is not None}

    def _forget(self, now_s: float) -> None:
        self._leases = {place: until_s for place, until_s in self._leases.items() if until_s > now_s}


def _is_used(control: Control, now: HealthSnapshot) -> bool:
    """Return whether it exists in this show: of 32 possible targets only those of the preset do."""
    parts = control.address.split("/")
    return "target" not in parts or int(parts[-2]) <= len(now.targets)
