"""What we need of Qt's binding itself."""

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPainter, QPixmap

CALLS = 100
SLACK = 20


class _Bell(QObject):
    rung = Signal()


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and True are immortal from Python 3.12 on")
def test_painting_and_signals_give_back_nothing_that_they_did_not_take(qapp: object) -> None:
    """With PySide6 6.12.0 every painter call lost a reference to None and every signal one to True.

    A window then died within seconds to minutes with "deallocating None" (6.11.3: none lost).
    """
    paper = QPixmap(8, 8)
    painter, bell = QPainter(paper), _Bell()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(CALLS):
        painter.setOpacity(0.5)
        bell.rung.emit()
    after = sys.getrefcount(None), sys.getrefcount(True)
    painter.end()
    assert after[0] > before[0] - SLACK
    assert after[1] > before[1] - SLACK
