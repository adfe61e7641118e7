"""Tracker modules as training music: a small module made here, whose beats are known to the row."""

import struct
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mido", reason="the train extra is not installed")

from models.training.beats.dataset import bands_of
from models.training.beats.hindsight import hear
from models.training.beats.modules import Played, beats_of, play, rows_of_a_beat
from realtime.errors import FarandoleError
from realtime.music.beat_filter import FilterSettings
from realtime.types import SAMPLE_RATE_HZ

ROWS, CHANNELS, PATTERNS_PLAYED = 64, 4, 4
ROW_S = 6 * 2.5 / 125
"""Six ticks a row, 2.5 / tempo seconds a tick: what a module does that says nothing else."""
_PERIOD_AT_8_KHZ = 428


def a_module(path: Path) -> Path:
    """Write a ProTracker module: a thump on every fourth row, a tick half way between."""
    decay = np.exp(-np.arange(2000) / 400.0)
    thump = np.sin(np.arange(2000) * 2 * np.pi * 60 / 8287) * decay
    tick = np.random.default_rng(0).standard_normal(2000) * 0.25 * np.exp(-np.arange(2000) / 60.0)
    samples = [(100 * np.clip(sound, -1, 1)).astype(np.int8).tobytes() for sound in (thump, tick)]
    header = b"beats".ljust(20, b"\0")
    for number in range(31):
        data = samples[number] if number < len(samples) else b""
        header += bytes(22) + struct.pack(">HBBHH", len(data) // 2, 0, 64 if data else 0, 0, 1)
    header += bytes([PATTERNS_PLAYED, 127]) + bytes(128) + b"M.K."
    pattern = bytearray(ROWS * CHANNELS * 4)
    for row in range(0, ROWS, 2):
        sample, channel = (1, 0) if row % 4 == 0 else (2, 1)
        at = (row * CHANNELS + channel) * 4
        pattern[at : at + 4] = bytes([_PERIOD_AT_8_KHZ >> 8, _PERIOD_AT_8_KHZ & 0xFF, sample << 4, 0])
    path.write_bytes(header + bytes(pattern) + b"".join(samples))
    return path


def test_the_rows_of_a_module_are_played_when_it_says(tmp_path: Path) -> None:
    played = play(a_module(tmp_path / "beats.mod"))
    assert len(played.samples) / SAMPLE_RATE_HZ == pytest.approx(PATTERNS_PLAYED * ROWS * ROW_S, abs=0.01)
    np.testing.assert_allclose(played.rows_s, np.arange(PATTERNS_PLAYED * ROWS) * ROW_S, atol=0.0021)
    assert played.rows.tolist() == list(range(ROWS)) * PATTERNS_PLAYED
    assert set(played.lengths.tolist()) == {ROWS}


def test_its_beats_sound_where_they_are_said_to_be(tmp_path: Path) -> None:
    played = play(a_module(tmp_path / "beats.mod"))
    beats_s, places = beats_of(played, 4)
    assert places.tolist() == [0, 1, 2, 3] * (PATTERNS_PLAYED * ROWS // 16)
    for beat_s in beats_s[1:]:
        at = round(beat_s * SAMPLE_RATE_HZ)
        before, after = played.samples[at - 480 : at - 144], played.samples[at + 144 : at + 960]
        assert np.abs(after).max() > 5.0 * np.abs(before).max()


def test_the_networks_choose_how_many_rows_make_a_beat(tmp_path: Path) -> None:
    played = play(a_module(tmp_path / "beats.mod"))
    assert rows_of_a_beat(played, hear(bands_of(played.samples), FilterSettings())) == 4


def test_patterns_that_hold_only_bars_of_three_are_in_three() -> None:
    rows = np.tile(np.arange(36), 2)
    played = Played(np.zeros(1, np.float32), np.linspace(0.0, 10.65, 72), rows, np.full_like(rows, 36))
    assert beats_of(played, 4)[1].tolist() == [0, 1, 2] * 6


def test_what_is_no_module_is_named(tmp_path: Path) -> None:
    (tmp_path / "song.xm").write_bytes(b"no module at all")
    with pytest.raises(FarandoleError, match=r"song\.xm: expected a tracker module"):
        play(tmp_path / "song.xm")
