"""What the desk tells of the remote control: where it listens, who subscribes, what was not obeyed."""

from dataclasses import dataclass

from app.readings import Mark
from realtime.health import HealthSnapshot, RemoteHealth


@dataclass(frozen=True, slots=True)
class RemoteControl:
    """One line: `detail` is where it listens, with the MIDI input, or what was wrong last.

    Attributes:
        mark: whether something was dropped.
        word: "off", "ok", or how many packets were not obeyed.
        detail: for people.
        counters: every counter that is not zero, for whoever looks closer.
    """

    mark: Mark
    word: str
    detail: str
    counters: str

    @classmethod
    def of(cls, snapshot: HealthSnapshot) -> "RemoteControl":
        """Return the reading of a snapshot."""
        remote = snapshot.remote
        counters = _counters(remote)
        if not remote.address:
            return cls(Mark.OFF, "off", remote.last_problem or "not listening", counters)
        dropped = remote.refused + remote.oversized + remote.malformed + remote.unknown
        if dropped or remote.floods:
            word = "flooded" if remote.floods else f"{min(dropped, 999)} dropped"
            return cls(Mark.WARN, word, remote.last_problem or remote.address, counters)
        told = [remote.address, remote.midi, f"{remote.subscribers} subscribed" if remote.subscribers else ""]
        return cls(Mark.OK, "ok", " \u00b7 ".join(part for part in told if part), counters)


def _counters(remote: RemoteHealth) -> str:
    named = {
        "packets": remote.packets,
        "commands": remote.commands,
        "refused by the allow-list": remote.refused,
        "too long": remote.oversized,
        "not OSC": remote.malformed,
        "with an unknown address": remote.unknown,
        "floods": remote.floods,
        "subscribers": remote.subscribers,
    }
    return ", ".join(f"{count} {name}" for name, count in named.items() if count)
