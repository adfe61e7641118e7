"""What the live listener and beat tracker make of a piece of music, hop by hop, errors included."""

import numpy as np
from numpy.typing import NDArray

from models.training.data.grid import offsets
from models.training.data.store import Arrays
from realtime.meter import NullTimer
from realtime.music.beat import AubioBeatTracker
from realtime.music.listener import Listener
from realtime.types import SAMPLE_RATE_HZ, AudioBlock, FloatArray, MusicFrame


def hear(samples: NDArray[np.float32]) -> list[MusicFrame]:
    """Return one frame per hop of mono samples at SAMPLE_RATE_HZ."""
    return Listener(AubioBeatTracker(), NullTimer()).hear(AudioBlock(samples, 0, SAMPLE_RATE_HZ))


def hop_arrays(frames: list[MusicFrame]) -> Arrays:
    """Return the frames as arrays: `hop_time_s`, `hop_log_mel`, `hop_levels`, `hop_clock`."""
    levels = [
        (f.level_db, f.low, f.mid, f.high, f.onset, f.energy, float(f.silent)) for f in (m.features for m in frames)
    ]
    clocks = [
        (b.tempo_bpm, b.origin_s, b.origin_beat, b.rate_hz, b.confidence, b.beats_per_bar, float(b.locked))
        for b in (m.beat for m in frames)
    ]
    return {
        "hop_time_s": np.array([frame.time_s for frame in frames], np.float64),
        "hop_log_mel": np.array([frame.features.log_mel for frame in frames], np.float16),
        "hop_levels": np.array(levels, np.float32),
        "hop_clock": np.array(clocks, np.float64),
    }


def share_heard(frames: list[MusicFrame], beats_s: FloatArray, *, from_s: float, within_s: float) -> float:
    """Return on which share of the hops after `from_s` the clock's nearest beat is near a true one."""
    near = [frame for frame in frames if frame.time_s >= from_s]
    guesses = np.array([frame.beat.time_of(round(frame.beat.beat_at(frame.time_s))) for frame in near])
    if not len(guesses):
        return 0.0
    return float(np.mean(np.abs(offsets(guesses, beats_s)) <= within_s))
