"""A take survives its file; a file that is no take is named and left alone."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.commands import Command, SetEnergy
from realtime.rehearsal_commands import (
    AddMarker,
    ClearSteering,
    EditMarker,
    GoToMarker,
    LockTake,
    RemoveMarker,
    SendLane,
    SetGrid,
    SetLane,
    StepMarker,
)
from realtime.room.cues import cue_csv, cue_markdown
from realtime.room.edits import edited, marker_to_go_to
from realtime.room.grid import BeatGrid, Segment
from realtime.room.take import (
    Lane,
    Marker,
    Steer,
    Take,
    TakeError,
    as_toml,
    command_of,
    load_take,
    save_take,
    sidecar_of,
    steer_of,
)

NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
TIMES = st.floats(0.0, 1e6)
TAKES = st.builds(
    Take,
    preset=NAMES,
    locked=st.booleans(),
    sent=st.sampled_from(["A", "B"]),
    loop=st.sampled_from([(), (1.5, 2.25)]),
    a=st.builds(Lane, NAMES, NAMES, st.integers(-1, 99), st.booleans()),
    b=st.builds(Lane, NAMES, NAMES, st.integers(-1, 99), st.booleans()),
    markers=st.lists(st.builds(Marker, TIMES, NAMES, NAMES), max_size=3).map(
        lambda markers: tuple(sorted(markers, key=lambda marker: marker.at_s))
    ),
    grid=st.lists(st.builds(Segment, TIMES, st.floats(20.0, 400.0), st.integers(1, 16)), max_size=2).map(tuple),
    steering=st.lists(st.builds(Steer, TIMES, st.just("energy"), st.floats(0.0, 1.0)), max_size=3).map(
        lambda steering: tuple(sorted(steering, key=lambda steer: steer.at_s))
    ),
)
TAKE = Take(markers=(Marker(10.0, "in"), Marker(20.0, "drop", "peak"), Marker(30.0, "out")))


@given(take=TAKES)
def test_a_take_comes_back_from_its_file(take: Take, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("take") / "song.wav.farandole.toml"
    save_take(take, path)
    assert load_take(path) == take


def test_no_file_is_an_empty_take(tmp_path: Path) -> None:
    assert load_take(tmp_path / "none.toml") == Take()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("schema = 1\nmarkers = 3", "markers"),
        ("schema = 1\n[[markers]]\nat_s = -4", "markers"),
        ("schema = 1\nblok = 2", "blok"),
        ("schema = [", "not valid TOML"),
        ("schema = 1\nloop = [3.0]", "loop"),
        ("schema = 2", "schema"),
    ],
)
def test_a_broken_take_is_named_with_its_key(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "song.wav.farandole.toml"
    path.write_text(text)
    with pytest.raises(TakeError, match=said) as caught:
        load_take(path)
    assert str(path) in str(caught.value)


def test_a_take_is_kept_beside_its_track() -> None:
    assert sidecar_of(Path("/music/song.flac")) == Path("/music/song.flac.farandole.toml")


def test_where_nothing_can_be_written_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(TakeError, match="cannot write"):
        save_take(Take(), tmp_path / "no such folder" / "take.toml")


def edit(take: Take, command: Command, here_s: float = 15.0) -> Take:
    return edited(take, command, here_s=here_s, duration_s=60.0, steered=steer_of(command, here_s))


def test_markers_are_added_here_edited_and_removed() -> None:
    assert edit(TAKE, AddMarker()).markers[1] == Marker(15.0)
    assert edit(TAKE, AddMarker(99.0, "late")).markers[-1] == Marker(60.0, "late")
    assert edit(TAKE, EditMarker(1, 25.0, "in", "club")).markers[1] == Marker(25.0, "in", "club")
    assert edit(TAKE, RemoveMarker(2)).markers == (TAKE.markers[0], TAKE.markers[2])
    with pytest.raises(TakeError, match="from 1 to 3"):
        edit(TAKE, RemoveMarker(4))


def test_a_marker_in_the_place_of_another_takes_its_place() -> None:
    assert len(edit(TAKE, AddMarker(10.02, "again")).markers) == 3


def test_markers_are_gone_to_by_number_and_by_step() -> None:
    assert marker_to_go_to(TAKE, GoToMarker(2), 0.0) == 20.0
    assert marker_to_go_to(TAKE, GoToMarker(9), 0.0) is None
    assert marker_to_go_to(TAKE, StepMarker(1), 10.0) == 20.0
    assert marker_to_go_to(TAKE, StepMarker(-1), 20.3) == 10.0
    assert marker_to_go_to(TAKE, StepMarker(-1), 22.0) == 20.0
    assert marker_to_go_to(TAKE, StepMarker(1), 30.0) is None


def test_a_locked_take_refuses_every_change_but_being_unlocked() -> None:
    locked = edit(TAKE, LockTake(True))
    for command in (AddMarker(), SetGrid(()), SetLane("A", seed=3), SetEnergy(1.0), ClearSteering()):
        with pytest.raises(TakeError, match="locked"):
            edit(locked, command)
    assert edit(locked, LockTake(False)) == TAKE
    assert edit(locked, SendLane("A")).sent == "A"


def test_a_gesture_is_kept_as_its_last_position() -> None:
    take = Take()
    for step in range(10):
        take = edit(take, SetEnergy(step / 10), here_s=5.0 + step / 30)
    assert take.steering == (Steer(5.3, "energy", 0.9),)
    assert len(edit(take, SetEnergy(0.0), here_s=9.0).steering) == 2
    assert edit(take, ClearSteering()).steering == ()


def test_lane_b_that_goes_is_not_sent_any_more() -> None:
    take = edit(edit(TAKE, SetLane("B", seed=4)), SendLane("B"))
    assert (take.sent, take.b) == ("B", Lane(seed=4))
    assert edit(take, SetLane("B", on=False)).sent == "A"


def test_a_grid_that_does_not_fit_is_refused() -> None:
    assert edit(TAKE, SetGrid(((1.0, 120.0, 4),))).grid == (Segment(1.0, 120.0),)
    with pytest.raises(TakeError, match="grid"):
        edit(TAKE, SetGrid(((1.0, 1200.0, 4),)))


def test_steering_and_commands_are_inverses() -> None:
    for steer in (Steer(1.0, "energy", 0.5), Steer(2.0, "mirror", 1.0), Steer(3.0, "seed", 12.0)):
        command = command_of(steer)
        assert command is not None
        assert steer_of(command, steer.at_s) == steer


def test_the_cue_list_tells_time_bar_and_preset() -> None:
    grid = BeatGrid([Segment(0.0, 120.0)])
    assert cue_csv(TAKE, grid).splitlines()[2] == "2,20.000,0:20.000,11,1,drop,peak"
    assert "| 2 | 0:20.000 | 11.1 | drop | peak |" in cue_markdown(TAKE, grid, "Song")
    odd = msgspec.structs.replace(TAKE, markers=(Marker(61.5, "a|b"),))
    assert "| 1 | 1:01.500 |  | a\\|b |  |" in cue_markdown(odd, None, "Song")


def test_a_take_is_readable() -> None:
    assert as_toml(Take()) == "schema = 1\n"
    assert '[[markers]]\nat_s = 20.0\nname = "drop"\npreset = "peak"' in as_toml(TAKE)
