"""What works beside a show: the recorder, the benchmark that a window asks for, and the ear for claps."""

from pathlib import Path
from time import monotonic
from typing import Any

from app.bench import Measurement, bench_report, write_json
from app.measured import with_histograms
from realtime.commands import Command, Measure, Record, SaveLast
from realtime.errors import FarandoleError
from realtime.meter import StageMeter
from realtime.music.claps import ClapEar
from realtime.outputs.recorder import Recorder
from realtime.types import AudioBlock

_WRITE_EVERY_S = 1.0


class ShowTools:
    """Obeys what concerns neither the dance nor its targets. Any thread commands, one hears, one reports.

    Args:
        recorder: of the show.
        meter: of the show.
        path: where a benchmark is written while it runs; a window reads it there.
    """

    def __init__(self, recorder: Recorder, meter: StageMeter, path: Path) -> None:
        self.recorder = recorder
        self._meter, self._path = meter, path
        self._ear = ClapEar()
        self._measurement: Measurement | None = None
        self._began_s = self._written_s = 0.0

    @property
    def clap_s(self) -> float:
        """Show time of the last clap; 0 before the first."""
        return self._ear.last_s

    @property
    def measured(self) -> str:
        """Path of the benchmark that was asked for, "" before the first."""
        return str(self._path) if self._path.exists() else ""

    def hear(self, block: AudioBlock) -> None:
        """Hear a block of the input. Never waits."""
        self.recorder.hear(block)
        self._ear.hear(block)

    def command(self, command: Command) -> None:
        """Obey, when it concerns one of the tools."""
        match command:
            case Record(on=on):
                (self.recorder.start if on else self.recorder.stop)()
            case SaveLast(seconds=seconds):
                self.recorder.save_last(seconds)
            case Measure(on=True):
                self._measurement = Measurement(self._meter)
                self._began_s, self._written_s = monotonic(), 0.0
            case Measure(on=False):
                self._measurement = None
            case _:
                pass

    def report(self, settings: dict[str, Any]) -> None:
        """Write what was measured so far, once a second while it is measured."""
        now_s = monotonic()
        measurement = self._measurement
        if measurement is None or now_s - self._written_s < _WRITE_EVERY_S:
            return
        self._written_s = now_s
        values_s = measurement.values_s()
        facts = {**settings, "seconds": round(now_s - self._began_s, 1)}
        report = with_histograms(bench_report(values_s, counters={}, settings=facts), values_s)
        fresh = self._path.with_suffix(".new")
        try:
            write_json(fresh, report)
            fresh.replace(self._path)
        except (FarandoleError, OSError):
            self._measurement = None  # A full disk; the window sees that nothing comes.

    def close(self) -> None:
        """Finish the recording, forget the benchmark."""
        self.recorder.close()
        self._path.unlink(missing_ok=True)
