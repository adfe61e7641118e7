"""The palette and the brightness of every window of this process, remembered."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from app import theme
from app.palettes import DARK, PALETTES
from app.stages import Stages
from app.view_model import ViewModel


class Appearance(QObject):
    """Applies the palette that is remembered.

    Args:
        view_model: tells its readings again when colours change.
        stages: keeps the choice.
    """

    changed = Signal()

    def __init__(self, view_model: ViewModel, stages: Stages) -> None:
        super().__init__()
        self._view_model = view_model
        self._stages = stages
        self._use()

    @property
    def name(self) -> str:
        """Name of the palette."""
        return self._stages.settings.theme if self._stages.settings.theme in PALETTES else DARK.name

    @property
    def brightness(self) -> float:
        """From 0 (as dark as can be read) to 1."""
        return self._stages.settings.brightness

    def next(self) -> None:
        """Take the next palette."""
        names = list(PALETTES)
        self.choose(names[(names.index(self.name) + 1) % len(names)])

    def choose(self, name: str) -> None:
        """Take a palette by name."""
        self._stages.remember(theme=name)
        self._apply()

    def set_brightness(self, brightness: float) -> None:
        """Take another brightness."""
        self._stages.remember(brightness=min(max(brightness, 0.0), 1.0))
        self._apply()

    def _use(self) -> None:
        theme.use(PALETTES[self.name], self.brightness)

    def _apply(self) -> None:
        self._use()
        for window in QApplication.topLevelWidgets():
            if window.objectName() == "window":
                window.setStyleSheet(theme.style())
                for part in window.findChildren(QObject):
                    if hasattr(part, "update") and part.isWidgetType():
                        part.update()  # type: ignore[attr-defined]
        self._view_model.repeat()
        self.changed.emit()
