"""Slower and faster music keeps its pitch and its length times the speed."""

import numpy as np
import pytest
from numpy.typing import NDArray

from realtime.audio.stretch import Stretch
from tests.support.music import click_track

RATE_HZ = 48_000


def sine(frequency_hz: float, seconds: float) -> NDArray[np.float32]:
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.sin(2.0 * np.pi * frequency_hz * time_s).astype(np.float32)[:, None]


def stretched(frames: NDArray[np.float32], speed: float, block: int = 1024) -> NDArray[np.float32]:
    stretch = Stretch(RATE_HZ, frames.shape[1], speed)
    return np.concatenate([stretch.step(frames[at : at + block]) for at in range(0, len(frames), block)])


@pytest.mark.parametrize("speed", [0.5, 0.75, 1.25, 1.5])
def test_the_pitch_stays_and_the_length_follows_the_speed(speed: float) -> None:
    out = stretched(sine(440.0, 4.0), speed)
    assert len(out) == pytest.approx(4.0 * RATE_HZ / speed, abs=0.08 * RATE_HZ)
    spectrum = np.abs(np.fft.rfft(out[RATE_HZ // 2 : RATE_HZ // 2 + RATE_HZ, 0] * np.hanning(RATE_HZ)))
    assert abs(int(np.argmax(spectrum)) - 440) <= 2
    # A clean join leaves the loudness of a steady tone steady.
    loud = np.sqrt(np.mean(out[RATE_HZ // 2 : RATE_HZ // 2 + RATE_HZ].reshape(-1, 480) ** 2, axis=1))
    assert loud.min() > 0.8 * loud.max()


@pytest.mark.parametrize("block", [1, 480, 1024, 5000])
def test_however_the_music_is_cut_the_same_comes_out(block: int) -> None:
    frames = sine(330.0, 0.4)
    whole = stretched(frames, 0.8, len(frames))
    assert stretched(frames, 0.8, block).tobytes() == whole.tobytes()


@pytest.mark.parametrize("speed", [0.5, 1.5])
def test_drums_stay_where_the_beat_is(speed: float) -> None:
    out = stretched(click_track(120.0, seconds=6.0)[:, None], speed)[:, 0]
    for beat in range(2, 8):
        at = round((0.5 * beat) / speed * RATE_HZ)
        around = np.abs(out[at - 2400 : at + 4800])
        loud = int(np.argmax(around > 0.5 * around.max())) - 2400
        assert abs(loud) / RATE_HZ < 0.03
