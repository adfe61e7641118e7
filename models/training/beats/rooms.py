"""What happens to music on its way to a microphone: speed, tone, rooms, crowds, limiters, codecs and dropouts."""

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import fftconvolve, lfilter, resample_poly

from realtime.types import SAMPLE_RATE_HZ

Samples = NDArray[np.float32]


def changed_speed(samples: Samples, fortieths: int) -> Samples:
    """Play at so many fortieths of the speed, the pitch too, as a pitch fader does."""
    return resample_poly(samples, 40, fortieths).astype(np.float32)


def coloured(samples: Samples, rng: np.random.Generator) -> Samples:
    """Boost and cut by a smooth random curve of up to 9 dB; perhaps lose the top as in a codec or a cheap mic."""
    spectrum = np.fft.rfft(samples, 2 ** int(np.ceil(np.log2(len(samples)))))
    frequency_hz = np.linspace(0, SAMPLE_RATE_HZ / 2, len(spectrum))
    knots_hz = np.geomspace(30, 20_000, 7)
    gain_db = np.interp(np.log(frequency_hz + 20), np.log(knots_hz), rng.uniform(-9, 9, 7))
    if rng.random() < 0.3:
        gain_db -= 60.0 * (frequency_hz > rng.choice([4_000, 8_000, 11_000, 16_000]))
    if rng.random() < 0.2:
        gain_db -= 30.0 * (frequency_hz < rng.uniform(60, 180))
    return np.fft.irfft(spectrum * 10 ** (gain_db / 20))[: len(samples)].astype(np.float32)


def in_a_room(samples: Samples, rng: np.random.Generator) -> Samples:
    """Add the tail of a room with 0.2 to 1.5 s of reverberation."""
    decay_s = rng.uniform(0.2, 1.5)
    time_s = np.arange(round(decay_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tail = rng.standard_normal(len(time_s)) * 10 ** (-3 * time_s / decay_s)
    tail /= np.sqrt(np.sum(tail**2))
    tail[: round(rng.uniform(0.002, 0.02) * SAMPLE_RATE_HZ)] = 0.0
    wet = fftconvolve(samples, tail)[: len(samples)]
    return (samples + rng.uniform(0.1, 0.7) * wet).astype(np.float32)


def among_people(samples: Samples, snr_db: float, rng: np.random.Generator) -> Samples:
    """Add a crowd: voices that swell at the pace of syllables, hiss, and now and then a clap."""
    count = len(samples)
    quick = next_fast_len(count, real=True)
    spectrum = np.asarray(rfft(rng.standard_normal(quick)))
    frequency_hz = np.linspace(0, SAMPLE_RATE_HZ / 2, len(spectrum))
    voices = np.asarray(irfft(spectrum / (1 + ((frequency_hz - 500) / 700) ** 2), quick))[:count]
    hiss = np.asarray(irfft(spectrum / np.sqrt(frequency_hz + 50), quick))[:count]
    swell = np.interp(np.arange(count), np.arange(0, count, 6_000), rng.gamma(2.0, 0.5, len(range(0, count, 6_000))))
    noise = voices / voices.std() * swell + hiss / hiss.std() * rng.uniform(0, 1)
    for start in rng.integers(0, count, rng.integers(0, 20)):
        clap = rng.standard_normal(2_400) * np.exp(-np.arange(2_400) / 500) * 4
        noise[start : start + 2_400] += clap[: max(min(count - start, 2_400), 0)]
    level = np.sqrt(np.mean(samples**2)) * 10 ** (-snr_db / 20)
    return (samples + noise / noise.std() * level).astype(np.float32)


def driven(samples: Samples, rng: np.random.Generator) -> Samples:
    """Squash as a loud master or an overdriven input is."""
    return np.tanh(samples * rng.uniform(1.5, 8.0)).astype(np.float32)


def compressed(samples: Samples, rng: np.random.Generator) -> Samples:
    """Even out as a compressor on the whole mix does: a loud attack holds everything down for a while."""
    block = 96
    count = -(-len(samples) // block)
    level = np.sqrt(
        np.mean(np.square(np.pad(samples, (0, count * block - len(samples))).reshape(count, block)), axis=1)
    )
    kept = 10.0 ** (-block / SAMPLE_RATE_HZ / rng.uniform(0.05, 0.4))
    held = lfilter([1.0 - kept], [1.0, -kept], level)
    gain = (np.maximum(held, 0.01) / 0.3) ** -rng.uniform(0.3, 0.85)
    steps = np.minimum(np.arange(len(samples)) // block, count - 1)
    return (samples * gain[steps]).astype(np.float32)


def interrupted(samples: Samples, rng: np.random.Generator) -> Samples:
    """Mute a stretch of one to four seconds, or fade in or out."""
    result = samples.copy()
    length = round(rng.uniform(1.0, 4.0) * SAMPLE_RATE_HZ)
    start = int(rng.integers(0, max(len(samples) - length, 1)))
    if rng.random() < 0.6:
        result[start : start + length] = 0.0
    else:
        first, last = rng.permutation([0.01, 1.0]).tolist()
        result *= np.linspace(first, last, len(samples)).astype(np.float32)
    return result


def disturbed(samples: Samples, rng: np.random.Generator) -> Samples:
    """Apply some of all this."""
    if rng.random() < 0.6:
        samples = coloured(samples, rng)
    if rng.random() < 0.4:
        samples = compressed(samples, rng)
    if rng.random() < 0.4:
        samples = driven(samples, rng)
    if rng.random() < 0.3:
        samples = in_a_room(samples, rng)
    if rng.random() < 0.12:
        samples = interrupted(samples, rng)
    if rng.random() < 0.4:
        samples = among_people(samples, float(rng.uniform(8, 40)), rng)
    return samples * np.float32(10 ** (rng.uniform(-30, 6) / 20))
