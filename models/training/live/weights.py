# Torch and onnx are the `train` extra; where they are not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUnknownParameterType=false
"""The weights of a bundle, as training has them: to go on from a dancer that was shipped.

A bundle carries its graphs as ONNX, where torch's exporter has turned the matrices of linear layers round and taken
their names. They are known again by the bias that is added to what they make, and the few without one by their order.
The encoder of motion is not in a bundle: no show needs it. `live.motion_vae` learns one that fits.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor

from models.bundle import find_bundle, load_bundle
from models.representation import VERSION
from realtime.errors import FarandoleError

GRAPHS = ("music", "denoiser", "decoder")
_OWNERS = {
    "music": {"encoder": "music.encoder", "memory": "memory", "": "music"},
    "denoiser": {"denoiser": "denoiser"},
    "decoder": {"decoder": "motion.decoder", "": "motion"},
}


def weights_of(where: str | Path) -> dict[str, Tensor]:
    """Return the weights of a bundle, named as in `GeneratorNetwork`; those of encoders that it lacks are not there.

    Raises:
        FarandoleError: the bundle cannot be read, or is not a flagship's.
    """
    bundle = load_bundle(find_bundle(where), feature_version=VERSION, graphs=GRAPHS)
    weights: dict[str, Tensor] = {}
    for graph in GRAPHS:
        found = _named(onnx.load(bundle.onnx_file(graph)).graph)
        for name, value in found.items():
            weights[_owned(graph, name)] = torch.from_numpy(value.copy())
    missing = set(_WITHOUT_BIAS) - set(weights)
    if missing:
        raise FarandoleError(
            f"{bundle.folder}: expected the weights {', '.join(sorted(missing))}, found no matrix for them; "
            "was this bundle made by models.training.live.bundle?"
        )
    return weights


def _owned(graph: str, name: str) -> str:
    part, _, rest = name.partition(".")
    owners = _OWNERS[graph]
    if name.startswith("token_"):
        return name
    return f"{owners[part]}.{rest}" if part in owners else f"{owners['']}.{name}"


def _named(graph: onnx.GraphProto) -> dict[str, NDArray[np.float32]]:
    """Return what a graph knows by heart, under the names that torch had."""
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    # A halved weight is kept as 16-bit numbers under another name, and widened to the one that torch gave it.
    for node in graph.node:
        if node.op_type == "Cast" and node.input[0] in values:
            values[node.output[0]] = values.pop(node.input[0]).astype(np.float32)
    named = {name: value for name, value in values.items() if "." in name or name in _SCALES}
    readers = {source: node for node in graph.node for source in node.input}
    waiting = iter(_WITHOUT_BIAS)
    for node in graph.node:
        if node.op_type not in ("MatMul", "Gemm") or node.input[1] not in values:
            continue
        matrix = values[node.input[1]]
        bias = next((name for name in _bias(node, readers) if name in named), None)
        name = f"{bias.removesuffix('bias')}weight" if bias else next(waiting, None)
        if name:
            # What is turned already, as Gemm can ask for, is left as it is.
            turned = any(part.name == "transB" and part.i for part in node.attribute)
            named[name] = matrix if turned else np.ascontiguousarray(matrix.T)
    return {name: value for name, value in named.items() if name != "denoiser.rates"}


def _bias(node: onnx.NodeProto, readers: dict[str, onnx.NodeProto]) -> list[str]:
    if node.op_type == "Gemm":
        return list(node.input[2:])
    reader = readers.get(node.output[0])
    return list(reader.input) if reader is not None and reader.op_type == "Add" else []


_SCALES = ("mean", "scale", "token_mean", "token_scale")
_WITHOUT_BIAS = ("denoiser.memory.weight", "denoiser.style.weight", "denoiser.energy.2.weight")
"""In the order in which `Denoiser` uses them."""
