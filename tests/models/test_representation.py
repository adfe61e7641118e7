"""Laws of the motion representation: nothing is lost, and the world's place does not matter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.representation import (
    FEATURES,
    Motion,
    Place,
    decode,
    encode,
    mirror,
    mirror_features,
    place_of,
)
from realtime.motion.rotations import from_axis_angle, from_matrix, from_rotation_vector, multiply, to_matrix

seeds = st.integers(0, 2**31)
UP = np.array([0.0, 1.0, 0.0])


def some_motion(seed: int, frames: int = 12) -> Motion:
    rng = np.random.default_rng(seed)
    root_m = np.cumsum(rng.normal(0, 0.05, (frames, 3)), axis=0) + np.array([0.0, 0.9, 0.0])
    lean = from_rotation_vector(rng.normal(0, 0.2, (frames, 3)))
    pelvis = multiply(from_axis_angle(UP, np.cumsum(rng.normal(0, 0.3, frames))), lean)
    joints = from_rotation_vector(rng.normal(0, 0.6, (frames, 23, 3)))
    contacts = rng.integers(0, 2, (frames, 4)).astype(float)
    return Motion(root_m, np.concatenate([pelvis[:, None], joints], axis=1), contacts)


def assert_same_motion(a: Motion, b: Motion) -> None:
    np.testing.assert_allclose(a.root_m, b.root_m, atol=1e-9)
    np.testing.assert_allclose(to_matrix(a.rotations_wxyz), to_matrix(b.rotations_wxyz), atol=1e-9)
    np.testing.assert_allclose(a.contacts, b.contacts, atol=1e-12)


@given(seeds)
def test_decoding_from_where_the_first_frame_stood_gives_the_motion_back(seed: int) -> None:
    motion = some_motion(seed)
    features = encode(motion)
    assert features.shape == (12, FEATURES)
    place = place_of(motion.root_m[0], motion.rotations_wxyz[0, 0])
    decoded, end = decode(features[1:], place)
    assert_same_motion(decoded, Motion(*(part[1:] for part in motion)))
    assert (end.x_m, end.z_m) == pytest.approx((motion.root_m[-1, 0], motion.root_m[-1, 2]))


@given(seeds, st.floats(-3.0, 3.0), st.floats(-5.0, 5.0))
def test_features_do_not_know_where_in_the_world_the_dancer_is(seed: int, yaw_rad: float, x_m: float) -> None:
    motion = some_motion(seed)
    turn = from_axis_angle(UP, yaw_rad)
    rotations = motion.rotations_wxyz.copy()
    rotations[:, 0] = multiply(turn, rotations[:, 0])
    moved = motion.root_m @ to_matrix(turn).T + np.array([x_m, 0.0, 0.0])
    np.testing.assert_allclose(encode(Motion(moved, rotations, motion.contacts)), encode(motion), atol=1e-8)


@given(seeds)
def test_decoding_in_pieces_is_decoding_at_once(seed: int) -> None:
    features = encode(some_motion(seed))
    whole, whole_end = decode(features, Place(1.0, -2.0, 0.3))
    first, middle = decode(features[:5], Place(1.0, -2.0, 0.3))
    second, end = decode(features[5:], middle)
    assert_same_motion(whole, Motion(*(np.concatenate(pair) for pair in zip(first, second, strict=True))))
    assert end == pytest.approx(whole_end)


@given(seeds)
def test_mirroring_features_is_encoding_the_mirrored_motion(seed: int) -> None:
    motion = some_motion(seed)
    np.testing.assert_allclose(mirror_features(encode(motion)), encode(mirror(motion)), atol=1e-9)
    assert_same_motion(mirror(mirror(motion)), motion)


@given(seeds)
def test_a_quaternion_comes_back_from_its_matrix(seed: int) -> None:
    rotations = from_rotation_vector(np.random.default_rng(seed).normal(0, 2.0, (20, 3)))
    back = from_matrix(to_matrix(rotations))
    np.testing.assert_allclose(np.abs(np.sum(back * rotations, axis=-1)), 1.0, atol=1e-9)
