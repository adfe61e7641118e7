# ruff: noqa: E402 - nothing of this can be imported without torch
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""What is exported computes what was trained; what would not is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the train extra is not installed")
pytest.importorskip("onnxscript", reason="the train extra is not installed")

from torch import Tensor, nn

from models.bundle import load_bundle
from models.export import About, Graph, halve_weights, write_bundle
from models.runtime.onnx_session import OnnxSession
from models.runtime.parity import check_parity, difference_of
from realtime.errors import BundleError
from tests.support.small_bundle import small_bundle
from tests.support.small_model import small_graphs, write_small_bundle

pytestmark = pytest.mark.train

ABOUT = About("one", "one graph", 30.0, 1, "GPL-3.0-or-later", ["nothing"], "# one\n")


class Twice(nn.Module):
    """Doubles in two ways, so that one can be wrong."""

    def __init__(self, wrong: float = 0.0) -> None:
        super().__init__()
        self.wrong = wrong

    def forward(self, x: Tensor, unused: Tensor) -> tuple[Tensor, Tensor]:
        return x + x + (self.wrong if torch.compiler.is_exporting() else 0.0), unused


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "small" / "bundle"
    write_small_bundle(folder)
    return folder


def test_an_export_reproduces_torch_and_measures_by_how_much(exported: Path) -> None:
    bundle = load_bundle(exported)
    for name, graph in bundle.spec.graphs.items():
        assert check_parity(OnnxSession(bundle, name), bundle, name).passed
        assert 0.0 <= graph.difference < 1e-5
        assert graph.torch is not None
    int8 = bundle.graph("step").int8
    assert int8 is not None
    assert 1e-5 < int8.difference < int8.tolerance < 0.05


@pytest.mark.parametrize("rounded", [True, False])
def test_weights_that_are_rounded_take_half_the_room_and_compute_the_same(tmp_path: Path, rounded: bool) -> None:
    torch.manual_seed(0)
    module, x = nn.Linear(64, 64), torch.randn(1, 64)
    if rounded:
        halve_weights(module)
    folder = tmp_path / "one" / "bundle"
    write_bundle(folder, {"one": Graph(module, {"x": x}, ("y",), tolerance=1e-6, halved=True)}, ABOUT)
    size = (folder / "one.onnx").stat().st_size
    assert (size < 64 * 64 * 3) == rounded
    assert check_parity(OnnxSession(load_bundle(folder), "one"), load_bundle(folder), "one").passed


def test_a_graph_of_halved_weights_can_be_quantised_too(tmp_path: Path) -> None:
    torch.manual_seed(0)
    module, x = nn.Sequential(nn.Conv1d(32, 64, 3), nn.ReLU(), nn.Conv1d(64, 8, 3)), torch.randn(1, 32, 20)
    halve_weights(module)
    folder = tmp_path / "one" / "bundle"
    write_bundle(folder, {"one": Graph(module, {"x": x}, ("y",), halved=True, int8=True)}, ABOUT)
    bundle = load_bundle(folder)
    int8 = bundle.graph("one").int8
    assert int8 is not None
    assert 1e-5 < int8.difference < 0.05
    assert check_parity(OnnxSession(bundle, "one"), bundle, "one").passed
    sizes = [(folder / name).stat().st_size for name in ("one.onnx", "one.int8.onnx")]
    assert sizes[1] < sizes[0] < 4 * sum(weight.numel() for weight in module.parameters())


def test_on_other_inputs_too_the_graph_computes_what_the_module_does(exported: Path) -> None:
    bundle = load_bundle(exported)
    module = small_graphs()["step"].module.eval()
    session = OnnxSession(bundle, "step")
    generator = torch.Generator().manual_seed(7)
    ring, memory = torch.zeros(2, 1, 6, 16), torch.zeros(1, 16)
    for count in range(15):
        inputs = (torch.randn(1, 3, 16, generator=generator), ring, torch.tensor(count), memory)
        with torch.no_grad():
            wanted = module(*inputs)
        named: dict[str, Any] = dict(
            zip(("x", "ring", "count", "memory"), (value.numpy() for value in inputs), strict=True)
        )
        found = session.run(named)
        assert difference_of(found["y"], wanted[0].numpy()) < 1e-5
        _, ring, _, memory = wanted


def test_the_bundle_of_the_tests_is_what_its_script_writes(exported: Path) -> None:
    made, kept = load_bundle(exported), small_bundle()
    for name in kept.spec.graphs:
        for ours, theirs in zip(made.golden(name), kept.golden(name), strict=True):
            assert list(ours) == list(theirs)
            for array_name, array in ours.items():
                np.testing.assert_allclose(array, theirs[array_name], atol=1e-5)


def test_no_path_of_this_machine_is_in_a_graph(exported: Path) -> None:
    here = str(Path(__file__).parents[3]).encode()
    for path in exported.glob("*.onnx"):
        assert here not in path.read_bytes()


def test_an_input_that_is_passed_through_or_not_used_keeps_its_name_and_shape(tmp_path: Path) -> None:
    inputs = {"x": torch.randn(2, 3), "unused": torch.randn(4)}
    bundle = write_bundle(tmp_path / "b", {"twice": Graph(Twice(), inputs, ["y", "same"])}, ABOUT)
    found = OnnxSession(bundle, "twice").run({name: value.numpy() for name, value in inputs.items()})
    np.testing.assert_array_equal(found["y"], 2 * inputs["x"].numpy())
    np.testing.assert_array_equal(found["same"], inputs["unused"].numpy())


def test_a_graph_that_computes_something_else_is_not_written(tmp_path: Path) -> None:
    graphs = {"twice": Graph(Twice(wrong=0.1), {"x": torch.randn(2, 3), "unused": torch.randn(4)}, ["y", "same"])}
    with pytest.raises(BundleError, match="output y differs from torch by"):
        write_bundle(tmp_path / "b", graphs, ABOUT)
    assert not list(tmp_path.iterdir())


def test_outputs_must_all_be_named(tmp_path: Path) -> None:
    graphs = {"twice": Graph(Twice(), {"x": torch.randn(2, 3), "unused": torch.randn(4)}, ["y"])}
    with pytest.raises(BundleError, match="returns 2 tensors, 1 are named"):
        write_bundle(tmp_path / "b", graphs, ABOUT)
