"""What a network is told of the music, 30 times a second: the same numbers in training and on stage.

The sound is summed up from the hops of each thirtieth of a second and needs no future. The beat is different: the beat
clock is a promise about the seconds to come, so a network may be told where the beat *will be* at any later frame.
That is how a dancer without a look-ahead lands on the beat. The numbers of a frame depend on the hops up to it only,
and on nothing before the last few of them, so a dancer who starts late hears what one who was there hears.

Harmony is left out: motion and music are paired by their rhythm (there is no permissive dance with its own music), so
chords could teach a network nothing but the accidents of the pairing.
"""

from collections.abc import Sequence

import numpy as np

from realtime.types import N_MEL, BeatState, FloatArray, MusicFrame

RATE_HZ = 30.0
SOUND = N_MEL + 8
"""Numbers per frame about the sound: mel spectrum, low, mid, high, onset, its strongest, energy, level, silence."""
STRONGEST_ONSET = N_MEL + 4
"""Place of the strongest onset of the frame among them."""
BEAT = 10
"""Numbers per frame about the beat: two-beat, beat and half-beat phase, bar phase, tempo, confidence."""
VERSION = 1

_LEVEL_RANGE_DB = 60.0
_MEL_MIDDLE, _MEL_RANGE = -2.0, 2.0


def sound(music: Sequence[MusicFrame]) -> FloatArray:
    """Return (SOUND,): the sound of the hops of one frame (three or four; at least one)."""
    features = [frame.features for frame in music]
    return sound_of(
        np.array([f.log_mel for f in features]),
        np.array([[f.level_db, f.low, f.mid, f.high, f.onset, f.energy, f.silent] for f in features]),
    )


def sound_of(log_mel: FloatArray, levels: FloatArray) -> FloatArray:
    """Return (SOUND,) from the arrays of a few hops.

    Args:
        log_mel: shape (n, N_MEL), log10 power.
        levels: shape (n, 7): level_db, low, mid, high, onset, energy, silent.
    """
    mean = np.nan_to_num(levels.mean(axis=0))
    # A master is louder than a live room by any amount: the spectrum is told relative to itself.
    mel = np.nan_to_num(log_mel.mean(axis=0))
    mel = np.clip((mel - max(float(mel.mean()), _MEL_MIDDLE - 2.5)) / _MEL_RANGE, -2.0, 2.0)
    level = np.clip(1.0 + mean[0] / _LEVEL_RANGE_DB, 0.0, 1.0)
    rest = [mean[1], mean[2], mean[3], mean[4], np.nan_to_num(levels[:, 4].max()), mean[5], level, mean[6]]
    return np.concatenate([mel, rest])


def beat(clock: BeatState, times_s: FloatArray) -> FloatArray:
    """Return (T, BEAT): where the beat is, or will be, at show times (T,) by a clock that holds now."""
    beats = clock.beat_at(times_s)
    count = len(times_s)
    return beat_of(
        beats,
        tempo_bpm=np.full(count, clock.tempo_bpm),
        beats_per_bar=np.full(count, clock.beats_per_bar),
        confidence=np.full(count, clock.confidence),
    )


def beat_of(
    beats: FloatArray, *, tempo_bpm: FloatArray, beats_per_bar: FloatArray, confidence: FloatArray
) -> FloatArray:
    """Return (..., BEAT) for fractional beats and what is known of the tempo, all (...)."""
    angles_rad = 2.0 * np.pi * np.stack([beats / 2.0, beats, 2.0 * beats, beats / beats_per_bar], axis=-1)
    octave = np.log2(np.clip(tempo_bpm, 30.0, 300.0) / 120.0)
    sure = np.clip(np.nan_to_num(confidence), 0.0, 1.0)
    return np.concatenate([np.sin(angles_rad), np.cos(angles_rad), octave[..., None], sure[..., None]], axis=-1)
