"""Small instruments for the demo track: drums, bass, pluck, pad. Each returns mono float32 samples.

A song repeats its notes, so they are kept: whoever gets one must not change it.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


class DrumKit:
    """One rendering of each drum; noise comes from a fixed seed, so the kit sounds the same every time."""

    def __init__(self, rate_hz: int) -> None:
        noise = np.random.default_rng(1).standard_normal(3 * rate_hz).astype(np.float32)
        self.kick = _faded(_kick(rate_hz))
        self.clap = _faded(_clap(noise, rate_hz))
        self.snare = _faded(_snare(noise, rate_hz))
        self.hat = _faded(_bright(noise[: rate_hz // 12], 0.018, rate_hz))
        self.open_hat = _faded(_bright(noise[: rate_hz // 3], 0.09, rate_hz))
        self.crash = _faded(_bright(noise[: 2 * rate_hz], 0.6, rate_hz))


def add(mix: Samples, sound: Samples, at: int, *, gain: float = 1.0, pan: float = 0.0, width: float = 0.0) -> None:
    """Add mono `sound` to the stereo `mix` (n, 2) at sample `at`.

    Args:
        mix: shape (n, 2), changed in place.
        sound: shape (m,).
        at: index of the first sample.
        gain: amplitude factor.
        pan: -1 left to 1 right.
        width: 0 to 1; delays the right side by up to 15 ms, which the mono sum survives.
    """
    length = min(len(sound), len(mix) - at)
    mix[at : at + length, 0] += gain * (1.0 - max(pan, 0.0)) * sound[:length]
    late = min(at + int(width * 720), len(mix))
    length = min(len(sound), len(mix) - late)
    mix[late : late + length, 1] += gain * (1.0 + min(pan, 0.0)) * sound[:length]


@lru_cache(maxsize=64)
def pad(chord: tuple[int, ...], duration_s: float, rate_hz: int) -> Samples:
    """Return a slow swelling chord of soft saws, releasing for a second after `duration_s`."""
    time_s = _time(duration_s + 1.0, rate_hz)
    sound = np.zeros_like(time_s)
    for note in chord:
        for detune in (-0.06, 0.07):
            sound += _soft_saw(time_s, note + detune, partials=5)
    attack = np.minimum(time_s / 0.25, 1.0)
    release = np.clip((duration_s + 1.0 - time_s) / 1.0, 0.0, 1.0)
    return (sound * attack * release / len(chord)).astype(np.float32)


@lru_cache(maxsize=64)
def bass(note: int, duration_s: float, rate_hz: int) -> Samples:
    """Return a short round bass note."""
    time_s = _time(duration_s + 0.05, rate_hz)
    envelope = np.minimum(time_s / 0.004, 1.0) * np.clip((duration_s + 0.05 - time_s) / 0.05, 0.0, 1.0)
    return np.tanh(1.8 * _soft_saw(time_s, note, partials=6)) * envelope * np.exp(-2.0 * time_s)


@lru_cache(maxsize=64)
def pluck(note: int, rate_hz: int) -> Samples:
    """Return a bright note that dies away within half a second."""
    time_s = _time(0.5, rate_hz)
    sound = np.zeros_like(time_s)
    for partial in range(1, 7):
        sound += np.sin(_omega(note) * partial * time_s) * np.exp(-(4.0 + 3.0 * partial) * time_s) / partial
    return _faded(sound * np.minimum(time_s / 0.002, 1.0))


def riser(bar: int, bars: int, duration_s: float, rate_hz: int) -> Samples:
    """Return noise that opens from bar to bar."""
    samples = round(duration_s * rate_hz)
    noise = np.random.default_rng(100 + bar).standard_normal(samples).astype(np.float32)
    openness = (bar + np.linspace(0.0, 1.0, samples, dtype=np.float32)) / bars
    dark = np.convolve(noise, np.full(24, 1 / 24, dtype=np.float32), mode="same")
    return ((dark * (1.0 - openness) + (noise - dark) * openness * 0.5) * openness**2).astype(np.float32)


def _faded(sound: Samples) -> Samples:
    """Return the sound with its last quarter faded out: cut off, it would click, and a click is an onset."""
    quarter = len(sound) // 4
    fade = np.ones_like(sound)
    fade[-quarter:] = np.linspace(1.0, 0.0, quarter, dtype=np.float32)
    return sound * fade


def _kick(rate_hz: int) -> Samples:
    time_s = _time(0.35, rate_hz)
    # The pitch falls from 170 to 48 Hz: phase is the integral of the frequency.
    phase = 2.0 * np.pi * (48.0 * time_s + 122.0 * 0.035 * (1.0 - np.exp(-time_s / 0.035)))
    click = np.exp(-time_s / 0.002) * 0.35
    return ((np.sin(phase) * np.exp(-time_s / 0.12) + click) * np.minimum(time_s / 0.0008, 1.0)).astype(np.float32)


def _clap(noise: Samples, rate_hz: int) -> Samples:
    time_s = _time(0.25, rate_hz)
    envelope = np.exp(-time_s / 0.07) * 0.8
    for start_s in (0.0, 0.011, 0.022):
        envelope += np.where(time_s >= start_s, np.exp(-(time_s - start_s) / 0.004), 0.0).astype(np.float32)
    return (_band(noise[: len(time_s)]) * envelope * 0.5).astype(np.float32)


def _snare(noise: Samples, rate_hz: int) -> Samples:
    time_s = _time(0.25, rate_hz)
    body = np.sin(2 * np.pi * 185.0 * time_s) * np.exp(-time_s / 0.06)
    return (body * 0.7 + noise[: len(time_s)] * np.exp(-time_s / 0.08) * 0.4).astype(np.float32)


def _bright(noise: Samples, decay_s: float, rate_hz: int) -> Samples:
    time_s = _time(len(noise) / rate_hz, rate_hz)[: len(noise)]
    return np.diff(np.diff(noise, prepend=0.0), prepend=0.0).astype(np.float32) * 0.4 * np.exp(-time_s / decay_s)


def _band(noise: Samples) -> Samples:
    smooth = np.convolve(noise, np.full(8, 1 / 8, dtype=np.float32), mode="same")
    return smooth - np.convolve(smooth, np.full(40, 1 / 40, dtype=np.float32), mode="same")


def _soft_saw(time_s: Samples, note: float, *, partials: int) -> Samples:
    sound = np.zeros_like(time_s)
    for partial in range(1, partials + 1):
        sound += np.sin(_omega(note) * partial * time_s) / partial**1.5
    return sound


def _omega(note: float) -> np.float32:
    return np.float32(2.0 * np.pi * 440.0 * 2.0 ** ((note - 69.0) / 12.0))


def _time(duration_s: float, rate_hz: int) -> Samples:
    return np.arange(round(duration_s * rate_hz), dtype=np.float32) / np.float32(rate_hz)
