# ruff: noqa: E402 - nothing of this can be imported without torch
# pyright: reportMissingImports=false, reportUnknownParameterType=false, reportUnknownArgumentType=false
"""Every ONNX operator that is known computes in torch what ONNX Runtime computes."""

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the train extra is not installed")
onnx = pytest.importorskip("onnx", reason="the train extra is not installed")

import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from models.onnx_to_torch import OPERATORS, OnnxModule
from realtime.errors import InferenceError

pytestmark = pytest.mark.train

RNG = np.random.default_rng(0)
A, B = (RNG.standard_normal((2, 3, 4)).astype(np.float32) for _ in range(2))
W, BIAS = RNG.standard_normal((4, 5)).astype(np.float32), RNG.standard_normal(5).astype(np.float32)
P, YES = np.abs(A) + np.float32(0.1), A > 0
COUNTS = np.arange(-5, 7)


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


# Operator, inputs, how many of the last inputs are constants of the graph, attributes, how many outputs.
CASES: list[tuple[str, list[Any], int, dict[str, Any], int]] = [
    *((kind, [A], 0, {}, 1) for kind in ("Abs", "Cos", "Erf", "Exp", "Floor", "Neg", "Relu", "Sigmoid", "Sign", "Sin")),
    *((kind, [A], 0, {}, 1) for kind in ("Tanh", "Identity", "Softplus", "Gelu", "Transpose", "Softmax")),
    *((kind, [P], 0, {}, 1) for kind in ("Log", "Sqrt", "Reciprocal")),
    *((kind, [A, B], 0, {}, 1) for kind in ("Add", "Sub", "Mul", "Div", "Greater", "Less", "Equal", "Max", "Min")),
    *((kind, [A, B], 0, {}, 1) for kind in ("GreaterOrEqual", "LessOrEqual")),
    *((kind, [YES, ~YES], 0, {}, 1) for kind in ("And", "Or")),
    ("Not", [YES], 0, {}, 1),
    ("Pow", [P, B], 0, {}, 1),
    ("Div", [COUNTS, np.full(12, 3)], 0, {}, 1),
    ("Mod", [COUNTS, np.full(12, 3)], 0, {}, 1),
    ("Where", [YES, A, B], 0, {}, 1),
    ("MatMul", [A, W], 1, {}, 1),
    ("Gemm", [A[0], W, BIAS], 2, {"alpha": 0.5, "beta": 2.0}, 1),
    ("Gemm", [A[0], W.T.copy()], 1, {"transB": 1}, 1),
    ("Cast", [A], 0, {"to": TensorProto.INT64}, 1),
    ("Clip", [A, np.float32(-0.5), np.float32(0.5)], 2, {}, 1),
    ("Clip", [A, np.float32(-0.5)], 1, {}, 1),
    ("Concat", [A, B], 0, {"axis": -2}, 1),
    ("Conv", [A, RNG.standard_normal((6, 3, 2)).astype(np.float32)], 1, {"pads": [2, 0], "dilations": [2]}, 1),
    ("Conv", [A, RNG.standard_normal((3, 1, 2)).astype(np.float32), A[0, :, 0]], 2, {"group": 3, "strides": [2]}, 1),
    ("Expand", [A[:1], ints(2, 1, 4)], 1, {}, 1),
    ("Gather", [A, ints(2, 0, -1)], 1, {"axis": 1}, 1),
    ("Gather", [A, np.array(1)], 1, {"axis": 2}, 1),
    ("Gather", [A, ints(1, -3)], 0, {"axis": 1}, 1),
    ("LayerNormalization", [A, W[:, 0], W[:, 1]], 2, {"axis": -1, "epsilon": 1e-5}, 1),
    ("ReduceMax", [A, ints(1)], 1, {"keepdims": 0}, 1),
    ("ReduceMin", [A, ints(-1)], 1, {}, 1),
    ("ReduceMean", [A, ints(0, 2)], 1, {}, 1),
    ("ReduceSum", [A, ints(1)], 1, {"keepdims": 0}, 1),
    ("Reshape", [A, ints(0, -1)], 1, {}, 1),
    ("ScatterND", [A, ints(1, 0).reshape(2, 1), B], 0, {}, 1),
    ("Slice", [A, ints(1), ints(2**62), ints(-1)], 3, {}, 1),
    ("Slice", [A, ints(-1), ints(-(2**62)), ints(2), ints(-2)], 4, {}, 1),
    ("Slice", [A, ints(0, -3), ints(1, -1)], 2, {}, 1),
    ("Split", [A, ints(1, 3)], 1, {"axis": -1}, 2),
    ("Split", [A], 0, {"axis": 2, "num_outputs": 2}, 2),
    ("Squeeze", [A[:1], ints(0)], 1, {}, 1),
    ("Unsqueeze", [A, ints(0, -1)], 1, {}, 1),
    ("Constant", [], 0, {"value": numpy_helper.from_array(A)}, 1),
]


def model_of(kind: str, inputs: list[np.ndarray], constants: int, attributes: dict[str, Any], outputs: int) -> Any:
    """Return a graph of one node."""
    names = [f"in{k}" for k in range(len(inputs))]
    free = len(inputs) - constants
    results = [f"out{k}" for k in range(outputs)]
    graph = helper.make_graph(
        [helper.make_node(kind, names, results, **attributes)],
        kind,
        [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
            for name, value in zip(names[:free], inputs[:free], strict=True)
        ],
        [onnx.ValueInfoProto(name=name) for name in results],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in zip(names, inputs, strict=True)][free:],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    return onnx.shape_inference.infer_shapes(model)


@pytest.mark.parametrize(("kind", "inputs", "constants", "attributes", "outputs"), CASES, ids=[c[0] for c in CASES])
def test_an_operator_computes_what_onnx_runtime_does(
    kind: str, inputs: list[np.ndarray], constants: int, attributes: dict[str, Any], outputs: int
) -> None:
    model = model_of(kind, inputs, constants, attributes, outputs)
    free = inputs[: len(inputs) - constants]
    session = onnxruntime.InferenceSession(model.SerializeToString())
    wanted: Any = session.run(None, {f"in{k}": value for k, value in enumerate(free)})
    found = OnnxModule(model)(*(torch.from_numpy(np.asarray(value).copy()) for value in free))
    for ours, theirs in zip(found, wanted, strict=True):
        assert ours.numpy().dtype == theirs.dtype
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours.numpy(), theirs, rtol=1e-5, atol=1e-5)


def test_every_operator_that_is_known_is_checked() -> None:
    assert {case[0] for case in CASES} == set(OPERATORS)


def test_an_operator_that_is_not_known_is_named() -> None:
    with pytest.raises(InferenceError, match="no torch is known for the ONNX operators NonZero"):
        OnnxModule(model_of("NonZero", [A], 0, {}, 1))
