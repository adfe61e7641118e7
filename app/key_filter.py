"""Catches the keys of the desk before any widget does, and tells a panic from a single Esc.

It watches native windows (`QWindow`), which get a key before the widget that has the focus and so whatever that widget
would do with it. A slider keeps its arrows; a text field keeps everything but Esc, function keys and Ctrl.
"""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSlider, QApplication, QComboBox, QLineEdit, QWidget

from app.keys import BY_KEY, Action, Binding, works_in_text_fields

TWICE_MS = 500
HOLD_MS = 500
_ARROWS = ("Left", "Right", "Up", "Down")
_KEYPAD = Qt.KeyboardModifier.KeypadModifier

Perform = Callable[[Action, float], None]


class EscapeGesture(QObject):
    """Esc twice, or held for half a second, is a panic; once is something else, known half a second later."""

    once = Signal()
    panic = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._held = _one_shot(self, HOLD_MS, self._fire)
        self._waiting = _one_shot(self, TWICE_MS, self.once.emit)

    def press(self) -> None:
        """The key went down."""
        if self._waiting.isActive():
            self._fire()
        else:
            self._held.start()

    def release(self) -> None:
        """The key came up."""
        if self._held.isActive():
            self._held.stop()
            self._waiting.start()

    def _fire(self) -> None:
        self._held.stop()
        self._waiting.stop()
        self.panic.emit()


class KeyFilter(QObject):
    """Turns keys into actions, for every window that it is installed on.

    Args:
        perform: does an action with the amount of its key.
        by_key: the table.
    """

    def __init__(self, perform: Perform, by_key: Mapping[str, Binding] = BY_KEY) -> None:
        super().__init__()
        self._perform = perform
        self._by_key = by_key
        self.escape = EscapeGesture()
        self.escape.panic.connect(lambda: perform(Action.PANIC, 0.0))

    def watch(self, window: QWidget) -> None:
        """Watch a window that is shown; again after it got a new native window."""
        handle = window.windowHandle()
        handle.removeEventFilter(self)
        handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, ARG002 - Qt's name
        """Return whether the event was a key of the desk, which nobody else may have then."""
        if isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.KeyPress:
                return self._press(event)
            if event.type() is QEvent.Type.KeyRelease:
                return self._release(event)
        elif event.type() is QEvent.Type.MouseButtonPress:
            _leave_text_field()
        return False

    def _press(self, event: QKeyEvent) -> bool:
        key = _name_of(event)
        if key == "Esc":
            if not event.isAutoRepeat():
                _leave_text_field()
                self.escape.press()
            return True
        binding = self._by_key.get(key)
        if binding is None or _belongs_to_focus(key):
            return False
        if binding.repeats or not event.isAutoRepeat():
            self._perform(binding.action, binding.amounts[key])
        return True

    def _release(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Escape:
            return False
        if not event.isAutoRepeat():
            self.escape.release()
        return True


def _one_shot(parent: QObject, interval_ms: int, then: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(then)
    return timer


def _name_of(event: QKeyEvent) -> str:
    combination = QKeyCombination(event.modifiers() & ~_KEYPAD, Qt.Key(event.key()))
    return QKeySequence(combination).toString(QKeySequence.SequenceFormat.PortableText)


def _belongs_to_focus(key: str) -> bool:
    focus = QApplication.focusWidget()
    if isinstance(focus, QLineEdit):
        return not works_in_text_fields(key)
    return isinstance(focus, QAbstractSlider | QComboBox) and key in _ARROWS


def _leave_text_field() -> None:
    """A click anywhere gives the keys back; the field takes the focus again when it was the one clicked."""
    focus = QApplication.focusWidget()
    if isinstance(focus, QLineEdit):
        focus.clearFocus()
