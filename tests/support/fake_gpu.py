"""A GPU and a TensorRT that are not there: memory with addresses, queued work, graphs; ONNX Runtime does the sums."""

import ctypes
from collections.abc import Callable
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.bundle_spec import TensorSpec
from models.runtime.cuda import byte_count
from models.runtime.onnx_session import OnnxSession
from realtime.errors import InferenceError


class FakeGpu:
    """Nothing happens before `wait`, as on a real one."""

    name, compute, driver, stream = "Fake RTX", "86", "13040", 7

    def __init__(self, *, capturable: bool = True) -> None:
        self.capturable, self.closed, self.launches = capturable, False, 0
        self._buffers: list[NDArray[Any]] = []
        self.queue: list[Callable[[], object]] = []

    def pinned(self, tensor: TensorSpec) -> NDArray[Any]:
        return np.zeros(tensor.shape, tensor.dtype)

    def allocate(self, tensor: TensorSpec) -> int:
        self._buffers.append(np.zeros(byte_count(tensor), np.uint8))
        return self._buffers[-1].ctypes.data

    def upload(self, array: NDArray[Any], address: int) -> None:
        self.queue.append(lambda: ctypes.memmove(address, array.ctypes.data, array.nbytes))

    def download(self, address: int, array: NDArray[Any]) -> None:
        self.queue.append(lambda: ctypes.memmove(array.ctypes.data, address, array.nbytes))

    def wait(self) -> None:
        work, self.queue = self.queue, []
        for step in work:
            step()

    def captured(self, queue: Callable[[], None]) -> Callable[[], None]:
        if not self.capturable:
            raise InferenceError("cannot be captured")
        queue()
        steps, self.queue = self.queue, []

        def launch() -> None:
            self.launches += 1
            self.queue.extend(steps)

        return launch

    def close(self) -> None:
        self.closed = True


class FakeTensorrt:
    """As much of the module as a session uses. Its engines are the word "engine"."""

    __name__, __version__ = "tensorrt_rtx", "1.7"

    class TensorIOMode(IntEnum):
        INPUT = 1
        OUTPUT = 2

    class ILogger:
        pass

    class ComputeCapability:
        pass

    def __init__(self, bundle: Bundle, graph: str, gpu: FakeGpu) -> None:
        self._bundle, self._graph, self._gpu = bundle, graph, gpu

    def nptype(self, dtype: str) -> str:
        return dtype

    def Runtime(self, _logger: object) -> "FakeTensorrt":  # noqa: N802
        return self

    def deserialize_cuda_engine(self, data: bytes) -> "FakeEngine | None":
        return FakeEngine(self._bundle, self._graph, self._gpu) if data == b"engine" else None


class FakeEngine:
    """An engine and its execution context in one."""

    def __init__(self, bundle: Bundle, graph: str, gpu: FakeGpu) -> None:
        self._spec, self._session, self._gpu = bundle.graph(graph), OnnxSession(bundle, graph), gpu
        self._tensors = {tensor.name: tensor for tensor in (*self._spec.inputs, *self._spec.outputs)}
        self._addresses: dict[str, int] = {}
        self.num_io_tensors = len(self._tensors)

    def get_tensor_name(self, index: int) -> str:
        return list(self._tensors)[index]

    def get_tensor_dtype(self, name: str) -> str:
        return self._tensors[name].dtype

    def get_tensor_shape(self, name: str) -> tuple[int, ...]:
        return self._tensors[name].shape

    def get_tensor_mode(self, name: str) -> FakeTensorrt.TensorIOMode:
        mode = FakeTensorrt.TensorIOMode
        return mode.INPUT if name in {tensor.name for tensor in self._spec.inputs} else mode.OUTPUT

    def create_execution_context(self) -> "FakeEngine":
        return self

    def set_tensor_address(self, name: str, address: int) -> bool:
        self._addresses[name] = address
        return True

    def execute_async_v3(self, stream: int) -> bool:
        assert stream == self._gpu.stream
        self._gpu.queue.append(self._compute)
        return True

    def _compute(self) -> None:
        outputs = self._session.run({tensor.name: self._at(tensor).copy() for tensor in self._spec.inputs})
        for tensor in self._spec.outputs:
            np.copyto(self._at(tensor), outputs[tensor.name])

    def _at(self, tensor: TensorSpec) -> NDArray[Any]:
        raw = (ctypes.c_uint8 * byte_count(tensor)).from_address(self._addresses[tensor.name])
        return np.ctypeslib.as_array(raw).view(tensor.dtype).reshape(tensor.shape)
