"""Music as a dancer hears it who is asked to idle: time and beat go on, the sound is gone."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from realtime.music.features import FLOOR_DB
from realtime.types import N_MEL, MusicFeatures, MusicFrame

SILENCE = MusicFeatures(
    level_db=FLOOR_DB,
    peak=0.0,
    low=0.0,
    mid=0.0,
    high=0.0,
    onset=0.0,
    energy=0.0,
    silent=True,
    log_mel=np.full(N_MEL, -6.0, dtype=np.float32),
)
"""What `FeatureExtractor` says once nothing has sounded for long."""


def hushed(music: Iterable[MusicFrame]) -> tuple[MusicFrame, ...]:
    """Return the same frames with silence in them."""
    return tuple(replace(frame, features=SILENCE) for frame in music)
