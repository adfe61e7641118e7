"""The best engine that works is chosen, and it is said why others were not."""

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.bundle import Arrays, Bundle
from models.runtime.onnx_session import OnnxSession
from models.runtime.select import ENGINES, open_model
from models.runtime.session import Session, SessionDescription
from realtime.errors import InferenceError
from tests.support.small_bundle import small_bundle


class WrongSession:
    """Computes something near what it should."""

    description = SessionDescription("onnx", "fp32", "a broken chip", "0")

    def __init__(self, bundle: Bundle, graph: str) -> None:
        self._right = OnnxSession(bundle, graph)

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> Arrays:
        return {name: np.asarray(array + 1) for name, array in self._right.run(inputs).items()}

    def warm_up(self) -> None:
        self._right.warm_up()


def absent(_bundle: Bundle, _graph: str) -> Session:
    raise InferenceError("it is not installed; install it")


def test_the_first_that_works_wins_silently(caplog: pytest.LogCaptureFixture) -> None:
    opened = open_model(small_bundle(), ["onnx"])
    assert opened.engine == "onnx"
    assert set(opened.sessions) == {"step", "decoder"}
    assert not opened.refusals
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_int8_runs_where_it_was_made() -> None:
    opened = open_model(small_bundle(), ["onnx-int8"])
    assert {name: session.description.precision for name, session in opened.sessions.items()} == {
        "step": "int8",
        "decoder": "fp32",
    }


def test_why_others_did_not_win_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    opened = open_model(
        small_bundle(), ["absent", "wrong", "onnx"], known={**ENGINES, "absent": absent, "wrong": WrongSession}
    )
    assert opened.engine == "onnx"
    assert opened.refusals["absent"] == "it is not installed; install it"
    assert "differs from golden.npz" in opened.refusals["wrong"]
    assert "not absent: it is not installed" in opened.message
    assert len([record for record in caplog.records if record.levelno == logging.WARNING]) == 1


def test_onnx_runs_even_where_it_was_not_asked_for() -> None:
    opened = open_model(small_bundle(), ["abacus"])
    assert opened.engine == "onnx"
    assert "there is no such engine; choose among onnx" in opened.refusals["abacus"]


def test_only_the_graphs_that_are_asked_for_are_opened() -> None:
    assert list(open_model(small_bundle(), graphs=["decoder"]).sessions) == ["decoder"]


def test_when_nothing_works_every_reason_is_told() -> None:
    with pytest.raises(InferenceError, match=r"no engine can run this model here: absent: .*; onnx: it is not"):
        open_model(small_bundle(), ["absent"], known={"absent": absent, "onnx": absent})
