"""The input changes while the show runs: its time goes on and every sample is heard once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from realtime.audio.switched import SwitchedSource
from realtime.clock import VirtualClock
from realtime.types import SAMPLE_RATE_HZ, AudioBlock, SourceStatus


class Tone:
    """A source that counts from its own zero, and may hear a little ahead of its own time."""

    input_latency_s = 0.0

    def __init__(self, name: str, clock: VirtualClock, *, block: int, ahead_s: float) -> None:
        self.status = SourceStatus(name)
        self.closed = False
        self._clock, self._start_s, self._block, self._ahead_s = clock, clock.now_s(), block, ahead_s
        self._next = 0

    def show_s(self, host_s: float) -> float:
        return host_s - self._start_s

    def read(self, timeout_s: float) -> AudioBlock | None:
        if (self._next + self._block) / SAMPLE_RATE_HZ > self.show_s(self._clock.now_s()) + self._ahead_s:
            self._clock.sleep_until(self._clock.now_s() + timeout_s)
            return None
        block = AudioBlock(np.ones(self._block, np.float32), self._next)
        self._next += self._block
        return block

    def close(self) -> None:
        self.closed = True


@given(
    st.lists(st.tuples(st.integers(64, 3000), st.floats(0.0, 0.2), st.floats(0.01, 0.6)), min_size=1, max_size=4),
)
def test_show_time_goes_on_and_no_sample_is_heard_twice(inputs: list[tuple[int, float, float]]) -> None:
    clock = VirtualClock()
    first = Tone("first", clock, block=441, ahead_s=0.05)
    source = SwitchedSource(first, clock)
    blocks: list[AudioBlock] = []

    def listen(seconds: float) -> None:
        end_s = clock.now_s() + seconds
        while clock.now_s() < end_s:
            block = source.read(0.01)
            if block is not None:
                blocks.append(block)

    listen(0.5)
    before_s = source.show_s(clock.now_s())
    for size, ahead_s, seconds in inputs:
        source.change(lambda size=size, ahead_s=ahead_s: Tone("next", clock, block=size, ahead_s=ahead_s))
        listen(seconds)
    heard = 0
    for block in blocks:
        assert block.gap_samples >= 0
        assert block.start_sample == heard + block.gap_samples
        heard = block.start_sample + len(block.samples)
    assert first.closed
    assert source.status.title == "next"
    passed_s = sum(seconds for _, _, seconds in inputs)
    # Each change rounds to a sample; the loop above stops a hundredth late at most.
    assert -1e-9 <= source.show_s(clock.now_s()) - before_s - passed_s < 0.011 * len(inputs)


def test_a_closed_source_opens_nothing_more() -> None:
    clock = VirtualClock()
    source = SwitchedSource(Tone("only", clock, block=441, ahead_s=0.0), clock)
    source.close()
    source.change(lambda: Tone("late", clock, block=441, ahead_s=0.0))
    source.read(0.01)
    assert source.status.title == "only"
