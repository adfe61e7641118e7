"""What the windows of an operator have in common: keys, the display they are on, files that are dropped on them."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from app.key_filter import KeyFilter
from app.stages import Stages

OpenFile = Callable[[Path], object]


class Seat(QObject):
    """Watches a window that an operator sits at.

    Args:
        window: the window.
        keys: get the keys of each native window that it has.
        stages: get to know which display it is on.
        open_file: takes the file that was dropped on it.
    """

    def __init__(self, window: QWidget, keys: KeyFilter, stages: Stages, open_file: OpenFile) -> None:
        super().__init__(window)
        self._window, self._keys, self._stages, self._open_file = window, keys, stages, open_file
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, ARG002 - Qt's name
        """Look at an event of the window; return whether nobody else should."""
        match event.type():
            case QEvent.Type.Show:
                self._keys.watch(self._window)  # The native window exists from now on.
                self._stages.operator_sits_at(self._window.screen().name())
            case QEvent.Type.Move:
                self._stages.operator_sits_at(self._window.screen().name())
            case QEvent.Type.DragEnter | QEvent.Type.Drop if isinstance(event, QDropEvent):
                self._drop(event, dropped=event.type() is QEvent.Type.Drop)
                return True
            case _:
                pass
        return False

    def _drop(self, event: QDropEvent, *, dropped: bool) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            if dropped:
                self._open_file(paths[0])
