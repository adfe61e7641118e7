# librosa is of the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false
"""The music features of the paper, for a song that is known from beginning to end.

Huang et al., "Dance Revolution" (ICLR 2021), section 4.1, and their released extractor: 15,360 Hz, hop 512 (30 frames
a second), MFCC 20, its difference 20, constant-Q chroma 12, onset strength 1, beat 1, tempogram 384: 438 numbers a
frame. It looks ahead everywhere (loudest of the song, harmonic and percussive separation, centred windows, a global
beat tracker), so it serves rehearsal and training only; the show hears `realtime.music.revolution`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realtime.errors import FarandoleError
from realtime.music.revolution import (
    BEAT,
    CHROMA,
    DELTA,
    FRAME_SAMPLES,
    MFCC,
    N_FEATURES,
    ONSET,
    TEMPOGRAM,
    RevolutionFeatures,
)
from realtime.types import HOP_SAMPLES, SAMPLE_RATE_HZ, BeatState

PAPER_RATE_HZ = 15_360
PAPER_HOP_SAMPLES = 512
GROUPS = {"mfcc": MFCC, "delta": DELTA, "chroma": CHROMA, "onset": ONSET, "beat": BEAT, "tempogram": TEMPOGRAM}


def offline_features(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the paper's features of a whole song: shape (T, 438), frame k centred on k / 30 s.

    Args:
        samples: shape (n,), mono at SAMPLE_RATE_HZ.

    Raises:
        FarandoleError: librosa is not installed.
    """
    try:
        import librosa  # noqa: PLC0415 - the train extra
    except ImportError as error:
        raise FarandoleError(
            "the whole-song features of Dance Revolution need librosa; install it with: pip install 'farandole[train]'"
        ) from error
    rate, hop = PAPER_RATE_HZ, PAPER_HOP_SAMPLES
    sound = librosa.resample(samples, orig_sr=SAMPLE_RATE_HZ, target_sr=rate, res_type="soxr_hq")
    mel_db = librosa.power_to_db(librosa.feature.melspectrogram(y=sound, sr=rate, hop_length=hop), ref=np.max)
    mfcc = librosa.feature.mfcc(S=mel_db, n_mfcc=20)
    delta = librosa.feature.delta(mfcc, width=3)
    harmonic, percussive = librosa.effects.hpss(sound)
    # The released code hands the whole song to one transform; the tuning of equal temperament is assumed.
    chroma = librosa.feature.chroma_cqt(y=harmonic, sr=rate, hop_length=hop, tuning=0.0)
    onset = librosa.onset.onset_strength(y=percussive, sr=rate, hop_length=hop, aggregate=np.median)
    tempogram = librosa.feature.tempogram(onset_envelope=onset, sr=rate, hop_length=hop, win_length=384)
    _, beat_frames = librosa.beat.beat_track(onset_envelope=onset, sr=rate, hop_length=hop)
    beats = np.zeros(len(onset))
    beats[beat_frames] = 1.0
    frames = min(part.shape[-1] for part in (mfcc, chroma, onset, tempogram))
    parts = (mfcc, delta, chroma, onset[None], beats[None], tempogram)
    return np.concatenate([part[:, :frames] for part in parts]).T.astype(np.float32)


def causal_features(samples: NDArray[np.float32], beats: Sequence[BeatState]) -> NDArray[np.float32]:
    """Return what the show hears of a song: shape (T, 438), frame k known at (k + 1) / 30 s.

    Args:
        samples: shape (n,), mono at SAMPLE_RATE_HZ.
        beats: the clock that held at the end of each hop; as many as there are whole hops.
    """
    hears = RevolutionFeatures()
    frames: list[NDArray[np.float32]] = []
    for index, beat in enumerate(beats):
        hop = samples[index * HOP_SAMPLES : (index + 1) * HOP_SAMPLES].astype(np.float32)
        if (features := hears.step(hop, beat)) is not None:
            frames.append(features)
    return np.array(frames, np.float32).reshape(len(frames), N_FEATURES)


@dataclass(frozen=True, slots=True)
class GroupDistance:
    """How far the causal features of one group are from the whole-song ones.

    Attributes:
        correlation: mean correlation over time of each number with its counterpart, at `lag_frames`.
        correlation_now: the same without a shift.
        lag_frames: by how many frames (1/30 s) the causal features are late, where they agree best.
        distance: root mean square of the difference of the standardised numbers at that lag; 1.41 is unrelated.
        shape: mean correlation of the numbers of one frame with those of its counterpart, at that lag; nan for a
            single number. It is what counts for a tempogram and a chroma, which are pictures.
    """

    correlation: float
    correlation_now: float
    lag_frames: int
    distance: float
    shape: float


def compare(offline: NDArray[np.float32], causal: NDArray[np.float32], *, skip: int = 384) -> dict[str, GroupDistance]:
    """Return the distance of each feature group; the first `skip` frames, where the causal ones fill up, are left out.

    Args:
        offline: shape (T, 438), as `offline_features` gives them.
        causal: shape (T', 438), as `causal_features` gives them.
        skip: frames at the beginning that do not count.
    """
    return {name: _distance(offline[:, part], causal[:, part], skip) for name, part in GROUPS.items()}


def _distance(offline: NDArray[np.float32], causal: NDArray[np.float32], skip: int) -> GroupDistance:
    # Causal frame k is known at (k + 1) / 30 s: its contemporary is the offline frame k + 1.
    offline = offline[1:]
    lags = range(16)
    scores = [_correlation(*_aligned(offline, causal, lag, skip)) for lag in lags]
    best = int(np.nanargmax(scores))
    pair = _aligned(offline, causal, best, skip)
    whole, heard = (_standardised(part) for part in pair)
    distance = float(np.sqrt(np.mean((whole - heard) ** 2)))
    shape = _correlation(pair[0].T, pair[1].T) if offline.shape[1] > 1 else float("nan")
    return GroupDistance(scores[best], scores[0], best, distance, shape)


def _aligned(
    offline: NDArray[np.float32], causal: NDArray[np.float32], lag: int, skip: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    frames = min(len(offline), len(causal) - lag) - skip
    return offline[skip : skip + frames], causal[skip + lag : skip + lag + frames]


def _correlation(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    return float(np.mean(_standardised(a) * _standardised(b)))


def _standardised(values: NDArray[np.float32]) -> NDArray[np.float32]:
    spread = values.std(axis=0)
    return (values - values.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)


__all__ = ["FRAME_SAMPLES", "GROUPS", "GroupDistance", "causal_features", "compare", "offline_features"]
