"""One address of the remote control, and how a message to it becomes a command.

A button is pressed by a message without arguments or with a first argument of at least 0.5; less is its release, which
does nothing: TouchOSC sends 1 and then 0. A switch is on from 0.5. Numbers may be ints or floats, T or F.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from realtime.commands import Command
from realtime.health import HealthSnapshot
from realtime.osc import Argument

ROOT = "/dance/ctl"
Value = float | int | str


@dataclass(frozen=True)
class Control:
    """One address of the remote control.

    Attributes:
        address: where it is.
        about: what it does, for OSCQuery.
        kind: "button", "switch", "number", "numbers" or "text" (a name, or its number from 1).
        make: the command that a value asks for, or None when it cannot be done now; buttons get no value.
        read: its value now, for feedback.
        low, high: the range of its numbers; values outside are brought inside.
        count: how many numbers it needs; 0 takes one or none.
        quantised: whether it waits for the beat or the bar.
    """

    address: str
    about: str
    kind: str
    make: Callable[[list[float] | str, HealthSnapshot], Command | None]
    read: Callable[[HealthSnapshot], Value] | None = None
    low: float = 0.0
    high: float = 1.0
    count: int = 1
    quantised: bool = False

    def command(self, arguments: Sequence[Argument], now: HealthSnapshot) -> Command | None:
        """Return the command that a message asks for; None for a release, or when it cannot be done now.

        Raises:
            ValueError: the arguments do not fit.
        """
        if self.kind == "button":
            pressed = not arguments or _number(arguments[0]) >= 0.5
            return self.make([], now) if pressed else None
        if self.kind == "switch":
            return self.make([float(not arguments or _number(arguments[0]) >= 0.5)], now)
        if self.kind == "text" and arguments and isinstance(arguments[0], str):
            return self.make(arguments[0], now)
        if len(arguments) < self.count:
            raise ValueError(f"expected {self.count} arguments, got {len(arguments)}")
        return self.make([min(max(_number(a), self.low), self.high) for a in arguments[: max(self.count, 1)]], now)


def button(
    path: str, about: str, make: Callable[[HealthSnapshot], Command | None], *, quantised: bool = False
) -> Control:
    """Return a control that is pressed; `path` goes under the root."""
    return Control(f"{ROOT}/{path}", about, "button", lambda _, now: make(now), quantised=quantised)


def switch(
    path: str,
    about: str,
    make: Callable[[bool], Command],
    read: Callable[[HealthSnapshot], Value] | None = None,
    *,
    quantised: bool = False,
) -> Control:
    """Return a control that is on or off."""
    return Control(f"{ROOT}/{path}", about, "switch", lambda v, _: make(bool(v[0])), read, quantised=quantised)


def fader(
    path: str,
    about: str,
    make: Callable[[float], Command | None],
    read: Callable[[HealthSnapshot], Value] | None = None,
    *,
    low: float = 0.0,
    high: float = 1.0,
) -> Control:
    """Return a control with a number."""
    return Control(f"{ROOT}/{path}", about, "number", lambda v, _: make(float(v[0])), read, low, high)


def _number(argument: Argument) -> float:
    if isinstance(argument, int | float):
        return float(argument)
    raise ValueError(f"expected a number, got {argument!r:.40}")
