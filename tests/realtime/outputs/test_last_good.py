from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from realtime.outputs.last_good import LastGood
from realtime.types import BeatState, MusicFrame, Pose, ShowState
from tests.support.osc import MUSIC, STATE, dancing_pose, music_at

NAN, INF = float("nan"), float("inf")


def _broken_pose(field: str, value: float) -> Pose:
    pose = dancing_pose(seed=2, time_s=2.0)
    array = getattr(pose, field).copy()
    array.flat[-1] = value
    return replace(pose, **{field: array})


def test_good_values_pass_untouched() -> None:
    guard, pose = LastGood(), dancing_pose(seed=1)
    assert guard.of(pose, MUSIC, STATE) == (pose, MUSIC, STATE)
    assert guard.replaced == 0


@pytest.mark.parametrize("field", ["root_m", "rotations_wxyz", "contacts"])
@pytest.mark.parametrize("value", [NAN, INF, -INF, 1e300])
def test_a_broken_pose_is_replaced_by_the_last_good_one_at_its_own_time(field: str, value: float) -> None:
    guard, good = LastGood(), dancing_pose(seed=1, time_s=1.0)
    guard.of(good, MUSIC, STATE)
    shown = guard.of(_broken_pose(field, value), MUSIC, STATE)
    assert shown is not None
    assert shown[0].time_s == 2.0
    assert all(getattr(shown[0], name) is getattr(good, name) for name in ("root_m", "rotations_wxyz", "contacts"))
    assert shown[1:] == (MUSIC, STATE)
    assert guard.replaced == 1


def test_a_pose_without_a_time_gets_the_last_good_one_whole() -> None:
    guard, good = LastGood(), dancing_pose(seed=1, time_s=1.0)
    guard.of(good, MUSIC, STATE)
    assert guard.of(replace(good, time_s=NAN), MUSIC, STATE) == (good, MUSIC, STATE)


@pytest.mark.parametrize(
    "music",
    [
        music_at(BeatState(tempo_bpm=NAN)),
        music_at(BeatState(tempo_bpm=0.0)),
        music_at(BeatState(origin_s=INF)),
        music_at(BeatState(origin_beat=1e12)),
        music_at(BeatState(confidence=NAN)),
        replace(MUSIC, features=replace(MUSIC.features, onset=NAN)),
        replace(MUSIC, features=replace(MUSIC.features, level_db=-INF)),
    ],
)
def test_broken_music_is_replaced_and_the_dance_goes_on(music: MusicFrame) -> None:
    guard, pose = LastGood(), dancing_pose(seed=3, time_s=1.5)
    assert guard.of(pose, music, STATE) is None  # there was no good music yet
    guard.of(dancing_pose(seed=1), MUSIC, STATE)
    assert guard.of(pose, music, STATE) == (pose, MUSIC, STATE)
    assert guard.replaced == 2


@pytest.mark.parametrize("broken", [{"fps": NAN}, {"fps": 0.0}, {"blackout": NAN}, {"latency_send_s": INF}])
def test_a_broken_state_is_replaced(broken: dict[str, Any]) -> None:
    guard, pose = LastGood(), dancing_pose(seed=1)
    guard.of(pose, MUSIC, STATE)
    assert guard.of(pose, MUSIC, ShowState(**broken)) == (pose, MUSIC, STATE)


def test_before_any_good_pose_the_dancer_stands() -> None:
    shown = LastGood().of(_broken_pose("root_m", NAN), MUSIC, STATE)
    assert shown is not None
    assert np.isfinite(shown[0].root_m).all()
    assert shown[0].time_s == 2.0
