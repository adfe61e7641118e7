"""What `spec.toml` of a model bundle may say: typed, frozen, limited, unknown keys refused.

A graph is one network with named inputs and outputs of fixed shape. Caches are inputs and outputs like any other, so a
graph has no memory and every engine runs it alike.
"""

import tomllib
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from realtime.errors import BundleError

FORMAT = "farandole-bundle-1"

Word = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=100)]
FileName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=200)]
"""A plain name: a bundle reads nothing outside its folder."""
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Length = Annotated[int, Meta(ge=1, le=2**31)]
Positive = Annotated[float, Meta(gt=0.0)]
NotNegative = Annotated[float, Meta(ge=0.0)]
Setting = bool | int | float | str | tuple[int | float | str, ...]

Precision = Literal["fp32", "fp16", "int8"]


class FileSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the bundle and what it must hash to."""

    file: FileName
    sha256: Sha256


class QuantisedSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """The same graph with 8-bit weights.

    Attributes:
        difference: from the fp32 graph on the golden input, as measured when it was made (see `parity`).
        tolerance: what it may differ from the golden outputs elsewhere.
    """

    file: FileName
    sha256: Sha256
    difference: NotNegative
    tolerance: Positive


class TensorSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """One input or output; the shape is static, () is a scalar."""

    name: Word
    dtype: Literal["float32", "float16", "int64", "int32", "bool"]
    shape: tuple[Length, ...] = ()


class GraphSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """One network.

    Attributes:
        file: the ONNX file.
        inputs, outputs: in the order of the file.
        tolerance: how far fp32 engines may be from the golden outputs (see `parity`).
        half_tolerance: the same for fp16 engines.
        difference: of ONNX Runtime from torch when the bundle was made.
        covers_s: seconds of dance that one run makes; 0 where that means nothing.
        int8: the quantised graph, where there is one.
        torch: the exported torch program, where there is one.
    """

    file: FileName
    sha256: Sha256
    inputs: Annotated[tuple[TensorSpec, ...], Meta(min_length=1)]
    outputs: Annotated[tuple[TensorSpec, ...], Meta(min_length=1)]
    tolerance: Positive = 1e-3
    half_tolerance: Positive = 1e-2
    difference: NotNegative = 0.0
    covers_s: NotNegative = 0.0
    int8: QuantisedSpec | None = None
    torch: FileSpec | None = None


class BundleSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A model: what it is, what it was learnt from, and its files.

    Attributes:
        name: by which presets and `--model` call it.
        summary: one sentence for people.
        fps: frames per second of the motion that it makes.
        skeleton: its joints, in order.
        feature_version: version of the features that it reads and writes.
        licence: of the weights, as an SPDX expression.
        training_data: what it was trained on, one line each, with credits.
        golden_sha256: of `golden.npz`.
        graphs: by name.
        files: whatever else belongs to it, by name.
        settings: numbers and words that the model's own code reads.
    """

    format: Literal["farandole-bundle-1"]
    name: Word
    fps: Annotated[float, Meta(ge=1.0, le=240.0)]
    skeleton: Annotated[tuple[str, ...], Meta(min_length=1)]
    feature_version: Annotated[int, Meta(ge=0)]
    licence: Annotated[str, Meta(min_length=1)]
    training_data: Annotated[tuple[str, ...], Meta(min_length=1)]
    golden_sha256: Sha256
    graphs: Annotated[dict[Word, GraphSpec], Meta(min_length=1)]
    summary: str = ""
    files: dict[Word, FileSpec] = {}
    settings: dict[str, Setting] = {}

    def listed_files(self) -> list[FileSpec]:
        """Return every file that the bundle must have, beside `spec.toml` and the card."""
        listed = [FileSpec("golden.npz", self.golden_sha256), *self.files.values()]
        for graph in self.graphs.values():
            listed.append(FileSpec(graph.file, graph.sha256))
            if graph.int8:
                listed.append(FileSpec(graph.int8.file, graph.int8.sha256))
            if graph.torch:
                listed.append(graph.torch)
        return listed


def parse_spec(text: str, where: str) -> BundleSpec:
    """Return the spec that a TOML text describes.

    Args:
        text: the TOML.
        where: file name, for the message.

    Raises:
        BundleError: names the file, the key and what was expected.
    """
    try:
        fields = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BundleError(f"{where}: not valid TOML: {error}") from error
    if fields.get("format") != FORMAT:
        raise BundleError(
            f'{where}: format must be "{FORMAT}", got {fields.get("format")!r}; '
            "this model was made for another version of Farandole: get one that fits, or export it again"
        )
    try:
        spec = msgspec.convert(fields, BundleSpec)
    except msgspec.ValidationError as error:
        raise BundleError(f"{where}: {error}") from error
    for name, graph in spec.graphs.items():
        for side, tensors in (("inputs", graph.inputs), ("outputs", graph.outputs)):
            names = [tensor.name for tensor in tensors]
            if len(set(names)) < len(names):
                raise BundleError(f"{where}: graphs.{name}.{side} must have different names, got {', '.join(names)}")
    return spec


def spec_text(spec: BundleSpec) -> str:
    """Return the TOML text of a spec; `parse_spec` reads it back."""
    fields = {key: value for key, value in msgspec.to_builtins(spec).items() if value not in ("", {})}
    graphs = fields.pop("graphs", {})
    tables = {key: fields.pop(key) for key in ("files", "settings") if key in fields}
    lines = [f"{key} = {_toml(value)}" for key, value in fields.items()]
    for key, table in tables.items():
        lines += ["", f"[{key}]", *(f"{name} = {_toml(value)}" for name, value in table.items())]
    for name, graph in graphs.items():
        present = {key: value for key, value in graph.items() if value is not None}
        lines += ["", f"[graphs.{name}]", *(f"{key} = {_toml(value)}" for key, value in present.items())]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """Return a value as TOML; a text of JSON is one of TOML too."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items() if item is not None) + " }"
    if isinstance(value, (list, tuple)):
        if any(isinstance(item, dict) for item in value):
            return "[\n" + "".join(f"    {_toml(item)},\n" for item in value) + "]"
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return msgspec.json.encode(value).decode()
