"""A model on disk: a folder with `spec.toml`, its graphs, `golden.npz` and `card.md`. Loads, verifies, describes.

`golden.npz` holds one input and the output that torch computed for it, for every graph: arrays `GRAPH/in/NAME` and
`GRAPH/out/NAME`. Every engine must reproduce them (`models.runtime.parity`).
"""

import hashlib
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.bundle_spec import BundleSpec, GraphSpec, Precision, TensorSpec, parse_spec
from realtime.errors import BundleError
from realtime.motion.skeleton import JOINT_NAMES

Arrays = dict[str, NDArray[Any]]

SPEC_FILE, GOLDEN_FILE, CARD_FILE = "spec.toml", "golden.npz", "card.md"


@dataclass(frozen=True)
class Bundle:
    """A verified model.

    Attributes:
        folder: where it is.
        spec: what it says about itself.
        digest: SHA-256 of `spec.toml`, which has the hash of everything else: the identity of this very model.
    """

    folder: Path
    spec: BundleSpec
    digest: str

    def graph(self, name: str) -> GraphSpec:
        """Return a graph by name.

        Raises:
            BundleError: there is none such.
        """
        if name not in self.spec.graphs:
            raise BundleError(
                f'{self.folder}: no graph is called "{name}"; this bundle has {", ".join(self.spec.graphs)}'
            )
        return self.spec.graphs[name]

    def onnx_file(self, graph: str, precision: Precision = "fp32") -> Path:
        """Return the ONNX file of a graph; the fp32 one where int8 is asked for and was not made."""
        spec = self.graph(graph)
        return self.folder / (spec.int8.file if precision == "int8" and spec.int8 else spec.file)

    def file(self, name: str) -> Path:
        """Return one of the files that only the model's own code understands.

        Raises:
            BundleError: there is none such.
        """
        if name not in self.spec.files:
            raise BundleError(f'{self.folder}: no file is listed as "{name}" under [files] of {SPEC_FILE}')
        return self.folder / self.spec.files[name].file

    def golden(self, graph: str) -> tuple[Arrays, Arrays]:
        """Return the golden inputs and outputs of a graph, by name."""
        spec = self.graph(graph)
        with np.load(self.folder / GOLDEN_FILE, allow_pickle=False) as file:
            inputs = {tensor.name: file[f"{graph}/in/{tensor.name}"] for tensor in spec.inputs}
            return inputs, {tensor.name: file[f"{graph}/out/{tensor.name}"] for tensor in spec.outputs}

    def card(self) -> str:
        """Return the model card, Markdown."""
        return (self.folder / CARD_FILE).read_text(encoding="utf-8")


def load_bundle(folder: Path, *, feature_version: int | None = None, graphs: Collection[str] = ()) -> Bundle:
    """Return the model in a folder, every file of it verified.

    Args:
        folder: the bundle.
        feature_version: the version that the caller computes; None takes any.
        graphs: names that the caller needs.

    Raises:
        BundleError: a file is missing or damaged, or the model does not fit this program.
    """
    where = folder / SPEC_FILE
    try:
        data = where.read_bytes()
    except OSError as error:
        raise BundleError(
            f"{where}: cannot read this model ({error.strerror}); expected a bundle: a folder with {SPEC_FILE}"
        ) from error
    spec = parse_spec(data.decode("utf-8", errors="replace"), str(where))
    bundle = Bundle(folder, spec, hashlib.sha256(data).hexdigest())
    _check_fit(bundle, feature_version)
    for name in graphs:
        bundle.graph(name)
    _check_files(bundle)
    _check_golden(bundle)
    return bundle


def find_bundle(name_or_folder: str | Path) -> Path:
    """Return the folder of an installed model by name, or the folder itself.

    Raises:
        BundleError: there is none such.
    """
    installed = {path.parent.name: path for path in installed_bundles()}
    if str(name_or_folder) in installed:
        return installed[str(name_or_folder)]
    if (Path(name_or_folder) / SPEC_FILE).is_file():
        return Path(name_or_folder)
    known = f"choose one of {', '.join(installed)}, or" if installed else "give"
    raise BundleError(f'no model is called "{name_or_folder}"; {known} a folder with {SPEC_FILE}')


def installed_bundles() -> list[Path]:
    """Return the folders of the models that came with this program."""
    return sorted(path.parent for path in Path(__file__).parent.glob(f"*/bundle/{SPEC_FILE}"))


def describe(bundle: Bundle) -> str:
    """Return what a person wants to know about a model, a few lines."""
    spec = bundle.spec
    size = sum((bundle.folder / item.file).stat().st_size for item in spec.listed_files())
    lines = [
        f"{spec.name}: {spec.summary}".rstrip(": "),
        f"  {spec.fps:g} frames a second, {len(spec.skeleton)} joints, features {spec.feature_version}, "
        f"{size / 1e6:.1f} MB, {spec.licence}, {bundle.digest[:12]}",
    ]
    for name, graph in spec.graphs.items():
        also = [label for label, made in (("int8", graph.int8), ("torch", graph.torch)) if made]
        lines.append(f"  {name}" + (f" (also {', '.join(also)})" if also else ""))
        lines += [f"    in  {_shown(tensor)}" for tensor in graph.inputs]
        lines += [f"    out {_shown(tensor)}" for tensor in graph.outputs]
    return "\n".join([*lines, "  trained on:", *(f"    {source}" for source in spec.training_data)])


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _shown(tensor: TensorSpec) -> str:
    return f"{tensor.name} {tensor.dtype} ({', '.join(map(str, tensor.shape))})"


def _check_fit(bundle: Bundle, feature_version: int | None) -> None:
    where, spec = bundle.folder / SPEC_FILE, bundle.spec
    if spec.skeleton != JOINT_NAMES:
        first = next(
            (
                f'"{its}" where we have "{our}"'
                for its, our in zip(spec.skeleton, JOINT_NAMES, strict=False)
                if its != our
            ),
            f"{len(spec.skeleton)} joints where we have {len(JOINT_NAMES)}",
        )
        raise BundleError(f"{where}: skeleton must be our {len(JOINT_NAMES)} joints in our order, got {first}")
    if feature_version is not None and spec.feature_version != feature_version:
        raise BundleError(
            f"{where}: feature_version must be {feature_version}, got {spec.feature_version}; "
            "the features have changed since this model was trained: get a newer model, or train it again"
        )


def _check_files(bundle: Bundle) -> None:
    for item in bundle.spec.listed_files():
        path = bundle.folder / item.file
        try:
            found = sha256_of(path)
        except OSError as error:
            raise BundleError(f"{path}: cannot read a file of this model ({error.strerror}); get it again") from error
        if found != item.sha256:
            raise BundleError(
                f"{path}: this file is damaged or not the one that {SPEC_FILE} means: expected SHA-256 "
                f"{item.sha256[:12]}..., got {found[:12]}...; get the model again"
            )
    if not (bundle.folder / CARD_FILE).is_file():
        raise BundleError(f"{bundle.folder / CARD_FILE}: every model has a card; get the model again")


def _check_golden(bundle: Bundle) -> None:
    path = bundle.folder / GOLDEN_FILE
    try:
        with np.load(path, allow_pickle=False) as file:
            for name, graph in bundle.spec.graphs.items():
                for side, tensors in (("in", graph.inputs), ("out", graph.outputs)):
                    for tensor in tensors:
                        _check_array(
                            f"{path}: {name}/{side}/{tensor.name}", file[f"{name}/{side}/{tensor.name}"], tensor
                        )
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BundleError(f"{path}: expected GRAPH/in/NAME and GRAPH/out/NAME of every graph: {error}") from error


def _check_array(where: str, array: NDArray[Any], tensor: TensorSpec) -> None:
    if array.shape != tensor.shape or array.dtype.name != tensor.dtype:
        raise BundleError(
            f"{where} must be {tensor.dtype} of shape {tensor.shape} as {SPEC_FILE} says, "
            f"got {array.dtype.name} of shape {array.shape}"
        )
