"""The evaluation: what it reads, what it measures, what it refuses."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.groove import GrooveGenerator
from models.training.dance_revolution.pairs import FEATURE_VERSION, KEPT
from models.training.evaluation import report
from models.training.evaluation.dancers import DATA, OFFLINE, dance
from models.training.evaluation.long_run import long_run
from models.training.evaluation.run import run_model, summarise_all
from models.training.evaluation.scores import score
from models.training.evaluation.takes import Take, read_takes, spread_over
from models.training.metrics.motion import Motion
from realtime.audio.track import FileTrack, heard
from realtime.engine import Engine
from realtime.errors import FarandoleError
from realtime.meter import NullTimer
from realtime.music.beat import AubioBeatTracker
from realtime.music.listener import Listener
from realtime.music.revolution import N_FEATURES
from realtime.ports import StageTimer
from realtime.rehearsal import heard_here, rehearse
from realtime.types import HOP_SAMPLES, DanceControls, GenerateRequest, PoseChunk
from tests.support.pairs import START_S, write_pairs


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pairs(tmp_path_factory.mktemp("pairs"))


@pytest.fixture(scope="module")
def takes(pairs: Path) -> list[Take]:
    return read_takes(pairs)


class Statue:
    """A dancer that stands, or that fails."""

    name = "statue"
    chunk_s = 1.0

    def __init__(self, *, fails: bool = False) -> None:
        self._fails = fails

    def generate(self, request: GenerateRequest) -> PoseChunk:
        if self._fails:
            raise RuntimeError("no legs")
        rotations = np.tile([1.0, 0.0, 0.0, 0.0], (31, 24, 1))
        return PoseChunk(
            request.start_s, 30.0, np.tile([0.0, 0.95, 0.0], (31, 1)), rotations, np.ones((31, 4)), self.name
        )


asked: list[str] = []
"""The styles for which engines were made."""


def make_engine(model: str, seed: int, timer: StageTimer, style: str = "") -> Engine:
    asked.append(style)
    generator = GrooveGenerator() if model == "groove" else Statue(fails=model == "failing")
    listener = Listener(AubioBeatTracker(), timer)
    return Engine(listener, generator, GrooveGenerator(), (), timer, controls=DanceControls(seed=seed))


def test_the_person_in_the_data_is_on_the_beat_and_no_control_is(takes: list[Take]) -> None:
    runs = run_model(DATA, takes, make_engine, seeds=[0, 1])
    assert len(runs) == len(takes), "no seed changes a person"
    for run in runs:
        values = run.scores.values
        assert values["bas"] > 0.95
        assert values["f1"] > 0.9
        assert values["bas_over_shifted"] > 0.7
        assert "bas_silent" not in values
        assert values["skating"] == 0.0


def test_groove_dances_to_the_beat_that_it_hears_and_not_in_silence(takes: list[Take]) -> None:
    asked.clear()
    [run] = run_model("groove", takes[:1], make_engine, seeds=[3])
    assert asked == ["", "march"], "silence has no style, a take has its person's"
    values = run.scores.values
    assert run.danced.motion.start_s == pytest.approx(START_S, abs=1 / 30)
    assert run.danced.motion.seconds == pytest.approx(6.0, abs=0.1)
    assert values["bas_over_shifted"] > 0.1
    assert values["bas_over_silent"] > 0.3
    assert len(run.danced.generate_s) > 15
    assert run.danced.deadline_misses == 0


def test_who_knows_the_whole_song_dances_it_where_the_person_did_and_is_asked_for_no_silence(takes: list[Take]) -> None:
    rng = np.random.default_rng(0)
    kept = takes[0].folder / KEPT / f"{takes[0].info.name}.offline-{FEATURE_VERSION}.npy"
    kept.parent.mkdir(exist_ok=True)
    np.save(kept, rng.standard_normal((round(30 * takes[0].end_s) + 30, N_FEATURES)).astype(np.float16))
    [run] = run_model(OFFLINE, takes[:1], make_engine, seeds=[3])
    assert not run.danced.failure
    assert run.danced.motion.start_s == pytest.approx(START_S, abs=1 / 30)
    assert run.scores.values["speed"] > 0.05, "it moves"
    assert "bas_silent" not in run.scores.values
    [other] = run_model(OFFLINE, takes[:1], make_engine, seeds=[4])
    assert not np.allclose(other.danced.motion.rotations_wxyz, run.danced.motion.rotations_wxyz), "seeds are heeded"


def test_what_was_stored_of_the_music_makes_the_same_dance_as_the_music(takes: list[Take]) -> None:
    take = takes[0]
    stored = dance("groove", 0, take, make_engine).performance
    engine = make_engine("groove", 0, NullTimer())
    blocks = (block for block in heard(FileTrack(take.audio), HOP_SAMPLES))
    played = rehearse(engine, heard_here(engine, blocks), fps=30.0)
    assert stored is not None
    frames = min(len(stored.root_m), len(played.root_m))
    # Levels are kept in single precision: the same steps, a little softer or harder.
    assert np.abs(stored.root_m[:frames] - played.root_m[:frames]).max() < 0.03


def test_a_statue_scores_nothing_on_the_beat_and_is_frozen(takes: list[Take]) -> None:
    runs = {"statue": run_model("statue", takes[:1], make_engine, seeds=[0])}
    [summary] = summarise_all(runs, takes, held_out=takes)
    assert summary.estimates["bas"].mean == 0.0
    assert summary.estimates["freeze"].mean == 1.0
    assert np.isnan(summary.estimates["lag_median"].mean)


def test_a_model_that_fails_is_named_and_the_evaluation_goes_on(takes: list[Take]) -> None:
    runs = {"failing": run_model("failing", takes[:1], make_engine, seeds=[0])}
    [summary] = summarise_all(runs, takes, held_out=takes)
    assert summary.failures == ["statue: no legs"]


def test_moving_the_beats_moves_the_lag_by_as_much(takes: list[Take]) -> None:
    motion, beats = takes[0].motion, takes[0].beats_s
    here, there = (score(motion, beats + moved_s) for moved_s in (0.0, 0.08))
    assert np.median(here.lags_s) - np.median(there.lags_s) == pytest.approx(0.08, abs=0.005)


def test_the_report_holds_every_figure_as_json_and_every_table_to_read(takes: list[Take], tmp_path: Path) -> None:
    runs = {DATA: run_model(DATA, takes, make_engine, seeds=[0])}
    summaries = summarise_all(runs, takes, held_out=takes)
    report.write_json(tmp_path / "report.json", summaries, runs, {}, {"data": "x"})
    report.write_markdown(tmp_path / "report.md", summaries, {}, ["phase.png"])
    told = json.loads((tmp_path / "report.json").read_text())["models"]["data"]
    assert told["estimates"]["bas"]["mean"] > 0.95
    assert told["estimates"]["bas"]["trials"] == 2
    assert [row["take"] for row in told["takes"]] == ["march-0.v0", "march-1.v0"]
    text = (tmp_path / "report.md").read_text()
    assert "| beat align score | 0.9" in text
    assert "![phase](phase.png)" in text
    assert "nan" not in text


def test_a_long_run_tells_of_every_minute(takes: list[Take]) -> None:
    run = long_run("statue", takes, make_engine, minutes=1.0)
    assert run.drift.farthest_m < 0.01
    assert run.drift.freeze == [pytest.approx(1.0, abs=0.02)]
    assert run.deadline_misses == 0
    assert run.real_time_factor > 1.0


def test_a_few_takes_come_from_as_many_trials_as_there_are(takes: list[Take]) -> None:
    many = [replace(take, info=replace(take.info, name=f"{take.info.name}-{k}")) for take in takes for k in range(4)]
    assert {take.info.trial for take in spread_over(many, 2)} == {"0", "1"}
    assert spread_over(many, None) == many


@pytest.mark.parametrize(
    ("content", "expected"),
    [(None, "farandole data pair writes"), ('{"format": "other", "takes": []}', "other"), ("{", "pair writes")],
)
def test_what_is_no_paired_directory_is_refused(tmp_path: Path, content: str | None, expected: str) -> None:
    if content is not None:
        (tmp_path / "index.json").write_text(content)
    with pytest.raises(FarandoleError, match=expected):
        read_takes(tmp_path)


def test_a_split_without_takes_and_a_take_without_arrays_are_named(pairs: Path, tmp_path: Path) -> None:
    with pytest.raises(FarandoleError, match='split "exam"'):
        read_takes(pairs, split="exam")
    missing = Take(read_takes(pairs)[0].info, tmp_path)
    with pytest.raises(FarandoleError, match=r"march-0\.v0\.npz"):
        missing.frames()


def test_a_motion_keeps_its_place_in_the_music_when_it_is_cut(takes: list[Take]) -> None:
    motion = takes[0].motion
    part = motion.between(START_S + 2.0, START_S + 5.0)
    assert isinstance(part, Motion)
    assert (part.start_s, part.seconds) == (pytest.approx(START_S + 2.0), pytest.approx(3.0))
    inside = motion.accents_s[(motion.accents_s > part.start_s + 0.5) & (motion.accents_s < part.end_s - 0.5)]
    assert np.abs(part.accents_s[:, None] - inside).min(axis=0).max() < 0.02
