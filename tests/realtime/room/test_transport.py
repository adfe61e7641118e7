"""Where the track is at a show time: pauses, seeks, loops and speeds bend one line."""

from hypothesis import given
from hypothesis import strategies as st

from realtime.room.transport import Anchor, Loop, Timeline, clamped_speed, sensible_loop

TIMES = st.floats(0.0, 1000.0)


@given(show_s=TIMES, track_s=TIMES, speed=st.floats(0.5, 1.5), later_s=st.floats(0.0, 100.0))
def test_at_half_the_speed_half_as_much_of_the_track_passes(
    show_s: float, track_s: float, speed: float, later_s: float
) -> None:
    timeline = Timeline((Anchor(show_s, track_s, speed),))
    assert abs(timeline.track_at(show_s + later_s) - (track_s + speed * later_s)) < 1e-9


@given(start_s=TIMES, length_s=st.floats(0.1, 50.0), inside=st.floats(0.0, 0.99), later_s=st.floats(0.0, 500.0))
def test_who_is_in_a_loop_stays_in_it(start_s: float, length_s: float, inside: float, later_s: float) -> None:
    loop = Loop(start_s, start_s + length_s)
    anchor = Anchor(0.0, start_s + inside * length_s, 1.0, loop)
    assert loop.start_s - 1e-6 <= anchor.track_at(later_s) <= loop.end_s + 1e-6


@given(start_s=TIMES, length_s=st.floats(0.1, 50.0), into_s=st.floats(0.001, 0.09), rounds=st.integers(1, 20))
def test_a_loop_shows_the_same_times_every_round(start_s: float, length_s: float, into_s: float, rounds: int) -> None:
    anchor = Anchor(0.0, start_s, 1.0, Loop(start_s, start_s + length_s))
    assert abs(anchor.track_at(into_s + rounds * length_s) - anchor.track_at(into_s)) < 1e-6


def test_past_its_end_a_loop_holds_nobody() -> None:
    assert Anchor(0.0, 20.0, 1.0, Loop(5.0, 10.0)).track_at(3.0) == 23.0


def test_a_line_that_goes_on_as_it_was_is_not_bent() -> None:
    timeline = Timeline((Anchor(0.0, 5.0, 1.0),))
    assert timeline.bent(Anchor(2.0, 7.0, 1.0)) is timeline
    assert len(timeline.bent(Anchor(2.0, 30.0, 1.0)).anchors) == 2


def test_who_asks_for_the_near_past_gets_what_was_shown_then() -> None:
    timeline = Timeline((Anchor(0.0, 0.0, 1.0),)).bent(Anchor(10.0, 50.0, 1.0))
    assert timeline.track_at(9.9) == 9.9
    assert timeline.track_at(10.1) == 50.1


@given(st.lists(st.tuples(st.floats(0.01, 5.0), TIMES, st.sampled_from([0.0, 0.5, 1.0])), max_size=200))
def test_a_timeline_does_not_grow(bends: list[tuple[float, float, float]]) -> None:
    timeline, show_s = Timeline((Anchor(0.0, 0.0, 0.0),)), 0.0
    for after_s, track_s, speed in bends:
        show_s += after_s
        timeline = timeline.bent(Anchor(show_s, track_s, speed))
        bent_s = timeline.anchors[-1].show_s
        recent = [anchor for anchor in timeline.anchors if anchor.show_s > bent_s - 2.0]
        assert len(timeline.anchors) <= len(recent) + 2


def test_nonsense_is_brought_inside() -> None:
    assert clamped_speed(float("nan")) == 1.0
    assert clamped_speed(9.0) == 1.5
    assert sensible_loop(8.0, 3.0, 60.0) == Loop(3.0, 8.0)
    assert sensible_loop(3.0, 3.01, 60.0) is None
    assert sensible_loop(70.0, 90.0, 60.0) is None
