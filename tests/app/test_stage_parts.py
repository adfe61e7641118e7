"""The parts of the stage that need no graphics: mesh, camera, history, light, quality."""

from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.body_mesh import BodyMesh, body_mesh
from app.body_pose import BALL_COUNT, balls, bones
from app.body_shape import REST_M, distance, distance_on_grid
from app.camera import CAMERAS, Camera
from app.echoing import echoes_of
from app.looks import Echoes
from app.mood import Mood, pulse
from app.pose_history import PoseHistory
from app.quality import LADDER, Governor
from realtime.motion.rotations import conjugate, multiply, rotate
from realtime.motion.skeleton import Joint
from tests.support.fake_dancer import FakeDancer

_TIMES = st.floats(0.0, 60.0)


@pytest.fixture(scope="module")
def mesh() -> BodyMesh:
    return body_mesh(0.036)


def test_the_body_is_closed_and_in_one_piece(mesh: BodyMesh) -> None:
    sides = np.concatenate([mesh.triangles[:, pair] for pair in ([0, 1], [1, 2], [2, 0])]).astype(np.int64)
    forth = {(int(a), int(b)) for a, b in sides}
    assert all((b, a) in forth for a, b in forth), "every side has a triangle on either hand"
    parts = np.arange(len(mesh.positions_m))
    for _ in range(200):
        np.minimum.at(parts, sides[:, 0], parts[sides[:, 1]])
    assert len(np.unique(parts)) == 1


def test_the_body_is_seen_from_outside(mesh: BodyMesh) -> None:
    corners = mesh.positions_m[mesh.triangles.astype(np.int64)]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = mesh.normals[mesh.triangles.astype(np.int64)].mean(axis=1)
    assert np.mean(np.einsum("ij,ij->i", facing, normals) > 0) > 0.99


def test_the_skin_lies_on_the_clay_and_holds_every_joint_but_the_finest(mesh: BodyMesh) -> None:
    assert np.abs(distance(mesh.positions_m.astype(float))).max() < 0.004
    assert distance(REST_M).max() < 0.0


def test_the_grid_says_the_same_as_single_points() -> None:
    axes = [np.linspace(-0.3, 0.3, 9), np.linspace(-0.9, 0.7, 15), np.linspace(-0.1, 0.2, 7)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    np.testing.assert_allclose(distance_on_grid(axes).ravel(), distance(points), atol=1e-12)


def test_weights_are_shares_and_no_leg_moves_the_other(mesh: BodyMesh) -> None:
    np.testing.assert_allclose(mesh.weights.sum(axis=1), 1.0, atol=1e-5)
    assert mesh.weights.min() >= 0.0
    left_shin = (mesh.positions_m[:, 1] < -0.5) & (mesh.positions_m[:, 0] > 0.02)
    right = [Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.RIGHT_FOOT]
    assert not np.any(np.isin(mesh.joints[left_shin], right) & (mesh.weights[left_shin] > 1e-3))


@given(_TIMES)
def test_bones_carry_every_joint_from_rest_to_its_place(time_s: float) -> None:
    frame = FakeDancer().at(time_s)
    packed = bones(frame).astype(float).reshape(-1, 2, 4)
    real, dual = np.roll(packed[:, 0], 1, axis=-1), np.roll(packed[:, 1], 1, axis=-1)
    shift = 2.0 * multiply(dual, conjugate(real))[:, 1:]
    np.testing.assert_allclose(rotate(real, REST_M) + shift, frame.positions_m, atol=1e-5)


def test_the_balls_are_where_the_body_is() -> None:
    frame = FakeDancer().at(3.3)
    low, high = frame.positions_m.min(axis=0) - 1e-6, frame.positions_m.max(axis=0) + 1e-6
    places = balls(frame)
    assert places.shape == (BALL_COUNT, 4)
    assert np.all((places[:, :3] > low) & (places[:, :3] < high))


@given(st.sampled_from(list(CAMERAS)), _TIMES, st.floats(0.3, 4.0), st.floats(0.0, 6.28))
def test_the_whole_dancer_fits_into_every_picture(camera: str, time_s: float, aspect: float, turned_rad: float) -> None:
    view = Camera(CAMERAS[camera])
    view.turn(turned_rad, 0.0)
    centre = np.array([2.0, 0.0, -1.0])
    view.follow(centre, 1e6)
    eye = view.eye_at(time_s, aspect)
    for x, y in ((0.0, 0.0), (0.0, 2.05), (0.75, 1.4), (-0.75, 1.4)):
        clip = eye.clip_from_world @ np.append(centre + np.array([x, y, 0.0]), 1.0)
        assert np.abs(clip[:3]).max() < clip[3]


@given(_TIMES, st.floats(-20.0, 20.0), st.floats(-20.0, 20.0), st.floats(0.01, 100.0))
def test_no_hand_brings_the_eye_under_the_floor_or_over_the_pole(
    time_s: float, yaw_rad: float, pitch_rad: float, zoom: float
) -> None:
    view = Camera(CAMERAS["low"])
    view.turn(yaw_rad, pitch_rad)
    view.zoom(zoom)
    eye = view.eye_at(time_s, 1.5)
    assert eye.position_m[1] > 0.0
    assert np.all(np.isfinite(eye.clip_from_world))
    assert abs(eye.forward[1]) < 0.999


def test_history_tells_the_pose_of_a_while_ago() -> None:
    dancer, history = FakeDancer(tempo_bpm=120.0), PoseHistory(length_s=4.0)
    for number in range(601):
        history.add(dancer.at(number / 60.0))
    ago, beats = history.ago(1.5), history.beats_ago(3.0)
    assert ago is not None
    assert beats is not None
    assert ago.time_s == pytest.approx(8.5)
    assert beats.time_s == pytest.approx(8.5)
    assert history.ago(4.5) is None
    path = history.path(Joint.LEFT_HAND, length_s=1.0, points=11)
    np.testing.assert_allclose(path[0], dancer.at(10.0).positions_m[Joint.LEFT_HAND])
    np.testing.assert_allclose(path[5], dancer.at(9.5).positions_m[Joint.LEFT_HAND], atol=1e-3)


def test_history_begins_again_when_time_goes_back() -> None:
    dancer, history = FakeDancer(), PoseHistory()
    for time_s in (5.0, 5.1, 2.0, 2.1):
        history.add(dancer.at(time_s))
    assert len(history) == 2
    assert history.ago(1.0) is None


@given(st.floats(-100.0, 1000.0))
def test_a_pulse_peaks_on_the_beat_and_never_jumps(beat: float) -> None:
    assert 0.0 <= pulse(beat) <= 1.0
    assert pulse(float(floor(beat))) == pytest.approx(1.0)
    # At 180 BPM a picture is 1/20 of a beat.
    assert abs(pulse(beat + 0.05) - pulse(beat)) < 0.25


@settings(max_examples=25)
@given(st.floats(60.0, 200.0), st.floats(0.0, 1.0))
def test_light_is_bounded_and_rings_run_outwards_without_a_jump(tempo_bpm: float, energy: float) -> None:
    dancer, mood = FakeDancer(tempo_bpm=tempo_bpm, energy=energy), Mood()
    before: dict[float, tuple[float, float]] = {}
    for number in range(180):
        light = mood.step(dancer.at(number / 60.0), 1.0 / 60.0)
        for value in (light.pulse, light.energy, light.low, light.onset, light.presence, light.shown):
            assert 0.0 <= value <= 1.0
        now = {round(light.beat - ring[2] / 1.15): (float(ring[2]), float(ring[3])) for ring in light.rings if ring[3]}
        for started, (radius_m, gain) in now.items():
            old_radius_m, old_gain = before.get(started, (0.0, 0.0))
            assert radius_m >= old_radius_m
            assert gain - old_gain < 0.5
        before = now


def test_nobody_there_calms_the_light() -> None:
    dancer, mood = FakeDancer(energy=1.0), Mood()
    for number in range(120):
        mood.step(dancer.at(number / 60.0), 1.0 / 60.0)
    for _ in range(300):
        mood.step(None, 1.0 / 60.0)
    light = mood.step(None, 1.0 / 60.0)
    assert light.presence < 0.01
    assert light.pulse < 0.01
    assert light.energy < 0.2
    assert light.rings[:, 3].max() < 0.01


@given(st.floats(1e-4, 0.5), st.floats(24.0, 120.0), st.integers(0, len(LADDER) - 1))
def test_quality_settles_where_drawing_leaves_half_the_time(full_cost_s: float, target_fps: float, level: int) -> None:
    governor = Governor(target_fps, level)
    levels: list[int] = []
    for _ in range(30_000):
        governor.record(full_cost_s * governor.quality.pixels)
        levels.append(governor.level)
    assert len(set(levels[-6_000:])) == 1, "no hunting"
    cost_s = full_cost_s * governor.quality.pixels
    assert cost_s <= 0.5 * governor.interval_s + 1e-9 or governor.interval_s == 0.25
    assert governor.interval_s >= 1.0 / target_fps - 1e-9


def test_a_fast_machine_is_given_the_finest_picture_at_the_full_rate() -> None:
    governor = Governor(60.0)
    for _ in range(2_000):
        governor.record(0.001)
    assert governor.quality is LADDER[-1]
    assert governor.interval_s == pytest.approx(1.0 / 60.0)


def test_one_slow_picture_changes_nothing() -> None:
    governor = Governor(60.0, level=4)
    for number in range(120):
        governor.record(0.5 if number % 12 == 0 else 0.004)
    assert governor.level == 4


def test_echoes_dance_what_was_danced_and_stand_in_a_wedge_that_opens_to_the_eye() -> None:
    dancer, history = FakeDancer(tempo_bpm=120.0), PoseHistory()
    for number in range(361):
        history.add(dancer.at(number / 60.0))
    view = Camera(CAMERAS["front"])
    view.turn(0.8, 0.0)
    eye = view.eye_at(0.0, 1.6)
    echoes = echoes_of(Echoes(6, 0.5, ghost=False, step_m=(0.8, 0.6)), history, eye, share=1.0)
    assert [echo.frame.time_s for echo in echoes] == pytest.approx([5.75, 5.5, 5.25, 5.0, 4.75, 4.5])
    across = [float(echo.offset_m @ eye.right) for echo in echoes]
    assert [value > 0 for value in across] == [True, False] * 3
    away = [float(echo.offset_m @ eye.forward) for echo in echoes]
    assert np.all(np.diff(away) > -1e-9)
    assert away[0] > 0
    assert len(echoes_of(Echoes(6, 0.5, ghost=False), history, eye, share=0.5)) == 3
    assert not echoes_of(Echoes(6, 0.5, ghost=False), PoseHistory(), eye, share=1.0)
