"""What stands around the windows in a test: displays that are plugged by hand, and a clock that is turned by hand."""

from PySide6.QtCore import QRect

from app.displays import Displays


class FakeDisplays(Displays):
    """Displays that come and go as a test says."""

    def __init__(self) -> None:
        super().__init__()
        self.there: dict[str, QRect] = {"desk": QRect(0, 0, 800, 600), "beamer": QRect(0, 0, 640, 480)}

    def names(self) -> tuple[str, ...]:
        return tuple(self.there)

    def place(self, name: str) -> QRect | None:
        return self.there.get(name)

    def unplug(self, name: str) -> None:
        del self.there[name]
        self.changed.emit()

    def plug(self, name: str) -> None:
        self.there[name] = QRect(0, 0, 640, 480)
        self.changed.emit()


class HandClock:
    """A host time that a test turns on."""

    def __init__(self) -> None:
        self.now_s = 2000.0

    def __call__(self) -> float:
        return self.now_s
