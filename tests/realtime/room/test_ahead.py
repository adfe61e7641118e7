"""The dance worked out ahead is the dance that is rehearsed, whatever was changed on the way."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realtime.commands import SetEnergy, SetMirror, SetSeed
from realtime.rehearsal import heard_elsewhere, rehearse
from realtime.room import ahead as ahead_module
from realtime.room.ahead import Ahead, Plan
from realtime.room.danced import DANCE_FPS, DancedFile
from realtime.room.grid import BeatGrid, Segment
from realtime.room.heard import HeardFile
from realtime.types import HOP_S, MusicFrame
from tests.support.music import click_track
from tests.support.room import dancer, dancer_with_seed, heard_frames

SECONDS = 8.5
STEERED = st.tuples(
    # Hands come back to the same place: a checkpoint was kept there.
    st.floats(0.0, SECONDS) | st.sampled_from([0.35, 2.0, 7.5]),
    st.sampled_from([SetEnergy(0.0), SetEnergy(1.0), SetMirror(True), SetSeed(4)]),
)
GRIDS = st.sampled_from(
    [None, BeatGrid([Segment(0.25, 96.0)]), BeatGrid([Segment(0.25, 96.0), Segment(6.0, 140.0, 3)])]
)
PLANS = st.builds(
    Plan[int],
    st.integers(0, 1),
    st.lists(STEERED, max_size=3).map(lambda steering: tuple(sorted(steering, key=lambda each: each[0]))),
    GRIDS,
)


@pytest.fixture(scope="module")
def frames() -> list[MusicFrame]:
    return heard_frames(click_track(120.0, seconds=SECONDS))


@pytest.fixture(scope="module")
def heard(frames: list[MusicFrame], tmp_path_factory: pytest.TempPathFactory) -> HeardFile:
    heard = HeardFile.create(tmp_path_factory.mktemp("room") / "heard", SECONDS)
    heard.append(frames)
    heard.finish()
    return heard


def everything(danced: DancedFile) -> bytes:
    return b"".join(part.tobytes() for part in danced.dance())


def worked_out(heard: HeardFile, path: Path, plan: Plan[int]) -> bytes:
    ahead = Ahead(dancer_with_seed, heard, DancedFile.create(path, SECONDS), plan)
    while ahead.step(37):
        pass
    danced = DancedFile.attach(path)
    assert danced.complete
    return everything(danced)


def test_frames_come_back_from_the_file_as_they_were_heard(heard: HeardFile, frames: list[MusicFrame]) -> None:
    for before, after in zip(frames, heard.frames(0, len(frames)), strict=True):
        assert (before.time_s, before.beat) == (after.time_s, after.beat)
        assert before.features.log_mel.tobytes() == after.features.log_mel.tobytes()
        assert before.features.energy == after.features.energy
        assert before.features.onset == after.features.onset


def test_the_room_dances_what_a_rehearsal_dances(heard: HeardFile, frames: list[MusicFrame], tmp_path: Path) -> None:
    engine = dancer()
    performance = rehearse(
        engine, heard_elsewhere(engine, ((frame.time_s, [frame]) for frame in frames)), fps=DANCE_FPS
    )
    worked_out(heard, tmp_path / "danced", Plan(0))
    roots, rotations, contacts = DancedFile.attach(tmp_path / "danced").dance()
    assert roots.tobytes() == performance.root_m.astype(np.float32).tobytes()
    assert rotations.tobytes() == performance.rotations_wxyz.astype(np.float32).tobytes()
    assert contacts.tobytes() == performance.contacts.astype(np.float32).tobytes()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans=st.lists(PLANS, min_size=2, max_size=4), hops=st.lists(st.integers(1, 900), min_size=4, max_size=4))
def test_a_dance_changed_on_the_way_is_the_dance_of_its_last_plan(
    heard: HeardFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plans: list[Plan[int]], hops: list[int]
) -> None:
    monkeypatch.setattr(ahead_module, "CHECKPOINT_HOPS", 90)
    monkeypatch.setattr(ahead_module, "MOST_CHECKPOINTS", 4)
    danced = DancedFile.create(tmp_path / "changed", SECONDS)
    ahead = Ahead(dancer_with_seed, heard, danced, plans[0])
    for plan, some in zip(plans[1:], hops, strict=False):
        ahead.step(some)
        ahead.change(plan)
    while ahead.step():
        pass
    assert everything(danced) == worked_out(heard, tmp_path / "fresh", plans[-1])


def test_what_is_before_a_change_stays_bit_for_bit(heard: HeardFile, tmp_path: Path) -> None:
    danced = DancedFile.create(tmp_path / "danced", SECONDS)
    ahead = Ahead(dancer_with_seed, heard, danced, Plan(0))
    while ahead.step():
        pass
    before, revision = danced.dance()[1].copy(), danced.revision
    ahead.change(Plan(0, ((6.0, SetEnergy(1.0)),)))
    kept = danced.count
    assert 5.9 < kept / DANCE_FPS <= 6.0
    assert danced.revision == revision + 1
    while ahead.step():
        pass
    after = danced.dance()[1]
    assert after[:kept].tobytes() == before[:kept].tobytes()
    assert after[kept + 60 :].tobytes() != before[kept + 60 :].tobytes()


def test_the_same_plan_again_changes_nothing(heard: HeardFile, tmp_path: Path) -> None:
    danced = DancedFile.create(tmp_path / "danced", SECONDS)
    ahead = Ahead(dancer_with_seed, heard, danced, Plan(0, ((3.0, SetEnergy(1.0)),)))
    while ahead.step():
        pass
    revision = danced.revision
    ahead.change(Plan(0, ((3.0, SetEnergy(1.0)),)))
    assert danced.complete
    assert danced.revision == revision


def test_checkpoints_are_bounded(heard: HeardFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead_module, "CHECKPOINT_HOPS", 10)
    monkeypatch.setattr(ahead_module, "MOST_CHECKPOINTS", 8)
    ahead = Ahead(dancer_with_seed, heard, DancedFile.create(tmp_path / "danced", SECONDS), Plan(0))
    while ahead.step(1):
        assert ahead.checkpoints <= 8


def test_a_dance_grows_with_the_music(frames: list[MusicFrame], tmp_path: Path) -> None:
    heard = HeardFile.create(tmp_path / "heard", SECONDS)
    danced = DancedFile.create(tmp_path / "danced", SECONDS)
    ahead = Ahead(dancer_with_seed, heard, danced, Plan(0))
    assert not ahead.step()
    heard.append(frames[:100])
    while ahead.step():
        pass
    assert danced.danced_s == pytest.approx(100 * HOP_S, abs=1 / DANCE_FPS)
    assert not danced.complete


def test_past_the_end_of_what_is_decided_the_last_pose_stays(heard: HeardFile, tmp_path: Path) -> None:
    danced = DancedFile.create(tmp_path / "danced", SECONDS)
    assert danced.pose_at(1.0) is None
    ahead = Ahead(dancer_with_seed, heard, danced, Plan(0))
    ahead.step(200)
    last, beyond = danced.pose_at((danced.count - 1) / DANCE_FPS), danced.pose_at(100.0)
    assert last is not None
    assert beyond is not None
    assert last.rotations_wxyz.tobytes() == beyond.rotations_wxyz.tobytes()
