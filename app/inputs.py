"""The inputs that may be chosen, looked for beside the window: asking the system for them takes a while."""

from collections.abc import Callable
from threading import Thread

from PySide6.QtCore import QObject, Signal

from realtime.commands import DEMO_INPUT
from realtime.errors import DeviceError

ListNames = Callable[[], tuple[str, ...]]


class Inputs(QObject):
    """The names of the inputs. Qt's thread calls it; the search runs in a thread of its own.

    Args:
        list_names: asks the system; may wait.
    """

    changed = Signal()
    _found = Signal(tuple)

    def __init__(self, list_names: ListNames | None = None) -> None:
        super().__init__()
        self._list_names = list_names or system_inputs
        self._names: tuple[str, ...] = ()
        self._looking = False
        self._found.connect(self._take)

    @property
    def names(self) -> tuple[str, ...]:
        """What was found last, the built-in track first."""
        return (DEMO_INPUT, *self._names)

    def look(self) -> None:
        """Look for inputs, unless a search is under way; `changed` tells when others were found."""
        if not self._looking:
            self._looking = True
            Thread(target=self._search, name="inputs", daemon=True).start()

    def _search(self) -> None:
        try:
            names = self._list_names()
        except DeviceError:
            names = ()
        self._found.emit(names)

    def _take(self, names: tuple[str, ...]) -> None:
        self._looking = False
        if names != self._names:
            self._names = names
            self.changed.emit()


def system_inputs() -> tuple[str, ...]:
    """Return the names of the inputs that there are now; this process must have no stream open.

    Raises:
        DeviceError: the audio system does not answer.
    """
    # Here, so that a window that never asks does not load PortAudio.
    from realtime.audio.device import input_devices, refresh  # noqa: PLC0415

    refresh()
    names: list[str] = []
    for device in input_devices():
        if device.name not in names:
            names.append(device.name)
    return tuple(names)
