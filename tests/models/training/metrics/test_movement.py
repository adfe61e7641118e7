"""Measures of feet, smoothness, drift and likeness, on motions whose answer is known."""

from dataclasses import replace

import numpy as np
import pytest

from models.training.metrics.feet import floating_ratio, penetration_m, pfc, skating_ratio, slide_m_per_s
from models.training.metrics.geometric import geometric_features
from models.training.metrics.kinetic import kinetic_features
from models.training.metrics.motion import FPS, Motion
from models.training.metrics.movement import drift, freeze_ratio, jitter_m_per_s3, turns_per_minute
from models.training.metrics.spread import diversity, floor, frechet_distance, ledoit_wolf, multimodality
from realtime.motion.rotations import from_axis_angle
from realtime.motion.skeleton import JOINT_COUNT
from tests.support.marching import marching

UP = np.array([0.0, 1.0, 0.0])
MARCH = marching(0.5 + 0.5 * np.arange(60), 30.0)


def moved(motion: Motion, way_m: np.ndarray) -> Motion:
    """Return the motion with its root carried along a way: shape (T, 3)."""
    return replace(motion, root_m=motion.root_m + way_m)


@pytest.mark.parametrize("direction", [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -1.0)])
def test_a_body_that_is_pushed_over_the_floor_skates_in_every_direction(direction: tuple[float, float]) -> None:
    x, z = np.array(direction) / np.hypot(*direction)
    way = np.outer(np.arange(len(MARCH.root_m)) / FPS, [x, 0.0, z])
    assert skating_ratio(MARCH.positions_m) == 0.0
    assert skating_ratio(moved(MARCH, way).positions_m) == pytest.approx(1.0, abs=0.02)
    assert slide_m_per_s(moved(MARCH, way).positions_m) == pytest.approx(1.0, abs=0.15)


def test_a_body_in_the_floor_is_as_deep_as_it_was_sunk_and_one_in_the_air_floats() -> None:
    assert penetration_m(MARCH.positions_m) < 0.002
    sunk = moved(MARCH, np.array([0.0, -0.1, 0.0])).positions_m
    assert penetration_m(sunk) == pytest.approx(0.1, abs=0.005)
    assert floating_ratio(moved(MARCH, np.array([0.0, 0.3, 0.0])).positions_m) == 1.0
    assert floating_ratio(MARCH.positions_m) == 0.0


def test_the_foot_contact_score_of_a_statue_is_perfect_and_the_freeze_ratio_tells() -> None:
    statue = MARCH.positions_m[:1].repeat(300, axis=0)
    assert pfc(statue) == 0.0
    assert freeze_ratio(statue) == 1.0
    assert freeze_ratio(MARCH.positions_m) == 0.0


def test_the_foot_contact_score_does_not_depend_on_how_long_the_clip_is() -> None:
    sliding = np.zeros((len(MARCH.root_m), 3))
    sliding[:, 0] = 0.2 * np.sin(3.0 * np.arange(len(sliding)) / FPS)
    long = moved(MARCH, sliding)
    assert pfc(long.positions_m) == pytest.approx(pfc(long.positions_m[:450]), rel=0.25)
    assert pfc(long.positions_m) > 10.0 * pfc(MARCH.positions_m)


def test_jitter_is_the_third_derivative() -> None:
    times_s = np.arange(300) / FPS
    positions = np.zeros((300, JOINT_COUNT, 3))
    positions[..., 0] = (0.5 * times_s**3)[:, None]
    assert jitter_m_per_s3(positions) == pytest.approx(3.0, rel=1e-6)
    positions[..., 0] = (2.0 * times_s**2)[:, None]
    assert jitter_m_per_s3(positions) == pytest.approx(0.0, abs=1e-6)


def test_drift_tells_walking_away_sinking_spinning_and_freezing_minute_by_minute() -> None:
    minutes = 3
    count = round(minutes * 60 * FPS)
    times_min = np.arange(count) / FPS / 60
    root = np.tile(MARCH.root_m[0], (count, 1))
    root[:, 0] += 0.5 * times_min
    root[:, 1] -= 0.02 * times_min
    rotations = np.tile(MARCH.rotations_wxyz, (7, 1, 1))[:count].copy()
    rotations[:, 0] = from_axis_angle(UP, -2.0 * np.pi * 4.0 * times_min)
    rotations[round(2.2 * 60 * FPS) :] = rotations[round(2.2 * 60 * FPS)]
    root[round(2.2 * 60 * FPS) :] = root[round(2.2 * 60 * FPS)]
    told = drift(root, rotations, Motion(root, rotations).positions_m)
    assert told.away_m == pytest.approx([0.5, 1.0, 1.1], abs=0.01)
    assert told.sinking_m_per_min == pytest.approx(0.017, abs=0.004)
    assert told.turns[:2] == pytest.approx([-4.0, -4.0], abs=0.02)
    assert told.freeze[:2] == [0.0, 0.0]
    assert told.freeze[2] == pytest.approx(0.8, abs=0.05)
    assert len(told.skating) == minutes
    with pytest.raises(ValueError, match="at least a minute"):
        drift(root[:300], rotations[:300], Motion(root[:300], rotations[:300]).positions_m)


def test_spinning_is_counted_through_many_turns() -> None:
    yaw = 2.0 * np.pi * np.arange(1800) / 1800 * 25.0
    rotations = np.zeros((1800, JOINT_COUNT, 4))
    rotations[..., 0] = 1.0
    rotations[:, 0] = from_axis_angle(UP, yaw)
    assert turns_per_minute(rotations) == pytest.approx(25.0, rel=0.01)


def test_features_are_the_same_wherever_the_dancer_stands_and_looks() -> None:
    there = moved(marching(0.5 + 0.5 * np.arange(60), 30.0, yaw_rad=2.0), np.array([3.0, 0.0, -1.0]))
    for features in (kinetic_features, geometric_features):
        assert features(there.positions_m) == pytest.approx(features(MARCH.positions_m), abs=1e-6)
    assert kinetic_features(MARCH.positions_m).shape == (72,)
    assert geometric_features(MARCH.positions_m).shape == (32,)


def test_kinetic_features_are_energies_of_the_joints() -> None:
    times_s = np.arange(600) / FPS
    positions = np.zeros((600, JOINT_COUNT, 3))
    positions[..., 0] = (0.4 * times_s)[:, None]
    positions[..., 1] = (0.3 * times_s)[:, None]
    assert kinetic_features(positions).reshape(-1, 3)[5] == pytest.approx([0.16, 0.09, 0.0], abs=1e-9)
    # Even flight has no acceleration; the public code's missing brackets make one of the place.
    assert kinetic_features(positions, compat=True).reshape(-1, 3)[5, 2] > 100.0
    assert kinetic_features(positions, compat=True).reshape(-1, 3)[5, :2] == pytest.approx([0.16, 0.09], abs=1e-9)


def test_geometric_features_ask_what_they_say() -> None:
    arms_up = np.zeros((60, JOINT_COUNT, 4))
    arms_up[..., 0] = 1.0
    root = np.tile([0.0, 0.95, 0.0], (60, 1))
    t_pose = geometric_features(Motion(root, arms_up).positions_m)
    assert t_pose[8] == 1.0, "the hands are far apart"
    assert t_pose[6] == t_pose[19] == 0.0, "no elbow and no knee is bent"
    folded = arms_up.copy()
    folded[:, 18] = from_axis_angle(UP, np.full(60, -2.0))
    assert geometric_features(Motion(root, folded).positions_m)[7] == 1.0, "now the left elbow is"


def test_the_distance_of_a_set_to_itself_is_nothing_and_to_a_moved_one_is_the_way() -> None:
    draws = np.random.default_rng(0)
    reference = draws.normal(size=(400, 6)) * [1, 2, 3, 4, 5, 6] + 7.0
    assert frechet_distance(reference, reference) == pytest.approx(0.0, abs=1e-6)
    scale = reference.std(axis=0)
    assert frechet_distance(reference + 2.0 * scale, reference) == pytest.approx(4.0 * 6, rel=1e-6)
    wide = (reference - reference.mean(axis=0)) * 3.0 + reference.mean(axis=0)
    # Per dimension (3 - 1)^2; shrinking both alike leaves it nearly so.
    assert frechet_distance(wide, reference, compat=True) == pytest.approx(4.0 * 6, rel=0.02)


def test_few_motions_in_many_dimensions_are_far_from_themselves_and_the_floor_says_how_far() -> None:
    data = np.random.default_rng(1).normal(size=(80, 72))
    for compat in (True, False):
        halves = floor(data, 40, compat=compat)
        other = np.random.default_rng(2).normal(size=(40, 72))
        assert frechet_distance(other, data[:40], compat=compat) == pytest.approx(halves, rel=0.35)
    assert floor(data, 40, compat=True) > 20.0
    assert floor(data, 40) < 0.5 * floor(data, 40, compat=True)
    assert ledoit_wolf(data) > 0.5


def test_diversity_is_in_the_units_of_the_data() -> None:
    data = np.random.default_rng(3).normal(size=(300, 8)) * 5.0
    assert diversity(data, data) == pytest.approx(diversity(data * 9.0, data * 9.0))
    assert diversity(data[:100] * 2.0, data) == pytest.approx(2.0 * diversity(data[:100], data))
    assert multimodality([data[:1].repeat(4, axis=0), data[:1]], data) == 0.0


def test_a_motion_too_short_to_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 8 poses"):
        Motion(np.zeros((3, 3)), np.zeros((3, JOINT_COUNT, 4)))
