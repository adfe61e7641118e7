"""The resampler: causal, indifferent to block sizes, and true to the sound."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from realtime.audio.resample import CausalResampler

RATES_HZ = [8_000, 22_050, 44_100, 88_200, 96_000, 192_000]


def resample(samples: NDArray[np.float32], rate_hz: int, sizes: list[int]) -> NDArray[np.float32]:
    resampler, out, at, turn = CausalResampler(rate_hz, 48_000), [np.empty(0, np.float32)], 0, 0
    while at < len(samples):
        size = sizes[turn % len(sizes)]
        out.append(resampler.step(samples[at : at + size]))
        at, turn = at + size, turn + 1
    return np.concatenate(out)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(RATES_HZ), st.lists(st.integers(1, 4096), min_size=1, max_size=4))
def test_block_sizes_change_no_bit(rate_hz: int, sizes: list[int]) -> None:
    noise = np.random.default_rng(0).standard_normal(8192).astype(np.float32)
    assert np.array_equal(resample(noise, rate_hz, sizes), resample(noise, rate_hz, [8192]))


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_no_output_hears_what_comes_after_its_time(rate_hz: int) -> None:
    rng = np.random.default_rng(1)
    noise = rng.standard_normal(rate_hz).astype(np.float32)
    changed = noise.copy()
    changed[rate_hz // 2 :] = rng.standard_normal(rate_hz - rate_hz // 2)
    one, other = resample(noise, rate_hz, [512]), resample(changed, rate_hz, [512])
    assert np.array_equal(one[:24_000], other[:24_000])
    assert not np.array_equal(one[24_000:], other[24_000:])


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_tone_keeps_its_pitch_and_level(rate_hz: int) -> None:
    tone = np.sin(2 * np.pi * 1000.0 * np.arange(rate_hz) / rate_hz).astype(np.float32)
    out = resample(tone, rate_hz, [999])[4800:]
    assert abs(len(resample(tone, rate_hz, [999])) - 48_000) <= 1
    spectrum = np.abs(np.fft.rfft(out * np.hanning(len(out))))
    peak_hz = float(np.argmax(spectrum)) * 48_000 / len(out)
    assert abs(peak_hz - 1000.0) < 2.0
    assert abs(float(np.std(out)) - np.sqrt(0.5)) < 0.005


def test_what_the_lower_rate_cannot_hold_is_removed() -> None:
    tone = np.sin(2 * np.pi * 30_000.0 * np.arange(96_000) / 96_000).astype(np.float32)
    assert float(np.std(resample(tone, 96_000, [512])[4800:])) < 1e-3
