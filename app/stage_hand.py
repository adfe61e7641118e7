"""A person's hand on the stage's camera: dragging turns it, the wheel zooms, a double click resets it."""

import numpy as np
from vispy.app import Canvas
from vispy.app.canvas import MouseEvent

from app.camera import Camera

_TURN_RAD_PER_PIXEL = 0.006


class StageHand:
    """Connects the mouse of a canvas with a camera.

    Args:
        canvas: whose mouse.
        camera: what it turns.
    """

    def __init__(self, canvas: Canvas, camera: Camera) -> None:
        self._camera = camera
        canvas.events["mouse_move"].connect(self._on_move)
        canvas.events["mouse_wheel"].connect(self._on_wheel)
        canvas.events["mouse_double_click"].connect(self._on_double_click)

    def _on_move(self, event: MouseEvent) -> None:
        if event.is_dragging and event.last_event is not None:
            across, down = np.asarray(event.pos) - np.asarray(event.last_event.pos)
            self._camera.turn(-_TURN_RAD_PER_PIXEL * float(across), _TURN_RAD_PER_PIXEL * float(down))

    def _on_wheel(self, event: MouseEvent) -> None:
        self._camera.zoom(0.9 ** float(event.delta[1]))

    def _on_double_click(self, _event: object) -> None:
        self._camera.reset()
