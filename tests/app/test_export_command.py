"""A model is made ready for an engine, checked, and refused in a sentence where it cannot be."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from app.export_command import export_bundle
from models.bundle import load_bundle
from realtime.errors import FarandoleError
from tests.support.small_bundle import FOLDER


def exported(to: str, *, out: Path | None = None, compute: list[str] | None = None) -> str:
    console = Console(file=io.StringIO(), width=200)
    export_bundle(console, str(FOLDER), to, out=out, compute=compute or [])
    output = console.file
    assert isinstance(output, io.StringIO)
    return output.getvalue()


def test_onnx_without_a_folder_checks_every_graph_and_writes_nothing() -> None:
    before = {path: path.read_bytes() for path in FOLDER.iterdir()}
    text = exported("onnx")
    assert text.count("fp32") == 2
    assert text.count("int8") == 1
    assert "is in order" in text
    assert {path: path.read_bytes() for path in FOLDER.iterdir()} == before


@pytest.mark.parametrize(
    ("to", "compute", "told"),
    [
        ("abacus", None, "--to must be onnx, tensorrt or torch, got abacus"),
        ("onnx", ["86"], "--compute is for --to tensorrt"),
    ],
)
def test_what_makes_no_sense_is_refused(to: str, compute: list[str] | None, told: str) -> None:
    with pytest.raises(FarandoleError, match=told):
        exported(to, compute=compute)


def test_a_folder_with_something_in_it_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(FarandoleError, match="expected a folder that is empty"):
        exported("onnx", out=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.train
def test_onnx_with_a_folder_makes_the_missing_int8_graphs(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="the train extra is not installed")
    text = exported("onnx", out=tmp_path / "copy")
    assert text.count("int8") == 2
    made = load_bundle(tmp_path / "copy").graph("decoder").int8
    assert made is not None
    assert 0.0 < made.difference < made.tolerance < 0.1


@pytest.mark.train
def test_torch_programs_are_made_from_the_graphs_and_reproduce_the_golden_outputs(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the train extra is not installed")
    from models.runtime.select import open_model

    exported("torch", out=tmp_path / "copy")
    opened = open_model(load_bundle(tmp_path / "copy"), ["torch"])
    assert opened.engine == "torch"
    assert not opened.refusals


@pytest.mark.train
def test_engines_are_built_for_the_gpus_that_are_named(tmp_path: Path) -> None:
    pytest.importorskip("tensorrt_rtx", reason="the tensorrt extra is not installed")
    text = exported("tensorrt", out=tmp_path, compute=["86", "89"])
    assert "FP16 engines written to" in text
    assert len(list(tmp_path.glob("small.*.sm86.engine"))) == 2
    assert len(list(tmp_path.glob("*.json"))) == 4
