"""Where the beat is, told to the network beside the 438 features of the paper; not in the paper.

The paper's one number for the beat is 1 in the frame that a beat falls into and 0 elsewhere: a network has to count
frames to know what comes. The show has a clock that knows, so the network may be told (`Shape.clock`), and its moves
last from one half beat to the next. Whole songs have the beats that librosa finds, and as much of a clock between them.
"""

from math import floor

import numpy as np
from numpy.typing import NDArray

from realtime.music.revolution import BEAT, FRAMES_PER_S
from realtime.types import BeatState, FloatArray

CLOCK = 8
"""Numbers of the block: phase of two beats, a beat and half a beat, sine and cosine of each; tempo; confidence."""
AHEAD_S = 1.0 / 30.0
"""A step of the network lasts 1/15 s: it belongs to the half beat that its middle falls into."""


def clock_block(beats: FloatArray, tempo_bpm: FloatArray, confidence: FloatArray) -> NDArray[np.float32]:
    """Return what is told of the beat: shape (..., CLOCK), of fractional beats, tempo and confidence, all (...)."""
    angles_rad = 2.0 * np.pi * np.stack([beats / 2.0, beats, 2.0 * beats], axis=-1)
    octave = np.log2(np.clip(tempo_bpm, 30.0, 300.0) / 120.0)
    sure = np.clip(np.nan_to_num(confidence), 0.0, 1.0)
    block = np.concatenate([np.sin(angles_rad), np.cos(angles_rad), octave[..., None], sure[..., None]], axis=-1)
    return block.astype(np.float32)


def clock_at(clock: BeatState, time_s: float) -> NDArray[np.float32]:
    """Return what a clock tells of one moment: shape (CLOCK,)."""
    return clock_block(*(np.asarray(value) for value in (clock.beat_at(time_s), clock.tempo_bpm, clock.confidence)))


def half_beat_at(clock: BeatState, time_s: float) -> int:
    """Return the number of the half beat that the step from a moment on belongs to."""
    return floor(2.0 * clock.beat_at(time_s + AHEAD_S))


def whole_song_beats(music: NDArray[np.float32], times_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the fractional beat and the tempo at times (T,) of a song whose features (N, 438) are known.

    Between two beats, and before the first and after the last, the tempo is taken as steady; a song without beats is
    given 120 a minute.
    """
    found_s = np.flatnonzero(music[:, BEAT.start] > 0.5) / FRAMES_PER_S
    if len(found_s) < 2:
        return times_s * 2.0, np.full(len(times_s), 120.0)
    gaps_s = np.diff(found_s)
    after = np.clip(np.searchsorted(found_s, times_s, side="right") - 1, 0, len(gaps_s) - 1)
    usual_s = float(np.median(gaps_s))
    outside = (times_s < found_s[0]) | (times_s >= found_s[-1])
    gap_s = np.where(outside, usual_s, gaps_s[after])
    start = np.where(times_s >= found_s[-1], len(found_s) - 1, after)
    return start + (times_s - found_s[start]) / gap_s, 60.0 / gap_s
