"""Who draws OpenGL on this machine: a graphics card, or its processor by way of a software renderer."""

from PySide6.QtGui import QOffscreenSurface, QOpenGLContext

_GL_RENDERER = 0x1F01
_ON_THE_PROCESSOR = (
    "llvmpipe",
    "softpipe",
    "swrast",
    "swiftshader",
    "software rasterizer",
    "gdi generic",
    "basic render",
)


def renderer_name() -> str:
    """Return what the driver calls itself; "" where a window cannot be drawn with OpenGL at all.

    Qt's application must exist.
    """
    surface = QOffscreenSurface()
    surface.create()
    context = QOpenGLContext()
    if not context.create() or not context.makeCurrent(surface):
        return ""
    try:
        return str(context.functions().glGetString(_GL_RENDERER) or "")
    finally:
        context.doneCurrent()


def draws_on_the_processor(name: str) -> bool:
    """Return whether the renderer of that name computes its pictures on the processor."""
    return any(known in name.lower() for known in _ON_THE_PROCESSOR)
