"""A long evening in which everything goes wrong: `python -m tests.benchmarks.soak_desk --seconds 1800 --out DIR`.

The real show on a sound server of its own, the real window on a screen of its own. Again and again the sound server
dies and comes back, the screen dies and comes back, a preset is loaded every bar, and a flood of hostile OSC arrives
(over the loopback only). Memory, files, threads, lateness and the answers of the window's thread are written down,
with the load of the machine beside them; the report says what was seen and judges nothing but crashes.
"""

import argparse
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from realtime.health import HealthSnapshot
from realtime.link import WindowLink
from tests.benchmarks.soak_storm import Screen, flood, message, music, running_desk
from tests.support.farandole import receiver
from tests.support.servers import PulseServer, pulse_server, write_wav

_SAMPLE_S = 5.0


@dataclass
class Evening:
    """What happened and what was seen.

    Attributes:
        events: how often each thing was done to the show.
        samples: every five seconds: time, memory in MB, open files, threads and health.
        stalls: what each window last wrote of its own answers, by process; see `app.stall_log`.
        crashes: processes that ended and were not ended by this.
    """

    events: dict[str, int] = field(default_factory=dict[str, int])
    samples: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    stalls: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    crashes: list[str] = field(default_factory=list[str])

    def count(self, event: str) -> None:
        """Note that something was done."""
        self.events[event] = self.events.get(event, 0) + 1


def main() -> int:
    """Run the evening and write `soak.json` and `soak.md`."""
    asked = _parser().parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    evening = Evening()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, pulse_server() as pulse, receiver() as heard:
        write_wav(Path(folder) / "music.wav", music())
        with running_desk(Path(folder), pulse, heard.port, windowed=not asked.headless) as (show, screen, port, stalls):
            _live(evening, asked.seconds, show, screen, pulse, port, stalls, stormy=not asked.calm)
        report = _report(evening, asked, heard.packets)
        shutil.copy(Path(folder) / "show.log", asked.out / "show.log")
    (asked.out / "soak.json").write_text(json.dumps({**report, "samples": evening.samples}, indent=1), encoding="utf-8")
    (asked.out / "soak.md").write_text(_page(report), encoding="utf-8")
    sys.stdout.write(_page(report))
    return 1 if evening.crashes else 0


def _live(
    evening: Evening,
    seconds: float,
    show: subprocess.Popen[bytes],
    screen: Screen,
    pulse: PulseServer,
    port: int,
    stalls: Path,
    *,
    stormy: bool,
) -> None:
    folder = stalls.parent
    link = _attach(pulse.folder)
    playing = pulse.play(folder / "music.wav")
    began_s = time.monotonic()
    sampled_s = preset_s = began_s
    flood_s, device_s, screen_s = began_s + 20.0, began_s + 45.0, began_s + 100.0
    dice = random.Random(1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        while (now_s := time.monotonic()) - began_s < seconds:
            if show.poll() is not None:
                evening.crashes.append(f"the show ended with {show.returncode} after {now_s - began_s:.0f} s")
                return
            if playing.poll() is not None:
                with suppress(OSError):
                    playing = pulse.play(folder / "music.wav")
            if stormy and now_s >= preset_s:
                preset_s = now_s + 2.0
                sender.sendto(message(f"/dance/ctl/preset/{dice.randint(1, 6)}"), ("127.0.0.1", port))
                evening.count("presets asked for")
            if stormy and now_s >= flood_s:
                flood_s = now_s + 30.0
                evening.count("floods")
                flood(sender, port, dice)
            if stormy and now_s >= device_s:
                device_s = now_s + 60.0
                evening.count("devices lost")
                pulse.stop()
                time.sleep(4.0)
                pulse.start()
            if stormy and now_s >= screen_s:
                screen_s = now_s + 150.0
                evening.count("screens lost")
                screen.stop()
                time.sleep(1.0)
                screen.start()
            if now_s >= sampled_s:
                sampled_s = now_s + _SAMPLE_S
                sample = _sample(show.pid, link.snapshot() or HealthSnapshot(), now_s - began_s)
                evening.samples.append(sample)
                _note_stalls(evening, stalls, sample["window_pid"])
            time.sleep(0.2)
    playing.kill()
    link.close()


def _note_stalls(evening: Evening, path: Path, window_pid: int) -> None:
    """Keep what a window wrote of its answers: the next window writes over it."""
    with suppress(OSError, ValueError):
        written = json.loads(path.read_text(encoding="utf-8"))
        if written["pid"] == window_pid:
            evening.stalls[window_pid] = written


def _attach(runtime: Path) -> WindowLink:
    for _ in range(600):
        for path in runtime.rglob("show-*.json"):
            with suppress(Exception):
                return WindowLink.attach(path)
        time.sleep(0.2)
    raise TimeoutError("the show did not appear within two minutes")


def _sample(show_pid: int, health: HealthSnapshot, at_s: float) -> dict[str, Any]:
    window_pid = next((pid for pid in _children(show_pid) if "window_main" in _command(pid)), 0)
    return {
        "at_s": round(at_s, 1),
        "show": _process(show_pid),
        "window": _process(window_pid) if window_pid else None,
        "window_pid": window_pid,
        "input_state": health.input_state,
        "preset": health.preset,
        "late_ticks": health.late_ticks,
        "overruns": health.overruns,
        "starved_s": round(health.starved_s, 3),
        "deadline_misses": health.deadline_misses,
        "lateness_p99_ms": round(1000 * health.latencies.lateness_s, 2),
        "lateness_p50_ms": round(1000 * health.medians.lateness_s, 2),
        "measured_fps": round(health.measured_fps, 1),
        "last_failure": health.last_failure,
        "load": os.getloadavg()[0],
    }


def _process(pid: int) -> dict[str, float] | None:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        kb = {line.split()[0]: int(line.split()[1]) for line in rollup.splitlines()[1:]}
        return {
            "pss_mb": round(kb["Pss:"] / 1024, 1),
            "rss_mb": round(kb["Rss:"] / 1024, 1),
            "files": len(list(Path(f"/proc/{pid}/fd").iterdir())),
            "threads": len(list(Path(f"/proc/{pid}/task").iterdir())),
        }
    except (OSError, KeyError, IndexError):
        return None


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(child) for child in task.read_text().split()]
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _report(evening: Evening, asked: argparse.Namespace, packets: int) -> dict[str, Any]:
    samples = [sample for sample in evening.samples if sample["show"] is not None]
    settled = samples[len(samples) // 5 :] or samples
    first, last = (settled[0], settled[-1]) if settled else ({}, {})
    pids = [sample["window_pid"] for sample in samples if sample["window_pid"]]
    lateness = sorted(sample["lateness_p99_ms"] for sample in settled)
    loads = [sample["load"] for sample in samples]
    return {
        "asked": {name: str(value) for name, value in vars(asked).items()},
        "events": evening.events,
        "crashes": evening.crashes,
        "seconds": samples[-1]["at_s"] if samples else 0.0,
        "show_first": first.get("show"),
        "show_last": last.get("show"),
        "show_growth_mb_per_minute": _growth(settled, "show"),
        "windows_started": len(set(pids)),
        "window_first": next((sample["window"] for sample in settled if sample["window"]), None),
        "window_last": next((sample["window"] for sample in reversed(settled) if sample["window"]), None),
        "window_growth_mb_per_minute": _longest_window_growth(settled),
        "late_ticks": last.get("late_ticks"),
        "starved_s": last.get("starved_s"),
        "deadline_misses": last.get("deadline_misses"),
        "overruns": last.get("overruns"),
        "lateness_p50_ms_median": _middle([sample["lateness_p50_ms"] for sample in settled]),
        "lateness_p99_ms_median": _middle(lateness),
        "lateness_p99_ms_worst": lateness[-1] if lateness else None,
        "packets_received": packets,
        "cores": os.cpu_count(),
        "load_mean": round(sum(loads) / max(len(loads), 1), 1),
        "load_worst": max(loads, default=0.0),
        "stalls": _all_stalls(list(evening.stalls.values())),
        "failures": sorted({sample["last_failure"] for sample in samples if sample["last_failure"]}),
    }


def _middle(values: list[float]) -> float | None:
    return round(median(values), 2) if values else None


def _growth(samples: list[dict[str, Any]], process: str) -> float:
    """Return how fast a process' proportional set size grows: the slope of a straight line through the samples."""
    known = [(sample["at_s"] / 60.0, sample[process]["pss_mb"]) for sample in samples if sample[process]]
    if len(known) < 3:
        return 0.0
    slope = statistics.linear_regression(*zip(*known, strict=True)).slope
    return round(slope, 3)


def _longest_window_growth(samples: list[dict[str, Any]]) -> float:
    """Return the growth of the window that lived longest, without its first half minute."""
    lives: dict[int, list[dict[str, Any]]] = {}
    for sample in samples:
        lives.setdefault(sample["window_pid"], []).append(sample)
    lives.pop(0, None)
    longest = max(lives.values(), key=len, default=[])
    return _growth(longest[round(30.0 / _SAMPLE_S) :], "window")


def _all_stalls(written: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return what all windows wrote of their answers, added up."""
    if not written:
        return None
    places: Counter[str] = Counter()
    histograms = {"histogram": Counter[str](), "own_histogram": Counter[str]()}
    for each in written:
        places.update(each["places"])
        for name, total in histograms.items():
            total.update(each[name])
    return {
        **{name: sum(each[name] for each in written) for name in ("seconds", "beats", "over_50_ms", "own_over_50_ms")},
        **{name: max(each[name] for each in written) for name in ("longest_ms", "longest_own_ms")},
        **{name: dict(total) for name, total in histograms.items()},
        "places": dict(places.most_common(12)),
    }


def _page(report: dict[str, Any]) -> str:
    rows = [(name, value) for name, value in report.items() if name not in ("asked", "stalls")]
    lines = ["| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows)]
    stalls = report["stalls"]
    if stalls:
        lines += [f"| windows: longest without an answer | {stalls['longest_ms']} ms |"]
        lines += [f"| windows: over 50 ms | {stalls['over_50_ms']} of {stalls['beats']} |"]
        lines += [f"| windows: longest that their threads computed themselves | {stalls['longest_own_ms']} ms |"]
        lines += [f"| windows: computed over 50 ms | {stalls['own_over_50_ms']} of {stalls['beats']} |"]
        lines += [f"| windows: ms without an answer | {stalls['histogram']} |"]
        lines += [f"| windows: ms computed | {stalls['own_histogram']} |"]
        lines += [f"| windows: where | {stalls['places']} |"]
    return "\n".join(lines) + "\n"


def _parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description="A long evening in which everything goes wrong.")
    options.add_argument("--seconds", type=float, default=1800.0, help="how long")
    options.add_argument("--out", type=Path, required=True, help="where soak.json and soak.md go")
    options.add_argument("--calm", action="store_true", help="nothing goes wrong, for comparison")
    options.add_argument("--headless", action="store_true", help="without the window, for comparison")
    return options


if __name__ == "__main__":
    os.nice(5)
    raise SystemExit(main())
