"""MIDI in: a clock to follow, and notes and controllers that stand for addresses of the remote control.

Messages come as bytes, whatever delivers them. A clock ticks 24 times a quarter note; `Start` is the first beat of a
bar, `Song Position` counts sixteenths (MIDI 1.0, System Real-Time and System Common messages).
"""

from collections import deque
from typing import NamedTuple

import numpy as np

from realtime.commands import Command, OutsideBeat
from realtime.health import HealthSnapshot
from realtime.remote.control import Control
from realtime.types import TempoSource

TICKS_PER_BEAT = 24
_FEWEST_TICKS = 12
_LONGEST_TICK_S = 0.15
"""Between ticks at 20 BPM lie 0.125 s; after a longer gap the clock starts anew."""
_CLOCK, _START, _CONTINUE, _STOP, _POSITION = 0xF8, 0xFA, 0xFB, 0xFC, 0xF2
_NOTE_OFF, _NOTE_ON, _CONTROL = 0x80, 0x90, 0xB0


class MidiClock:
    """Turns ticks into beats: a straight line through the last two beats of ticks smooths their jitter."""

    def __init__(self) -> None:
        self._ticks: deque[tuple[int, float]] = deque(maxlen=2 * TICKS_PER_BEAT)
        self._next_tick = 0
        self._placed = False

    def feed(self, message: bytes, host_s: float) -> OutsideBeat | None:
        """Take a message; return a beat with each quarter note of a clock that runs."""
        status = message[0] if message else 0
        if status == _START:
            self._next_tick, self._placed = 0, True
            self._ticks.clear()
        elif status == _POSITION and len(message) == 3:
            self._next_tick, self._placed = (message[1] | message[2] << 7) * TICKS_PER_BEAT // 4, True
            self._ticks.clear()
        elif status == _CLOCK:
            return self._tick(host_s)
        return None

    def _tick(self, host_s: float) -> OutsideBeat | None:
        if self._ticks and not 0.0 < host_s - self._ticks[-1][1] < _LONGEST_TICK_S:
            self._ticks.clear()
        tick, self._next_tick = self._next_tick, self._next_tick + 1
        self._ticks.append((tick, host_s))
        if tick % TICKS_PER_BEAT or len(self._ticks) < _FEWEST_TICKS:
            return None
        numbers, times_s = np.array(self._ticks).T
        tick_s, start_s = np.polyfit(numbers - tick, times_s - host_s, 1)
        if tick_s <= 0.0:
            return None
        in_bar = tick // TICKS_PER_BEAT % 4 if self._placed else -1
        return OutsideBeat(
            int(TempoSource.MIDI), 60.0 / (TICKS_PER_BEAT * float(tick_s)), host_s + float(start_s), in_bar
        )


class Asked(NamedTuple):
    """A command, and the control that asked for it."""

    control: Control
    command: Command


class MidiMap:
    """Notes and controllers, each bound to an address. One thread calls it.

    A binding is written "note CHANNEL NUMBER" or "cc CHANNEL NUMBER", channels from 1.
    """

    def __init__(self, controls: dict[str, Control], bindings: dict[str, str]) -> None:
        """Bind.

        Raises:
            ValueError: a binding is none, or nothing has its address.
        """
        self._controls = controls
        self.bindings: dict[str, str] = {}
        self._learning = ""
        self._learnt: tuple[str, str] | None = None
        for key, address in bindings.items():
            self.bind(key, address)

    @property
    def learning(self) -> str:
        """The address that the next note or controller is bound to, or ""."""
        return self._learning

    def bind(self, key: str, address: str) -> None:
        """Let a note or a controller stand for an address.

        Raises:
            ValueError: the key is none, or nothing has that address.
        """
        kind, *numbers = key.split()
        if kind not in ("note", "cc") or len(numbers) != 2 or not all(number.isdecimal() for number in numbers):
            raise ValueError(f'expected "note CHANNEL NUMBER" or "cc CHANNEL NUMBER", got "{key}"')
        if not 1 <= int(numbers[0]) <= 16 or not 0 <= int(numbers[1]) <= 127:
            raise ValueError(f'expected a channel from 1 to 16 and a number from 0 to 127, got "{key}"')
        if address not in self._controls:
            raise ValueError(f'nothing is called "{address}"')
        self.bindings[f"{kind} {int(numbers[0])} {int(numbers[1])}"] = address

    def learn(self, address: str) -> None:
        """Bind whatever is pressed or moved next to an address; "" learns nothing after all.

        Raises:
            ValueError: nothing has that address.
        """
        if address and address not in self._controls:
            raise ValueError(f'nothing is called "{address}"')
        self._learning = address

    def take_learnt(self) -> tuple[str, str] | None:
        """Return what was learnt since the last call: what was pressed or moved, and its address."""
        learnt, self._learnt = self._learnt, None
        return learnt

    def ask(self, message: bytes, now: HealthSnapshot) -> Asked | None:
        """Return what a message asks for; None for one that is not bound, or a release."""
        if len(message) != 3 or message[0] & 0xF0 not in (_NOTE_OFF, _NOTE_ON, _CONTROL):
            return None
        status, number, value = message[0] & 0xF0, message[1], message[2]
        kind = "cc" if status == _CONTROL else "note"
        value = 0 if status == _NOTE_OFF else value
        key = f"{kind} {(message[0] & 0x0F) + 1} {number}"
        if self._learning and value:
            self.bindings[key] = self._learning
            self._learnt, self._learning = (key, self._learning), ""
        address = self.bindings.get(key)
        if address is None:
            return None
        control, share = self._controls[address], value / 127.0
        command: Command | None = None
        if control.kind in ("number", "text"):
            command = control.command([control.low + share * (control.high - control.low)], now)
        elif control.kind != "numbers":
            # A note is pressed with any velocity; a controller from its middle.
            pressed = value > 0 if kind == "note" else share >= 0.5
            command = control.command([float(pressed)], now)
        return None if command is None else Asked(control, command)
