"""How the remote control is doing: every packet that was not obeyed has its counter."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RemoteHealth:
    """Counters since the start.

    Attributes:
        address: "host:port", or "" when it does not listen.
        packets: datagrams read.
        commands: commands handed on.
        refused: from senders that the allow-list does not name.
        oversized: longer than any remote control's.
        malformed: not OSC, or with arguments that do not fit.
        unknown: with an address that nobody here has.
        floods: ticks in which more came than is read; what the system's buffer does not hold is lost.
        subscribers: who gets feedback now.
        last_problem: what the last of them was, or "".
    """

    address: str = ""
    packets: int = 0
    commands: int = 0
    refused: int = 0
    oversized: int = 0
    malformed: int = 0
    unknown: int = 0
    floods: int = 0
    subscribers: int = 0
    last_problem: str = ""
