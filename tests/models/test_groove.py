"""What holds for every dance of the groove, whatever the music: a body on a floor that keeps the beat."""

import numpy as np
import pytest

from realtime.motion.kinematics import forward_kinematics
from realtime.motion.rotations import conjugate, multiply, rotate, to_rotation_vector
from realtime.motion.skeleton import ANKLE_HEIGHT_M, TOE_HEIGHT_M, Joint
from realtime.types import DanceControls, FloatArray, PoseChunk
from tests.support.groove_show import FPS, perform

_POINTS = (Joint.LEFT_ANKLE, Joint.LEFT_FOOT, Joint.RIGHT_ANKLE, Joint.RIGHT_FOOT)
_FLOOR_M = (ANKLE_HEIGHT_M, TOE_HEIGHT_M, ANKLE_HEIGHT_M, TOE_HEIGHT_M)
_SHOWS = [
    pytest.param(bpm, bar, energy, seed, id=f"{bpm} BPM in {bar}, energy {energy}, seed {seed}")
    for bpm, bar, energy, seed in (
        (60, 4, 0.5, 11),
        (76, 4, 0.9, 1),
        (90, 4, 0.3, 2),
        (100, 3, 0.7, 3),
        (112, 4, 0.15, 4),
        (120, 4, 0.6, 5),
        (128, 4, 1.0, 6),
        (145, 4, 0.9, 7),
        (174, 4, 1.0, 8),
        (180, 3, 0.8, 9),
        (200, 4, 0.7, 10),
    )
]


@pytest.fixture(scope="module")
def shows() -> dict[tuple[float, int, float, int], PoseChunk]:
    return {}


@pytest.fixture
def show(request: pytest.FixtureRequest, shows: dict[tuple[float, int, float, int], PoseChunk]) -> PoseChunk:
    """Some dance; made once for all tests that look at it."""
    bpm, bar, energy, seed = key = request.param
    if key not in shows:
        controls = DanceControls(seed=seed, style=0.2 + 0.06 * seed)
        shows[key] = perform(45.0, tempo_bpm=bpm, beats_per_bar=bar, energy=energy, controls=controls)
    return shows[key]


every_show = pytest.mark.parametrize(
    "show", [pytest.param(param.values, id=param.id) for param in _SHOWS], indirect=True
)


def _positions(show: PoseChunk) -> FloatArray:
    return forward_kinematics(show.roots_m, show.rotations_wxyz).positions_m


def _from_segment(points: FloatArray, start: FloatArray, end: FloatArray) -> FloatArray:
    """Return the distances of points (..., 3) from segments."""
    way = end - start
    along = np.clip(np.sum((points - start) * way, axis=-1) / np.sum(way**2, axis=-1), 0.0, 1.0)
    return np.linalg.norm(points - start - along[..., None] * way, axis=-1)


@every_show
def test_what_touches_the_floor_is_on_it_and_does_not_move(show: PoseChunk) -> None:
    joints = _positions(show)
    for column, (point, height) in enumerate(zip(_POINTS, _FLOOR_M, strict=True)):
        down = show.contacts[:, column] > 0.5
        assert down.mean() > 0.25
        np.testing.assert_allclose(joints[down, point, 1], height, atol=1e-6)
        still = down[1:] & down[:-1]
        moved_m = np.linalg.norm(np.diff(joints[:, point], axis=0), axis=-1)
        assert moved_m[still].max() < 1e-6


@every_show
def test_a_foot_is_on_the_floor_at_all_times_and_none_is_ever_under_it(show: PoseChunk) -> None:
    joints = _positions(show)
    assert joints[:, [Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE], 1].min() > ANKLE_HEIGHT_M - 1e-6
    assert joints[:, [Joint.LEFT_FOOT, Joint.RIGHT_FOOT], 1].min() > TOE_HEIGHT_M - 1e-6
    assert joints[..., 1].min() > 0.0
    assert show.contacts.max(axis=1).min() == 1.0


@every_show
def test_the_weight_is_over_the_feet_that_carry_it(show: PoseChunk) -> None:
    joints = _positions(show)
    middle = 0.6 * show.roots_m + 0.4 * joints[:, Joint.SPINE3]
    left, right = joints[:, Joint.LEFT_FOOT], joints[:, Joint.RIGHT_FOOT]
    flat = np.array([1.0, 0.0, 1.0])
    off = _from_segment(middle * flat, left * flat, right * flat)
    assert np.quantile(off, 0.99) < 0.24  # the ankle of the same foot is 0.1 behind its ball
    assert np.median(off) < 0.14


@every_show
def test_joints_stay_within_what_a_body_can_do(show: PoseChunk) -> None:
    degrees = np.degrees(to_rotation_vector(show.rotations_wxyz))
    knees = degrees[:, [Joint.LEFT_KNEE, Joint.RIGHT_KNEE]]
    assert knees[..., 0].min() > 8.0, "a knee never straightens fully, let alone backwards"
    assert knees[..., 0].max() < 140.0
    assert np.abs(knees[..., 1:]).max() < 1e-6, "a knee is a hinge"
    elbows = np.linalg.norm(degrees[:, [Joint.LEFT_ELBOW, Joint.RIGHT_ELBOW]], axis=-1)
    assert elbows.min() > 5.0
    assert elbows.max() < 145.0
    hips = degrees[:, [Joint.LEFT_HIP, Joint.RIGHT_HIP]]
    assert hips[..., 0].min() > -115.0
    assert hips[..., 0].max() < 30.0
    assert np.quantile(np.abs(hips[..., 1]), 0.99) < 50.0
    assert np.abs(hips[..., 2]).max() < 65.0
    ankles = degrees[:, [Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE]]
    assert ankles[..., 0].min() > -58.0
    assert ankles[..., 0].max() < 50.0
    for joint in (Joint.SPINE1, Joint.SPINE2, Joint.SPINE3):
        assert np.linalg.norm(degrees[:, joint], axis=-1).max() < 30.0
    head = np.linalg.norm(degrees[:, Joint.NECK] + degrees[:, Joint.HEAD], axis=-1)
    assert head.max() < 85.0


@every_show
def test_hands_pass_neither_through_the_trunk_nor_the_thighs_nor_the_head(show: PoseChunk) -> None:
    world = forward_kinematics(show.roots_m, show.rotations_wxyz)
    joints = world.positions_m
    chest_from_world = conjugate(world.world_from_joint_wxyz[:, Joint.SPINE3])
    head = joints[:, Joint.HEAD] + np.array([0.0, 0.09, 0.02])
    for hand in (Joint.LEFT_WRIST, Joint.RIGHT_WRIST, Joint.LEFT_HAND, Joint.RIGHT_HAND):
        local = rotate(chest_from_world, joints[:, hand] - joints[:, Joint.SPINE3])
        beside = (local[:, 1] < 0.1) & (local[:, 1] > -0.3)
        if beside.any():
            assert np.hypot(local[beside, 0], local[beside, 2] * 1.15).min() > 0.15
        assert np.linalg.norm(joints[:, hand] - head, axis=-1).min() > 0.16
        for hip, knee in ((Joint.LEFT_HIP, Joint.LEFT_KNEE), (Joint.RIGHT_HIP, Joint.RIGHT_KNEE)):
            assert _from_segment(joints[:, hand], joints[:, hip], joints[:, knee]).min() > 0.07


@every_show
def test_the_legs_do_not_pass_through_each_other(show: PoseChunk) -> None:
    joints = _positions(show)
    legs: list[FloatArray] = []
    for hip, knee, ankle in (
        (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
        (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    ):
        thigh = [joints[:, hip] + k * (joints[:, knee] - joints[:, hip]) for k in (0.6, 0.8, 1.0)]
        shin = [joints[:, knee] + k * (joints[:, ankle] - joints[:, knee]) for k in (0.25, 0.5, 0.75)]
        legs.append(np.stack(thigh + shin, axis=1))
    apart = np.linalg.norm(legs[0][:, :, None] - legs[1][:, None], axis=-1).min(axis=(1, 2))
    assert apart.min() > 0.025
    assert np.quantile(apart, 0.01) > 0.065


@every_show
def test_the_feet_keep_clear_of_each_other(show: PoseChunk) -> None:
    joints = _positions(show)
    for ball, other_heel, other_ball in (
        (Joint.LEFT_FOOT, Joint.RIGHT_ANKLE, Joint.RIGHT_FOOT),
        (Joint.RIGHT_FOOT, Joint.LEFT_ANKLE, Joint.LEFT_FOOT),
    ):
        assert _from_segment(joints[:, ball], joints[:, other_heel], joints[:, other_ball]).min() > 0.06


@every_show
def test_nothing_jumps_from_one_frame_to_the_next(show: PoseChunk) -> None:
    joints = _positions(show)
    speed = np.linalg.norm(np.diff(joints, axis=0), axis=-1) * FPS
    assert speed[:, Joint.PELVIS].max() < 3.0
    assert speed.max() < 12.0
    acceleration = np.linalg.norm(np.diff(joints, 2, axis=0), axis=-1) * FPS**2
    assert acceleration[:, Joint.PELVIS].max() < 55.0
    assert acceleration.max() < 320.0
    turned = to_rotation_vector(multiply(conjugate(show.rotations_wxyz[:-1]), show.rotations_wxyz[1:]))
    assert np.linalg.norm(turned, axis=-1).max() * FPS < 40.0


@every_show
def test_the_dancer_stays_on_the_stage_and_comes_back_to_the_audience(show: PoseChunk) -> None:
    assert np.abs(show.roots_m[:, [0, 2]]).max() < 1.2
    assert np.abs(show.roots_m[:, [0, 2]].mean(axis=0)).max() < 0.5
    forwards = rotate(show.rotations_wxyz[:, 0], np.broadcast_to([0.0, 0.0, 1.0], (len(show.roots_m), 3)))
    assert (forwards[:, 2] > 0.7).mean() > 0.75
    away = np.flatnonzero(forwards[:, 2] < 0.5)
    longest = max((len(run) for run in np.split(away, np.flatnonzero(np.diff(away) > 1) + 1)), default=0)
    assert longest < 5.0 * FPS
