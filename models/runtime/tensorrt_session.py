"""An NVIDIA GPU through TensorRT, FP16: `tensorrt-rtx` or `tensorrt`, whichever is installed.

Inputs and outputs are bound once to fixed memory. A run copies the inputs in, launches one CUDA graph (copies and
network together, where CUDA can capture it) and copies the outputs out.
"""

import logging
import weakref
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from models.bundle import Arrays, Bundle
from models.bundle_spec import TensorSpec
from models.runtime.cuda import CudaGpu
from models.runtime.engine_cache import ANY, EngineCache, EngineKey
from models.runtime.session import SessionDescription, check_inputs, check_signature, zero_inputs
from models.runtime.tensorrt_build import (
    TARGETS,
    ahead_of_time,
    build_engine,
    find_library,
    half_precision,
    quiet_logger,
)
from realtime.errors import InferenceError

_LOG = logging.getLogger(__name__)


class Gpu(Protocol):
    """What a session needs of a GPU; `CudaGpu` is the real one."""

    name: str
    compute: str
    driver: str
    stream: int

    def pinned(self, tensor: TensorSpec) -> NDArray[Any]: ...  # noqa: D102
    def allocate(self, tensor: TensorSpec) -> int: ...  # noqa: D102
    def upload(self, array: NDArray[Any], address: int) -> None: ...  # noqa: D102
    def download(self, address: int, array: NDArray[Any]) -> None: ...  # noqa: D102
    def wait(self) -> None: ...  # noqa: D102
    def captured(self, queue: Callable[[], None]) -> Callable[[], None]: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


class TensorrtSession:
    """A graph in TensorRT; a `Session`. One thread at a time."""

    def __init__(
        self,
        bundle: Bundle,
        graph: str,
        *,
        library: Any = None,  # noqa: ANN401 (a module without types)
        gpu: Gpu | None = None,
        cache: EngineCache | None = None,
    ) -> None:
        """Load the engine of a graph, or build it (seconds), and bind its inputs and outputs.

        Args:
            bundle: the model.
            graph: the graph's name.
            library: `tensorrt_rtx` or `tensorrt`; whichever is installed without it.
            gpu: the first one without it.
            cache: where engines are kept.

        Raises:
            InferenceError: there is no TensorRT or GPU, or it refuses the graph.
        """
        self._spec = bundle.graph(graph)
        library = library or find_library()
        self._gpu = gpu or CudaGpu()
        key = engine_key(bundle, graph, library, compute=self._gpu.compute, gpu=self._gpu.name, driver=self._gpu.driver)
        self._engine = _open(library, bundle, key, cache or EngineCache())
        check_signature(self._spec, *_signature(library, self._engine))
        self._context = self._engine.create_execution_context()
        if self._context is None:
            raise InferenceError(f"{self._spec.file}: TensorRT has no room to run this graph on {self._gpu.name}")
        self._memory = [
            (tensor, self._gpu.pinned(tensor), self._gpu.allocate(tensor))
            for tensor in (*self._spec.inputs, *self._spec.outputs)
        ]
        for tensor, _, address in self._memory:
            self._context.set_tensor_address(tensor.name, address)
        weakref.finalize(self, self._gpu.close)
        self._launch: Callable[[], None] | None = None
        self.description = SessionDescription("tensorrt", "fp16", self._gpu.name, f"{key.library} {key.version}")

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> Arrays:
        """Return the outputs by name.

        Raises:
            InferenceError: an input does not fit, or the GPU failed.
        """
        check_inputs(self._spec, inputs)
        count = len(self._spec.inputs)
        for tensor, array, _ in self._memory[:count]:
            np.copyto(array, inputs[tensor.name])
        (self._launch or self._queue)()
        self._gpu.wait()
        return {tensor.name: array.copy() for tensor, array, _ in self._memory[count:]}

    def warm_up(self) -> None:
        """Run on zeros, then capture the run as a CUDA graph: the first run compiles, which cannot be captured."""
        self.run(zero_inputs(self._spec))
        if self._launch is None:
            try:
                self._launch = self._gpu.captured(self._queue)
            except InferenceError as error:
                _LOG.info("%s runs without a CUDA graph: %s", self._spec.file, error)
        self.run(zero_inputs(self._spec))

    def _queue(self) -> None:
        count = len(self._spec.inputs)
        for _, array, address in self._memory[:count]:
            self._gpu.upload(array, address)
        if not self._context.execute_async_v3(self._gpu.stream):
            raise InferenceError(f"{self._spec.file}: TensorRT failed on {self._gpu.name}")
        for _, array, address in self._memory[count:]:
            self._gpu.download(address, array)


def engine_key(
    bundle: Bundle,
    graph: str,
    library: Any,  # noqa: ANN401
    *,
    compute: str,
    gpu: str | None = None,
    driver: str | None = None,
) -> EngineKey:
    """Return what an engine is built for; without a GPU's name and driver it is one built ahead of time."""
    names = (bundle.spec.name, bundle.digest, graph, "fp16", library.__name__, library.__version__)
    return EngineKey(*names, compute, gpu or ANY, driver or ANY)


def _open(library: Any, bundle: Bundle, key: EngineKey, cache: EngineCache) -> Any:  # noqa: ANN401
    """Return the engine: the kept one, else the one that was built ahead of time, else a new one."""
    runtime = library.Runtime(quiet_logger(library))
    keys = [key, key.ahead_of_time()] if ahead_of_time(library) else [key]
    for known in keys:
        data = cache.load(known)
        engine = None if data is None else runtime.deserialize_cuda_engine(data)
        if engine is not None:
            return engine
        if data is not None:
            _LOG.warning("the TensorRT engine of %s.%s does not load and is built again", key.model, key.graph)
            cache.forget(known)
    _LOG.warning("building the TensorRT engine of %s.%s for %s", key.model, key.graph, key.gpu)
    # For just this GPU where the library has a name for it; else for Ampere and later, or what it finds by itself.
    target = key.compute if key.compute in TARGETS and ahead_of_time(library) else None
    data = build_engine(library, half_precision(bundle.onnx_file(key.graph)), compute=target)
    cache.store(key, data)
    engine = runtime.deserialize_cuda_engine(data)
    if engine is None:
        raise InferenceError(f"{bundle.onnx_file(key.graph)}: TensorRT cannot load the engine that it built")
    return engine


def _signature(library: Any, engine: Any) -> tuple[list[TensorSpec], list[TensorSpec]]:  # noqa: ANN401
    inputs: list[TensorSpec] = []
    outputs: list[TensorSpec] = []
    for index in range(engine.num_io_tensors):
        name = engine.get_tensor_name(index)
        dtype: Any = np.dtype(library.nptype(engine.get_tensor_dtype(name))).name
        tensor = TensorSpec(name, dtype, tuple(engine.get_tensor_shape(name)))
        (inputs if engine.get_tensor_mode(name) == library.TensorIOMode.INPUT else outputs).append(tensor)
    return inputs, outputs
