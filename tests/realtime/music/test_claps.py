"""Claps are heard when they begin, whatever the blocks, and the room's answer is none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from realtime.music.claps import ClapEar
from realtime.types import SAMPLE_RATE_HZ, AudioBlock


def room(claps_s: tuple[float, ...], *, seconds: float = 3.0, noise: float = 0.002) -> NDArray[np.float32]:
    """Return a quiet room in which somebody claps: noise that dies away, and an echo of it."""
    dice = np.random.default_rng(1)
    heard = noise * dice.standard_normal(round(seconds * SAMPLE_RATE_HZ))
    length = round(0.12 * SAMPLE_RATE_HZ)
    clap = dice.standard_normal(length) * np.exp(-np.arange(length) / (0.015 * SAMPLE_RATE_HZ))
    for at_s in claps_s:
        for late_s, gain in ((0.0, 0.3), (0.05, 0.12)):
            at = round((at_s + late_s) * SAMPLE_RATE_HZ)
            heard[at : at + length] += gain * clap[: len(heard) - at]
    return np.clip(heard, -1.0, 1.0).astype(np.float32)


def heard(samples: NDArray[np.float32], block: int) -> list[float]:
    """Return when the claps were heard, in blocks of a size."""
    ear = ClapEar()
    found: list[float] = []
    for start in range(0, len(samples), block):
        ear.hear(AudioBlock(samples[start : start + block], start))
        if ear.last_s and (not found or found[-1] != ear.last_s):
            found.append(ear.last_s)
    return found


@pytest.mark.parametrize("block", [64, 480, 1024])
def test_each_clap_is_heard_once_when_it_begins(block: int) -> None:
    claps_s = (0.5, 1.1, 1.7, 2.3)
    assert heard(room(claps_s), block) == pytest.approx(claps_s, abs=0.0015)


@given(st.floats(0.3, 2.0))
def test_a_clap_is_dated_to_a_millisecond(at_s: float) -> None:
    assert heard(room((at_s,)), 256) == pytest.approx([at_s], abs=0.0015)


def test_a_quiet_room_claps_not() -> None:
    assert heard(room(()), 480) == []


def test_a_broken_block_is_no_clap_and_breaks_nothing() -> None:
    ear = ClapEar()
    ear.hear(AudioBlock(np.zeros(0, np.float32), 0))
    ear.hear(AudioBlock(np.full(480, np.nan, np.float32), 480))
    assert ear.last_s == 0.0
    samples = room((0.5,))
    ear.hear(AudioBlock(samples, 48_000))
    assert ear.last_s > 0.5
