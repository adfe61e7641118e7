"""How the desk looks in a dark booth: fonts, sizes, and one style sheet for every window.

The colours are those of `app.palettes`: `theme.TEXT` is the colour of text in the palette of this moment. `use` changes
the palette and its brightness for every window of this process; Qt's thread only.
"""

from typing import Any

from PySide6.QtGui import QColor, QFont, QFontMetrics

from app.palettes import DARK, Palette, at_brightness, contrast

__all__ = ["contrast"]

SMALL_PX = 14
BODY_PX = 15
LARGE_PX = 20
DIGITS_PX = 60
TARGET_PX = 44
"""The least height and width of what a finger must hit."""
GAP_PX = 8


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


class _Current:
    """The palette of this process."""

    palette: Palette = DARK


def palette() -> Palette:
    """Return the colours of this moment."""
    return _Current.palette


def use(chosen: Palette, brightness: float = 1.0) -> None:
    """Draw everything from now on in a palette, at a brightness from 0 (as dark as can be read) to 1."""
    _Current.palette = at_brightness(chosen, brightness)


def style() -> str:
    """Return the style sheet of every window, in the palette of this moment."""
    on = _Current.palette
    return f"""
* {{ color: {on.text}; }}
QWidget#window {{ background: {on.ground}; }}
QFrame#panel {{ background: {on.panel}; border-radius: 6px; }}
QLabel, QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QLabel[role="dim"] {{ color: {on.dim}; }}
QLabel:disabled {{ color: {on.faded}; }}

QPushButton {{
    background: {on.raised}; border: 2px solid transparent; border-radius: 5px; padding: 0 2px;
    min-height: {TARGET_PX - 4}px; font-weight: 600;
}}
QPushButton:hover {{ background: {on.hover}; }}
QPushButton:pressed {{ background: {on.pressed}; }}
QPushButton[keyed="true"] {{ min-height: {TARGET_PX - 12}px; padding-bottom: 16px; }}
QPushButton:checked {{ background: {on.chosen}; border-color: {on.text}; }}
QPushButton[waiting="true"] {{ border-color: {on.beat}; }}
QPushButton#pad {{ min-height: 116px; font-size: {LARGE_PX}px; }}
QPushButton#hold:checked {{ background: {on.held}; color: {on.on_held}; }}
QPushButton:focus, QPushButton:checked:focus {{ border-color: {on.focus}; }}
QPushButton:disabled {{ background: {on.panel}; color: {on.faded}; border-color: {on.raised}; }}
QPushButton#danger {{ background: {on.panel}; border-color: {on.bad}; color: {on.bad}; font-size: {LARGE_PX}px; }}
QPushButton#danger[strip="true"] {{ font-size: {BODY_PX}px; }}
QPushButton#danger:hover {{ background: {on.raised}; }}
QPushButton#danger:pressed, QPushButton#danger:checked {{ background: {on.danger}; color: {on.text}; }}
QPushButton#danger:focus {{ border-color: {on.focus}; }}
QPushButton#danger:disabled {{ background: {on.panel}; color: {on.faded}; border-color: {on.raised}; }}

QLineEdit, QComboBox {{
    background: {on.well}; border: 2px solid {on.edge}; border-radius: 5px; padding: 0 8px;
    min-height: {TARGET_PX - 4}px;
    selection-background-color: {on.chosen}; selection-color: {on.text}; placeholder-text-color: {on.dim};
}}
QLineEdit:focus, QComboBox:focus {{ border-color: {on.focus}; }}
QLineEdit[wrong="true"] {{ border-color: {on.bad}; }}
QLineEdit:disabled, QComboBox:disabled {{ color: {on.faded}; border-color: {on.raised}; }}
QComboBox {{ padding-right: 28px; }}
QComboBox::drop-down {{ border: none; width: 0; }}
QComboBox QAbstractItemView {{
    background: {on.panel}; border: 1px solid {on.edge}; outline: none;
    selection-background-color: {on.chosen}; selection-color: {on.text};
}}
QComboBox QAbstractItemView::item {{ min-height: {TARGET_PX}px; padding: 0 8px; }}

QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {on.edge}; border-radius: 4px; min-height: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ background: none; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
"""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the type of a colour is str, of the style sheet too
    """Return a colour of this moment: `theme.TEXT` is `palette().text`."""
    if name == "STYLE":
        return style()
    try:
        return getattr(_Current.palette, name.lower())
    except AttributeError:
        raise AttributeError(f"the theme has no {name}") from None
