"""A whole room with its processes: heard and danced ahead, changed, kept, and put away."""

from collections.abc import Callable, Generator
from pathlib import Path

import pytest
import soundfile

from realtime.clock import HostClock
from realtime.commands import LoadPreset, SetEnergy
from realtime.meter import NullTimer
from realtime.rehearsal_commands import (
    AddMarker,
    ClearSteering,
    LockTake,
    OpenTrack,
    SendLane,
    SetGrid,
    SetLane,
    SetLoop,
)
from realtime.room.danced import DancedFile
from realtime.room.kept import kept_path
from realtime.room.processes import OwnProcess
from realtime.room.room import Room
from realtime.room.take import Marker, load_take, sidecar_of
from realtime.types import SAMPLE_RATE_HZ
from tests.support.music import click_track
from tests.support.room import crew
from tests.support.wait import wait_until

SECONDS = 4.0


@pytest.fixture
def track(tmp_path: Path) -> Path:
    path = tmp_path / "song.wav"
    soundfile.write(path, click_track(120.0, seconds=SECONDS), SAMPLE_RATE_HZ)
    return path


OpenRoom = Callable[[], Room]


@pytest.fixture
def open_room(track: Path, tmp_path: Path) -> Generator[OpenRoom]:
    rooms: list[Room] = []

    def open_one() -> Room:
        folder = tmp_path / f"room-{len(rooms)}"
        rooms.append(Room(track, crew(), folder, HostClock(), None, timer=NullTimer()))
        return rooms[-1]

    yield open_one
    for room in rooms:
        room.close()


def settled(room: Room, file: str = "danced_file") -> bytes:
    """Wait until everything is danced and return the dance of a lane."""

    room.work()
    wait_until(lambda: room.finished, timeout_s=30.0)
    return DancedFile.attach(Path(getattr(room.health(0.0), file))).dance()[1].tobytes()


def test_a_take_is_danced_kept_and_danced_again_alike(open_room: OpenRoom, track: Path) -> None:
    room = open_room()
    first = settled(room)
    for command in (AddMarker(2.5, "calm down", "calm"), SetLoop(2.0, 3.0), SetGrid(((0.0, 120.0, 4),))):
        room.post(command)
        room.player.read(0.0)
        room.work()
    changed = settled(room)
    assert changed != first
    room.close()
    take = load_take(sidecar_of(track))
    assert take.markers == (Marker(2.5, "calm down", "calm"),)
    assert take.loop == (2.0, 3.0)
    again = open_room()
    assert again.player.loop is not None
    assert settled(again) == changed


def test_in_processes_of_their_own_the_dancers_dance_alike(open_room: OpenRoom, track: Path, tmp_path: Path) -> None:
    here = settled(open_room())
    room = Room(track, crew(launch=OwnProcess), tmp_path / "apart", HostClock(), None, timer=NullTimer())
    try:
        assert settled(room) == here
    finally:
        room.close()


def test_lane_b_dances_another_seed_and_is_sent_when_asked(open_room: OpenRoom) -> None:
    room = open_room()
    room.post(SetLane("B", seed=5))
    room.work()
    a, b = settled(room), settled(room, "danced_b_file")
    assert a != b
    room.post(SendLane("B"))
    room.work()
    pose = room.performer.score.pose_at(3.0)
    stored = DancedFile.attach(Path(room.health(0.0).danced_b_file)).pose_at(3.0)
    assert pose is not None
    assert stored is not None
    assert pose.rotations_wxyz.tobytes() == stored.rotations_wxyz.tobytes()
    room.post(SetLane("B", on=False))
    room.work()
    assert room.health(0.0).danced_b_file == ""
    assert room.health(0.0).sent == "A"


def test_a_slider_steers_from_a_moment_after_now_and_can_be_forgotten(open_room: OpenRoom) -> None:
    room = open_room()
    first = settled(room)
    room.post(SetEnergy(0.0))
    room.work()
    assert room.take.steering[0].at_s == pytest.approx(0.35)
    assert settled(room) != first
    room.post(ClearSteering())
    room.work()
    assert settled(room) == first


def test_a_locked_take_stays_and_says_so(open_room: OpenRoom) -> None:
    room = open_room()
    room.post(LockTake(True))
    room.post(LoadPreset("calm"))
    room.work()
    assert room.take.steering == ()
    assert "locked" in room.health(0.0).message


def test_a_locked_dance_is_shown_again_as_it_was_and_nothing_is_danced_anew(open_room: OpenRoom, track: Path) -> None:
    room = open_room()
    room.post(LockTake(True))
    first = settled(room)
    room.work()
    room.close()
    kept = kept_path(track, "A")
    assert kept.exists()
    again = open_room()
    assert again.finished
    assert settled(again) == first
    assert again.health(0.0).danced_file == str(kept)
    again.post(LockTake(False))
    again.work()
    again.work()
    assert not kept.exists()
    assert settled(again) == first


def test_an_unknown_preset_is_named(open_room: OpenRoom) -> None:
    room = open_room()
    room.post(LoadPreset("nobody"))
    room.work()
    assert "nobody" in room.health(0.0).message


def test_a_broken_take_is_named_and_never_overwritten(open_room: OpenRoom, track: Path) -> None:
    sidecar_of(track).write_text("markers = 3")
    room = open_room()
    assert str(sidecar_of(track)) in room.health(0.0).message
    room.post(AddMarker(1.0))
    room.work()
    room.close()
    assert sidecar_of(track).read_text() == "markers = 3"


def test_another_track_takes_the_place_of_the_first_and_a_wrong_one_does_not(open_room: OpenRoom, track: Path) -> None:
    room = open_room()
    room.post(OpenTrack(str(track.with_name("none.wav"))))
    room.work()
    assert "no such file" in room.health(0.0).message
    other = track.with_name("other.wav")
    soundfile.write(other, click_track(96.0, seconds=3.0), SAMPLE_RATE_HZ)
    room.post(OpenTrack(str(other)))
    room.work()
    room.player.read(0.0)
    assert room.health(0.0).title == "other"
    assert room.health(0.0).duration_s == 3.0
    settled(room)


def test_a_room_leaves_nothing_behind_but_its_take(open_room: OpenRoom, track: Path, tmp_path: Path) -> None:
    room = open_room()
    room.post(AddMarker(2.0, "here"))
    room.work()
    room.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["song.wav", sidecar_of(track).name]
