"""Made-up sounds for tests."""

import numpy as np
from numpy.typing import NDArray

from realtime.audio.synth import DrumKit
from realtime.types import SAMPLE_RATE_HZ


def noise(seed: int, samples: int, *, level: float = 0.1) -> NDArray[np.float32]:
    """Return white noise."""
    return (level * np.random.default_rng(seed).standard_normal(samples)).astype(np.float32)


def click_track(tempo_bpm: float, *, seconds: float, start_s: float = 0.0) -> NDArray[np.float32]:
    """Return kicks on every beat and hats between them, with a hint of noise."""
    kit = DrumKit(SAMPLE_RATE_HZ)
    samples = round(seconds * SAMPLE_RATE_HZ)
    mix = noise(5, samples + SAMPLE_RATE_HZ, level=0.001)
    half_beat = 30.0 / tempo_bpm * SAMPLE_RATE_HZ
    for step in range(int((samples - start_s * SAMPLE_RATE_HZ) / half_beat) + 1):
        drum = kit.kick * 0.8 if step % 2 == 0 else kit.hat * 0.1
        at = round(start_s * SAMPLE_RATE_HZ + step * half_beat)
        if at < samples:
            mix[at : at + len(drum)] += drum
    return mix[:samples].astype(np.float32)
