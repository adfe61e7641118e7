"""The stage among the panels of the desk: the picture, the notice over its top, and the panels that open over it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import theme
from app.panels.notice_bar import NoticeBar

OVER_WIDTH_PX = 396


class StageGround(QWidget):
    """The stage, and the notice over its top edge."""

    def __init__(self, picture: QWidget) -> None:
        super().__init__()
        picture.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(picture)
        self.setAccessibleName("Stage")
        self.notice = NoticeBar(self)
        self._over: tuple[QWidget, ...] = ()
        self._page: QWidget | None = None

    def carry(self, *panels: QWidget) -> None:
        """Lay panels over the right of the stage, so that the dancer can be seen beside them."""
        self._over = panels
        self._place()

    def cover(self, page: QWidget) -> None:
        """Lay a page over the whole stage."""
        self._page = page
        self._place()

    def _place(self) -> None:
        top = self.notice.height() + theme.GAP_PX
        width = min(OVER_WIDTH_PX, self.width())
        height = max(self.height() - top - theme.GAP_PX, 0)
        if self._page is not None:
            self._page.setGeometry(self.rect())
        for panel in self._over:
            panel.setGeometry(self.width() - width - theme.GAP_PX, top, width, height)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the notice as wide as the stage."""
        super().resizeEvent(event)
        self.notice.fit(self.size())
        self._place()
