# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUnknownParameterType=false
"""Torch as an engine: a `torch.export` program, on a GPU as one CUDA graph, else on the CPU.

Slower than ONNX Runtime on a CPU (2.5 to 3 times) and five gigabytes with CUDA: for machines that have torch anyway. On
a GPU the inputs are copied into fixed tensors and one graph launch replays the whole network.
"""

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.bundle import SPEC_FILE, Arrays, Bundle
from models.runtime.session import SessionDescription, check_inputs, zero_inputs
from realtime.errors import InferenceError

_LOG = logging.getLogger(__name__)
_WARM_UPS = 3
"""Runs on a side stream before a capture, as torch asks for: they choose kernels and fill the allocator."""


class TorchSession:
    """A graph in torch; a `Session`. One thread at a time."""

    def __init__(self, bundle: Bundle, graph: str, *, device: str | None = None) -> None:
        """Load a graph.

        Args:
            bundle: the model.
            graph: the graph's name.
            device: "cuda" or "cpu"; whichever there is without it.

        Raises:
            InferenceError: the bundle has no torch program, or torch refuses it.
        """
        self._spec = bundle.graph(graph)
        if self._spec.torch is None:
            raise InferenceError(
                f"{bundle.folder / SPEC_FILE}: {graph} has no torch program; "
                f"make one with: farandole export {bundle.spec.name} --to torch"
            )
        # Our graphs are small, and the cores belong to the show.
        torch.set_num_threads(1)
        self._device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        path = bundle.folder / self._spec.torch.file
        try:
            program = torch.export.load(path)
            self._module = program.module().to(self._device)
        except Exception as error:
            raise InferenceError(f"{path}: torch cannot load this program: {error}") from error
        self._static: list[torch.Tensor] = []
        self._results: tuple[torch.Tensor, ...] = ()
        self._graph: Any = None
        where = torch.cuda.get_device_name() if self._device == "cuda" else "CPU, one thread"
        self.description = SessionDescription("torch", "fp32", where, torch.__version__)

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> Arrays:
        """Return the outputs by name.

        Raises:
            InferenceError: an input does not fit, or torch failed.
        """
        check_inputs(self._spec, inputs)
        tensors = [torch.from_numpy(np.asarray(inputs[tensor.name], order="C")) for tensor in self._spec.inputs]
        try:
            with torch.inference_mode():
                results = self._replayed(tensors) if self._graph is not None else self._called(tensors)
        except RuntimeError as error:
            raise InferenceError(f"{self._spec.file}: torch failed: {error}") from error
        return {
            # A copy: the next replay writes into the same memory, and an output may be an input handed through.
            tensor.name: np.array(result.cpu().numpy())
            for tensor, result in zip(self._spec.outputs, results, strict=True)
        }

    def warm_up(self) -> None:
        """Run on zeros; on a GPU capture the network as a CUDA graph."""
        self.run(zero_inputs(self._spec))
        if self._device == "cuda" and self._graph is None:
            self._capture()
        self.run(zero_inputs(self._spec))

    def _called(self, tensors: list[torch.Tensor]) -> tuple[torch.Tensor, ...]:
        results = self._module(*(tensor.to(self._device) for tensor in tensors))
        return (results,) if isinstance(results, torch.Tensor) else tuple(results)

    def _replayed(self, tensors: list[torch.Tensor]) -> tuple[torch.Tensor, ...]:
        for static, tensor in zip(self._static, tensors, strict=True):
            static.copy_(tensor, non_blocking=True)
        self._graph.replay()
        return self._results

    def _capture(self) -> None:
        zeros = zero_inputs(self._spec)
        self._static = [torch.from_numpy(zeros[tensor.name]).to("cuda") for tensor in self._spec.inputs]
        try:
            with torch.inference_mode():
                side = torch.cuda.Stream()
                side.wait_stream(torch.cuda.current_stream())
                with torch.cuda.stream(side):
                    for _ in range(_WARM_UPS):
                        self._called(self._static)
                torch.cuda.current_stream().wait_stream(side)
                graph = torch.cuda.CUDAGraph()
                with torch.cuda.graph(graph):
                    self._results = self._called(self._static)
            self._graph = graph
        except RuntimeError as error:
            _LOG.info("%s runs without a CUDA graph: %s", self._spec.file, error)
