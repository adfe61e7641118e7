"""A track that is played: heard in time with the loudspeaker, or silently at the host's pace."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from realtime.audio.played import PlayedTrack, Pulled
from realtime.clock import VirtualClock
from realtime.errors import DeviceError
from realtime.types import AudioBlock


class Ramp:
    """A mono track whose samples count upwards, so that every one can be told."""

    title = "ramp"
    channels = 1

    def __init__(self, seconds: float = 2.0, rate_hz: int = 48_000) -> None:
        self.sample_rate_hz = rate_hz
        self.duration_s = seconds

    def blocks(self, block_frames: int, start_frame: int = 0) -> Iterator[NDArray[np.float32]]:
        ramp = np.arange(round(self.duration_s * self.sample_rate_hz), dtype=np.float32)[:, None] * 1e-5
        for at in range(start_frame, len(ramp), block_frames):
            yield ramp[at : at + block_frames]


class FakeSpeaker:
    """An output that takes 512 frames whenever it is told to, heard 40 ms later."""

    def __init__(self, feed: Pulled, clock: VirtualClock) -> None:
        self.feed = feed
        self.clock = clock
        self.heard: list[NDArray[np.float32]] = []
        self.closed = False

    def play(self, seconds: float, source: PlayedTrack) -> list[AudioBlock]:
        blocks: list[AudioBlock] = []
        end_s = self.clock.now_s() + seconds
        while self.clock.now_s() < end_s:
            self.heard.append(self.feed.pull(512, self.clock.now_s() + 0.04))
            self.clock.sleep_until(self.clock.now_s() + 512 / 48_000)
            while (block := source.read(0.0)) is not None:
                blocks.append(block)
        return blocks

    def close(self) -> None:
        self.closed = True


def start(track: Ramp, *, loop: bool = False) -> tuple[PlayedTrack, FakeSpeaker, VirtualClock]:
    clock = VirtualClock(5.0)
    speakers: list[FakeSpeaker] = []

    def open_speaker(_rate_hz: int, _channels: int, feed: Pulled) -> FakeSpeaker:
        speakers.append(FakeSpeaker(feed, clock))
        return speakers[0]

    return PlayedTrack(track, clock, open_speaker, loop=loop), speakers[0], clock


def test_every_sample_is_played_and_heard_once_in_order() -> None:
    source, speaker, _ = start(Ramp())
    blocks = speaker.play(1.5, source)
    played = np.concatenate(speaker.heard)[:, 0]
    heard = np.concatenate([block.samples for block in blocks])
    assert np.array_equal(played, np.arange(len(played), dtype=np.float32) * np.float32(1e-5))
    assert np.array_equal(heard, played[: len(heard)])
    assert 0 <= len(played) - len(heard) <= 1024


def test_show_time_is_what_comes_out_of_the_loudspeaker() -> None:
    source, speaker, clock = start(Ramp())
    speaker.play(1.5, source)
    assert source.show_s(clock.now_s()) == pytest.approx(1.5 - 0.04, abs=0.02)


def test_after_the_end_there_is_silence_and_it_says_so() -> None:
    source, speaker, _ = start(Ramp(seconds=0.5))
    blocks = speaker.play(2.0, source)
    assert source.status.state == "ended"
    assert not blocks[-1].samples.any()


def test_a_loop_begins_again() -> None:
    source, speaker, _ = start(Ramp(seconds=0.5), loop=True)
    speaker.play(2.0, source)
    played = np.concatenate(speaker.heard)[:, 0]
    assert played[24_000] == 0.0
    assert played[24_001] == played[1]
    assert source.status.state == "playing"


def test_without_an_output_it_runs_at_the_pace_of_the_clock_and_says_why() -> None:
    clock = VirtualClock(1.0)

    def refuse(_rate_hz: int, _channels: int, _feed: Pulled) -> FakeSpeaker:
        raise DeviceError("no default output")

    source = PlayedTrack(Ramp(rate_hz=44_100), clock, refuse)
    assert "no default output" in source.status.message
    samples = 0
    while clock.now_s() < 2.0:
        block = source.read(0.1)
        samples += 0 if block is None else len(block.samples)
    assert samples == pytest.approx(48_000, abs=1_200)
    assert source.show_s(clock.now_s()) == pytest.approx(1.0, abs=0.03)


def test_an_output_that_dies_leaves_the_dance_going() -> None:
    source, speaker, clock = start(Ramp(seconds=20.0))
    speaker.play(1.0, source)
    before_s = source.show_s(clock.now_s())
    begin_s = clock.now_s()
    samples = 0
    while clock.now_s() < begin_s + 5.0:
        block = source.read(0.1)
        if block is None:
            clock.sleep_until(clock.now_s() + 0.05)
        else:
            samples += len(block.samples)
    assert speaker.closed
    assert "Output lost" in source.status.message
    assert samples > 2.0 * 48_000
    assert source.show_s(clock.now_s()) == pytest.approx(before_s + 5.0, abs=0.1)
