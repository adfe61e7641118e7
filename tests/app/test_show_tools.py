"""A benchmark that a window asks for is written while it runs, and can be read back and printed."""

import json
from pathlib import Path

import numpy as np
import pytest

from app.bench import write_html
from app.measured import histogram, histograms_of
from app.show_tools import ShowTools
from realtime.commands import Measure, Record
from realtime.meter import StageMeter
from realtime.outputs.recorder import Recorder


@pytest.fixture
def tools(tmp_path: Path) -> ShowTools:
    return ShowTools(Recorder(tmp_path / "takes", fps=60.0), StageMeter(), tmp_path / "show-1.bench")


def test_nothing_is_written_before_it_is_asked_for(tools: ShowTools) -> None:
    tools.report({})
    assert tools.measured == ""
    tools.close()


def test_what_came_before_is_warm_up_and_what_is_measured_can_be_read(tmp_path: Path) -> None:
    meter = StageMeter()
    tools = ShowTools(Recorder(tmp_path, fps=60.0), meter, tmp_path / "show-1.bench")
    meter.add("lateness", 5.0)
    tools.command(Measure(on=True))
    for _ in range(99):
        meter.add("lateness", 0.001)
    meter.add("lateness", 0.2)
    tools.report({"preset": "club"})
    report = json.loads(Path(tools.measured).read_text())
    assert report["stages"]["lateness"]["n"] == 100
    assert report["stages"]["lateness"]["max"] == pytest.approx(200.0)
    assert report["settings"]["preset"] == "club"
    drawn = histograms_of(report)["lateness"]
    assert sum(drawn.counts) == 100
    assert max(drawn.heights) == 1.0
    assert sum(height > 0.0 for height in drawn.heights) == 2, "one late pose among a hundred is seen"
    page = tmp_path / "report.html"
    write_html(page, report)
    assert "lateness" in page.read_text()
    tools.command(Measure(on=False))
    before = Path(tools.measured).read_bytes()
    tools.report({})
    assert Path(tools.measured).read_bytes() == before
    tools.close()
    assert tools.measured == ""


def test_recording_begins_and_ends(tools: ShowTools) -> None:
    tools.command(Record(on=True))
    assert tools.recorder.recording
    tools.command(Record(on=False))
    assert not tools.recorder.recording
    tools.close()


def test_every_duration_is_in_one_bucket() -> None:
    values_s = np.random.default_rng(3).lognormal(-6.0, 1.5, 1000)
    drawn = histogram(values_s)
    assert sum(drawn.counts) == 1000
    assert list(drawn.edges_ms) == sorted(drawn.edges_ms)
    assert histogram(np.array([])).heights == ()
