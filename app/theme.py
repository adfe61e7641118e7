"""How the desk looks in a dark booth: colours, fonts, and one style sheet for every window.

Amber belongs to the beat (and to warnings, which have a shape of their own). Every text and the ground it stands on is
listed in `TEXT_ON`, with the contrast it must have (WCAG 2.2, success criterion 1.4.3); the tests compute it.
"""

from PySide6.QtGui import QColor, QFont, QFontMetrics

GROUND = "#0E1013"
PANEL = "#171A1F"
WELL = "#0B0D10"
RAISED = "#262B33"
HOVER = "#303742"
PRESSED = "#363E49"
EDGE = "#3A424D"
TEXT = "#E6E8EB"
DIM = "#A3ACB7"
FADED = "#8891A0"
BEAT = "#FFB224"
GOOD = "#4CC98A"
WARN = "#FFB224"
BAD = "#FF7066"
DANGER = "#B3261E"
CHOSEN = "#414B59"
HELD = "#D3D7DD"
ON_HELD = "#14171B"
FOCUS = "#8AB8FF"

TEXT_ON: tuple[tuple[str, str, float], ...] = (
    (TEXT, GROUND, 12.0),
    (TEXT, PANEL, 12.0),
    (TEXT, WELL, 12.0),
    (TEXT, RAISED, 7.0),
    (TEXT, HOVER, 7.0),
    (TEXT, PRESSED, 7.0),
    (TEXT, DANGER, 4.5),
    (TEXT, CHOSEN, 7.0),
    (ON_HELD, HELD, 7.0),
    (ON_HELD, WARN, 7.0),
    (ON_HELD, BAD, 4.5),
    (DIM, HOVER, 4.5),
    (DIM, PRESSED, 4.5),
    *((colour, ground, 4.5) for colour in (DIM, FADED, BEAT, GOOD, WARN, BAD) for ground in (GROUND, PANEL, WELL)),
    *((colour, RAISED, 4.5) for colour in (DIM, BEAT, BAD)),
)
"""Every text colour, the ground it is drawn on, and the contrast it must reach."""

SMALL_PX = 14
BODY_PX = 15
LARGE_PX = 20
DIGITS_PX = 60
TARGET_PX = 44
"""The least height and width of what a finger must hit."""
GAP_PX = 8


def contrast(text: str, ground: str) -> float:
    """Return the contrast of two colours, 1 (none) to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(text), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def font(size_px: int = BODY_PX, *, bold: bool = False) -> QFont:
    """Return the desk's font with digits of equal width."""
    chosen = QFont()
    chosen.setFamilies(["Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans"])
    chosen.setPixelSize(size_px)
    chosen.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    chosen.setFeature(QFont.Tag("tnum"), 1)
    return chosen


def widest(texts: tuple[str, ...], of_font: QFont) -> int:
    """Return the width in pixels that holds any of the texts."""
    metrics = QFontMetrics(of_font)
    return max((metrics.horizontalAdvance(text) for text in texts), default=0)


def mixed(colour: str, ground: str, weight: float) -> QColor:
    """Return `colour` painted with opacity `weight` over `ground`."""
    over, under = QColor(colour), QColor(ground)
    red, green, blue = (
        round(weight * a + (1.0 - weight) * b)
        for a, b in ((over.red(), under.red()), (over.green(), under.green()), (over.blue(), under.blue()))
    )
    return QColor(red, green, blue)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


STYLE = f"""
* {{ color: {TEXT}; }}
QWidget#window {{ background: {GROUND}; }}
QFrame#panel {{ background: {PANEL}; border-radius: 6px; }}
QLabel, QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QLabel[role="dim"] {{ color: {DIM}; }}
QLabel:disabled {{ color: {FADED}; }}

QPushButton {{
    background: {RAISED}; border: 2px solid transparent; border-radius: 5px; padding: 0 2px;
    min-height: {TARGET_PX - 4}px; font-weight: 600;
}}
QPushButton:hover {{ background: {HOVER}; }}
QPushButton:pressed {{ background: {PRESSED}; }}
QPushButton[keyed="true"] {{ min-height: {TARGET_PX - 12}px; padding-bottom: 16px; }}
QPushButton:checked {{ background: {CHOSEN}; border-color: {TEXT}; }}
QPushButton#hold:checked {{ background: {HELD}; color: {ON_HELD}; }}
QPushButton:focus, QPushButton:checked:focus {{ border-color: {FOCUS}; }}
QPushButton:disabled {{ background: {PANEL}; color: {FADED}; border-color: {RAISED}; }}
QPushButton#danger {{ background: {PANEL}; border-color: {BAD}; color: {BAD}; font-size: {LARGE_PX}px; }}
QPushButton#danger:hover {{ background: {RAISED}; }}
QPushButton#danger:pressed, QPushButton#danger:checked {{ background: {DANGER}; color: {TEXT}; }}
QPushButton#danger:focus {{ border-color: {FOCUS}; }}
QPushButton#danger:disabled {{ background: {PANEL}; color: {FADED}; border-color: {RAISED}; }}

QLineEdit, QComboBox {{
    background: {WELL}; border: 2px solid {EDGE}; border-radius: 5px; padding: 0 8px; min-height: {TARGET_PX - 4}px;
    selection-background-color: {CHOSEN}; selection-color: {TEXT}; placeholder-text-color: {DIM};
}}
QLineEdit:focus, QComboBox:focus {{ border-color: {FOCUS}; }}
QLineEdit[wrong="true"] {{ border-color: {BAD}; }}
QLineEdit:disabled, QComboBox:disabled {{ color: {FADED}; border-color: {RAISED}; }}
QComboBox::drop-down {{ border: none; width: 0; }}
QComboBox QAbstractItemView {{
    background: {PANEL}; border: 1px solid {EDGE}; outline: none;
    selection-background-color: {CHOSEN}; selection-color: {TEXT};
}}
QComboBox QAbstractItemView::item {{ min-height: {TARGET_PX}px; padding: 0 8px; }}

QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {EDGE}; border-radius: 4px; min-height: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ background: none; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
"""
