"""The performer shows the stored dance at the time of the track, and stops for nobody but a person."""

from pathlib import Path

import numpy as np
import pytest

from realtime.commands import Blackout, Freeze, Panic
from realtime.meter import NullTimer
from realtime.room.ahead import Ahead, Plan
from realtime.room.danced import DANCE_FPS, DancedFile
from realtime.room.grid import BeatGrid, Segment
from realtime.room.heard import HeardFile
from realtime.room.performer import Performer, Score
from realtime.room.transport import Anchor, Loop, Timeline
from realtime.types import DanceControls, Pose, ShowState, TempoSource
from tests.support.engines import RememberingSink
from tests.support.music import click_track
from tests.support.room import dancer_with_seed, heard_frames

SECONDS = 8.0


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[HeardFile, DancedFile]:
    folder: Path = tmp_path_factory.mktemp("room")
    heard = HeardFile.create(folder / "heard", SECONDS)
    heard.append(heard_frames(click_track(120.0, seconds=SECONDS)))
    heard.finish()
    danced = DancedFile.create(folder / "danced", SECONDS)
    ahead = Ahead(dancer_with_seed, heard, danced, Plan(0))
    while ahead.step():
        pass
    return heard, danced


class Stand:
    """A performer whose timeline a test bends by hand."""

    def __init__(self, stored: tuple[HeardFile, DancedFile], grid: BeatGrid | None = None) -> None:
        self.timeline = Timeline((Anchor(0.0, 0.0, 1.0),))
        self.sink = RememberingSink()
        heard, danced = stored
        score = Score(danced.pose_at, heard, grid, lambda _: DanceControls(), "groove")
        self.performer = Performer(
            lambda: self.timeline, score, [self.sink], NullTimer(), edit=lambda _: None, work=lambda: None
        )

    def perform(self, from_s: float, count: int) -> list[Pose]:
        return [self.performer.perform(from_s + k / DANCE_FPS, ShowState()) for k in range(count)]


def same(one: list[Pose], other: list[Pose]) -> bool:
    return all(
        a.rotations_wxyz.tobytes() == b.rotations_wxyz.tobytes() and a.root_m.tobytes() == b.root_m.tobytes()
        for a, b in zip(one, other, strict=True)
    )


def test_after_a_seek_the_dance_is_what_it_is_when_played_through(stored: tuple[HeardFile, DancedFile]) -> None:
    through = Stand(stored).perform(0.0, 400)
    sought = Stand(stored)
    sought.perform(0.0, 30)
    sought.timeline = sought.timeline.bent(Anchor(0.5, 5.0, 1.0))
    assert same(sought.perform(0.5, 90), through[300:390])


def test_a_loop_shows_the_same_poses_every_round(stored: tuple[HeardFile, DancedFile]) -> None:
    stand = Stand(stored)
    stand.timeline = Timeline((Anchor(0.0, 3.0, 1.0, Loop(3.0, 4.0)),))
    poses = stand.perform(0.0, 180)
    assert same(poses[1:59], poses[61:119])
    assert same(poses[1:59], poses[121:179])


def test_speed_changes_when_and_nothing_else(stored: tuple[HeardFile, DancedFile]) -> None:
    through = Stand(stored).perform(0.0, 240)
    slow = Stand(stored)
    slow.timeline = Timeline((Anchor(0.0, 0.0, 0.5),))
    assert same(slow.perform(0.0, 480)[::2], through)


def test_half_the_speed_is_half_the_tempo_for_receivers(stored: tuple[HeardFile, DancedFile]) -> None:
    stand = Stand(stored, BeatGrid([Segment(0.0, 120.0)]))
    stand.timeline = Timeline((Anchor(0.0, 4.0, 0.5),))
    stand.perform(0.0, 2)
    beat = stand.sink.music[-1].beat
    assert beat.tempo_bpm == 60.0
    assert beat.source is TempoSource.FILE
    assert beat.beat_at(0.0) == pytest.approx(8.0)


def test_while_the_track_stands_dancer_music_and_beat_stand(stored: tuple[HeardFile, DancedFile]) -> None:
    stand = Stand(stored)
    stand.timeline = Timeline((Anchor(0.0, 4.0, 0.0),))
    poses = stand.perform(0.0, 60)
    assert same(poses[1:], poses[:-1])
    assert stand.sink.music[-1].features.silent
    beats = [frame.beat.beat_at(k / DANCE_FPS) for k, frame in enumerate(stand.sink.music)]
    assert max(beats) - min(beats) < 1e-6


def test_no_onset_is_lost_between_two_poses(stored: tuple[HeardFile, DancedFile]) -> None:
    heard, _ = stored
    stand = Stand(stored)
    stand.perform(0.0, 300)
    strongest = max(frame.features.onset for frame in heard.frames(300, 150))
    assert max(frame.features.onset for frame in stand.sink.music[200:280]) == strongest


def test_a_freeze_holds_the_shown_pose_and_lets_it_go_without_a_jump(stored: tuple[HeardFile, DancedFile]) -> None:
    stand = Stand(stored)
    before = stand.perform(0.0, 200)[-1]
    stand.performer.post(Freeze(True))
    frozen = stand.perform(200 / DANCE_FPS, 60)
    assert np.allclose(frozen[0].rotations_wxyz, frozen[-1].rotations_wxyz)
    assert np.max(np.abs(frozen[0].root_m - before.root_m)) < 0.05
    assert stand.sink.states[-1].frozen
    stand.performer.post(Freeze(False))
    after = stand.perform(260 / DANCE_FPS, 120)
    steps = [float(np.max(np.abs(b.root_m - a.root_m))) for a, b in zip([frozen[-1], *after], after, strict=False)]
    assert max(steps) < 0.05
    assert same(after[60:], Stand(stored).perform(0.0, 380)[320:])


def test_a_panic_stands_and_turns_black_and_blackout_fades(stored: tuple[HeardFile, DancedFile]) -> None:
    stand = Stand(stored)
    stand.perform(0.0, 200)
    stand.performer.post(Panic(True))
    stand.perform(200 / DANCE_FPS, 180)
    assert not stand.sink.states[-1].running
    assert stand.sink.states[-1].blackout == 1.0
    stand.performer.post(Freeze(False))
    stand.perform(380 / DANCE_FPS, 1)
    assert stand.performer.held == "panic"
    stand.performer.post(Panic(False))
    stand.performer.post(Blackout(False, 0.0))
    stand.perform(381 / DANCE_FPS, 2)
    assert stand.sink.states[-1].running
    assert stand.sink.states[-1].blackout == 0.0
