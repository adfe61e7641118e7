# pyright: reportMissingImports=false
"""TensorRT: engines are built and kept; a session binds, captures and reproduces. Where no GPU is, one is played."""

import gc
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.runtime.cuda import CudaGpu
from models.runtime.engine_cache import EngineCache, EngineKey
from models.runtime.parity import check_parity
from models.runtime.select import open_model
from models.runtime.tensorrt_build import TARGETS, build_engine, find_library, half_precision
from models.runtime.tensorrt_session import TensorrtSession, engine_key
from realtime.errors import InferenceError
from tests.support.fake_gpu import FakeGpu, FakeTensorrt
from tests.support.small_bundle import small_bundle

KEY = EngineKey("small", "abc", "step", "fp16", "tensorrt_rtx", "1.7", "86", "RTX 3060", "13040")


def played_session(folder: Path, gpu: FakeGpu, graph: str = "step") -> TensorrtSession:
    """Return a session whose engine was built before."""
    bundle, cache = small_bundle(), EngineCache(folder)
    library = FakeTensorrt(bundle, graph, gpu)
    cache.store(engine_key(bundle, graph, library, compute=gpu.compute, gpu=gpu.name, driver=gpu.driver), b"engine")
    return TensorrtSession(bundle, graph, library=library, gpu=gpu, cache=cache)


@pytest.mark.parametrize("capturable", [True, False])
@pytest.mark.parametrize("graph", ["step", "decoder"])
def test_a_session_reproduces_the_golden_outputs_with_a_cuda_graph_and_without(
    tmp_path: Path, graph: str, capturable: bool
) -> None:
    bundle, gpu = small_bundle(), FakeGpu(capturable=capturable)
    session = played_session(tmp_path, gpu, graph)
    assert check_parity(session, bundle, graph).passed
    session.warm_up()
    before = gpu.launches
    assert check_parity(session, bundle, graph).passed
    assert gpu.launches - before == (1 if capturable else 0)
    assert session.description.precision == "fp16"
    assert check_parity(session, bundle, graph).tolerance == bundle.graph(graph).half_tolerance


def test_outputs_outlive_the_next_run(tmp_path: Path) -> None:
    bundle = small_bundle()
    session = played_session(tmp_path, FakeGpu())
    session.warm_up()
    inputs, wanted = bundle.golden("step")
    first = session.run(inputs)
    session.run({**inputs, "x": inputs["x"] + np.float32(1)})
    np.testing.assert_allclose(first["y"], wanted["y"], atol=1e-4)


def test_wrong_inputs_are_refused_before_they_reach_the_gpu(tmp_path: Path) -> None:
    session = played_session(tmp_path, FakeGpu())
    inputs, _ = small_bundle().golden("step")
    with pytest.raises(InferenceError, match="input x must be float32"):
        session.run({**inputs, "x": inputs["x"][:, :1]})


def test_memory_is_given_back_with_the_session(tmp_path: Path) -> None:
    gpu = FakeGpu()
    session = played_session(tmp_path, gpu)
    assert not gpu.closed
    del session
    gc.collect()
    assert gpu.closed


def test_an_engine_built_ahead_of_time_serves_its_kind_of_gpu(tmp_path: Path) -> None:
    bundle, gpu, cache = small_bundle(), FakeGpu(), EngineCache(tmp_path)
    library = FakeTensorrt(bundle, "step", gpu)
    cache.store(engine_key(bundle, "step", library, compute=gpu.compute), b"engine")
    session = TensorrtSession(bundle, "step", library=library, gpu=gpu, cache=cache)
    assert check_parity(session, bundle, "step").passed


def test_an_engine_that_matches_is_kept(tmp_path: Path) -> None:
    cache = EngineCache(tmp_path)
    assert cache.load(KEY) is None
    cache.store(KEY, b"built")
    assert cache.load(KEY) == b"built"
    cache.forget(KEY)
    assert cache.load(KEY) is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"driver": "13050"}, "driver was 13040, is 13050"),
        ({"gpu": "RTX 4090"}, "gpu was RTX 3060, is RTX 4090"),
        ({"digest": "def"}, "digest was abc, is def"),
        ({"version": "1.8"}, "version was 1.7, is 1.8"),
    ],
)
def test_an_engine_that_does_not_match_is_not_used_and_it_is_said_why(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, change: dict[str, str], told: str
) -> None:
    cache = EngineCache(tmp_path)
    cache.store(KEY, b"built")
    with caplog.at_level(logging.WARNING):
        assert cache.load(replace(KEY, **change)) is None
    assert told in caplog.text


def test_without_tensorrt_or_a_gpu_onnx_runs_and_it_is_said_what_to_do() -> None:
    if _gpu_is_here():
        pytest.skip("this machine has an NVIDIA GPU and TensorRT")
    opened = open_model(small_bundle(), ["tensorrt"])
    assert opened.engine == "onnx"
    assert any(word in opened.refusals["tensorrt"] for word in ("pip install", "driver", "no NVIDIA GPU"))


@pytest.mark.train
@pytest.mark.parametrize("compute", TARGETS)
def test_an_engine_is_really_built_for_gpus_that_are_not_here(compute: str) -> None:
    library = pytest.importorskip("tensorrt_rtx", reason="the tensorrt extra is not installed")
    for graph in ("step", "decoder"):
        engine = build_engine(library, half_precision(small_bundle().onnx_file(graph)), compute=compute)
        assert len(engine) > 10_000


@pytest.mark.train
def test_what_cannot_be_built_says_why() -> None:
    library = pytest.importorskip("tensorrt_rtx", reason="the tensorrt extra is not installed")
    graph = half_precision(small_bundle().onnx_file("step"))
    with pytest.raises(InferenceError, match=r"TensorRT builds for compute capability 75, 80, .*, not for 42"):
        build_engine(library, graph, compute="42")
    with pytest.raises(InferenceError, match="TensorRT cannot read this graph"):
        build_engine(library, b"not a graph", compute="86")


@pytest.mark.train
def test_fp16_is_near_enough_to_torch() -> None:
    pytest.importorskip("onnx", reason="the train extra is not installed")
    import onnxruntime

    bundle = small_bundle()
    for name, graph in bundle.spec.graphs.items():
        session = onnxruntime.InferenceSession(half_precision(bundle.onnx_file(name)))
        inputs, wanted = bundle.golden(name)
        outputs: Sequence[Any] = session.run(None, inputs)
        for tensor, found in zip(graph.outputs, outputs, strict=True):
            assert found.dtype == tensor.dtype
            assert np.abs(found.astype(float) - wanted[tensor.name]).max() < graph.half_tolerance


def _gpu_is_here() -> bool:
    try:
        find_library()
        CudaGpu().close()
    except InferenceError:
        return False
    return True
