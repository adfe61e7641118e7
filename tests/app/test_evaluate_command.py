"""`farandole evaluate`: tables, report, plots, sheets and a film out of a folder of pairs."""

import json
from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtGui import QImage

from app.compose import find_preset
from app.evaluate_command import EngineMaker, evaluate
from app.exports.sheet import render_sheet
from models.groove import GrooveGenerator
from models.live.wishes import style_of
from realtime.config import Preset
from realtime.errors import FarandoleError
from realtime.meter import NullTimer
from realtime.motion.skeleton import STANDING_PELVIS_M
from realtime.rehearsal import Performance
from tests.support.pairs import write_pairs


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pairs(tmp_path_factory.mktemp("pairs"), seconds=4.0, bpms=(120.0, 120.0))


@pytest.mark.gl
def test_an_evaluation_leaves_a_report_plots_a_sheet_and_a_film_with_sound(pairs: Path, tmp_path: Path) -> None:
    [summary] = evaluate(["data"], pairs, tmp_path / "out", video_seconds=0.5)
    assert summary.estimates["bas"].mean > 0.9
    names = {file.name for file in (tmp_path / "out").iterdir()}
    assert names == {"report.json", "report.md", "phase.png", "lag.png", "body.png", "data-march.png", "data.mp4"}
    for plot in ("phase.png", "lag.png", "body.png"):
        assert QImage(str(tmp_path / "out" / plot)).width() > 400
    with av.open(str(tmp_path / "out/data.mp4")) as film:
        assert len(film.streams.audio) == 1
        assert len(list(film.decode(video=0))) == 15
    text = (tmp_path / "out/report.md").read_text()
    assert all(f"]({name})" in text for name in names - {"report.json", "report.md"})


def test_without_pictures_only_the_figures_are_written(pairs: Path, tmp_path: Path) -> None:
    evaluate(["data"], pairs, tmp_path, pictures=False)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["report.json", "report.md"]
    assert json.loads((tmp_path / "report.json").read_text())["models"]["data"]["figures"]["takes"] == 1


@pytest.mark.parametrize(
    ("models", "minutes", "expected"),
    [(["nijinsky"], 0.0, "choose one of"), (["data"], 0.2, "--minutes must be"), (["data"], 1e9, "--minutes must be")],
)
def test_what_cannot_be_evaluated_is_refused(
    pairs: Path, tmp_path: Path, models: list[str], minutes: float, expected: str
) -> None:
    with pytest.raises(FarandoleError, match=expected):
        evaluate(models, pairs, tmp_path / "out", minutes=minutes, pictures=False)
    assert not (tmp_path / "out").exists()


def test_a_style_that_nobody_knows_is_refused(pairs: Path, tmp_path: Path) -> None:
    with pytest.raises(FarandoleError, match=r'--style must be own, preset, .*modern, got "waltz"'):
        evaluate(["data"], pairs, tmp_path / "out", style="waltz", pictures=False)


def test_a_model_that_cannot_dance_here_is_not_given_the_figures_of_the_fallback(
    pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> GrooveGenerator:
        raise FarandoleError("its bundle has no weights")

    monkeypatch.setattr("app.compose.GENERATORS", {"broken": broken})
    with pytest.raises(FarandoleError, match="broken cannot dance here: its bundle has no weights"):
        evaluate(["broken"], pairs, tmp_path, pictures=False)
    summaries = evaluate(["all"], pairs, tmp_path, pictures=False)
    assert [summary.model for summary in summaries] == ["data"]


class _OfStyle:
    """What a preset's dance was when its engine was made."""

    def __init__(self) -> None:
        self.sliders: list[float] = []

    def __call__(self, preset: Preset, *_: object) -> None:
        self.sliders.append(preset.dance.style)


@pytest.mark.parametrize(
    ("model", "wanted", "danced", "expected"),
    [
        ("live", "own", "lambada", "latin"),
        ("live", "own", "break", "street"),
        ("live", "indian", "break", "indian"),
        ("live", "own", "march", None),
        ("live", "preset", "break", None),
        ("groove", "own", "break", None),
    ],
)
def test_a_dancer_who_knows_styles_dances_that_of_the_take(
    monkeypatch: pytest.MonkeyPatch, model: str, wanted: str, danced: str, expected: str | None
) -> None:
    made = _OfStyle()
    monkeypatch.setattr("app.compose.make_engine", made)
    EngineMaker("club", wanted)(model, 0, NullTimer(), danced)
    [slider] = made.sliders
    assert slider == find_preset("club").dance.style if expected is None else style_of(slider) == expected


@pytest.mark.gl
def test_a_contact_sheet_has_a_cell_for_every_moment(tmp_path: Path) -> None:
    times_s = np.arange(30) / 30
    rotations = np.tile([1.0, 0.0, 0.0, 0.0], (30, 24, 1))
    roots = np.tile([0.0, STANDING_PELVIS_M, 0.0], (30, 1))
    dance = Performance(times_s, roots, rotations, np.ones((30, 4)), (), 0, 0.0)
    path = render_sheet(tmp_path / "sheet.png", dance, [0.1, 0.2, 0.3], cell=(60, 80), columns=2)
    sheet = QImage(str(path))
    assert (sheet.width(), sheet.height()) == (120, 160)
    with pytest.raises(ValueError, match="at least one moment"):
        render_sheet(tmp_path / "none.png", dance, [])
