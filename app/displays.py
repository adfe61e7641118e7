"""The displays of this machine, by name, and the news when one comes or goes."""

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QGuiApplication, QScreen


class Displays(QObject):
    """What `QGuiApplication` knows about displays; tests put a fake in its place."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenAdded.connect(self._notify)
        application.screenRemoved.connect(self._notify)

    def names(self) -> tuple[str, ...]:
        """Return the names of the connected displays, the primary one first."""
        return tuple(screen.name() for screen in QGuiApplication.screens())

    def place(self, name: str) -> QRect | None:
        """Return where a display lies on the desktop, None when it is not connected."""
        return next((screen.geometry() for screen in QGuiApplication.screens() if screen.name() == name), None)

    def _notify(self, screen: QScreen) -> None:  # noqa: ARG002 - Qt says which
        self.changed.emit()
