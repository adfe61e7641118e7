"""Weights between two networks."""

import numpy as np

from models.training.weight_mixing import mixed


def test_weights_go_straight_from_one_network_to_the_other_and_keep_their_type() -> None:
    rng = np.random.default_rng(0)
    some, others = ({"a": rng.standard_normal((3, 2)).astype(np.float32)} for _ in range(2))
    assert np.array_equal(mixed(some, others, 0.0)["a"], some["a"])
    assert np.array_equal(mixed(some, others, 1.0)["a"], others["a"])
    quarter, back = mixed(some, others, 0.25)["a"], mixed(others, some, 0.75)["a"]
    np.testing.assert_array_equal(quarter, back)
    np.testing.assert_allclose(quarter - some["a"], 0.25 * (others["a"] - some["a"]), atol=1e-6)
    assert quarter.dtype == np.float32


def test_weights_that_only_one_network_has_are_as_they_are_there() -> None:
    one, other = np.ones(2, np.float32), np.full(2, 5.0, np.float32)
    both = mixed({"one": one}, {"other": other}, 0.25)
    assert both.keys() == {"one", "other"}
    assert both["one"] is one
    assert both["other"] is other
