# The `train` and `tensorrt` extras have onnx; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false
"""Makes the 8-bit version of a graph: a quarter of the size, faster on a CPU, a little off."""

from pathlib import Path
from typing import Any

import numpy as np

from models.bundle import sha256_of
from models.bundle_spec import QuantisedSpec
from realtime.errors import InferenceError

INT8_ROOM = 2.0
"""How much further off an int8 graph may be elsewhere: processors with and without VNNI round differently."""


def quantise(path: Path, out: Path) -> QuantisedSpec:
    """Write a graph with 8-bit weights (ONNX Runtime's dynamic quantisation); what it costs must be measured after.

    Raises:
        InferenceError: the onnx package is not installed.
    """
    try:
        import onnx  # noqa: PLC0415 (an extra)
        from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415
    except ImportError as error:
        raise InferenceError("quantising needs the onnx package: pip install 'farandole[tensorrt]'") from error
    model: Any = onnx.load(path)
    # It turns weights round without telling the shapes that torch noted beside them, and then trips over those.
    del model.graph.value_info[:]
    _widen(model.graph)
    # With eight bits processors without VNNI overflow: the flagship's denoiser was 25 % off, with seven bits 2 %.
    # Convolutions lose more to the missing bit (its decoder: 12 % off instead of 5 %).
    is_narrow = all(node.op_type != "Conv" for node in model.graph.node)
    quantize_dynamic(model, out, weight_type=QuantType.QInt8, per_channel=True, reduce_range=is_narrow)
    return QuantisedSpec(out.name, sha256_of(out), difference=0.0, tolerance=1.0)


def _widen(graph: Any) -> None:  # noqa: ANN401 - onnx has no types
    """Turn weights that were kept as 16-bit numbers back: the quantiser wants them bare, without a `Cast` before."""
    from onnx import numpy_helper  # noqa: PLC0415 (an extra)

    kept = {tensor.name: tensor for tensor in graph.initializer}
    for node in [node for node in graph.node if node.op_type == "Cast" and node.input[0] in kept]:
        wide = numpy_helper.to_array(kept[node.input[0]]).astype(np.float32)
        kept[node.input[0]].CopyFrom(numpy_helper.from_array(wide, node.output[0]))
        graph.node.remove(node)


def measured(spec: QuantisedSpec, difference: float, tolerance: float) -> QuantisedSpec:
    """Return the spec with what was measured, given what the fp32 graph is allowed."""
    return QuantisedSpec(spec.file, spec.sha256, rounded(difference), rounded(max(INT8_ROOM * difference, tolerance)))


def rounded(value: float) -> float:
    """Return three significant digits: more say nothing about another machine."""
    return float(f"{value:.3g}")
