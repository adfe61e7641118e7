"""Draws moments of a dance side by side on the project's own stage: a picture to look at, without a display."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.exports.danced import Dance, DancedStage
from app.exports.video import offscreen_stage
from realtime.types import MusicFrame

_SETTLE_S = 2.0


def render_sheet(
    path: Path,
    dance: Dance,
    times_s: Sequence[float],
    *,
    music: Sequence[MusicFrame] = (),
    look: str = "porcelain",
    camera: str = "front",
    cell: tuple[int, int] = (240, 320),
    columns: int = 8,
) -> Path:
    """Write a PNG with one cell for each moment, `columns` to a row, and return its path.

    Args:
        path: the file.
        dance: poses at known show times.
        times_s: moments in rising order, at least one.
        music: what was heard, oldest first.
        look: name of a look.
        camera: name of a camera mode.
        cell: width and height of a cell in pixels.
        columns: cells to a row.

    Raises:
        ValueError: no moment, or no such look or camera.
    """
    if not len(times_s):
        raise ValueError("a contact sheet needs at least one moment, got none")
    width, height = cell
    rows = -(-len(times_s) // columns)
    sheet = np.zeros((rows * height, min(columns, len(times_s)) * width, 3), np.uint8)
    with offscreen_stage(DancedStage(dance, music), look, camera) as view:
        for index, time_s in enumerate(times_s):
            for past_s in np.arange(-_SETTLE_S, 0.0, 1.0 / 30.0):
                view.advance(float(time_s + past_s))
            row, column = divmod(index, columns)
            picture = view.render_image(cell, at_s=float(time_s))
            sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = picture
    _save(path, sheet)
    return path


def _save(path: Path, pixels: NDArray[np.uint8]) -> None:
    height, width, _ = pixels.shape
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = QImage(np.ascontiguousarray(pixels).tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    if not picture.save(str(path)):
        raise OSError(f"{path}: the picture could not be written")
