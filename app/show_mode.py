"""Show mode: what is set up for an evening cannot be changed by a slip of the hand until somebody unlocks it."""

from app.stages import Stages
from app.view_model import ViewModel

CLOSE_AGAIN_S = 5.0
LOCKED = "Settings are locked for the show. F12 unlocks them."
UNLOCKED = "Settings are unlocked."
CLOSE_AGAIN = "The show is on. Close the window once more within 5 s to end it."


class ShowMode:
    """The lock of a desk; remembered, so that a window that had to be opened again is locked still.

    Args:
        view_model: says why something is refused.
        stages: keeps the state.
    """

    def __init__(self, view_model: ViewModel, stages: Stages) -> None:
        self._view_model, self._stages = view_model, stages
        self._may_close_until_s = float("-inf")

    @property
    def on(self) -> bool:
        """Whether the settings are locked."""
        return self._stages.settings.show_mode

    def toggle(self) -> None:
        """Lock the settings, or unlock them."""
        self._stages.remember(show_mode=not self.on)
        self._view_model.remark(LOCKED if self.on else UNLOCKED)

    def refuses(self, what: str) -> bool:
        """Return whether the lock forbids something, and say so."""
        if self.on:
            self._view_model.remark(f"{what} waits: settings are locked for the show. F12 unlocks them.")
        return self.on

    def may_close(self) -> bool:
        """Return whether the desk may be closed, which ends the show: when locked, only if it is asked for twice."""
        now_s = self._view_model.now_s()
        if not self.on or self._view_model.client is None or now_s < self._may_close_until_s:
            return True
        self._may_close_until_s = now_s + CLOSE_AGAIN_S
        self._view_model.remark(CLOSE_AGAIN)
        return False
