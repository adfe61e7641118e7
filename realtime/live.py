"""Runs the three stages in threads, on the host's clock: the show itself.

Each stage is one loop; whatever goes wrong inside one is counted and the loop goes on. Nothing here draws.
"""

import gc
import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from threading import Event, Thread

from realtime import latencies
from realtime.clock import Clock
from realtime.commands import Command, OutsideBeat, ReportDraw, ResyncBar, Tap
from realtime.health import HealthSnapshot, Latencies
from realtime.meter import StageMeter
from realtime.music.beat_log import BeatLog, DeclaredBeat
from realtime.ports import AudioSource
from realtime.show_facts import ShowFacts
from realtime.stages import Stages
from realtime.types import AudioBlock, ShowState

_CHOREOGRAPH_EVERY_S = 0.005
_REPORT_EVERY_S = 1 / 30
_LATENCIES_EVERY = 15
"""Percentiles cost half a millisecond: twice a second is enough for eyes."""
_LOST_TICKS = 6
"""Ticks after which a schedule that fell behind (a suspended laptop) is not caught up."""
_SHORTEST_LATENCY_S = 0.01

logger = logging.getLogger("farandole.show")


class LiveShow:
    """An engine on a source, in four threads. Any thread may call any method."""

    def __init__(
        self,
        engine: Stages,
        source: AudioSource,
        clock: Clock,
        meter: StageMeter,
        *,
        fps: float = 60.0,
        publish: Callable[[HealthSnapshot, float, float], None] | None = None,
        on_beat: Callable[[DeclaredBeat], None] | None = None,
        on_block: Callable[[AudioBlock], None] = lambda _: None,
    ) -> None:
        """Prepare; `start` starts.

        Args:
            engine: the stages.
            source: where the music and the show time come from.
            clock: host time.
            meter: gets every duration.
            fps: poses per second.
            publish: gets `(snapshot, host_s, show_s)` thirty times a second.
            on_beat: gets each beat as it is declared.
            on_block: gets each block before it is heard; must not wait.
        """
        self.engine = engine
        self.source = source
        self.facts = ShowFacts()
        self.late_ticks = 0
        self.skipped_ticks = 0
        self.measured_fps = 0.0
        self.last_failure = ""
        self._clock = clock
        self._meter = meter
        self.fps = fps
        self._publish, self._on_beat, self._on_block = publish, on_beat, on_block
        self._beat_log = BeatLog()
        self._stopping = Event()
        self._state = ShowState(fps=fps)
        self._latencies = self._medians = Latencies()
        self._measured_at_s = clock.now_s()
        self._performed_before = 0
        self._threads = [
            Thread(target=self._run, args=(name, step), name=name, daemon=True)
            for name, step in (("listen", self._listen), ("choreograph", self._choreograph), ("report", self._report))
        ] + [Thread(target=self._perform, name="perform", daemon=True)]

    def start(self) -> None:
        """Start the stages."""
        # A thread that waits for the interpreter waits this long at most; the default of 5 ms is a third of a frame.
        sys.setswitchinterval(0.0005)
        gc.collect()
        gc.freeze()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the stages and give the device back."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=2.0)
        self.source.close()
        gc.unfreeze()

    def show_s(self) -> float:
        """Return the show time now."""
        return self.source.show_s(self._clock.now_s())

    def post(self, command: Command) -> None:
        """Hand a command to the stages; host times become show times here."""
        match command:
            case Tap(host_s=host_s) | ResyncBar(host_s=host_s) | OutsideBeat(host_s=host_s):
                heard_s = self.source.show_s(host_s or self._clock.now_s())
                self.engine.post(replace(command, host_s=heard_s))
            case ReportDraw(draw_s=draws):
                for draw_s in draws[-1000:]:
                    self._meter.add("draw", draw_s)
            case _:
                self.engine.post(command)

    def snapshot(self) -> HealthSnapshot:
        """Return how the show is doing now."""
        engine, facts, status = self.engine, self.facts, self.source.status
        now_s = self.show_s()
        recording, clap_s, measured = facts.tools()
        snapshot = HealthSnapshot(
            time_s=now_s,
            title=status.title,
            input_state=status.state,
            input_message=status.message,
            generator=engine.generator_name,
            fallback=engine.counters.fallback,
            preset=facts.preset,
            presets=facts.presets,
            look=facts.look,
            camera=facts.camera,
            tint=facts.tint,
            accent=facts.accent,
            fps=self.fps,
            measured_fps=self.measured_fps,
            blackout=engine.fader.value_at(now_s),
            frozen=engine.held == "freeze",
            panic=engine.held == "panic",
            idle=engine.controls.idle,
            muted=facts.muted,
            recording=recording,
            clap_s=clap_s,
            measured=measured,
            energy_control=engine.controls.energy,
            style_control=engine.controls.style,
            smoothing_control=engine.controls.smoothing,
            offset_s=engine.offset_s,
            gain_db=facts.gain_db,
            gate_db=facts.gate_db,
            next_preset=facts.next_preset,
            fade_s=facts.fade_s,
            overruns=status.overruns,
            late_ticks=self.late_ticks,
            starved_s=engine.counters.starved_s,
            deadline_misses=engine.counters.deadline_misses,
            last_failure=self.last_failure or engine.counters.last_failure,
            latencies=self._latencies,
            medians=self._medians,
            targets=facts.targets(),
            room=facts.room(),
            remote=facts.remote(),
        )
        if not engine.music:
            return snapshot
        frame = engine.music[-1]
        heard = frame.features
        return replace(
            snapshot,
            beat=frame.beat,
            level_db=heard.level_db,
            peak=heard.peak,
            low=heard.low,
            mid=heard.mid,
            high=heard.high,
            onset=heard.onset,
            energy=heard.energy,
            silent=heard.silent,
        )

    def _run(self, name: str, step: Callable[[], None]) -> None:
        """Repeat a stage for ever; a failure is logged once, counted, and survived."""
        while not self._stopping.is_set():
            try:
                step()
            except Exception as failure:  # noqa: BLE001 - a stage outlives whatever happens in it
                self._note_failure(name, failure)
                self._stopping.wait(0.05)

    def _note_failure(self, stage: str, failure: Exception) -> None:
        message = f"{stage}: {type(failure).__name__}: {failure}"
        if message != self.last_failure:
            logger.exception("the stage %s failed and goes on", stage)
        self.last_failure = message

    def _listen(self) -> None:
        block = self.source.read(0.1)
        if block is None:
            return
        self._meter.add("block age", max(self.show_s() - block.end_s, 0.0))
        self._on_block(block)
        for frame in self.engine.listen(block):
            for beat in self._beat_log.step(frame.beat, frame.time_s):
                if self._on_beat is not None:
                    self._on_beat(beat)

    def _choreograph(self) -> None:
        chunk = self.engine.choreograph(self.show_s())
        if chunk is None:
            self._stopping.wait(_CHOREOGRAPH_EVERY_S)
            return
        self.engine.deliver(chunk)
        p95_s = self._meter.series["generate"].recent_percentile(95.0)
        self.engine.generate_latency_s = max(p95_s, _SHORTEST_LATENCY_S)

    def _perform(self) -> None:
        with suppress(OSError, AttributeError):
            # Linux, where permitted: the sender goes before everything that is not real time.
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        due_s = self._clock.now_s()
        last_show_s = float("-inf")
        while not self._stopping.is_set():
            slot_s = 1.0 / self.fps  # A preset may change it while dancing.
            self._clock.sleep_until(due_s)
            try:
                # Show time may be corrected backwards by a hair; the dance never runs backwards.
                last_show_s = max(self.source.show_s(due_s), last_show_s)
                self.engine.perform(last_show_s, self._state, slot_s=slot_s)
            except Exception as failure:  # noqa: BLE001 - the audience depends on this loop
                self._note_failure("perform", failure)
            due_s = self._account(due_s, slot_s)

    def _account(self, due_s: float, slot_s: float) -> float:
        """Measure a tick against its schedule and return when the next is due."""
        now_s = self._clock.now_s()
        lateness_s = now_s - due_s
        self._meter.add("lateness", lateness_s)
        self.late_ticks += lateness_s > 0.5 * slot_s
        music = self.engine.music
        if music:
            age_s = self.source.show_s(now_s) - music[-1].time_s + self.source.input_latency_s
            self._meter.add("total", max(age_s, 0.0))
        next_s = due_s + slot_s
        if now_s - next_s > _LOST_TICKS * slot_s:
            skipped = int((now_s - next_s) / slot_s)
            self.skipped_ticks += skipped
            next_s += skipped * slot_s
        return next_s

    def _report(self) -> None:
        for _ in range(_LATENCIES_EVERY):
            if self._publish is not None:
                host_s = self._clock.now_s()
                self._publish(self.snapshot(), host_s, self.source.show_s(host_s))
            if self._stopping.wait(_REPORT_EVERY_S):
                return
        self._measure_latencies()

    def _measure_latencies(self) -> None:
        series = self._meter.series
        performed = series["lateness"].count
        now_s = self._clock.now_s()
        self.measured_fps = (performed - self._performed_before) / max(now_s - self._measured_at_s, 1e-3)
        self._performed_before, self._measured_at_s = performed, now_s
        input_s = self.source.input_latency_s
        self._latencies = latencies.worst(series, input_s=input_s)
        self._medians = latencies.typical(series, input_s=input_s)
        facts = self.facts
        self._state = ShowState(
            preset_index=facts.presets.index(facts.preset) + 1 if facts.preset in facts.presets else 0,
            fps=self.measured_fps,
            dropped=self.source.status.overruns + self.skipped_ticks,
            latency_total_s=self._latencies.total_s,
            latency_audio_s=input_s + self._medians.block_age_s,
            latency_beat_s=self._latencies.features_s + self._latencies.beat_s,
            latency_model_s=self.engine.generate_latency_s,
            latency_send_s=self._latencies.send_s,
        )
