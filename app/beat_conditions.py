"""What an evaluation does to recordings first: quiet, loud, noisy, far away, badly coded, mixed by a DJ."""

import io
from collections.abc import Callable
from dataclasses import replace
from math import gcd

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from app.beat_metrics import Annotation
from realtime.audio.track import Mixdown
from realtime.types import SAMPLE_RATE_HZ

Samples = NDArray[np.float32]
_MP3_DELAY_SAMPLES = 1105
"""What LAME puts before the music (576 of the encoder, 529 of the decoder): 23 ms that are not the tracker's lag."""

Condition = Callable[[Samples, Annotation], tuple[Samples, Annotation]]


def gain(gain_db: float) -> Condition:
    """Return a condition that changes the level, and clips what exceeds full scale."""

    def louder(samples: Samples, annotation: Annotation) -> tuple[Samples, Annotation]:
        return np.clip(samples * np.float32(10 ** (gain_db / 20)), -1, 1), annotation

    return louder


def crowd(snr_db: float) -> Condition:
    """Return a condition that adds a murmuring crowd."""

    def among_people(samples: Samples, annotation: Annotation) -> tuple[Samples, Annotation]:
        rng, count = np.random.default_rng(7), len(samples)
        spectrum = np.fft.rfft(rng.standard_normal(count))
        frequency_hz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE_HZ)
        voices = np.fft.irfft(spectrum / (1 + ((frequency_hz - 600) / 600) ** 2), count)
        syllables = rng.gamma(2.0, 0.5, count // 7_000 + 2)
        voices *= np.interp(np.arange(count), np.arange(len(syllables)) * 7_000, syllables)
        level = float(np.sqrt(np.mean(samples**2))) * 10 ** (-snr_db / 20)
        return (samples + voices / voices.std() * level).astype(np.float32), annotation

    return among_people


def reverb(samples: Samples, annotation: Annotation) -> tuple[Samples, Annotation]:
    """Put the music into a hall of 1.2 s, half of it reverberation."""
    rng, count = np.random.default_rng(8), round(1.2 * SAMPLE_RATE_HZ)
    tail = rng.standard_normal(count) * 10 ** (-3 * np.arange(count) / count)
    tail *= 0.7 / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    size = 2 ** int(np.ceil(np.log2(len(samples) + count)))
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(tail, size), size)[: len(samples)]
    return wet.astype(np.float32), annotation


def mp3(samples: Samples, annotation: Annotation) -> tuple[Samples, Annotation]:
    """Code and decode as a small MP3."""
    file = io.BytesIO()
    soundfile.write(file, samples, SAMPLE_RATE_HZ, format="MP3", bitrate_mode="CONSTANT", compression_level=0.9)
    file.seek(0)
    decoded = soundfile.read(file, dtype="float32")[0]
    return decoded.astype(np.float32)[_MP3_DELAY_SAMPLES:], annotation


def at_rate(rate_hz: int) -> Condition:
    """Return a condition in which the music comes from an input with another sample rate."""

    def resampled(samples: Samples, annotation: Annotation) -> tuple[Samples, Annotation]:
        divisor = gcd(rate_hz, SAMPLE_RATE_HZ)
        there = resample_poly(samples, rate_hz // divisor, SAMPLE_RATE_HZ // divisor).astype(np.float32)
        return Mixdown(rate_hz).step(there[:, None]), annotation

    return resampled


def pitch_fader(samples: Samples, annotation: Annotation) -> tuple[Samples, Annotation]:
    """Move a DJ's pitch fader: from the middle on, 6 % faster within four seconds."""
    length_s = len(samples) / SAMPLE_RATE_HZ
    heard_s = np.arange(0, length_s, 0.01)
    speed = 1.0 + 0.06 * np.clip((heard_s - length_s / 2) / 4.0, 0.0, 1.0)
    played_s = np.concatenate([[0.0], np.cumsum(speed)[:-1] * 0.01])
    kept = played_s < length_s
    at_s = np.interp(np.arange(0, heard_s[kept][-1], 1 / SAMPLE_RATE_HZ), heard_s, played_s)
    faded = np.interp(at_s * SAMPLE_RATE_HZ, np.arange(len(samples)), samples).astype(np.float32)
    times_s = np.interp(annotation.times_s, played_s, heard_s)
    inside = times_s < heard_s[kept][-1]
    return faded, replace(annotation, times_s=times_s[inside], places=annotation.places[inside])


def cut(samples: Samples, annotation: Annotation) -> tuple[Samples, Annotation]:
    """Cut to another place in mid-bar, 12 % faster: what a hard mix does."""
    half, skipped = len(samples) // 2, round(7.3 * SAMPLE_RATE_HZ)
    after = resample_poly(samples[half + skipped :], 25, 28).astype(np.float32)
    cut_s, from_s = half / SAMPLE_RATE_HZ, (half + skipped) / SAMPLE_RATE_HZ
    before, later = annotation.times_s < cut_s, annotation.times_s >= from_s
    times_s = np.concatenate([annotation.times_s[before], cut_s + (annotation.times_s[later] - from_s) / 1.12])
    places = np.concatenate([annotation.places[before], annotation.places[later]])
    return np.concatenate([samples[:half], after]), Annotation(times_s, places)


def as_it_is(samples: Samples, annotation: Annotation) -> tuple[Samples, Annotation]:
    """Change nothing."""
    return samples, annotation


CONDITIONS: dict[str, Condition] = {
    "gain -30 dB": gain(-30.0),
    "gain -12 dB": gain(-12.0),
    "gain +12 dB": gain(12.0),
    "crowd, 20 dB SNR": crowd(20.0),
    "MP3": mp3,
    "hall": reverb,
    "22.05 kHz": at_rate(22_050),
    "44.1 kHz": at_rate(44_100),
    "96 kHz": at_rate(96_000),
    "pitch fader +6 %": pitch_fader,
    "cut, +12 %": cut,
}
