"""The ground that panels stand on."""

from PySide6.QtWidgets import QFrame, QSizePolicy

PADDING_PX = 12


class Panel(QFrame):
    """A rounded panel with a name for screen readers."""

    def __init__(self, name: str, *, fixed_height: bool = True) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAccessibleName(name)
        vertical = QSizePolicy.Policy.Fixed if fixed_height else QSizePolicy.Policy.Expanding
        self.setSizePolicy(QSizePolicy.Policy.Expanding, vertical)
