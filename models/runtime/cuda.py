# The `tensorrt` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false
"""The little of CUDA that one static graph needs: memory, copies, a stream and a captured graph.

Through cuda-bindings (NVIDIA's own, 6 MB): torch would be 500 times as large.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.bundle_spec import TensorSpec
from realtime.errors import InferenceError


class CudaGpu:
    """The first GPU. One thread at a time."""

    def __init__(self) -> None:
        """Open it.

        Raises:
            InferenceError: cuda-bindings is not installed, or there is no GPU or driver.
        """
        try:
            from cuda.bindings import runtime  # noqa: PLC0415 (an extra)  # pyright: ignore[reportAttributeAccessIssue]
        except ImportError as error:
            raise InferenceError("cuda-bindings is not installed: pip install 'farandole[tensorrt]'") from error
        self._cuda: Any = runtime
        self._pinned: list[int] = []
        self._device: list[int] = []
        if self._call("cudaGetDeviceCount") < 1:
            raise InferenceError("this machine has no NVIDIA GPU")
        properties = self._call("cudaGetDeviceProperties", 0)
        self.name: str = properties.name.decode()
        self.compute = f"{properties.major}{properties.minor}"
        self.driver = str(self._call("cudaDriverGetVersion"))
        self.stream = int(self._call("cudaStreamCreateWithFlags", runtime.cudaStreamNonBlocking))

    def pinned(self, tensor: TensorSpec) -> NDArray[Any]:
        """Return an array that the GPU reads and writes without a detour; it lives as long as this object."""
        import ctypes  # noqa: PLC0415 (only where there is a GPU)

        size = byte_count(tensor)
        address = int(self._call("cudaMallocHost", size))
        self._pinned.append(address)
        buffer = (ctypes.c_uint8 * size).from_address(address)
        return np.ctypeslib.as_array(buffer).view(tensor.dtype).reshape(tensor.shape)

    def allocate(self, tensor: TensorSpec) -> int:
        """Return the address of memory on the GPU for a tensor; it lives as long as this object."""
        address = int(self._call("cudaMalloc", byte_count(tensor)))
        self._device.append(address)
        return address

    def upload(self, array: NDArray[Any], address: int) -> None:
        """Queue a copy to the GPU."""
        kind = self._cuda.cudaMemcpyKind.cudaMemcpyHostToDevice
        self._call("cudaMemcpyAsync", address, array.ctypes.data, array.nbytes, kind, self.stream)

    def download(self, address: int, array: NDArray[Any]) -> None:
        """Queue a copy from the GPU."""
        kind = self._cuda.cudaMemcpyKind.cudaMemcpyDeviceToHost
        self._call("cudaMemcpyAsync", array.ctypes.data, address, array.nbytes, kind, self.stream)

    def wait(self) -> None:
        """Wait until everything that was queued is done."""
        self._call("cudaStreamSynchronize", self.stream)

    def captured(self, queue: Callable[[], None]) -> Callable[[], None]:
        """Return a call that queues at once what `queue` queues one by one.

        Raises:
            InferenceError: it cannot be captured.
        """
        mode = self._cuda.cudaStreamCaptureMode.cudaStreamCaptureModeThreadLocal
        self._call("cudaStreamBeginCapture", self.stream, mode)
        try:
            queue()
        finally:
            # Ends the capture in any case, or the stream could not be used again.
            status, graph = self._cuda.cudaStreamEndCapture(self.stream)
        if int(status) != 0:
            raise InferenceError(f"CUDA cannot capture this graph: {self._reason(status)}")
        executable = self._call("cudaGraphInstantiate", graph, 0)
        return lambda: self._call("cudaGraphLaunch", executable, self.stream)

    def close(self) -> None:
        """Free everything that was allocated here."""
        for address in self._device:
            self._cuda.cudaFree(address)
        for address in self._pinned:
            self._cuda.cudaFreeHost(address)
        self._device, self._pinned = [], []

    def _call(self, name: str, *arguments: object) -> Any:  # noqa: ANN401 (whatever CUDA returns)
        status, *results = getattr(self._cuda, name)(*arguments)
        if int(status) != 0:
            raise InferenceError(f"{name}: {self._reason(status)}; check the NVIDIA driver with nvidia-smi")
        return results[0] if results else None

    def _reason(self, status: object) -> str:
        return self._cuda.cudaGetErrorString(status)[1].decode()


def byte_count(tensor: TensorSpec) -> int:
    """Return how many bytes a tensor takes."""
    return int(np.prod(tensor.shape, dtype=np.int64)) * np.dtype(tensor.dtype).itemsize
