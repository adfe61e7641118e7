"""`farandole export`: a model made ready for an engine, and checked against what was trained."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from msgspec.structs import replace
from rich.console import Console
from rich.table import Table

from models.bundle import SPEC_FILE, Bundle, find_bundle, load_bundle
from models.bundle_spec import BundleSpec, GraphSpec, spec_text
from models.runtime.parity import check_parity
from realtime.errors import FarandoleError, InferenceError


def export_bundle(console: Console, model: str, to: str, *, out: Path | None, compute: Sequence[str]) -> None:
    """Export a model.

    Args:
        console: where to tell.
        model: name of an installed one, or its folder.
        to: "onnx" checks every graph, and with `out` writes a copy of the bundle with int8 graphs; "tensorrt" builds
            engines into `out` or the user's cache; "torch" writes torch programs, with `out` into a copy.
        out: where to write.
        compute: compute capabilities for "tensorrt"; the GPU's own, or all that there are, without it.

    Raises:
        FarandoleError: it cannot be exported like that.
    """
    if to not in ("onnx", "tensorrt", "torch"):
        raise FarandoleError(f"--to must be onnx, tensorrt or torch, got {to}")
    if compute and to != "tensorrt":
        raise FarandoleError("--compute is for --to tensorrt")
    bundle = load_bundle(find_bundle(model))
    if to == "tensorrt":
        _to_tensorrt(console, bundle, out, compute)
    elif to == "torch":
        _to_torch(console, bundle, out)
    else:
        _to_onnx(console, bundle, out)


def _to_onnx(console: Console, bundle: Bundle, out: Path | None) -> None:
    from models.quantise import measured, quantise  # noqa: PLC0415 (half a second)
    from models.runtime.onnx_session import OnnxSession  # noqa: PLC0415

    if out is not None:
        bundle = _copied(bundle, out)
        graphs = {
            name: graph if graph.int8 else replace(graph, int8=quantise(out / graph.file, out / f"{name}.int8.onnx"))
            for name, graph in bundle.spec.graphs.items()
        }
        # What the new ones cost is known only once they are run.
        bundle = _respecified(bundle, graphs)
        for name, graph in graphs.items():
            if graph.int8 and not graph.int8.difference:
                off = check_parity(OnnxSession(bundle, name, precision="int8"), bundle, name).difference
                graphs[name] = replace(graph, int8=measured(graph.int8, off, graph.tolerance))
        bundle = _respecified(bundle, graphs)
    table = _table("graph", "precision", "MB", "off by", "allowed")
    for name, graph in bundle.spec.graphs.items():
        for precision in ("fp32", "int8") if graph.int8 else ("fp32",):
            parity = check_parity(OnnxSession(bundle, name, precision=precision), bundle, name)
            size = bundle.onnx_file(name, precision).stat().st_size / 1e6
            table.add_row(name, precision, f"{size:.2f}", f"{parity.difference:.1e}", f"{parity.tolerance:.1e}")
            if not parity.passed:
                raise InferenceError(f"{bundle.folder}: {parity}")
    console.print(table)
    _tell(console, f"written to {out}" if out else f"{bundle.folder} is in order")


def _to_tensorrt(console: Console, bundle: Bundle, out: Path | None, compute: Sequence[str]) -> None:
    from models.runtime.engine_cache import EngineCache  # noqa: PLC0415
    from models.runtime.tensorrt_build import (  # noqa: PLC0415
        TARGETS,
        ahead_of_time,
        build_engine,
        find_library,
        half_precision,
    )
    from models.runtime.tensorrt_session import TensorrtSession, engine_key  # noqa: PLC0415

    library, cache = find_library(), EngineCache(out)
    if not compute and not ahead_of_time(library):
        for name in bundle.spec.graphs:
            session = TensorrtSession(bundle, name, library=library, cache=cache)
            parity = check_parity(session, bundle, name)
            _tell(console, f"{name}: {session.description}; {parity}")
        return
    table = _table("graph", "compute capability", "MB", "seconds")
    for name in bundle.spec.graphs:
        half = half_precision(bundle.onnx_file(name))
        for target in compute or TARGETS:
            began_s = perf_counter()
            engine = build_engine(library, half, compute=target)
            cache.store(engine_key(bundle, name, library, compute=target), engine)
            table.add_row(name, target, f"{len(engine) / 1e6:.2f}", f"{perf_counter() - began_s:.1f}")
    console.print(table)
    _tell(console, f"FP16 engines written to {cache.folder}; they run where that folder is, with {library.__name__}")


def _to_torch(console: Console, bundle: Bundle, out: Path | None) -> None:
    try:
        from models.onnx_to_torch import write_torch_program  # noqa: PLC0415 (torch)
        from models.runtime.torch_session import TorchSession  # noqa: PLC0415
    except ImportError as error:
        raise FarandoleError("exporting to torch needs torch: pip install 'farandole[train]'") from error
    if out is not None:
        bundle = _copied(bundle, out)
    graphs = {
        name: graph if graph.torch else replace(graph, torch=write_torch_program(bundle, name))
        for name, graph in bundle.spec.graphs.items()
    }
    made = Bundle(bundle.folder, replace(bundle.spec, graphs=graphs), bundle.digest)
    table = _table("graph", "MB", "off by", "allowed")
    for name, graph in graphs.items():
        parity = check_parity(TorchSession(made, name), made, name)
        if not parity.passed:
            raise InferenceError(f"{bundle.folder}: {parity}")
        size = (bundle.folder / graph.torch.file).stat().st_size / 1e6 if graph.torch else 0.0
        table.add_row(name, f"{size:.2f}", f"{parity.difference:.1e}", f"{parity.tolerance:.1e}")
    _respecified(bundle, graphs)
    console.print(table)
    _tell(console, f"torch programs written to {bundle.folder}")


def _copied(bundle: Bundle, out: Path) -> Bundle:
    if out.exists() and any(out.iterdir()):
        raise FarandoleError(f"{out}: expected a folder that is empty or not there yet")
    shutil.copytree(bundle.folder, out, dirs_exist_ok=True)
    return load_bundle(out)


def _respecified(bundle: Bundle, graphs: dict[str, GraphSpec]) -> Bundle:
    """Write a bundle's spec with other graphs, and load it."""
    spec: BundleSpec = replace(bundle.spec, graphs=graphs)
    (bundle.folder / SPEC_FILE).write_text(spec_text(spec), encoding="utf-8")
    return load_bundle(bundle.folder)


def _table(*titles: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in titles:
        table.add_column(title, justify="left" if title in ("graph", "precision") else "right")
    return table


def _tell(console: Console, text: str) -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)
