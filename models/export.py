# Torch and onnx are the `train` extra; where they are not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUnknownParameterType=false
"""Writes a model bundle from torch modules: torch -> ONNX (fp32 and int8) and torch programs, each compared with torch.

A module is exported as one graph: positional tensors in, a tensor or a tuple of tensors out, every shape static. Caches
are inputs and outputs; a module that keeps its cache in itself cannot be exported.
"""

import logging
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from msgspec.structs import replace
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from torch import Tensor, nn

from models.bundle import CARD_FILE, GOLDEN_FILE, SPEC_FILE, Arrays, Bundle, load_bundle, sha256_of
from models.bundle_spec import FORMAT, BundleSpec, FileSpec, GraphSpec, Setting, TensorSpec, spec_text
from models.quantise import measured, quantise, rounded
from models.runtime.onnx_session import OnnxSession
from models.runtime.parity import worst_difference
from realtime.errors import BundleError
from realtime.motion.skeleton import JOINT_NAMES

_WORTH_HALVING = 1024
"""Numbers of a weight."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Graph:
    """One network to export.

    Attributes:
        module: in any mode; it is exported in eval mode.
        inputs: what `forward` takes, in its order, by the names that the graph shall use. Their shapes become the
            static shapes, their values the golden input: use values as they come in a show, not zeros.
        outputs: names of what it returns, in order.
        covers_s: seconds of dance that one run makes; 0 where that means nothing.
        tolerance: how far fp32 engines may be from torch (see `models.runtime.parity`).
        half_tolerance: the same for fp16 engines.
        int8: whether to make a quantised graph too.
        torch: whether to keep the exported torch program too.
        halved: whether to keep large weights as 16-bit numbers, half the size, that an engine widens when it loads
            them. Nothing is rounded here: a weight that is no such number stays as it is (see `halve_weights`).
    """

    module: nn.Module
    inputs: Mapping[str, Tensor]
    outputs: Sequence[str]
    covers_s: float = 0.0
    tolerance: float = 1e-3
    half_tolerance: float = 1e-2
    int8: bool = False
    torch: bool = False
    halved: bool = False


@dataclass(frozen=True)
class About:
    """What a model says about itself; see `BundleSpec`.

    Attributes:
        name: by which presets and `--model` call it.
        summary: one sentence for people.
        fps: frames per second of the motion that it makes.
        feature_version: version of the features that it reads and writes.
        licence: of the weights, as an SPDX expression.
        training_data: what it was trained on, one line each, with credits.
        card: the model card, Markdown.
        settings: numbers and words that the model's own code reads.
        files: other files that belong to the model, by name; they are copied.
    """

    name: str
    summary: str
    fps: float
    feature_version: int
    licence: str
    training_data: Sequence[str]
    card: str
    settings: Mapping[str, Setting] = field(default_factory=dict[str, Setting])
    files: Mapping[str, Path] = field(default_factory=dict[str, Path])


def write_bundle(folder: Path, graphs: Mapping[str, Graph], about: About) -> Bundle:
    """Export every graph, compare it with torch and write the bundle; what was in the folder is replaced at the end.

    Args:
        folder: the bundle, by convention `models/NAME/bundle`.
        graphs: by name.
        about: everything else.

    Raises:
        BundleError: a graph does not compute what torch does, or the spec does not fit.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        made = Path(scratch) / "bundle"
        made.mkdir()
        golden: Arrays = {}
        specs = {graph_name: _export(made, graph_name, graph, golden) for graph_name, graph in graphs.items()}
        np.savez_compressed(made / GOLDEN_FILE, allow_pickle=False, **golden)
        spec = BundleSpec(
            format=FORMAT,
            name=about.name,
            summary=about.summary,
            fps=float(about.fps),
            skeleton=JOINT_NAMES,
            feature_version=about.feature_version,
            licence=about.licence,
            training_data=tuple(about.training_data),
            golden_sha256=sha256_of(made / GOLDEN_FILE),
            graphs=specs,
            files={key: _copied(path, made) for key, path in about.files.items()},
            settings=dict(about.settings),
        )
        (made / CARD_FILE).write_text(about.card, encoding="utf-8")
        spec = _measured(made, spec, golden)
        load_bundle(made)
        if folder.exists():
            shutil.rmtree(folder)
        made.rename(folder)
    return load_bundle(folder)


def halve_weights(module: nn.Module) -> None:
    """Round every weight to a 16-bit number, in place: what a graph that is `halved` can then keep without loss."""
    with torch.no_grad():
        for weight in module.parameters():
            weight.copy_(weight.half().to(weight.dtype))


def _export(folder: Path, name: str, graph: Graph, golden: Arrays) -> GraphSpec:
    """Write the files of one graph, add its golden arrays, and return its spec."""
    module = graph.module.eval()
    inputs = {key: value.detach().cpu().contiguous() for key, value in graph.inputs.items()}
    with torch.no_grad():
        results = _as_tuple(module(*inputs.values()))
    if len(results) != len(graph.outputs):
        raise BundleError(f"{name}: the module returns {len(results)} tensors, {len(graph.outputs)} are named")
    outputs = dict(zip(graph.outputs, results, strict=True))
    golden.update({f"{name}/in/{key}": _array(value) for key, value in inputs.items()})
    golden.update({f"{name}/out/{key}": _array(value) for key, value in outputs.items()})
    path = folder / f"{name}.onnx"
    with torch.no_grad():
        program = torch.export.export(module, tuple(inputs.values()), strict=False)
        exported = torch.onnx.export(
            program,
            dynamo=True,
            input_names=list(inputs),
            output_names=list(outputs),
            external_data=False,
            verbose=False,
        )
    if exported is None:
        raise BundleError(f"{name}: torch exported no ONNX program")
    _save_plain(exported.model_proto, path, halved=graph.halved)
    return GraphSpec(
        file=path.name,
        sha256=sha256_of(path),
        inputs=_tensors(inputs),
        outputs=_tensors(outputs),
        tolerance=graph.tolerance,
        half_tolerance=graph.half_tolerance,
        covers_s=graph.covers_s,
        int8=quantise(path, folder / f"{name}.int8.onnx") if graph.int8 else None,
        torch=_torch_program(folder, name, program) if graph.torch else None,
    )


def _measured(folder: Path, spec: BundleSpec, golden: Arrays) -> BundleSpec:
    """Write the spec with the differences that its graphs show here; raise `BundleError` where one is too large."""
    (folder / SPEC_FILE).write_text(spec_text(spec), encoding="utf-8")
    bundle = load_bundle(folder)
    graphs: dict[str, GraphSpec] = {}
    for name, graph in spec.graphs.items():
        inputs = {tensor.name: golden[f"{name}/in/{tensor.name}"] for tensor in graph.inputs}
        wanted = {tensor.name: golden[f"{name}/out/{tensor.name}"] for tensor in graph.outputs}
        output, difference = worst_difference(OnnxSession(bundle, name).run(inputs), wanted)
        if difference > graph.tolerance:
            raise BundleError(
                f"{folder / graph.file}: output {output} differs from torch by {difference:.2g}, allowed: "
                f"{graph.tolerance:.2g}; look for what the exporter got wrong, or allow more where that is harmless"
            )
        graphs[name] = replace(graph, difference=rounded(difference))
        if graph.int8:
            _, quantised = worst_difference(OnnxSession(bundle, name, precision="int8").run(inputs), wanted)
            graphs[name] = replace(graphs[name], int8=measured(graph.int8, quantised, graph.tolerance))
            _LOG.info("%s: int8 differs from torch by %.2g, fp32 by %.2g", name, quantised, difference)
    spec = replace(spec, graphs=graphs)
    (folder / SPEC_FILE).write_text(spec_text(spec), encoding="utf-8")
    return spec


def _save_plain(model: onnx.ModelProto, path: Path, *, halved: bool) -> None:
    """Save a graph without the exporter's notes: they are half of a small file, and name folders of this machine."""
    for noted in (model.graph, *model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output):
        del noted.metadata_props[:]
        noted.doc_string = ""
    for tensor in model.graph.initializer:
        del tensor.metadata_props[:]
    if halved:
        _halve(model.graph)
    onnx.save(model, path)


def _halve(graph: onnx.GraphProto) -> None:
    """Keep large weights that are 16-bit numbers as such, widened by a `Cast` that engines fold when they load."""
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        short = values.astype(np.float16)
        if values.dtype != np.float32 or values.size < _WORTH_HALVING or not np.array_equal(short, values):
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(short, f"{name}_16"))
        graph.node.insert(0, helper.make_node("Cast", [f"{name}_16"], [name], to=onnx.TensorProto.FLOAT))


def _torch_program(folder: Path, name: str, program: torch.export.ExportedProgram) -> FileSpec:
    path = folder / f"{name}.pt2"
    torch.export.save(program, path)
    return FileSpec(path.name, sha256_of(path))


def _copied(path: Path, folder: Path) -> FileSpec:
    shutil.copyfile(path, folder / path.name)
    return FileSpec(path.name, sha256_of(path))


def _tensors(values: Mapping[str, Tensor]) -> tuple[TensorSpec, ...]:
    arrays = {name: _array(value) for name, value in values.items()}
    return tuple(TensorSpec(name, str(array.dtype), array.shape) for name, array in arrays.items())  # pyright: ignore[reportArgumentType]


def _array(value: Tensor) -> NDArray[Any]:
    return value.detach().cpu().numpy()


def _as_tuple(result: Any) -> tuple[Tensor, ...]:  # noqa: ANN401 (whatever a module returns)
    return (result,) if isinstance(result, Tensor) else tuple(result)
