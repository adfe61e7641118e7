"""What every engine offers for one graph of a model: `run` with fixed shapes, and `warm_up`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from models.bundle import Arrays
from models.bundle_spec import GraphSpec, Precision, TensorSpec
from realtime.errors import InferenceError


@dataclass(frozen=True)
class SessionDescription:
    """What runs a graph.

    Attributes:
        engine: "onnx", "tensorrt" or "torch".
        precision: of the arithmetic.
        device: where, for people: "CPU, one thread", the name of the GPU.
        version: of the engine.
    """

    engine: str
    precision: Precision
    device: str
    version: str

    def __str__(self) -> str:
        return f"{self.engine} {self.version}, {self.precision}, {self.device}"


class Session(Protocol):
    """One graph, ready to run. One thread at a time; the call releases the GIL."""

    @property
    def description(self) -> SessionDescription:
        """What runs it."""
        ...

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> Arrays:
        """Return the outputs by name, in arrays that stay valid.

        Args:
            inputs: every input of the graph by name, with the dtype and shape of the spec.

        Raises:
            InferenceError: an input does not fit, or the engine failed.
        """
        ...

    def warm_up(self) -> None:
        """Run once or more on zeros, so that the first real run is as fast as any."""
        ...


def check_inputs(spec: GraphSpec, inputs: Mapping[str, NDArray[Any]]) -> None:
    """Raise `InferenceError` unless the inputs are those of the spec (a few microseconds)."""
    if len(inputs) != len(spec.inputs):
        unknown = set(inputs) - {tensor.name for tensor in spec.inputs}
        if unknown:
            raise InferenceError(f"{spec.file}: no input is called {', '.join(sorted(unknown))}; {_wanted(spec)}")
    for tensor in spec.inputs:
        array = inputs.get(tensor.name)
        if array is None:
            raise InferenceError(f"{spec.file}: input {tensor.name} is missing; {_wanted(spec)}")
        if array.shape != tensor.shape or array.dtype != tensor.dtype:
            raise InferenceError(
                f"{spec.file}: input {tensor.name} must be {tensor.dtype} of shape {tensor.shape}, "
                f"got {array.dtype} of shape {array.shape}"
            )


def zero_inputs(spec: GraphSpec) -> Arrays:
    """Return inputs of the right shapes that mean nothing."""
    return {tensor.name: np.zeros(tensor.shape, tensor.dtype) for tensor in spec.inputs}


def check_signature(spec: GraphSpec, found_inputs: list[TensorSpec], found_outputs: list[TensorSpec]) -> None:
    """Raise `InferenceError` unless a loaded graph has the inputs and outputs that the spec promises."""
    for side, wanted, found in (("inputs", spec.inputs, found_inputs), ("outputs", spec.outputs, found_outputs)):
        wanted_by_name, found_by_name = ({tensor.name: tensor for tensor in some} for some in (wanted, found))
        if wanted_by_name != found_by_name:
            odd = [str(tensor) for tensor in found if wanted_by_name.get(tensor.name) != tensor]
            missing = sorted(set(wanted_by_name) - set(found_by_name))
            raise InferenceError(
                f"{spec.file}: its {side} are not those of the spec; "
                f"unexpected: {', '.join(odd) or 'none'}; missing: {', '.join(missing) or 'none'}"
            )


def _wanted(spec: GraphSpec) -> str:
    return f"expected {', '.join(tensor.name for tensor in spec.inputs)}"
