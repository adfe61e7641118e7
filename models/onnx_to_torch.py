# Torch and onnx are the `train` extra; where they are not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
# pyright: reportUnknownLambdaType=false
"""Makes a torch program of an ONNX graph, so that a bundle needs to carry its weights only once.

It knows the operators of networks like ours, as torch's own exporter writes them; another one is refused by name. What
it makes is checked against `golden.npz` by whoever asked. Semantics: the ONNX operator specification, from opset 18 on.
"""

from collections.abc import Callable, Sequence
from typing import Any

import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from models.bundle import Bundle, sha256_of
from models.bundle_spec import FileSpec
from realtime.errors import InferenceError

Values = list[Any]
Attributes = dict[str, Any]


def write_torch_program(bundle: Bundle, graph: str) -> FileSpec:
    """Write `GRAPH.pt2` into a bundle's folder and return its file spec; the caller lists it in `spec.toml`.

    Raises:
        InferenceError: the graph has an operator that is not known here, or the folder cannot be written to.
    """
    inputs, _ = bundle.golden(graph)
    module = OnnxModule(onnx.load(bundle.onnx_file(graph))).eval()
    example = tuple(torch.from_numpy(array) for array in inputs.values())
    path = bundle.folder / f"{graph}.pt2"
    with torch.no_grad():
        program = torch.export.export(module, example, strict=False)
    try:
        torch.export.save(program, path)
    except OSError as error:
        raise InferenceError(f"{path}: cannot write ({error.strerror}); give another folder with --out") from error
    return FileSpec(path.name, sha256_of(path))


class OnnxModule(nn.Module):
    """A graph, node by node; its inputs and outputs are those of the file, in order."""

    def __init__(self, model: onnx.ModelProto) -> None:
        super().__init__()
        self._nodes = [
            (node.op_type, list(node.input), list(node.output), _attributes(node)) for node in model.graph.node
        ]
        unknown = sorted({kind for kind, *_ in self._nodes} - set(OPERATORS))
        if unknown:
            raise InferenceError(f"no torch is known for the ONNX operators {', '.join(unknown)}")
        self._constants: dict[str, str] = {}
        for index, tensor in enumerate(model.graph.initializer):
            value = torch.from_numpy(numpy_helper.to_array(tensor).copy())
            self._constants[tensor.name] = f"constant_{index}"
            self.register_buffer(f"constant_{index}", value)
        self._inputs = [value.name for value in model.graph.input if value.name not in self._constants]
        self._outputs = [value.name for value in model.graph.output]
        # What shapes and axes are made of must be numbers when torch traces, not tensors.
        self._known = {
            tensor.name: numpy_helper.to_array(tensor).tolist()
            for tensor in model.graph.initializer
            if tensor.data_type in (onnx.TensorProto.INT64, onnx.TensorProto.INT32)
        }

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """Return the outputs in order."""
        values: dict[str, Any] = {name: getattr(self, buffer) for name, buffer in self._constants.items()}
        values.update(zip(self._inputs, inputs, strict=True))
        for kind, sources, targets, attributes in self._nodes:
            numbers = [self._known.get(name) for name in sources]
            results = OPERATORS[kind]([values.get(name) for name in sources], numbers, attributes)
            if kind == "Constant":
                self._known[targets[0]] = results[0].tolist()
            values.update(zip(targets, results, strict=False))
        return tuple(values[name].clone() for name in self._outputs)


def _attributes(node: onnx.NodeProto) -> Attributes:
    found = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in found.items()}


Operator = Callable[[Values, Values, Attributes], Sequence[Any]]
"""Maps input tensors, the numbers of those that are constant integers, and attributes, to the outputs."""


def _plain(function: Callable[..., Any]) -> Operator:
    """Wrap a torch function that takes just the inputs."""
    return lambda values, _, __: (function(*values),)


def _reduced(function: Callable[..., Any]) -> Operator:
    def operator(values: Values, numbers: Values, attributes: Attributes) -> Sequence[Any]:
        axes = numbers[1] if len(numbers) > 1 else attributes.get("axes")
        axes = list(range(values[0].ndim)) if axes is None else axes
        return (function(values[0], dim=axes, keepdim=bool(attributes.get("keepdims", 1))),)

    return operator


def _constant(_: Values, __: Values, attributes: Attributes) -> Sequence[Any]:
    if "value" in attributes:
        return (torch.from_numpy(numpy_helper.to_array(attributes["value"]).copy()),)
    return (torch.tensor(next(iter(attributes.values()))),)


def _cast(values: Values, _: Values, attributes: Attributes) -> Sequence[Any]:
    dtype = helper.tensor_dtype_to_np_dtype(attributes["to"])
    return (values[0].to(getattr(torch, str(dtype))),)


def _reshape(values: Values, numbers: Values, attributes: Attributes) -> Sequence[Any]:
    keep = not attributes.get("allowzero", 0)
    shape = [values[0].shape[i] if size == 0 and keep else size for i, size in enumerate(numbers[1])]
    return (values[0].reshape(shape),)


def _slice(values: Values, numbers: Values, _: Attributes) -> Sequence[Any]:
    starts, stops = numbers[1], numbers[2]
    axes = numbers[3] if len(numbers) > 3 and numbers[3] is not None else range(len(starts))
    steps = numbers[4] if len(numbers) > 4 and numbers[4] is not None else [1] * len(starts)
    result = values[0]
    for start, stop, axis, step in zip(starts, stops, axes, steps, strict=True):
        size = result.shape[axis]
        places = range(size)[slice(start, None if step < 0 and stop < -size else stop, step)]
        result = result.index_select(axis, torch.tensor(list(places), dtype=torch.int64))
    return (result,)


def _split(values: Values, numbers: Values, attributes: Attributes) -> Sequence[Any]:
    axis = attributes.get("axis", 0)
    if len(numbers) > 1 and numbers[1] is not None:
        return values[0].split(numbers[1], dim=axis)
    return values[0].tensor_split(attributes["num_outputs"], dim=axis)


def _gather(values: Values, numbers: Values, attributes: Attributes) -> Sequence[Any]:
    axis, data = attributes.get("axis", 0), values[0]
    if isinstance(numbers[1], int):
        return (data.select(axis, numbers[1]),)
    places = torch.where(values[1] < 0, values[1] + data.shape[axis], values[1])
    rows = data.index_select(axis, places.reshape(-1))
    return (rows.reshape(*data.shape[:axis], *places.shape, *data.shape[axis % data.ndim + 1 :]),)


def _unsqueezed(values: Values, numbers: Values, _: Attributes) -> Sequence[Any]:
    result = values[0]
    rank = result.ndim + len(numbers[1])
    for axis in sorted(axis % rank for axis in numbers[1]):
        result = result.unsqueeze(axis)
    return (result,)


def _gemm(values: Values, _: Values, attributes: Attributes) -> Sequence[Any]:
    a = values[0].T if attributes.get("transA") else values[0]
    b = values[1].T if attributes.get("transB") else values[1]
    product = attributes.get("alpha", 1.0) * (a @ b)
    return (product + attributes.get("beta", 1.0) * values[2] if len(values) > 2 else product,)


def _layer_norm(values: Values, _: Values, attributes: Attributes) -> Sequence[Any]:
    axis = attributes.get("axis", -1) % values[0].ndim
    bias = values[2] if len(values) > 2 else None
    shape = values[0].shape[axis:]
    return (functional.layer_norm(values[0], shape, values[1], bias, attributes.get("epsilon", 1e-5)),)


def _convolution(values: Values, _: Values, attributes: Attributes) -> Sequence[Any]:
    rank = values[0].ndim - 2
    pads = attributes.get("pads", [0] * 2 * rank)
    both = [p for pair in reversed(list(zip(pads[:rank], pads[rank:], strict=True))) for p in pair]
    function = (functional.conv1d, functional.conv2d, functional.conv3d)[rank - 1]
    bias = values[2] if len(values) > 2 else None
    return (
        function(
            functional.pad(values[0], both),
            values[1],
            bias,
            stride=attributes.get("strides", [1] * rank),
            dilation=attributes.get("dilations", [1] * rank),
            groups=attributes.get("group", 1),
        ),
    )


def _scatter_nd(values: Values, _: Values, __: Attributes) -> Sequence[Any]:
    return (values[0].index_put(tuple(values[1].unbind(-1)), values[2]),)


OPERATORS: dict[str, Operator] = {
    **{kind: _plain(getattr(torch, kind.lower())) for kind in ("Abs", "Cos", "Erf", "Exp", "Floor", "Log", "MatMul")},
    **{kind: _plain(getattr(torch, kind.lower())) for kind in ("Relu", "Sigmoid", "Sign", "Sin", "Sqrt", "Tanh")},
    **{kind: _plain(getattr(torch, kind.lower())) for kind in ("Greater", "Less", "Where")},
    "Add": _plain(lambda a, b: a + b),
    "And": _plain(torch.logical_and),
    "Cast": _cast,
    "Clip": lambda v, _, __: (torch.clamp(v[0], *[*v[1:], None, None][:2]),),
    "Concat": lambda v, _, a: (torch.cat(v, dim=a["axis"]),),
    "Constant": _constant,
    "Conv": _convolution,
    "Div": _plain(lambda a, b: a / b if a.is_floating_point() else torch.div(a, b, rounding_mode="trunc")),
    "Equal": _plain(torch.eq),
    "Expand": lambda v, n, _: (v[0].expand(torch.broadcast_shapes(v[0].shape, n[1])),),
    "Gather": _gather,
    "Gelu": lambda v, _, a: (functional.gelu(v[0], approximate=a.get("approximate", "none")),),
    "Gemm": _gemm,
    "GreaterOrEqual": _plain(torch.ge),
    "Identity": _plain(lambda a: a),
    "LayerNormalization": _layer_norm,
    "LessOrEqual": _plain(torch.le),
    "Max": _plain(lambda first, *rest: _folded(torch.maximum, first, rest)),
    "Min": _plain(lambda first, *rest: _folded(torch.minimum, first, rest)),
    "Mod": _plain(torch.remainder),
    "Mul": _plain(lambda a, b: a * b),
    "Neg": _plain(torch.neg),
    "Not": _plain(torch.logical_not),
    "Or": _plain(torch.logical_or),
    "Pow": _plain(torch.pow),
    "Reciprocal": _plain(torch.reciprocal),
    "ReduceMax": _reduced(torch.amax),
    "ReduceMean": _reduced(torch.mean),
    "ReduceMin": _reduced(torch.amin),
    "ReduceSum": _reduced(torch.sum),
    "Reshape": _reshape,
    "ScatterND": _scatter_nd,
    "Slice": _slice,
    "Softmax": lambda v, _, a: (torch.softmax(v[0], dim=a.get("axis", -1)),),
    "Softplus": _plain(functional.softplus),
    "Split": _split,
    "Squeeze": lambda v, n, _: (v[0].squeeze(n[1]) if len(n) > 1 else v[0].squeeze(),),
    "Sub": _plain(lambda a, b: a - b),
    "Transpose": lambda v, _, a: (v[0].permute(a.get("perm", list(range(v[0].ndim))[::-1])),),
    "Unsqueeze": _unsqueezed,
}
"""What every ONNX operator is in torch."""


def _folded(function: Callable[[Any, Any], Any], first: Tensor, rest: Sequence[Tensor]) -> Tensor:
    for other in rest:
        first = function(first, other)
    return first
