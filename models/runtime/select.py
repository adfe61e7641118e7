"""Chooses the engine that runs a model: tries what is asked for in turn, says once which won and why others did not."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from models.bundle import Bundle
from models.runtime.parity import check_parity
from models.runtime.session import Session
from realtime.errors import InferenceError

_LOG = logging.getLogger(__name__)

OpenSession = Callable[[Bundle, str], Session]
"""Opens one graph of a bundle; raises `InferenceError` where it cannot, saying what to do."""


def open_onnx(bundle: Bundle, graph: str) -> Session:
    """Return a graph in ONNX Runtime, fp32."""
    from models.runtime.onnx_session import OnnxSession

    return OnnxSession(bundle, graph)


def open_onnx_int8(bundle: Bundle, graph: str) -> Session:
    """Return a graph in ONNX Runtime, int8 where it was made."""
    from models.runtime.onnx_session import OnnxSession

    if not any(spec.int8 for spec in bundle.spec.graphs.values()):
        raise InferenceError("this bundle has no int8 graphs")
    return OnnxSession(bundle, graph, precision="int8")


def open_tensorrt(bundle: Bundle, graph: str) -> Session:
    """Return a graph in TensorRT, FP16; the first time it is built, which takes seconds."""
    from models.runtime.tensorrt_session import TensorrtSession

    return TensorrtSession(bundle, graph)


def open_torch(bundle: Bundle, graph: str) -> Session:
    """Return a graph in torch, fp32, on the GPU where there is one."""
    try:
        from models.runtime.torch_session import TorchSession
    except ImportError as error:
        raise InferenceError("torch is not installed: pip install 'farandole[train]'") from error
    return TorchSession(bundle, graph)


ENGINES: Mapping[str, OpenSession] = {
    "onnx": open_onnx,
    "onnx-int8": open_onnx_int8,
    "tensorrt": open_tensorrt,
    "torch": open_torch,
}
"""What can be asked for, by name. Each imports its library only when it is tried."""
DEFAULT_ENGINES = ("onnx",)


@dataclass(frozen=True)
class OpenedModel:
    """A model ready to run.

    Attributes:
        engine: which of `ENGINES` won.
        sessions: by graph, each warmed up and checked against the golden outputs.
        refusals: why those asked for before did not, by engine.
    """

    engine: str
    sessions: Mapping[str, Session]
    refusals: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def message(self) -> str:
        """One sentence on what runs, and why nothing else does."""
        first = next(iter(self.sessions.values())).description
        return "; ".join([f"runs on {first}", *(f"not {name}: {why}" for name, why in self.refusals.items())])


def open_model(
    bundle: Bundle,
    engines: Sequence[str] = DEFAULT_ENGINES,
    *,
    graphs: Sequence[str] | None = None,
    known: Mapping[str, OpenSession] = ENGINES,
) -> OpenedModel:
    """Return a model on the first engine that runs all its graphs and reproduces the golden outputs.

    Args:
        bundle: the model.
        engines: names of `ENGINES`, best first. ONNX Runtime is tried last in any case: it always runs.
        graphs: those that are needed; all of them without it.
        known: the engines that there are.

    Raises:
        InferenceError: no engine runs it; says why each did not.
    """
    refusals: dict[str, str] = {}
    for engine in dict.fromkeys([*engines, "onnx"]):
        try:
            sessions = _open_all(bundle, engine, graphs or list(bundle.spec.graphs), known)
        except InferenceError as error:
            refusals[engine] = str(error)
            continue
        opened = OpenedModel(engine, sessions, refusals)
        _LOG.log(logging.WARNING if refusals else logging.INFO, "%s %s", bundle.spec.name, opened.message)
        return opened
    reasons = "; ".join(f"{name}: {why}" for name, why in refusals.items())
    raise InferenceError(f"{bundle.folder}: no engine can run this model here: {reasons}")


def _open_all(
    bundle: Bundle, engine: str, graphs: Sequence[str], known: Mapping[str, OpenSession]
) -> dict[str, Session]:
    if engine not in known:
        raise InferenceError(f"there is no such engine; choose among {', '.join(known)}")
    sessions = {graph: known[engine](bundle, graph) for graph in graphs}
    for graph, session in sessions.items():
        session.warm_up()
        parity = check_parity(session, bundle, graph)
        if not parity.passed:
            raise InferenceError(str(parity))
    return sessions
