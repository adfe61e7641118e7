"""The doctor says what works, what does not and what to do, and whether the show can run."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from app.doctor import examine
from app.doctor_checks import CHECKS, Check
from models.runtime.select import ENGINES
from tests.support.farandole import farandole
from tests.support.small_bundle import FOLDER, copy_of_small_bundle

GOOD = Check("Legs", "ok", "two")
MISSING = Check("Stage", "without", "none", "dance on the floor")
BROKEN = Check("Ears", "broken", "stuffed", "take the plugs out")


def said(*checks: Check, bundles: list[Path] | None = None, as_json: bool = False) -> tuple[bool, str]:
    console = Console(file=io.StringIO(), width=200)
    looks = [lambda check=check: check for check in checks]
    able = examine(console, bundles=bundles or [], runs=3, as_json=as_json, looks=looks)
    output = console.file
    assert isinstance(output, io.StringIO)
    return able, output.getvalue()


def test_the_show_runs_without_what_it_does_not_need_and_it_is_said_what_to_do() -> None:
    able, text = said(GOOD, MISSING)
    assert able
    assert "The show can run." in text
    assert "dance on the floor" in text


def test_the_show_does_not_run_without_what_it_needs() -> None:
    able, text = said(GOOD, BROKEN, MISSING)
    assert not able
    assert "The show cannot run" in text
    assert "take the plugs out" in text


def test_every_engine_is_timed_on_every_graph_or_says_why_not() -> None:
    _, text = said(GOOD, bundles=[FOLDER], as_json=True)
    report = json.loads(text)
    assert report["able"] is True
    speeds = report["speeds"]
    assert {speed["engine"] for speed in speeds} == set(ENGINES)
    for speed in speeds:
        assert bool(speed["graph"]) != bool(speed["problem"])
        if speed["graph"]:
            assert 0.0 < speed["median_ms"] <= speed["p99_ms"]
            assert speed["real_time_factor"] == pytest.approx(4 / 30 / speed["median_ms"] * 1e3)
            assert speed["difference"] <= speed["tolerance"]


def test_a_damaged_model_is_told_beside_the_rest(tmp_path: Path) -> None:
    copy = copy_of_small_bundle(tmp_path)
    (copy / "step.onnx").write_bytes(b"")
    able, text = said(GOOD, bundles=[copy, FOLDER])
    assert able
    assert "this file is damaged" in text
    assert "decoder" in text


def test_every_check_comes_back_with_something_found() -> None:
    checks = [look() for look in CHECKS]
    assert len({check.name for check in checks}) == len(checks)
    for check in checks:
        assert check.found
        assert check.advice or check.state == "ok"


def test_the_command_prints_json_that_a_script_can_read() -> None:
    done = farandole("doctor", "--model", str(FOLDER), "--runs", "2", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["able"] is True
