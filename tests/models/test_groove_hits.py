"""How the hits of the music shape the dance: harder hits, larger movement; a blow after quiet, one answer."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.groove import GrooveGenerator
from models.groove.follow import DanceClock
from models.groove.hearing import Accents, attack
from realtime.motion.kinematics import forward_kinematics
from realtime.motion.rotations import to_rotation_vector
from realtime.motion.skeleton import Joint
from realtime.types import BeatState, DanceControls, PoseChunk
from tests.support.groove_show import FPS, Hits, heard, perform, request

_BEAT = BeatState(120.0, 0.0, 0.0, 4, 0.9)


def _kicks(time_s: float, *, strength: float = 1.0) -> Hits:
    """Return a kick on every beat of 120 BPM."""
    return Hits(strength if (time_s + 1e-6) % 0.5 < 0.025 else 0.0, low=strength, high=0.0)


def _hats(time_s: float, *, strength: float = 1.0) -> Hits:
    """Return hats on every sixteenth of 120 BPM."""
    return Hits(strength if (time_s + 1e-6) % 0.125 < 0.045 else 0.0, low=0.0, high=strength)


def _spread_deg(show: PoseChunk, *joints: Joint) -> float:
    """Return how far joints turn about."""
    turned = np.degrees(to_rotation_vector(show.rotations_wxyz[:, list(joints)]))
    return float(turned.std(axis=0).mean())


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_harder_the_kick_the_deeper_the_knees_and_the_wider_the_hips(seed: int) -> None:
    soft, hard = (
        perform(
            24.0,
            controls=DanceControls(seed=seed, style=0.3),
            hits=lambda time_s, strength=strength: _kicks(time_s, strength=strength),
        )
        for strength in (0.2, 1.0)
    )
    assert hard.roots_m[:, 1].std() > 1.15 * soft.roots_m[:, 1].std()
    hips = Joint.PELVIS, Joint.SPINE3
    assert _spread_deg(hard, *hips) > 1.05 * _spread_deg(soft, *hips)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_brighter_and_denser_the_hits_the_livelier_are_head_and_shoulders(seed: int) -> None:
    dull, bright = (
        perform(
            24.0,
            controls=DanceControls(seed=seed, style=0.3),
            hits=lambda time_s, strength=strength: _hats(time_s, strength=strength),
        )
        for strength in (0.1, 1.0)
    )
    np.testing.assert_array_equal(bright.contacts, dull.contacts, "the feet do not hear the hats")
    above = Joint.NECK, Joint.HEAD, Joint.LEFT_COLLAR, Joint.RIGHT_COLLAR
    assert _spread_deg(bright, *above) > 1.1 * _spread_deg(dull, *above)


@pytest.mark.parametrize("blow_s", [8.03, 8.21, 8.44, 8.6])
def test_a_blow_after_quiet_is_answered_within_three_quarters_of_a_second(blow_s: float) -> None:
    def hits(time_s: float) -> Hits:
        return Hits(1.0 if blow_s - 1e-6 <= time_s < blow_s + 0.025 else 0.0, low=0.0, high=0.0)

    quiet = perform(12.0, hits=lambda _: Hits(0.0), every_frames=15)
    struck = perform(12.0, hits=hits, every_frames=15)
    joints, still = (forward_kinematics(show.roots_m, show.rotations_wxyz).positions_m for show in (struck, quiet))
    moved_m = np.linalg.norm(joints - still, axis=-1).max(axis=1)
    times_s = np.arange(len(moved_m)) / FPS
    assert moved_m[times_s <= blow_s].max() == 0.0
    assert moved_m[(times_s > blow_s) & (times_s < blow_s + 0.75)].max() > 0.03
    assert moved_m[(times_s > blow_s + 1.3) & (times_s < blow_s + 2.0)].max() < 1e-9
    assert np.linalg.norm(np.diff(joints, axis=0), axis=-1).max() * FPS < 12.0


def test_an_answer_peaks_on_a_half_beat_and_a_volley_has_one() -> None:
    clock, accents = DanceClock(), Accents()
    clock.follow(_BEAT, 0.0)
    for blow_s in (3.0, 3.4, 3.8):
        accents.answer(0.9, blow_s, clock, blow_s + 0.07)
    times_s = np.arange(3.0, 6.0, 0.001)
    answer = accents.at(times_s)
    assert times_s[answer.argmax()] == pytest.approx(3.25)
    assert answer.max() == pytest.approx(0.9)
    assert answer[times_s <= 3.07].max() == 0.0
    assert answer[times_s > 3.8].max() == 0.0


def test_steady_drums_are_no_blow() -> None:
    music = [heard(0.01 * k, _BEAT, hits=_kicks(0.01 * k)) for k in range(400)]
    assert all(attack(music[: k + 1], since_s=0.01 * k - 0.2).blow_s is None for k in range(100, 400, 7))


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_the_ear_is_bounded_and_louder_hits_never_weigh_less(onset: float, low: float, high: float) -> None:
    music = [heard(0.01 * k, _BEAT, hits=Hits(onset * (k % 25 < 3), low, high)) for k in range(150)]
    softer = [replace(frame, features=replace(frame.features, onset=0.5 * frame.features.onset)) for frame in music]
    loud, soft = attack(music, since_s=2.0), attack(softer, since_s=2.0)
    assert 0.0 <= soft.punch <= loud.punch <= 1.0
    assert 0.0 <= soft.sparkle <= loud.sparkle <= 1.0


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(), st.floats(), st.floats()), min_size=1, max_size=12))
def test_whatever_the_hits_a_chunk_begins_where_the_last_one_was(hits: list[tuple[float, float, float]]) -> None:
    def hit(time_s: float) -> Hits:
        return Hits(*hits[int(time_s * 7) % len(hits)])

    generator = GrooveGenerator()
    previous = generator.generate(request(4.0, _BEAT, hits=hit))
    for k in range(1, 12):
        chunk = generator.generate(request(4.0 + 0.25 * k, _BEAT, hits=hit))
        np.testing.assert_allclose(chunk.roots_m[0], previous.roots_m[15], atol=1e-6)
        alike = np.abs(np.sum(chunk.rotations_wxyz[0] * previous.rotations_wxyz[15], axis=-1))
        np.testing.assert_allclose(alike, 1.0, atol=1e-6)
        previous = chunk


def test_drums_that_go_on_change_nothing_that_was_planned() -> None:
    generator = GrooveGenerator()
    requests = [request(4.0 + 0.5 * k, _BEAT, hits=_kicks) for k in range(20)]
    previous = generator.generate(requests[0])
    for asked in requests[1:]:
        chunk = generator.generate(asked)
        np.testing.assert_allclose(chunk.roots_m[:31], previous.roots_m[30:], atol=1e-6)
        previous = chunk
