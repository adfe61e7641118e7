"""Figures that are not the skin follow the poses and nothing else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.figures import (
    LIMBS,
    SPARK_AGES_S,
    cloth,
    cloth_triangles,
    limb_matrices,
    limbs,
    patch_triangles,
    sparks,
    tubes,
)
from app.pose_history import PoseHistory
from realtime.motion.skeleton import Joint
from tests.support.fake_dancer import FakeDancer


def history_of(dancer: FakeDancer, until_s: float, seconds: float = 4.0) -> PoseHistory:
    history = PoseHistory()
    for at_s in np.arange(until_s - seconds, until_s + 1e-9, 1 / 60):
        history.add(dancer.at(float(at_s)))
    return history


@given(st.floats(0.0, 60.0))
def test_limbs_start_and_end_at_their_joints(time_s: float) -> None:
    frame = FakeDancer().at(time_s)
    ends = limbs(frame)
    for place, (start, end, *_) in enumerate(LIMBS):
        if start is not Joint.HEAD:
            np.testing.assert_allclose(ends[place, :, :3], frame.positions_m[[start, end]], atol=1e-6)
    assert np.all(ends[:, :, 3] > 0.0)
    assert limb_matrices(frame).shape == (len(LIMBS) // 2, 4, 4)


def test_every_corner_of_the_tubes_is_used_by_a_triangle() -> None:
    arrays = tubes(FakeDancer().at(3.0))
    corners = {len(values) for values in arrays.values()}
    assert corners == {int(patch_triangles().max()) + 1}
    assert set(np.unique(arrays["a_corner"][:, 3])) == {0.0, 0.5, 1.0}, "left, middle and right have their own colour"


@settings(max_examples=20, deadline=None)
@given(st.floats(5.0, 30.0))
def test_sparks_start_on_limbs_and_stay_over_the_floor(time_s: float) -> None:
    dancer = FakeDancer()
    shed = sparks(history_of(dancer, time_s), time_s, 500)
    places, light_age = shed["a_position"], shed["a_light_age"]
    assert np.isfinite(places).all()
    assert places[:, 1].min() >= 0.01 - 1e-6
    assert light_age.min() >= 0.0
    assert light_age.max() <= 1.0
    young = light_age[:, 1] < 0.02
    nearest = np.linalg.norm(places[young][:, None] - dancer.at(time_s).positions_m[None], axis=-1).min(axis=1)
    assert np.all(nearest < 0.35)


def test_a_still_dancer_sheds_no_light() -> None:
    history = PoseHistory()
    still = FakeDancer(still_at_s=8.0)
    for at_s in np.arange(4.0, 8.0, 1 / 60):
        history.add(still.at(float(at_s)))
    assert sparks(history, 8.0, 300)["a_light_age"][:, 0].max() == pytest.approx(0.0, abs=1e-6)


def test_the_cloth_hangs_from_the_limbs_and_its_oldest_part_is_where_they_were() -> None:
    dancer = FakeDancer()
    woven = cloth(history_of(dancer, 9.0))
    places, marks = woven["a_position"], woven["a_age_along_side"]
    fresh_ends = places[(marks[:, 0] == 0.0) & (marks[:, 1] == 1.0)]
    ends = dancer.at(9.0).positions_m[[Joint.LEFT_HAND, Joint.RIGHT_HAND, Joint.LEFT_FOOT, Joint.RIGHT_FOOT]]
    np.testing.assert_allclose(fresh_ends, ends, atol=0.02)
    assert cloth_triangles().max() == len(places) - 1
    lengths = np.linalg.norm(woven["a_normal"], axis=1)
    assert np.all((lengths < 1.001) & (lengths >= 0.0))


def test_the_past_is_read_between_poses_and_never_before_the_first() -> None:
    dancer = FakeDancer()
    history = history_of(dancer, 6.0, seconds=1.0)
    poses = history.poses(SPARK_AGES_S)
    np.testing.assert_allclose(poses[0], dancer.at(6.0).positions_m, atol=1e-6)
    np.testing.assert_allclose(poses[15], dancer.at(5.5).positions_m, atol=0.01)
    np.testing.assert_allclose(poses[-1], dancer.at(5.0).positions_m, atol=1e-6)
