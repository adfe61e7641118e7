"""The live driver on the real clock: every stage outlives what happens in the others."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from realtime.clock import HostClock
from realtime.commands import Freeze, ReportDraw, Tap
from realtime.health import HealthSnapshot
from realtime.live import LiveShow
from realtime.meter import StageMeter
from realtime.music.beat_log import DeclaredBeat
from realtime.types import (
    HOP_SAMPLES,
    SAMPLE_RATE_HZ,
    AudioBlock,
    MusicFrame,
    Pose,
    ShowState,
    SourceStatus,
    TempoSource,
)
from tests.support.engines import RememberingSink, SwayingDancer, make_engine
from tests.support.music import click_track
from tests.support.wait import wait_until

pytestmark = pytest.mark.realtime


class PacedSource:
    """Delivers a click track at the pace of the host clock; can be told to hang or to fail."""

    input_latency_s = 0.005

    def __init__(self) -> None:
        self.clock = HostClock()
        self.start_s = self.clock.now_s()
        self.samples = click_track(120.0, seconds=30.0)
        self.next_sample = 0
        self.hang = threading.Event()
        self.failing = False
        self.closed = False
        self.status = SourceStatus("clicks")

    def read(self, timeout_s: float) -> AudioBlock | None:
        if self.failing:
            raise OSError("the driver said something strange")
        if self.hang.is_set():
            threading.Event().wait(timeout_s)
            return None
        end = self.next_sample + HOP_SAMPLES
        self.clock.sleep_until(self.start_s + end / SAMPLE_RATE_HZ)
        block = AudioBlock(self.samples[self.next_sample : end], self.next_sample)
        self.next_sample = end
        return block

    def show_s(self, host_s: float) -> float:
        return host_s - self.start_s

    def close(self) -> None:
        self.closed = True


class BrittleSink(RememberingSink):
    """Breaks when told to, against the rules of sinks."""

    broken = False

    def send(self, pose: Pose, music: MusicFrame, state: ShowState) -> None:
        if self.broken:
            raise RuntimeError("this sink broke the rules")
        super().send(pose, music, state)


class Stage:
    """A live show with everything that a test may want to touch."""

    def __init__(self) -> None:
        self.source, self.sink, self.dancer, self.meter = PacedSource(), BrittleSink(), SwayingDancer(), StageMeter()
        self.engine = make_engine([self.sink], generator=self.dancer, timer=self.meter)
        self.published: list[HealthSnapshot] = []
        self.beats: list[DeclaredBeat] = []
        self.show = LiveShow(
            self.engine,
            self.source,
            HostClock(),
            self.meter,
            publish=lambda snapshot, _host_s, _show_s: self.published.append(snapshot),
            on_beat=self.beats.append,
        )

    def sent_more(self, count: int) -> None:
        """Wait until so many more poses were sent."""
        goal = len(self.sink.poses) + count
        wait_until(lambda: len(self.sink.poses) >= goal)


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    stage.show.start()
    yield stage
    stage.show.stop()
    assert stage.source.closed


def test_poses_come_at_their_rate_and_the_show_says_how_it_is(stage: Stage) -> None:
    stage.sent_more(120)
    times = np.array([pose.time_s for pose in stage.sink.poses[-100:]])
    assert np.allclose(np.diff(times), 1 / 60, atol=1e-6)
    wait_until(lambda: bool(stage.published) and stage.published[-1].measured_fps > 30.0)
    health = stage.published[-1]
    assert (health.title, health.generator, health.fallback) == ("clicks", "sway", False)
    # The level falls to nothing from one click to the next: some snapshot lies on a click.
    wait_until(lambda: any(each.level_db > -30.0 for each in stage.published))
    assert health.latencies.features_s > 0.0
    wait_until(lambda: len(stage.beats) >= 2)


def test_an_input_that_hangs_leaves_the_dance_going(stage: Stage) -> None:
    stage.sent_more(30)
    stage.source.hang.set()
    stage.sent_more(90)
    hips = np.array([pose.root_m for pose in stage.sink.poses[-60:]])
    assert float(np.ptp(hips, axis=0).max()) > 0.01


def test_an_input_that_fails_is_named_and_survived(stage: Stage) -> None:
    stage.sent_more(30)
    stage.source.failing = True
    wait_until(lambda: "strange" in stage.show.last_failure)
    stage.sent_more(60)
    stage.source.failing = False
    heard = stage.source.next_sample
    wait_until(lambda: stage.source.next_sample > heard)


def test_a_dancer_that_fails_is_replaced_on_stage(stage: Stage) -> None:
    wait_until(lambda: stage.engine.generator_name == "sway" and len(stage.sink.poses) > 60)
    stage.dancer.failing = True
    wait_until(lambda: stage.engine.generator_name == "groove")
    stage.dancer.failing = False
    wait_until(lambda: stage.engine.generator_name == "sway")
    assert stage.engine.counters.starved_s == 0.0


def test_a_sink_that_breaks_the_rules_does_not_end_the_show(stage: Stage) -> None:
    stage.sent_more(30)
    stage.sink.broken = True
    wait_until(lambda: "broke the rules" in stage.show.last_failure)
    stage.sink.broken = False
    stage.sent_more(60)


def test_commands_are_obeyed_while_dancing(stage: Stage) -> None:
    stage.sent_more(150)
    stage.show.post(Freeze(True))
    wait_until(lambda: stage.sink.states[-1].frozen)
    now_s = HostClock().now_s()
    for tap in range(4):
        stage.show.post(Tap(now_s - 2.0 + tap * 0.5))
    wait_until(lambda: stage.engine.music[-1].beat.source is TempoSource.TAP)
    # The clock runs off its tempo while it glides to the tapped phase.
    wait_until(lambda: abs(stage.engine.music[-1].beat.tempo_bpm - 120.0) < 1.0)
    stage.show.post(ReportDraw((0.01, 0.02), 60.0))
    assert stage.meter.series["draw"].count == 2


def test_another_rate_takes_effect_while_dancing(stage: Stage) -> None:
    stage.sent_more(30)
    stage.show.fps = 30.0
    stage.sent_more(40)
    times = np.array([pose.time_s for pose in stage.sink.poses[-20:]])
    assert np.allclose(np.diff(times), 1 / 30, atol=1e-6)
