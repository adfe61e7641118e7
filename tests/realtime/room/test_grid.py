"""The beat grid: straight stretches, counted through, corrected by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.room.grid import BeatGrid, GridBeat, Segment, fitted, on_show_time
from realtime.types import BeatState, TempoSource

SEGMENTS = st.lists(
    st.builds(Segment, st.floats(0.0, 200.0), st.floats(60.0, 200.0), st.sampled_from([3, 4])),
    min_size=1,
    max_size=4,
    unique_by=lambda segment: round(segment.start_s),
)
GRIDS = st.builds(BeatGrid, SEGMENTS)


@given(GRIDS)
def test_every_segment_begins_with_a_downbeat_and_the_count_never_goes_back(grid: BeatGrid) -> None:
    before = float("-inf")
    for segment in grid.segments:
        clock = grid.clock_at(segment.start_s)
        assert clock.beat_in_bar(segment.start_s + 1e-6) == 1
        assert clock.origin_beat >= before - 0.5
        before = clock.origin_beat


@given(GRIDS, st.floats(0.0, 250.0))
def test_the_clock_and_the_drawn_beats_agree(grid: BeatGrid, time_s: float) -> None:
    for beat in grid.beats(time_s, time_s + 3.0):
        clock = grid.clock_at(beat.time_s)
        place = clock.beat_at(beat.time_s)
        assert abs(place - round(place)) < 1e-4
        assert round(place) % clock.beats_per_bar + 1 == beat.beat_in_bar


@given(GRIDS, GRIDS)
def test_before_two_grids_differ_they_say_the_same(one: BeatGrid, other: BeatGrid) -> None:
    differ_s = one.differs_from(other)
    if differ_s is None:
        assert one == other
        return
    for time_s in np.linspace(0.0, max(differ_s - 1e-3, 0.0), 7):
        if time_s < differ_s:
            assert one.clock_at(float(time_s)) == other.clock_at(float(time_s))


def test_a_dragged_downbeat_takes_its_segment_along_and_another_beat_stretches_it() -> None:
    grid = BeatGrid([Segment(1.0, 120.0)])
    assert grid.with_beat_at(GridBeat(1.0, 1, 0), 1.2).segments[0].start_s == 1.2
    stretched = grid.with_beat_at(GridBeat(5.0, 1, 0), 5.4)
    assert stretched.segments[0].start_s == 1.0
    assert any(abs(beat.time_s - 5.4) < 1e-6 for beat in stretched.beats(5.0, 6.0))


def test_a_split_keeps_the_beats_and_makes_a_downbeat() -> None:
    grid = BeatGrid([Segment(0.0, 120.0)])
    split = grid.split_at(4.6)
    assert [segment.start_s for segment in split.segments] == [0.0, 4.5]
    assert [beat.time_s for beat in split.beats(0.0, 8.0)] == pytest.approx(
        [beat.time_s for beat in grid.beats(0.0, 8.0)]
    )
    assert split.joined(1) == grid


@pytest.mark.parametrize("tempi", [(124.0,), (124.0, 96.0)])
def test_a_straight_grid_is_found_through_beats_that_tremble(tempi: tuple[float, ...]) -> None:
    rng = np.random.default_rng(3)
    times: list[float] = [0.5]
    for tempo in tempi:
        times += [times[-1] + 60.0 / tempo * beat for beat in range(1, 65)]
    heard = np.array(times) + 0.006 * rng.standard_normal(len(times))
    grid = fitted(heard, [number % 4 + 1 for number in range(len(times))])
    assert grid is not None
    assert [segment.tempo_bpm for segment in grid.segments] == pytest.approx(list(tempi), abs=0.3)
    assert grid.segments[0].start_s == pytest.approx(0.5, abs=0.015)


def test_few_beats_make_no_grid() -> None:
    assert fitted(np.array([0.0, 0.5, 1.0]), [1, 2, 3]) is None


@given(st.floats(60.0, 200.0), st.floats(0.0, 100.0), st.floats(0.0, 100.0), st.sampled_from([0.5, 1.0, 1.5]))
def test_on_show_time_the_beat_is_where_the_track_is(bpm: float, track_s: float, show_s: float, speed: float) -> None:
    beat = BeatState(bpm, 0.25, 0.0, 4, 1.0, TempoSource.FILE)
    shown = on_show_time(beat, track_s=track_s, show_s=show_s, speed=speed)
    assert shown.beat_at(show_s + 1.0) == pytest.approx(beat.beat_at(track_s + speed), abs=1e-6)
    still = on_show_time(beat, track_s=track_s, show_s=show_s, speed=0.0)
    assert still.beat_at(show_s + 60.0) == pytest.approx(beat.beat_at(track_s), abs=1e-4)
