"""Drums with a known beat, and features for a tracker that needs only the gate."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from realtime.ports import BeatTracker
from realtime.types import HOP_S, HOP_SAMPLES, N_MEL, SAMPLE_RATE_HZ, BeatState, MusicFeatures


def features_of(hop: NDArray[np.float32], silence_db: float = -60.0) -> MusicFeatures:
    """Return features that tell loudness and silence and nothing else."""
    level_db = max(10.0 * float(np.log10(np.mean(hop.astype(np.float64) ** 2) + 1e-12)), -120.0)
    mel = np.zeros(N_MEL, np.float32)
    return MusicFeatures(level_db, float(np.abs(hop).max()), 0, 0, 0, 0, 0, level_db < silence_db, mel)


def drums(tempo_bpm: float, seconds: float, *, seed: int = 0) -> NDArray[np.float32]:
    """Return kick on 1 and 3, snare on 2 and 4, hi-hats on the eighths; beat 0 at 0 s."""
    rng = np.random.default_rng(seed)
    samples = np.zeros(round(seconds * SAMPLE_RATE_HZ), np.float32)
    time_s = np.arange(round(0.12 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    kick = np.sin(2 * np.pi * (50 * time_s + 3 * (1 - np.exp(-time_s / 0.02)))) * np.exp(-time_s / 0.05)
    noise = rng.standard_normal(len(time_s))
    snare = 0.5 * noise * np.exp(-time_s / 0.03)
    hat = 0.15 * np.diff(noise, append=0.0) * np.exp(-time_s / 0.01)
    for eighth in range(int(seconds * tempo_bpm / 30.0)):
        start = round(eighth * 30.0 / tempo_bpm * SAMPLE_RATE_HZ)
        sound = hat if eighth % 2 else hat + (kick if eighth % 4 == 0 else snare)
        stop = min(start + len(sound), len(samples))
        samples[start:stop] += 0.5 * sound[: stop - start]
    return samples


def hops(samples: NDArray[np.float32], start_s: float = 0.0) -> Iterator[tuple[float, NDArray[np.float32]]]:
    """Yield the show time at the end of every hop, and the hop."""
    for index in range(len(samples) // HOP_SAMPLES):
        yield start_s + (index + 1) * HOP_S, samples[index * HOP_SAMPLES : (index + 1) * HOP_SAMPLES]


def listen(tracker: BeatTracker, samples: NDArray[np.float32], start_s: float = 0.0) -> list[BeatState]:
    """Return the clock after every hop."""
    return [tracker.step(hop, features_of(hop), time_s) for time_s, hop in hops(samples, start_s)]
