"""Runs a composed show from the command line: the window beside it, a status line, its end; and the benchmark of it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from app.bench import Measurement, bench_report, bench_table, write_html, write_json
from app.compose import PresetDevice
from app.show import RunningShow
from app.window_process import WindowProcess, display_available
from realtime.audio.demo import DemoTrack
from realtime.audio.live_input import LiveInput
from realtime.audio.played import PlayedTrack
from realtime.clock import Clock
from realtime.config import Preset
from realtime.health import HealthSnapshot
from realtime.ports import AudioSource

_WARM_UP_S = 4.0
"""A window needs about two seconds to open, the tracker as long to lock."""


def run(
    preset: Preset,
    preset_name: str,
    clock: Clock,
    source: Callable[[], AudioSource],
    *,
    window: bool,
    display: str | None = None,
    seconds: float | None = None,
) -> None:
    """Run a show until it is quit, interrupted, or `seconds` are over."""
    console = Console(stderr=True)
    show = RunningShow(preset, preset_name, clock, source)
    window_process: WindowProcess | None = None
    try:
        # The window takes longest to appear, so it comes first; it waits for the show.
        window_process = _open_window(show, clock, console, wanted=window, display=display or preset.stage.display)
        live = show.start()
        console.print(_opening_line(live.snapshot(), windowed=window_process is not None), highlight=False)
        status = _StatusLine(console)
        end_s = None if seconds is None else clock.now_s() + seconds
        while not show.ended.wait(0.25):
            status.update(live.snapshot())
            if end_s is not None and clock.now_s() >= end_s:
                break
    except KeyboardInterrupt:
        pass
    finally:
        if window_process is not None:
            window_process.stop()
        show.stop()


def bench(
    preset: Preset,
    preset_name: str,
    clock: Clock,
    *,
    seconds: float,
    use_device: bool,
    window: bool,
    json_file: Path | None,
    html_file: Path | None,
    max_p99_ms: float | None,
) -> bool:
    """Run a show for `seconds`, print and write what was measured; return whether the p99 lateness was low enough."""
    console = Console()

    def source() -> AudioSource:
        if use_device:
            return LiveInput(PresetDevice(preset.audio, clock), clock)
        return PlayedTrack(DemoTrack(), clock, None, loop=True)

    show = RunningShow(preset, preset_name, clock, source)
    window_process: WindowProcess | None = None
    try:
        window_process = _open_window(show, clock, console, wanted=window, display=None)
        live = show.start()
        show.ended.wait(_WARM_UP_S)
        measurement, before = Measurement(show.meter), live.snapshot()
        skipped_before = live.skipped_ticks
        interrupted = show.ended.wait(seconds)
        values_s, after = measurement.values_s(), live.snapshot()
        skipped = live.skipped_ticks - skipped_before
        windowed = window_process is not None and window_process.running
    finally:
        if window_process is not None:
            window_process.stop()
        show.stop()
    report = bench_report(
        values_s,
        counters=_counters(before, after, skipped),
        settings=_settings(preset, preset_name, after, seconds=seconds, window=windowed),
    )
    console.print(bench_table(report))
    console.print("  ".join(f"{name} {value:g}" for name, value in report["counters"].items()), highlight=False)
    if json_file is not None:
        write_json(json_file, report)
    if html_file is not None:
        write_html(html_file, report, values_s)
    p99_ms = report["stages"]["lateness"]["p99"]
    if interrupted:
        console.print("the show was ended before the measurement was over", style="yellow")
    if max_p99_ms is not None and p99_ms > max_p99_ms:
        console.print(f"lateness p99 is {p99_ms:.2f} ms, above the {max_p99_ms:g} ms allowed", style="red")
        return False
    return True


def _open_window(
    show: RunningShow, clock: Clock, console: Console, *, wanted: bool, display: str | None
) -> WindowProcess | None:
    if not wanted:
        return None
    if not display_available():
        console.print("no display to open a window on: the show runs alone (as with --headless)", highlight=False)
        return None
    arguments = ["--display", display] if display else []
    return WindowProcess(show.link.path, clock, arguments=arguments, on_close=show.ended.set)


def _counters(before: HealthSnapshot, after: HealthSnapshot, skipped_ticks: int) -> dict[str, float]:
    return {
        "overruns": after.overruns - before.overruns,
        "late_ticks": after.late_ticks - before.late_ticks,
        "skipped_ticks": skipped_ticks,
        "deadline_misses": after.deadline_misses - before.deadline_misses,
        "starved_s": after.starved_s - before.starved_s,
        "send_errors": sum(t.errors for t in after.targets) - sum(t.errors for t in before.targets),
    }


def _settings(
    preset: Preset, preset_name: str, after: HealthSnapshot, *, seconds: float, window: bool
) -> dict[str, Any]:
    return {
        "preset": preset_name,
        "model": preset.dance.model,
        "source": after.title,
        "source_state": after.input_state,
        "fps": preset.output.fps,
        "seconds": seconds,
        "warm_up_s": _WARM_UP_S,
        "window": window,
        "targets": [f"{target.name} {target.address} {target.profile}" for target in after.targets],
        "python_switch_interval_s": sys.getswitchinterval(),
    }


def _opening_line(health: HealthSnapshot, *, windowed: bool) -> str:
    targets = ", ".join(f"{target.name} {target.address}" for target in health.targets) or "nobody"
    stop = "close the window or press Ctrl-C to end" if windowed else "press Ctrl-C to end"
    return f"listening to {health.title}, {health.generator} dances, sending to {targets}; {stop}"


class _StatusLine:
    """What a technician without a window sees: a line that stays in place, and every change of state on its own."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._said = ""

    def update(self, health: HealthSnapshot) -> None:
        """Show the health; say new trouble once."""
        trouble = health.input_message or health.last_failure
        if trouble != self._said:
            said = trouble or f"input is back: {health.title}"
            if trouble and health.input_state == "lost":
                said += f"; running on internal clock {health.beat.tempo_bpm:.1f}"
            self._console.print(said, style="yellow" if trouble else "green", highlight=False, soft_wrap=True)
            self._said = trouble
        if self._console.is_terminal:
            line = (
                f"{health.beat.tempo_bpm:6.1f} BPM {health.beat.confidence:4.0%}  {health.level_db:6.1f} dB  "
                f"{health.generator}  {health.measured_fps:.0f}/{health.fps:.0f} fps  late {health.late_ticks}"
            )
            self._console.print(line, end="\r", highlight=False)
