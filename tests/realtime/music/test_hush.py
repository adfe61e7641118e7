"""A dancer who idles hears what silence is."""

import numpy as np
import pytest

from realtime.music.features import FeatureExtractor
from realtime.music.hush import SILENCE, hushed
from realtime.types import HOP_SAMPLES, BeatState, MusicFrame


def test_silence_is_what_the_extractor_says_of_silence() -> None:
    extractor = FeatureExtractor()
    features = SILENCE
    for _ in range(3000):
        features = extractor.step(np.zeros(HOP_SAMPLES, np.float32))
    assert features.silent
    np.testing.assert_allclose(features.log_mel, SILENCE.log_mel, atol=1e-5)
    for name in ("level_db", "peak", "low", "mid", "high", "onset", "energy"):
        assert getattr(features, name) == pytest.approx(getattr(SILENCE, name), abs=1e-3), name


def test_time_and_beat_go_on() -> None:
    loud = FeatureExtractor().step(np.ones(HOP_SAMPLES, np.float32))
    music = [MusicFrame(0.01 * k, loud, BeatState(tempo_bpm=100.0 + k)) for k in range(5)]
    assert [(frame.time_s, frame.beat) for frame in hushed(music)] == [(frame.time_s, frame.beat) for frame in music]
    assert all(frame.features.silent for frame in hushed(music))
