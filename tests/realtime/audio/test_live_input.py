"""An input that comes and goes: show time neither stops nor jumps, and what happened is said."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.audio.device import CapturedBlock
from realtime.audio.live_input import LiveInput
from realtime.clock import VirtualClock
from realtime.errors import DeviceError
from realtime.types import SAMPLE_RATE_HZ, AudioBlock

BLOCK = 441


class FakeCard:
    """A sound card at 44.1 kHz on a virtual clock: a block falls due every 10 ms until it is unplugged."""

    rate_hz = 44_100.0
    latency_s = 0.012
    dropped_blocks = 0

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.start_s = clock.now_s()
        self.blocks = 0
        self.unplugged = False
        self.lose_next = False
        self.closed = False

    def take(self, timeout_s: float) -> CapturedBlock | None:
        due_s = self.start_s + (self.blocks + 1) * BLOCK / self.rate_hz
        if self.unplugged or due_s > self.clock.now_s() + timeout_s:
            self.clock.sleep_until(self.clock.now_s() + timeout_s)
            return None
        self.clock.sleep_until(due_s)
        first_s = due_s - BLOCK / self.rate_hz
        self.blocks += 1
        lost, self.lose_next = self.lose_next, False
        return CapturedBlock(np.full((BLOCK, 2), 0.25, dtype=np.float32), first_s, lost)

    def close(self) -> None:
        self.closed = True


class FakeOpener:
    """Opens fake cards as long as one is plugged in."""

    title = "Fake: card"

    def __init__(self, clock: VirtualClock, *, plugged: bool = True) -> None:
        self.clock = clock
        self.plugged = plugged
        self.cards: list[FakeCard] = []
        self.asked = 0

    def open(self, *, again: bool) -> tuple[FakeCard, str]:
        self.asked += 1
        if not self.plugged:
            raise DeviceError("no input is called Fake: card")
        self.cards.append(FakeCard(self.clock))
        return self.cards[-1], "Fake: card"


def read_for(source: LiveInput, clock: VirtualClock, seconds: float) -> list[AudioBlock]:
    blocks: list[AudioBlock] = []
    end_s = clock.now_s() + seconds
    while clock.now_s() < end_s:
        block = source.read(0.1)
        if block is not None:
            blocks.append(block)
    return blocks


def assert_no_sample_is_missing(blocks: list[AudioBlock]) -> None:
    expected = 0
    for block in blocks:
        assert block.start_sample == expected + block.gap_samples
        expected = block.start_sample + len(block.samples)


def test_a_card_at_another_rate_is_heard_at_ours_and_on_time() -> None:
    clock = VirtualClock(10.0)
    source = LiveInput(FakeOpener(clock), clock)
    blocks = read_for(source, clock, 5.0)
    assert_no_sample_is_missing(blocks)
    assert blocks[-1].end_s == pytest.approx(5.0, abs=0.03)
    assert source.show_s(clock.now_s()) == pytest.approx(5.0, abs=0.03)
    assert float(np.mean(blocks[-1].samples)) == pytest.approx(0.25, abs=1e-3)
    assert source.status.state == "live"
    assert source.input_latency_s == 0.012


def test_a_missing_card_is_named_retried_and_taken_up() -> None:
    clock = VirtualClock()
    opener = FakeOpener(clock, plugged=False)
    source = LiveInput(opener, clock)
    assert source.status.state == "lost"
    assert "Fake: card" in source.status.message
    blocks = read_for(source, clock, 5.0)
    assert all(not block.samples.any() for block in blocks)
    assert opener.asked >= 3
    opener.plugged = True
    blocks += read_for(source, clock, 5.0)
    assert source.status.state == "live"
    assert_no_sample_is_missing(blocks)
    assert blocks[-1].samples.any()
    assert source.show_s(clock.now_s()) == pytest.approx(10.0, abs=0.1)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.5, 4.0), st.floats(2.5, 6.0))
def test_an_unplugged_card_leaves_the_internal_clock_and_comes_back_by_itself(before_s: float, away_s: float) -> None:
    clock = VirtualClock(3.0)
    opener = FakeOpener(clock)
    source = LiveInput(opener, clock)
    blocks = read_for(source, clock, before_s)
    opener.cards[-1].unplugged = True
    opener.plugged = False
    last_show_s = source.show_s(clock.now_s())
    for _ in range(int(away_s / 0.05)):
        blocks += read_for(source, clock, 0.05)
        show_s = source.show_s(clock.now_s())
        assert 0.0 < show_s - last_show_s < 0.3
        last_show_s = show_s
    assert source.status.state == "lost"
    assert "unplugged" in source.status.message
    assert opener.cards[0].closed
    opener.plugged = True
    blocks += read_for(source, clock, 4.0)
    assert source.status.state == "live"
    assert len(opener.cards) == 2
    assert_no_sample_is_missing(blocks)
    assert source.show_s(clock.now_s()) == pytest.approx(clock.now_s() - 3.0, abs=0.1)


def test_a_silent_loopback_is_silence_and_not_a_loss() -> None:
    clock = VirtualClock()
    opener = FakeOpener(clock)
    source = LiveInput(opener, clock, silence_is_loss=False)
    blocks = read_for(source, clock, 1.0)
    opener.cards[0].unplugged = True
    blocks += read_for(source, clock, 10.0)
    assert source.status.state == "live"
    opener.cards[0].unplugged = False
    opener.cards[0].start_s = clock.now_s()
    opener.cards[0].blocks = 0
    blocks += read_for(source, clock, 2.0)
    assert_no_sample_is_missing(blocks)
    assert source.show_s(clock.now_s()) == pytest.approx(13.0, abs=0.3)
    # The silence used to be counted twice: once as delivered, once as lost by the device.
    assert blocks[-1].end_s == pytest.approx(source.show_s(clock.now_s()), abs=0.3)


def test_an_overflow_is_counted_and_its_gap_is_kept_in_time() -> None:
    clock = VirtualClock()
    opener = FakeOpener(clock)
    source = LiveInput(opener, clock)
    blocks = read_for(source, clock, 2.0)
    card = opener.cards[0]
    card.start_s += 0.5  # Half a second of blocks never came.
    card.lose_next = True
    clock.sleep_until(clock.now_s() + 0.5)
    blocks += read_for(source, clock, 2.0)
    assert source.status.overruns >= 1
    assert sum(block.gap_samples for block in blocks) == pytest.approx(0.5 * SAMPLE_RATE_HZ, abs=0.03 * SAMPLE_RATE_HZ)
    assert_no_sample_is_missing(blocks)
