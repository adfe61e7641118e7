"""A person's hand on the stage's camera: dragging turns it, the wheel zooms, a double click resets it."""

from app.camera import Camera

_TURN_RAD_PER_PIXEL = 0.006


class StageHand:
    """What a hand on the mouse does to a camera.

    Args:
        camera: what it turns.
    """

    def __init__(self, camera: Camera) -> None:
        self._camera = camera

    def drag(self, across_px: float, down_px: float) -> None:
        """Turn the stage by so many pixels of the mouse."""
        self._camera.turn(-_TURN_RAD_PER_PIXEL * across_px, _TURN_RAD_PER_PIXEL * down_px)

    def wheel(self, steps: float) -> None:
        """Come nearer by so many steps of the wheel."""
        self._camera.zoom(0.9**steps)

    def reset(self) -> None:
        """Undo every turn and step."""
        self._camera.reset()
