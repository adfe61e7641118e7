# ruff: noqa: E402 - nothing of this can be imported without torch
# pyright: reportMissingImports=false
"""Torch as an engine reproduces the golden outputs, on the CPU here and on a GPU where there is one."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the train extra is not installed")
pytest.importorskip("onnxscript", reason="the train extra is not installed")

from models.bundle import Bundle, load_bundle
from models.runtime.parity import check_parity
from models.runtime.select import open_model
from models.runtime.torch_session import TorchSession
from realtime.errors import InferenceError
from tests.support.small_bundle import small_bundle
from tests.support.small_model import write_small_bundle

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = tmp_path_factory.mktemp("models") / "bundle"
    write_small_bundle(folder)
    return load_bundle(folder)


def test_torch_wins_where_it_is_asked_for(bundle: Bundle) -> None:
    opened = open_model(bundle, ["torch", "onnx"])
    assert opened.engine == "torch"
    assert not opened.refusals
    for name, session in opened.sessions.items():
        assert check_parity(session, bundle, name).passed


def test_a_run_leaves_its_inputs_alone_and_its_outputs_stay(bundle: Bundle) -> None:
    session = TorchSession(bundle, "step")
    session.warm_up()
    inputs, wanted = bundle.golden("step")
    kept = {name: array.copy() for name, array in inputs.items()}
    first = session.run(inputs)
    session.run({**inputs, "x": inputs["x"] + np.float32(1)})
    for name, array in kept.items():
        np.testing.assert_array_equal(inputs[name], array)
    for name, array in first.items():
        np.testing.assert_allclose(array, wanted[name], atol=1e-5)
        assert array.shape == wanted[name].shape


def test_a_bundle_without_torch_programs_says_how_to_make_them() -> None:
    with pytest.raises(InferenceError, match="step has no torch program; make one with: farandole export small"):
        TorchSession(small_bundle(), "step")


def test_a_broken_program_falls_back_to_onnx(bundle: Bundle, tmp_path: Path) -> None:
    import shutil

    copy = Path(shutil.copytree(bundle.folder, tmp_path / "copy"))
    (copy / "step.pt2").write_bytes(b"nothing")
    opened = open_model(Bundle(copy, bundle.spec, bundle.digest), ["torch"])
    assert opened.engine == "onnx"
    assert "torch cannot load this program" in opened.refusals["torch"]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no GPU here")
def test_on_a_gpu_the_captured_graph_reproduces_the_golden_outputs(bundle: Bundle) -> None:
    session = TorchSession(bundle, "step", device="cuda")
    session.warm_up()
    assert check_parity(session, bundle, "step").passed
