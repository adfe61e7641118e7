"""Runs a composed show from the command line: the window beside it, a status line, its end; and the benchmark of it."""

import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from app.awake import Awake
from app.bench import Measurement, bench_report, bench_table, write_html, write_json
from app.compose import Overrides, PresetDevice
from app.measured import with_histograms
from app.session import SessionFile
from app.show import RunningShow
from app.window_process import WindowProcess, display_available
from realtime.audio.demo import DemoTrack
from realtime.audio.live_input import LiveInput
from realtime.audio.played import PlayedTrack
from realtime.clock import Clock
from realtime.commands import Command
from realtime.config import Preset
from realtime.health import HealthSnapshot
from realtime.ports import AudioSource

_WARM_UP_S = 4.0
"""A window needs about two seconds to open, the tracker as long to lock."""


def run(
    preset_name: str,
    clock: Clock,
    source: Callable[[Preset], AudioSource],
    *,
    overrides: Overrides,
    window: bool,
    display: str | None = None,
    seconds: float | None = None,
    opening: tuple[Command, ...] = (),
    keeping: SessionFile | None = None,
    welcome: bool = False,
) -> None:
    """Run a show until it is quit, interrupted, or `seconds` are over.

    Args:
        preset_name: what to play: the name of a preset, or its file.
        clock: host time.
        source: opens the source of the music.
        overrides: what the command line wants otherwise.
        window: whether to open a window.
        display: opens the output on the display of this name.
        seconds: end by itself after so long.
        opening: what to ask of the show at its start.
        keeping: keeps what a person sets, for the next time.
        welcome: greet who opens the desk for the first time.
    """
    show = RunningShow(preset_name, clock, source, overrides=overrides, keeping=keeping)
    more = ("--welcome",) if welcome else ()
    run_composed(show, clock, window=window, display=display, seconds=seconds, opening=opening, window_arguments=more)


def run_composed(
    show: RunningShow,
    clock: Clock,
    *,
    window: bool,
    display: str | None = None,
    seconds: float | None = None,
    opening: tuple[Command, ...] = (),
    window_arguments: Sequence[str] = (),
) -> None:
    """Run a show that was composed already; see `run`. The window gets `window_arguments` too."""
    console = Console(stderr=True)
    awake = Awake()
    window_process: WindowProcess | None = None
    try:
        # The window takes longest to appear, so it comes first; it waits for the show.
        display = display or show.preset.stage.display
        window_process = _open_window(show, clock, console, wanted=window, display=display, more=window_arguments)
        awake.start()
        live = show.start()
        for command in opening:
            show.post(command)
        console.print(
            _opening_line(live.snapshot(), windowed=window_process is not None), highlight=False, markup=False
        )
        status = _StatusLine(console)
        end_s = None if seconds is None else clock.now_s() + seconds
        while not show.ended.wait(0.25):
            status.update(live.snapshot())
            if end_s is not None and clock.now_s() >= end_s:
                break
    except KeyboardInterrupt:
        pass
    finally:
        _end(show, window_process)
        awake.stop()


def _end(show: RunningShow, window_process: WindowProcess | None) -> None:
    """Close everything; a person who presses Ctrl-C twice must not leave half of it behind."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if window_process is not None:
        window_process.stop()
    show.stop()


def bench(
    preset_name: str,
    clock: Clock,
    *,
    overrides: Overrides,
    seconds: float,
    use_device: bool,
    window: bool,
    json_file: Path | None,
    html_file: Path | None,
    max_p99_ms: float | None,
) -> bool:
    """Run a show for `seconds`, print and write what was measured; return whether the p99 lateness was low enough."""
    console = Console()

    def source(preset: Preset) -> AudioSource:
        if use_device:
            return LiveInput(PresetDevice(preset.audio, clock), clock)
        return PlayedTrack(DemoTrack(), clock, None, loop=True)

    show = RunningShow(preset_name, clock, source, overrides=overrides)
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
        _end(show, window_process)
    report = bench_report(
        values_s,
        counters=_counters(before, after, skipped),
        settings=_settings(show.preset, preset_name, after, seconds=seconds, window=windowed),
    )
    console.print(bench_table(report))
    console.print(
        "  ".join(f"{name} {value:g}" for name, value in report["counters"].items()), highlight=False, markup=False
    )
    if json_file is not None:
        write_json(json_file, report)
    if html_file is not None:
        write_html(html_file, with_histograms(report, values_s))
    if after.input_state == "lost":
        _say(console, f"the device was not measured: {after.input_message}", style="red")
        return False
    p99_ms = report["stages"]["lateness"]["p99"]
    if interrupted:
        _say(console, "the show was ended before the measurement was over", style="yellow")
    if max_p99_ms is not None and p99_ms > max_p99_ms:
        _say(console, f"lateness p99 is {p99_ms:.2f} ms, above the {max_p99_ms:g} ms allowed", style="red")
        return False
    return True


def _open_window(
    show: RunningShow,
    clock: Clock,
    console: Console,
    *,
    wanted: bool,
    display: str | None,
    more: Sequence[str] = (),
) -> WindowProcess | None:
    if not wanted:
        return None
    if not display_available():
        console.print(
            "no display to open a window on: the show runs alone (as with --headless)", highlight=False, markup=False
        )
        return None
    arguments = [*more, *(["--display", display] if display else [])]
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


def _say(console: Console, text: str, style: str = "") -> None:
    """Print a line as it is: names of devices and files may look like markup, and must not be broken."""
    console.print(text, style=style, highlight=False, markup=False, soft_wrap=True)


class _StatusLine:
    """What a technician without a window sees: a line that stays in place, and every change of state on its own."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._said = ""
        self._target_errors: dict[str, str] = {}

    def update(self, health: HealthSnapshot) -> None:
        """Show the health; say new trouble once."""
        trouble = health.input_message or health.last_failure
        if trouble != self._said:
            said = trouble or f"input is back: {health.title}"
            if trouble and health.input_state == "lost":
                said += f"; running on internal clock {health.beat.tempo_bpm:.1f}"
            self._console.print(
                said, style="yellow" if trouble else "green", highlight=False, markup=False, soft_wrap=True
            )
            self._said = trouble
        for target in health.targets:
            if target.last_error != self._target_errors.get(target.name, ""):
                self._target_errors[target.name] = target.last_error
                said = target.last_error or "reached again"
                line = f"target {target.name} {target.address}: {said}"
                _say(self._console, line, style="yellow")
        if self._console.is_terminal:
            line = (
                f"{health.beat.tempo_bpm:6.1f} BPM {health.beat.confidence:4.0%}  {health.level_db:6.1f} dB  "
                f"{health.generator}  {health.measured_fps:.0f}/{health.fps:.0f} fps  late {health.late_ticks}"
            )
            self._console.print(line, end="\r", highlight=False, markup=False)
