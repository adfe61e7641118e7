"""ONNX Runtime computes what torch computed, step after step, and says what is wrong with an input."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from models.bundle import SPEC_FILE, Arrays, Bundle, load_bundle
from models.bundle_spec import Precision, TensorSpec, spec_text
from models.runtime.onnx_session import OnnxSession
from models.runtime.parity import check_parity, difference_of
from models.runtime.session import zero_inputs
from realtime.errors import InferenceError
from tests.support.small_bundle import copy_of_small_bundle, small_bundle


@pytest.mark.parametrize("graph", ["step", "decoder"])
def test_it_reproduces_the_golden_outputs(graph: str) -> None:
    bundle = small_bundle()
    parity = check_parity(OnnxSession(bundle, graph), bundle, graph)
    assert parity.passed, str(parity)
    assert parity.tolerance == 1e-4


def test_the_quantised_graph_is_as_near_as_it_says() -> None:
    bundle = small_bundle()
    session = OnnxSession(bundle, "step", precision="int8")
    assert session.description.precision == "int8"
    parity = check_parity(session, bundle, "step")
    assert 0.0 < parity.difference <= parity.tolerance


def test_a_graph_that_was_not_quantised_runs_in_fp32() -> None:
    assert OnnxSession(small_bundle(), "decoder", precision="int8").description.precision == "fp32"


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_the_same_inputs_give_the_same_bits_whoever_ran_before(precision: Precision) -> None:
    bundle = small_bundle()
    inputs, _ = bundle.golden("step")
    session = OnnxSession(bundle, "step", precision=precision)
    first = session.run(inputs)
    session.run(zero_inputs(bundle.graph("step")))
    again, other = session.run(inputs), OnnxSession(bundle, "step", precision=precision).run(inputs)
    for name, array in first.items():
        np.testing.assert_array_equal(array, again[name])
        np.testing.assert_array_equal(array, other[name])


def test_outputs_stay_as_they_were_while_the_caches_go_round() -> None:
    bundle = small_bundle()
    session = OnnxSession(bundle, "step")
    inputs, _ = bundle.golden("step")
    kept: list[tuple[Arrays, Arrays]] = []
    for _ in range(20):
        outputs = session.run(inputs)
        kept.append((outputs, {name: array.copy() for name, array in outputs.items()}))
        inputs = {
            "x": inputs["x"],
            "ring": outputs["next_ring"],
            "count": outputs["next_count"],
            "memory": outputs["next_memory"],
        }
    assert int(kept[-1][0]["next_count"]) == 24
    for outputs, copies in kept:
        for name, array in outputs.items():
            np.testing.assert_array_equal(array, copies[name])


def test_what_is_older_than_the_ring_is_forgotten() -> None:
    bundle = small_bundle()
    session = OnnxSession(bundle, "step")
    inputs, _ = bundle.golden("step")
    full = {**inputs, "count": np.array(6)}
    other = {**full, "ring": full["ring"] + np.float32(1.0)}
    assert difference_of(session.run(full)["y"], session.run(other)["y"]) > 1e-4
    empty = {**full, "count": np.array(0)}
    filled = {**other, "count": np.array(0)}
    np.testing.assert_array_equal(session.run(empty)["y"], session.run(filled)["y"])


def test_a_wrong_input_is_named_with_what_was_expected() -> None:
    bundle = small_bundle()
    session = OnnxSession(bundle, "step")
    inputs, _ = bundle.golden("step")
    with pytest.raises(InferenceError, match=r"input x must be float32 of shape \(1, 3, 16\), got float64"):
        session.run({**inputs, "x": inputs["x"].astype(np.float64)})
    with pytest.raises(InferenceError, match=r"got float32 of shape \(1, 2, 16\)"):
        session.run({**inputs, "x": inputs["x"][:, :2]})
    with pytest.raises(InferenceError, match="input memory is missing; expected x, ring, count, memory"):
        session.run({name: array for name, array in inputs.items() if name != "memory"})
    with pytest.raises(InferenceError, match="no input is called tempo"):
        session.run({**inputs, "tempo": inputs["count"]})


def test_a_graph_that_is_not_what_the_spec_says_is_refused(tmp_path: Path) -> None:
    bundle = small_bundle()
    graph = bundle.graph("step")
    wider = msgspec.structs.replace(graph, outputs=(TensorSpec("y", "float32", (1, 4, 16)), *graph.outputs[1:]))
    odd = Bundle(bundle.folder, msgspec.structs.replace(bundle.spec, graphs={"step": wider}), bundle.digest)
    with pytest.raises(InferenceError, match="its outputs are not those of the spec"):
        OnnxSession(odd, "step")


def test_a_file_that_is_no_graph_is_refused(tmp_path: Path) -> None:
    from models.bundle import sha256_of

    copy = copy_of_small_bundle(tmp_path)
    (copy / "step.onnx").write_bytes(b"not a graph")
    spec = small_bundle().spec
    graph = msgspec.structs.replace(spec.graphs["step"], sha256=sha256_of(copy / "step.onnx"))
    spec = msgspec.structs.replace(spec, graphs={**spec.graphs, "step": graph})
    (copy / SPEC_FILE).write_text(spec_text(spec))
    with pytest.raises(InferenceError, match="ONNX Runtime cannot load this graph"):
        OnnxSession(load_bundle(copy), "step")


def test_a_difference_is_absolute_for_small_values_and_relative_for_large() -> None:
    assert difference_of(np.array([0.5]), np.array([0.25])) == 0.25
    assert difference_of(np.array([101.0]), np.array([100.0])) == pytest.approx(0.01)
    assert difference_of(np.array([-np.inf, 1.0]), np.array([-np.inf, 1.0])) == 0.0
    assert difference_of(np.array([np.nan]), np.array([1.0])) == np.inf
    assert difference_of(np.zeros((2, 1)), np.zeros(2)) == np.inf
