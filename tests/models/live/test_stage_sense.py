"""A dancer who would walk away stays on the stage and comes back to face the audience."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.live.stage_sense import Stage
from models.representation import FEATURES, VELOCITY, YAW_RATE, Place, decode


def after_minutes(x_m_s: float, z_m_s: float, yaw_rate: float, *, in_place: bool = False) -> tuple[float, Place]:
    """Return the farthest place and the last one of somebody who walks and turns steadily for two minutes."""
    place, farthest_m = Place(0.0, 0.0, 0.0), 0.0
    features = np.zeros((4, FEATURES))
    features[:, 4:10] = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    features[:, VELOCITY], features[:, YAW_RATE] = (x_m_s, z_m_s), yaw_rate
    for _ in range(900):
        _, place = decode(Stage(in_place).steered(features, place), place)
        farthest_m = max(farthest_m, float(np.hypot(place.x_m, place.z_m)))
    return farthest_m, place


@given(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
@settings(max_examples=8)
def test_whoever_walks_away_stays_on_the_stage(x_m_s: float, z_m_s: float) -> None:
    farthest_m, _ = after_minutes(x_m_s, z_m_s, 0.0)
    assert farthest_m < 1.9


def test_a_dancer_in_place_stays_nearer_and_a_slow_turn_is_held() -> None:
    assert after_minutes(0.4, 0.2, 0.0, in_place=True)[0] < 0.7
    _, place = after_minutes(0.0, 0.0, 0.3)
    assert place.yaw_rad == pytest.approx(0.6 + 0.3 / 0.35, abs=0.1)


def test_who_stands_in_the_middle_and_faces_the_audience_is_left_alone() -> None:
    features = np.random.default_rng(0).normal(size=(8, FEATURES))
    np.testing.assert_allclose(Stage(False).steered(features, Place(0.1, -0.2, 0.4)), features, atol=1e-12)
