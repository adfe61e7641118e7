"""The switches of a show as a finger flips them: each press asks for the other state than the one asked for last."""

from collections.abc import Callable

from app.intent import Intent
from realtime import commands
from realtime.commands import Command
from realtime.health import HealthSnapshot

_ANSWER_S = 0.3
_LONGEST_FADE_S = 5.2
"""A fade takes 5 s at most; until it is over the snapshot does not tell what was asked for."""


class Toggles:
    """Flips switches. Qt's thread only.

    Args:
        send: hands a command to the show.
        snapshot: returns the newest snapshot, None before the first.
        now_s: host time.
    """

    def __init__(
        self,
        send: Callable[[Command], object],
        snapshot: Callable[[], HealthSnapshot | None],
        now_s: Callable[[], float],
    ) -> None:
        self._send, self._snapshot, self._now_s = send, snapshot, now_s
        self._intents: dict[str, Intent] = {}

    def forget(self) -> None:
        """Believe the snapshot again: it is another show's."""
        self._intents.clear()

    def lock(self) -> None:
        """Hold the tempo, or let the tracker lead again."""
        self._send(commands.LockTempo(self._other("lock", held=self._now().beat.locked)))

    def freeze(self) -> None:
        """Hold the dancer, or dance on."""
        self._send(commands.Freeze(self._other("freeze", held=self._now().frozen)))

    def idle(self) -> None:
        """Let the dancer rest, or dance on."""
        self._send(commands.Idle(self._other("idle", held=self._now().idle)))

    def blackout(self) -> None:
        """Fade the picture out; the second press brings it back, even in mid-fade."""
        black = self._now().blackout >= 0.5
        self._send(commands.Blackout(self._other("blackout", held=black, answer_s=_LONGEST_FADE_S)))

    def mute(self) -> None:
        """Silence every OSC target, or let them speak again."""
        self._send(commands.MuteTargets(self._other("mute", held=self._now().muted)))

    def record(self) -> None:
        """Record the dance to disk, or finish the recording."""
        self._send(commands.Record(self._other("record", held=self._now().recording)))

    def target(self, number: int) -> None:
        """Switch the OSC target `number` (from 1) on or off; nothing when there are fewer."""
        targets = self._now().targets
        if 1 <= number <= len(targets):
            on = self._other(f"target {number}", held=targets[number - 1].enabled)
            self._send(commands.EnableTarget(number, on))

    def _now(self) -> HealthSnapshot:
        return self._snapshot() or HealthSnapshot()

    def _other(self, name: str, *, held: bool, answer_s: float = _ANSWER_S) -> bool:
        """Return the other state than the one asked for last, or held: a snapshot answers later than a finger."""
        return self._intents.setdefault(name, Intent(answer_s)).toggle(held, self._now_s())
