"""The default engine: ONNX Runtime on one thread of the CPU.

One thread, because two were slower on our graphs and take the cores from the show; no spinning, for the same reason.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import onnxruntime
from numpy.typing import NDArray

from models.bundle import Arrays, Bundle
from models.bundle_spec import Precision, TensorSpec
from models.runtime.session import SessionDescription, check_inputs, check_signature, zero_inputs
from realtime.errors import InferenceError

_DTYPES: dict[str, Any] = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(int64)": "int64",
    "tensor(int32)": "int32",
    "tensor(bool)": "bool",
}


class OnnxSession:
    """A graph in ONNX Runtime; a `Session`."""

    def __init__(self, bundle: Bundle, graph: str, *, precision: Precision = "fp32") -> None:
        """Load a graph; with precision int8 the quantised one, where the bundle has it.

        Raises:
            InferenceError: ONNX Runtime refuses it, or it is not what the spec says.
        """
        self._spec = bundle.graph(graph)
        path = bundle.onnx_file(graph, precision)
        try:
            self._session = onnxruntime.InferenceSession(str(path), _options(), providers=["CPUExecutionProvider"])
        except Exception as error:
            raise InferenceError(f"{path}: ONNX Runtime cannot load this graph: {error}") from error
        check_signature(self._spec, _found(self._session.get_inputs()), _found(self._session.get_outputs()))
        self._names = [tensor.name for tensor in self._spec.outputs]
        quantised = precision == "int8" and self._spec.int8 is not None
        self.description = SessionDescription(
            "onnx", "int8" if quantised else "fp32", "CPU, one thread", onnxruntime.__version__
        )

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> Arrays:
        """Return the outputs by name.

        Raises:
            InferenceError: an input does not fit, or ONNX Runtime failed.
        """
        check_inputs(self._spec, inputs)
        try:
            outputs: Sequence[Any] = self._session.run(self._names, dict(inputs))
        except Exception as error:
            raise InferenceError(f"{self._spec.file}: ONNX Runtime failed: {error}") from error
        return dict(zip(self._names, outputs, strict=True))

    def warm_up(self) -> None:
        """Run twice on zeros: the first run allocates the arena, the second uses it."""
        for _ in range(2):
            self.run(zero_inputs(self._spec))


def _options() -> Any:  # noqa: ANN401 (SessionOptions, of which only the compiled half is typed)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    # Errors come as exceptions; its warnings say nothing to a person at a show.
    options.log_severity_level = 3
    return options


def _found(arguments: Sequence[Any]) -> list[TensorSpec]:
    """Return what ONNX Runtime says of inputs or outputs; a length that is not static stays a text and fits nothing."""
    return [
        TensorSpec(argument.name, _DTYPES.get(argument.type, argument.type), tuple(argument.shape))
        for argument in arguments
    ]
