# The `tensorrt` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false
"""Builds TensorRT engines from the ONNX files of a bundle, with `tensorrt` or `tensorrt-rtx` alike.

Both libraries have the same names. `tensorrt-rtx` is on PyPI, builds ahead of time without any GPU and runs on cards
from Turing (compute capability 7.5) on; `tensorrt` builds only for the GPU that it finds. Networks are strongly typed,
so FP16 is the graph's own: it is converted first, inputs and outputs stay as they are.
"""

import importlib
import warnings
from pathlib import Path
from typing import Any

from realtime.errors import InferenceError

LIBRARIES = ("tensorrt_rtx", "tensorrt")
"""Modules, the one that people can install from PyPI first."""
TARGETS = ("75", "80", "86", "89", "120")
"""Compute capabilities for which `tensorrt-rtx` builds ahead of time: RTX 20, A100, RTX 30, RTX 40, RTX 50."""


def find_library() -> Any:  # noqa: ANN401 (a module without types)
    """Return whichever TensorRT is installed.

    Raises:
        InferenceError: neither is, or it does not load.
    """
    for name in LIBRARIES:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError:
            continue
        except (ImportError, OSError) as error:
            raise InferenceError(f"{name} does not load: {error}; install it again") from error
    raise InferenceError("TensorRT is not installed: pip install 'farandole[tensorrt]'")


def ahead_of_time(library: Any) -> bool:  # noqa: ANN401
    """Return whether a library builds engines for GPUs that are not there."""
    return hasattr(library, "ComputeCapability")


def half_precision(path: Path) -> bytes:
    """Return an ONNX file computing in FP16, with the inputs and outputs of the original.

    Raises:
        InferenceError: the onnx package is missing.
    """
    try:
        import onnx  # noqa: PLC0415 (an extra)
        from onnxruntime.transformers.float16 import convert_float_to_float16  # noqa: PLC0415
    except ImportError as error:
        raise InferenceError("FP16 needs the onnx package: pip install 'farandole[tensorrt]'") from error
    with warnings.catch_warnings():
        # It tells of every weight that is too small for FP16; parity is checked afterwards.
        warnings.simplefilter("ignore")
        return convert_float_to_float16(onnx.load(path), keep_io_types=True).SerializeToString()


def build_engine(library: Any, graph: bytes, *, compute: str | None) -> bytes:  # noqa: ANN401
    """Return an engine.

    Args:
        library: see `find_library`.
        graph: ONNX.
        compute: the compute capability to build for, as in "86"; None for the GPU that is there.

    Raises:
        InferenceError: TensorRT refuses the graph or the target; says what it said.
    """
    log = _Log(library)
    builder = library.Builder(log.logger)
    network = builder.create_network(1 << int(library.NetworkDefinitionCreationFlag.STRONGLY_TYPED))
    parser = library.OnnxParser(network, log.logger)
    if not parser.parse(graph):
        problems = "; ".join(str(parser.get_error(i)) for i in range(parser.num_errors))
        raise InferenceError(f"TensorRT cannot read this graph: {problems}")
    config = builder.create_builder_config()
    if compute is not None:
        _set_target(library, config, compute)
    engine = builder.build_serialized_network(network, config)
    if engine is None:
        raise InferenceError(f"TensorRT cannot build this graph{_for(compute)}: {log.last or 'it did not say why'}")
    return bytes(engine)


def _set_target(library: Any, config: Any, compute: str) -> None:  # noqa: ANN401
    if not ahead_of_time(library):
        raise InferenceError("tensorrt builds only for the GPU that is there; tensorrt-rtx builds for others")
    target = getattr(library.ComputeCapability, f"SM{compute}", None)
    if target is None:
        known = [name[2:] for name in library.ComputeCapability.__members__ if name.startswith("SM")]
        raise InferenceError(f"TensorRT builds for compute capability {', '.join(known)}, not for {compute}")
    config.num_compute_capabilities = 1
    config.set_compute_capability(target, 0)


def _for(compute: str | None) -> str:
    return f" for compute capability {compute}" if compute else ""


class _Log:
    """Keeps TensorRT's last complaint instead of printing all of them."""

    def __init__(self, library: Any) -> None:  # noqa: ANN401
        self.last = ""
        self.logger = quiet_logger(library, self._keep)

    def _keep(self, message: str) -> None:
        self.last = message


def quiet_logger(library: Any, keep: Any = None) -> Any:  # noqa: ANN401
    """Return a logger that prints nothing and hands errors to `keep`."""

    class Logger(library.ILogger):
        def __init__(self) -> None:
            library.ILogger.__init__(self)

        def log(self, severity: Any, message: str) -> None:  # noqa: ANN401
            if keep and severity <= library.ILogger.Severity.ERROR:
                keep(message)

    return Logger()
