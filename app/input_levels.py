"""How loud the inputs are that nobody listens to yet: metered by a process of its own while somebody chooses."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QProcess, Signal

COMMAND = (sys.executable, "-m", "app.meter_inputs")


@dataclass(frozen=True, slots=True)
class InputLevel:
    """One input.

    Attributes:
        level_db: how loud it is; None where it sends nothing, or cannot be opened.
        problem: why it cannot be, or "".
    """

    level_db: float | None
    problem: str = ""


class InputLevels(QObject):
    """Meters while it is started. Qt's thread only.

    Args:
        command: writes a line of JSON an input; see `app.meter_inputs`.
    """

    changed = Signal(str)
    """Name of the input whose level was taken."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        super().__init__()
        self._command = tuple(command)
        self._process: QProcess | None = None
        self._levels: dict[str, InputLevel] = {}

    def of(self, name: str) -> InputLevel | None:
        """Return the level of an input; None while it is not known."""
        return self._levels.get(name)

    def start(self) -> None:
        """Meter from now on."""
        if self._process is None:
            self._levels.clear()
            self._process = process = QProcess(self)
            process.readyReadStandardOutput.connect(self._read)
            process.start(self._command[0], list(self._command[1:]))

    def stop(self) -> None:
        """Give every input back."""
        process, self._process = self._process, None
        if process is not None:
            process.readyReadStandardOutput.disconnect(self._read)
            process.finished.connect(process.deleteLater)
            process.kill()

    def _read(self) -> None:
        process = self._process
        while process is not None and process.canReadLine():
            try:
                line = json.loads(bytes(process.readLine().data()))
                level = InputLevel(line["level_db"], line["problem"])
            except (ValueError, KeyError, TypeError):
                continue
            self._levels[line["name"]] = level
            self.changed.emit(line["name"])
