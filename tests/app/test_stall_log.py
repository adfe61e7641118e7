"""The log of stalls measures a thread that does not answer, names the place, and holds on to nothing of it."""

import faulthandler
import json
import time
from pathlib import Path
from threading import get_ident

from pytestqt.qtbot import QtBot

from app.stall_log import StallLog, place_of


def test_a_stall_is_measured_and_its_place_is_named(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "stalls.json"
    log = StallLog(path)
    qtbot.waitUntil(lambda: log.beats > 3)
    busy_until_s = time.monotonic() + 0.3
    while time.monotonic() < busy_until_s:
        pass
    qtbot.waitUntil(lambda: log.longest_ms > 200.0)
    log.write()
    report = json.loads(path.read_text())
    assert report["over_50_ms"] >= 1
    assert report["longest_own_ms"] > 20.0
    assert any("test_a_stall_is_measured" in place for place in report["places"])


def test_the_place_of_a_thread_is_read_from_the_notes_of_faulthandler(tmp_path: Path) -> None:
    with (tmp_path / "notes").open("w+") as notes:
        faulthandler.dump_traceback(notes, all_threads=True)
        notes.seek(0)
        text = notes.read()
    assert "test_the_place_of_a_thread" in place_of(text, get_ident())
    assert place_of(text, 1) == "unknown"
    assert place_of("", get_ident()) == "unknown"
