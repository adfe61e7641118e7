"""Measures how long the window's thread does not answer, and where it was meanwhile: `--stalls FILE` of the window.

A timer should fire every ten milliseconds; what it is late is how long the thread was busy with something else, or had
no processor. How much of that it computed itself (its own processor time) tells the one from the other. A second thread
looks at a thread that has been busy for long, and remembers what it did.
"""

import faulthandler
import json
import os
import re
import tempfile
import time
from collections import Counter
from pathlib import Path
from threading import Thread, get_ident

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_S = 0.010
LONG_S = 0.050
_WRITE_EVERY_S = 5.0
_BEYOND = 100_000
_LINE = re.compile(r'  File "(.*)", line (\d+) in (.*)')
_EDGES_MS = (5, 10, 20, 30, 50, 75, 100, 200, 500)


class StallLog(QObject):
    """Watches the thread that makes it, and writes what it saw every five seconds.

    Args:
        path: of the JSON file: the longest time without an answer, how many were over 50 ms, a histogram (upper edge in
            ms: count), the same for what the thread computed itself (`own`), and the places where it was.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._thread_id = get_ident()
        self._beat_s = self._began_s = self._written_s = time.monotonic()
        self._used_s = time.thread_time()
        self._late_ms: Counter[int] = Counter()
        self._own_ms: Counter[int] = Counter()
        self._longest_own_ms = 0.0
        self._places: Counter[str] = Counter()
        self._longest_ms = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(1000 * BEAT_S))
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        Thread(target=self._look, name="stalls", daemon=True).start()

    @property
    def beats(self) -> int:
        """How often the thread has answered."""
        return sum(self._late_ms.values())

    @property
    def longest_ms(self) -> float:
        """The longest time without an answer."""
        return self._longest_ms

    def _beat(self) -> None:
        now_s = time.monotonic()
        late_ms = 1000.0 * max(now_s - self._beat_s - BEAT_S, 0.0)
        self._beat_s = now_s
        used_s = time.thread_time()
        own_ms, self._used_s = 1000.0 * (used_s - self._used_s), used_s
        self._late_ms[_edge(late_ms)] += 1
        self._own_ms[_edge(own_ms)] += 1
        self._longest_ms = max(self._longest_ms, late_ms)
        self._longest_own_ms = max(self._longest_own_ms, own_ms)
        if now_s - self._written_s > _WRITE_EVERY_S:
            self._written_s = now_s
            self.write()

    def _look(self) -> None:
        """Remember where the thread is when it has been busy for too long, once a stall.

        Written down by faulthandler, which holds no frame: a frame that is held keeps the painter of a paint event
        alive beyond the event, and Qt dies of that.
        """
        seen_s = 0.0
        with tempfile.TemporaryFile("w+") as notes:
            while True:
                time.sleep(0.5 * LONG_S)
                beat_s = self._beat_s
                if time.monotonic() - beat_s > LONG_S and beat_s != seen_s:
                    seen_s = beat_s
                    notes.seek(0)
                    notes.truncate()
                    faulthandler.dump_traceback(notes, all_threads=True)
                    notes.seek(0)
                    self._places[place_of(notes.read(), self._thread_id)] += 1

    def write(self) -> None:
        """Write what was seen so far."""
        report = {
            "pid": os.getpid(),
            "seconds": round(time.monotonic() - self._began_s, 1),
            "beats": self.beats,
            "longest_ms": round(self._longest_ms, 1),
            "over_50_ms": _long(self._late_ms),
            "longest_own_ms": round(self._longest_own_ms, 1),
            "own_over_50_ms": _long(self._own_ms),
            "histogram": {str(edge): self._late_ms[edge] for edge in (*_EDGES_MS, _BEYOND)},
            "own_histogram": {str(edge): self._own_ms[edge] for edge in (*_EDGES_MS, _BEYOND)},
            "places": dict(self._places.most_common(20)),
        }
        self._path.write_text(json.dumps(report, indent=1), encoding="utf-8")


def _edge(late_ms: float) -> int:
    """Return the upper edge of the bar of the histogram in which a time belongs."""
    return next((edge for edge in _EDGES_MS if late_ms <= edge), _BEYOND)


def _long(histogram: Counter[int]) -> int:
    return sum(count for edge, count in histogram.items() if edge > 1000 * LONG_S)


def place_of(notes: str, thread_id: int) -> str:
    """Return where a thread was, in notes of faulthandler: the innermost place of ours, and the innermost of all."""
    _, _, own = notes.partition(f"{thread_id:#018x} (most recent call first):\n")
    stack = _LINE.findall(own.partition("\n\n")[0])
    if not stack:
        return "unknown"
    mine = next((at for at in stack if "site-packages" not in at[0] and "/app/" in at[0]), stack[0])
    return " > ".join(f"{Path(file).name}:{line} {name}" for file, line, name in (mine, stack[0]))
