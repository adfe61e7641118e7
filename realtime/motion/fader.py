"""The blackout: a fade between picture and black that can be turned round at any moment."""

from realtime.commands import Blackout, Command, SetFade


class Fader:
    """Moves between 0 (picture) and 1 (black) at a steady rate. One thread commands, any thread reads."""

    def __init__(self) -> None:
        self.fade_s = 1.0
        self._ramp = (0.0, 0.0, 0.0, 0.0)  # start_s, from, to, fade_s: one value, replaced whole

    @property
    def target(self) -> float:
        """Where it goes: 0 or 1."""
        return self._ramp[2]

    def value_at(self, time_s: float) -> float:
        """Return how black it is at a show time, 0 to 1."""
        start_s, start, target, fade_s = self._ramp
        progress = 1.0 if fade_s <= 0.0 else min(max((time_s - start_s) / fade_s, 0.0), 1.0)
        return start + (target - start) * progress

    def fade(self, *, on: bool, now_s: float, fade_s: float) -> None:
        """Begin to fade to black (on) or to the picture from wherever it is now."""
        here = self.value_at(now_s)
        target = 1.0 if on else 0.0
        self._ramp = (now_s, here, target, min(max(fade_s, 0.0), 5.0) * abs(target - here))

    def command(self, command: Command, now_s: float) -> None:
        """Obey `Blackout` and `SetFade`; ignore every other command."""
        match command:
            case Blackout(on=on, fade_s=fade_s):
                self.fade(on=on, now_s=now_s, fade_s=self.fade_s if fade_s < 0.0 else fade_s)
            case SetFade(fade_s=fade_s):
                self.fade_s = fade_s
            case _:
                pass
