"""The windows are tested without a screen, against a fake show and fake displays."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.inputs import Inputs
from app.stage_slot import plain_kit
from app.stages import Stages
from app.view_model import ViewModel
from app.windows.operator import OperatorWindow
from tests.support.fake_desk import FakeDisplays, HandClock
from tests.support.fake_show import FakeShow, search_of


@pytest.fixture
def show() -> FakeShow:
    return FakeShow()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def view_model(qapp: object, show: FakeShow, clock: HandClock) -> Iterator[ViewModel]:
    """A view model that finds the show when it is polled."""
    model = ViewModel(search_of(lambda: show), now_s=clock)
    yield model
    model.stop()


@pytest.fixture
def displays(qapp: object) -> FakeDisplays:
    return FakeDisplays()


@pytest.fixture
def stages(view_model: ViewModel, displays: FakeDisplays, tmp_path: Path) -> Stages:
    return Stages(view_model, plain_kit(), displays, tmp_path / "window.json")


@pytest.fixture
def desk(qtbot: QtBot, view_model: ViewModel, stages: Stages) -> Iterator[OperatorWindow]:
    """The operator window with the show's snapshot on it."""
    window = OperatorWindow(view_model, stages, inputs=Inputs(lambda: ("ALSA: mixer", "ALSA: microphone")))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    view_model.poll()
    view_model.poll()
    yield window
    stages.close()
