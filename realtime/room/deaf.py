"""The ear of a dancer who is told what was heard."""

import numpy as np
from numpy.typing import NDArray

from realtime.commands import Command
from realtime.types import BeatState, MusicFeatures


class DeafTracker:
    """A `BeatTracker` that nobody may ask; it can be copied, which aubio cannot."""

    def step(self, hop: NDArray[np.float32], features: MusicFeatures, time_s: float) -> BeatState:  # noqa: ARG002
        """Refuse: the frames come from elsewhere."""
        raise RuntimeError("this dancer is told what was heard, and hears nothing itself")

    def command(self, command: Command, time_s: float) -> None:
        """Ignore it: the beat is decided elsewhere."""
