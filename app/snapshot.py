"""Writes pictures of the stage without a display (needs EGL)."""

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QImage

from app.stage_frame import FrameSource
from app.stage_view import StageView

_WARM_UP_S = 5.0
_STEP_S = 1.0 / 60.0


def snapshots(
    source: FrameSource,
    folder: Path,
    *,
    looks: Sequence[str],
    at_s: Sequence[float],
    camera: str,
    size: tuple[int, int],
) -> list[Path]:
    """Write one PNG for each look and time, having watched the dance for the seconds before, and return their paths.

    Args:
        source: tells the dance by host time.
        folder: where to write; made if it is not there.
        looks: names of looks.
        at_s: host times.
        camera: name of a camera mode.
        size: width and height in pixels.
    """
    os.environ.setdefault("EGL_PLATFORM", "surfaceless")
    folder.mkdir(parents=True, exist_ok=True)
    view = StageView(source, look=looks[0], camera=camera, backend="egl", clock=lambda: 0.0)
    paths: list[Path] = []
    for look in looks:
        view.set_look(look)
        for moment_s in at_s:
            steps = int(_WARM_UP_S / _STEP_S)
            for step in range(steps):
                view.advance(moment_s - (steps - step) * _STEP_S)
            pixels = view.render_image(size, at_s=moment_s)
            path = folder / f"{look}-{camera}-{moment_s:06.2f}.png"
            QImage(pixels.tobytes(), size[0], size[1], 3 * size[0], QImage.Format.Format_RGB888).save(str(path))
            paths.append(path)
    view.close()
    return paths
