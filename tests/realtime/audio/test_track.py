"""Tracks from files: read block by block, mixed down, and honest about what cannot be read."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realtime.audio.demo import DemoTrack
from realtime.audio.track import FileTrack, heard
from realtime.errors import AudioFileError

RNG = np.random.default_rng(0)


def write(path: Path, *, rate_hz: int = 48_000, channels: int = 2, seconds: float = 0.5) -> np.ndarray:
    samples = 0.3 * RNG.standard_normal((round(rate_hz * seconds), channels)).astype(np.float32)
    soundfile.write(path, samples, rate_hz, subtype="FLOAT" if path.suffix == ".wav" else None)
    return samples


@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "mp3"])
def test_every_promised_format_is_heard_whole(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"track.{ending}"
    write(path, rate_hz=44_100, seconds=1.0)
    track = FileTrack(path)
    blocks = list(heard(track, 512))
    assert sum(len(block.samples) for block in blocks) == pytest.approx(48_000, abs=4_000)
    assert [block.start_sample for block in blocks] == list(range(0, 512 * len(blocks), 512))
    assert track.channels == 2


def test_channels_are_mixed_evenly(tmp_path: Path) -> None:
    samples = write(tmp_path / "six.wav", channels=6)
    out = np.concatenate([block.samples for block in heard(FileTrack(tmp_path / "six.wav"), 480)])
    assert np.allclose(out, samples.mean(axis=1), atol=1e-6)


def test_broken_samples_become_silence(tmp_path: Path) -> None:
    samples = np.zeros((4800, 1), dtype=np.float32)
    samples[1000] = np.nan
    samples[2000] = np.inf
    soundfile.write(tmp_path / "broken.wav", samples, 44_100, subtype="FLOAT")
    out = np.concatenate([block.samples for block in heard(FileTrack(tmp_path / "broken.wav"), 480)])
    assert np.all(out == 0.0)


def nothing(path: Path) -> None:
    """Write no file at all."""


def folder(path: Path) -> None:
    path.mkdir()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def prose(path: Path) -> None:
    path.write_text("not music at all")


def no_frames(path: Path) -> None:
    soundfile.write(path, np.zeros((0, 1)), 48_000, format="WAV")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (nothing, "no such file"),
        (folder, "folder"),
        (empty, "could not read"),
        (prose, "could not read"),
        (no_frames, "some audio"),
    ],
)
def test_what_is_no_track_is_refused_by_name_and_reason(
    tmp_path: Path, make: Callable[[Path], None], said: str
) -> None:
    path = tmp_path / "set.wav"
    make(path)
    with pytest.raises(AudioFileError, match=said) as caught:
        FileTrack(path)
    assert str(path) in str(caught.value)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), ending=st.sampled_from(["wav", "flac", "ogg", "mp3"]))
def test_a_damaged_file_is_heard_or_refused_but_never_crashes(tmp_path: Path, data: st.DataObject, ending: str) -> None:
    path = tmp_path / f"damaged.{ending}"
    soundfile.write(path, 0.1 * np.ones((4000, 1), dtype=np.float32), 44_100)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(0, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    total = 0
    with suppress(AudioFileError):
        for block in heard(FileTrack(path), 480):
            assert np.all(np.isfinite(block.samples))
            total += len(block.samples)
            if total > 48_000 * 60:  # A header may claim hours.
                break


def test_the_demo_is_the_same_every_time_and_as_long_as_it_says() -> None:
    first = list(DemoTrack().blocks(65_536))
    second = list(DemoTrack().blocks(10_000))
    one, other = np.concatenate(first), np.concatenate(second)
    assert np.array_equal(one, other)
    assert len(one) / 48_000 == pytest.approx(DemoTrack().duration_s)
    assert 85.0 < DemoTrack().duration_s < 95.0
    assert float(np.max(np.abs(one))) < 1.0
