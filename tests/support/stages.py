"""Stages that tests can draw: through Qt where there is a display, through EGL where there is none."""

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

import shaders
from app.stage_frame import FrameSource
from app.stage_view import StageView


@contextmanager
def stage(
    source: FrameSource,
    *,
    look: str = "neon",
    camera: str = "orbit",
    shader_source: Callable[[str], str] = shaders.source,
    say: Callable[[str], None] = lambda _: None,
) -> Generator[StageView]:
    """Open a small stage whose clock stands still, and close it again."""
    in_window = on_display()
    if not in_window:
        os.environ.setdefault("EGL_PLATFORM", "surfaceless")
    view = StageView(
        source,
        look=look,
        camera=camera,
        backend="pyside6" if in_window else "egl",
        show=in_window,
        size=(160, 120),
        shader_source=shader_source,
        clock=lambda: 0.0,
        say=say,
    )
    view.canvas.app.process_events()
    try:
        yield view
    finally:
        view.close()
        view.canvas.app.process_events()


def on_display() -> bool:
    """Return whether a window with a GL canvas can be opened."""
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY")) and os.environ.get("QT_QPA_PLATFORM") != "offscreen"


def watch(view: StageView, until_s: float, *, seconds: float = 3.0, fps: float = 30.0) -> None:
    """Let the stage follow its source for the seconds before a moment, without drawing."""
    steps = round(seconds * fps)
    for step in range(steps):
        view.advance(until_s - (steps - step) / fps)
