"""How a command travels through a pipe.

`encode` and `decode` are inverses; a payload that is not a command raises `ValueError` and is dropped by whoever reads
it.
"""

from typing import Any, cast

import msgspec

from realtime import commands, rehearsal_commands
from realtime.commands import Command

_FILES = (commands.__name__, rehearsal_commands.__name__)
_KINDS: dict[str, type[Command]] = {
    kind.__name__: kind for kind in Command.__subclasses__() if kind.__module__ in _FILES
}
"""Not slotted: a slotted dataclass leaves its unslotted twin among `__subclasses__`."""


def encode(command: Command) -> bytes:
    """Return the command as a short JSON text."""
    return msgspec.json.encode(
        {"command": type(command).__name__, **cast(dict[str, Any], msgspec.to_builtins(command))}
    )


def decode(payload: bytes) -> Command:
    """Return the command that `payload` holds.

    Raises:
        ValueError: not JSON, no known command, or arguments that do not fit.
    """
    try:
        fields = msgspec.json.decode(payload, type=dict[str, Any])
        kind = _KINDS[fields.pop("command")]
        command = msgspec.convert(fields, kind, strict=False)
    except (msgspec.MsgspecError, KeyError, TypeError) as error:
        raise ValueError(f"expected an encoded command, got {payload[:80]!r} ({error})") from error
    unknown = fields.keys() - set(kind.__dataclass_fields__)
    if unknown:
        raise ValueError(f"expected an encoded command, got {kind.__name__} with {sorted(unknown)}")
    return command
