"""What the tests of the rehearsal room share: frames that were heard, dancers that can be copied."""

import numpy as np
from numpy.typing import NDArray

from models.groove import GrooveGenerator
from realtime.engine import Engine
from realtime.meter import NullTimer
from realtime.music.beat import AubioBeatTracker
from realtime.music.listener import Listener
from realtime.room.deaf import DeafTracker
from realtime.types import DanceControls, MusicFrame
from tests.support.engines import blocks_of


def heard_frames(samples: NDArray[np.float32]) -> list[MusicFrame]:
    """Return what the real listener hears in mono samples."""
    listener = Listener(AubioBeatTracker(), NullTimer())
    return [frame for block in blocks_of(samples) for frame in listener.hear(block)]


def dancer(seed: int = 0) -> Engine:
    """Return a groove dancer who is told what was heard."""
    return Engine(
        Listener(DeafTracker(), NullTimer()),
        GrooveGenerator(),
        GrooveGenerator(),
        (),
        NullTimer(),
        controls=DanceControls(seed=seed),
    )


def dancer_with_seed(who: int) -> Engine:
    """Return the dancer that a plan for `who` asks for."""
    return dancer(seed=who)
