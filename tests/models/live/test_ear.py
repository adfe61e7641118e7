"""Laws of what the network hears: the same frames however the hops come, and nothing from the future."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.live.ear import Ear
from realtime.music.conditioning import BEAT, SOUND, beat, beat_of
from realtime.types import HOP_S, BeatState, MusicFrame
from tests.support.danced_pairs import click_frame

CLOCK = BeatState(tempo_bpm=126.0, origin_s=0.3, confidence=0.7)
HOPS = [click_frame((number + 1) * HOP_S, CLOCK) for number in range(300)]


def frames_of(ear: Ear) -> np.ndarray:
    return ear.last(ear.count, 60)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6), st.floats(-1.0, 1.0))
def test_frames_do_not_depend_on_how_the_hops_arrive(cuts: list[int], origin_s: float) -> None:
    pieces, whole = Ear(origin_s, 200), Ear(origin_s, 200)
    whole.hear(HOPS)
    for cut in sorted(cuts):
        pieces.hear(HOPS[:cut])
    pieces.hear(HOPS)
    assert pieces.count == whole.count
    np.testing.assert_array_equal(frames_of(pieces), frames_of(whole))


def test_a_frame_is_complete_once_its_end_was_heard_and_no_sooner() -> None:
    ear = Ear(0.0, 100)
    counts: list[int] = []
    for hop in HOPS[:100]:
        ear.hear([hop])
        counts.append(ear.count)
    ends_s = np.arange(1, 101) * HOP_S
    assert counts == [int(np.floor(end_s * 30.0 + 1e-6)) + 1 for end_s in ends_s]


def test_what_comes_later_changes_no_frame() -> None:
    loud = [MusicFrame(hop.time_s, HOPS[0].features, BeatState(tempo_bpm=90.0)) for hop in HOPS[200:]]
    calm, changed = Ear(0.0, 200), Ear(0.0, 200)
    calm.hear(HOPS[:200])
    known = calm.count
    changed.hear([*HOPS[:200], *loud])
    np.testing.assert_array_equal(calm.last(known, 50), changed.last(known, 50))


def test_the_beat_block_of_a_clock_is_that_of_its_beats() -> None:
    times_s = np.linspace(0.0, 4.0, 13)
    each = np.ones(13)
    told = beat_of(
        CLOCK.beat_at(times_s), tempo_bpm=126.0 * each, beats_per_bar=4.0 * each, confidence=CLOCK.confidence * each
    )
    np.testing.assert_allclose(beat(CLOCK, times_s), told)
    assert told.shape == (13, BEAT)
    assert frames_of_shape() == (60, SOUND + BEAT)


def frames_of_shape() -> tuple[int, ...]:
    ear = Ear(0.0, 100)
    ear.hear(HOPS)
    return frames_of(ear).shape
