"""A long evening in which everything goes wrong: `python -m tests.benchmarks.soak_desk --seconds 1800 --out DIR`.

The real show on a sound server of its own, the real window on a screen of its own. Again and again the sound server
dies and comes back, the screen dies and comes back, a preset is loaded every bar, and a flood of hostile OSC arrives
(over the loopback only). Memory, files, threads, lateness and the answers of the window's thread are written down; the
report says what was seen and judges nothing but crashes.
"""

import argparse
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
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
        crashes: processes that ended and were not ended by this.
    """

    events: dict[str, int] = field(default_factory=dict[str, int])
    samples: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
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
            _live(evening, asked.seconds, show, screen, pulse, port, Path(folder), stormy=not asked.calm)
        report = _report(evening, asked, stalls, heard.packets)
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
    folder: Path,
    *,
    stormy: bool,
) -> None:
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
                evening.samples.append(_sample(show.pid, link.snapshot() or HealthSnapshot(), now_s - began_s))
            time.sleep(0.2)
    playing.kill()
    link.close()


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
        pss_kb = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        return {
            "pss_mb": round(pss_kb / 1024, 1),
            "files": len(list(Path(f"/proc/{pid}/fd").iterdir())),
            "threads": len(list(Path(f"/proc/{pid}/task").iterdir())),
        }
    except (OSError, StopIteration):
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


def _report(evening: Evening, asked: argparse.Namespace, stalls: Path, packets: int) -> dict[str, Any]:
    samples = [sample for sample in evening.samples if sample["show"] is not None]
    settled = samples[len(samples) // 5 :] or samples
    first, last = (settled[0], settled[-1]) if settled else ({}, {})
    minutes = max((last["at_s"] - first["at_s"]) / 60.0, 1e-9) if settled else 1.0
    grown_mb = last["show"]["pss_mb"] - first["show"]["pss_mb"] if settled else 0.0
    pids = [sample["window_pid"] for sample in samples if sample["window_pid"]]
    lateness = sorted(sample["lateness_p99_ms"] for sample in settled)
    return {
        "asked": {name: str(value) for name, value in vars(asked).items()},
        "events": evening.events,
        "crashes": evening.crashes,
        "seconds": samples[-1]["at_s"] if samples else 0.0,
        "show_first": first.get("show"),
        "show_last": last.get("show"),
        "show_growth_mb_per_minute": round(grown_mb / minutes, 3),
        "windows_started": len(set(pids)),
        "window_last": samples[-1]["window"] if samples else None,
        "late_ticks": last.get("late_ticks"),
        "starved_s": last.get("starved_s"),
        "deadline_misses": last.get("deadline_misses"),
        "overruns": last.get("overruns"),
        "lateness_p99_ms_median": lateness[len(lateness) // 2] if lateness else None,
        "lateness_p99_ms_worst": lateness[-1] if lateness else None,
        "packets_received": packets,
        "load_mean": round(sum(sample["load"] for sample in samples) / max(len(samples), 1), 1),
        "stalls": json.loads(stalls.read_text()) if stalls.exists() else None,
        "failures": sorted({sample["last_failure"] for sample in samples if sample["last_failure"]}),
    }


def _page(report: dict[str, Any]) -> str:
    rows = [(name, value) for name, value in report.items() if name not in ("asked", "stalls")]
    lines = ["| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows)]
    stalls = report["stalls"]
    if stalls:
        lines += [f"| window: longest without an answer | {stalls['longest_ms']} ms |"]
        lines += [f"| window: over 50 ms | {stalls['over_50_ms']} of {stalls['beats']} |"]
        lines += [f"| window: longest that its thread computed itself | {stalls['longest_own_ms']} ms |"]
        lines += [f"| window: computed over 50 ms | {stalls['own_over_50_ms']} of {stalls['beats']} |"]
        lines += [f"| window: where | {stalls['places']} |"]
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
