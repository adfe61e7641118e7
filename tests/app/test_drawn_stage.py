"""Where the processor draws, Qt's thread waits for no picture: it paints the last one that came."""

import threading
from collections.abc import Callable, Iterator
from typing import Any, cast

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.camera import CAMERAS, Camera
from app.drawn_stage import DrawnStage
from app.gl_renderer import draws_on_the_processor, renderer_name
from app.image_stage import Drawn, ImageStage, in_its_own_size
from app.picture_thread import PictureThread
from app.quality import LADDER, Governor
from app.render_targets import Size
from app.stage_frame import StageFrame
from app.stage_hand import StageHand
from tests.support.fake_dancer import FakeDancer

RED = (200, 0, 0)


class PaintedStage:
    """Stands in for an `ImageStage`: one colour, drawn when a test lets it."""

    def __init__(self, gate: threading.Event) -> None:
        self.gate = gate
        self.asked: list[Size] = []
        self.frames: list[StageFrame | None] = []
        self.governor = Governor(60.0)
        self.camera = Camera(CAMERAS["front"])
        self.hand = StageHand(self.camera)
        self.threads: set[int] = set()
        self.closed = False

    def draw(self, frame: StageFrame | None, host_s: float, size: Size) -> Drawn:
        self.threads.add(threading.get_ident())
        self.asked.append(size)
        self.frames.append(frame)
        self.gate.wait(10.0)
        image = QImage(4, 3, QImage.Format.Format_RGB32)
        image.fill(0xFFC80000)
        return Drawn(image, 0.004, 0.016)

    def close(self) -> None:
        self.threads.add(threading.get_ident())
        self.closed = True


@pytest.fixture
def thread() -> Iterator[PictureThread]:
    thread = PictureThread()
    yield thread
    thread.close()


@pytest.fixture
def painted() -> PaintedStage:
    gate = threading.Event()
    gate.set()
    return PaintedStage(gate)


@pytest.fixture
def stage(qtbot: QtBot, thread: PictureThread, painted: PaintedStage) -> Iterator[DrawnStage]:
    def make(**_: Any) -> ImageStage:
        return cast(ImageStage, painted)

    stage = DrawnStage(FakeDancer(), look="neon", camera="front", thread=thread, make=make, clock=lambda: 8.0)
    stage.native.resize(200, 100)
    qtbot.addWidget(stage.native)
    with qtbot.waitExposed(stage.native):
        stage.native.show()
    yield stage
    stage.close()


def test_the_picture_that_came_is_painted_over_the_whole_ground(
    qtbot: QtBot, stage: DrawnStage, painted: PaintedStage
) -> None:
    def is_red() -> bool:
        shown = stage.native.grab().toImage()
        corners = (shown.pixelColor(2, 2), shown.pixelColor(shown.width() - 3, shown.height() - 3))
        return all((colour.red(), colour.green(), colour.blue()) == RED for colour in corners)

    qtbot.waitUntil(is_red)
    ratio = stage.native.devicePixelRatioF()
    assert painted.asked[-1] == (round(200 * ratio), round(100 * ratio))
    assert painted.frames[-1] is not None
    qtbot.waitUntil(lambda: bool(stage.draw_times()))
    assert painted.threads != {threading.get_ident()}


def test_qt_waits_for_no_picture_and_asks_for_one_at_a_time(
    qtbot: QtBot, stage: DrawnStage, painted: PaintedStage
) -> None:
    painted.gate.clear()
    qtbot.waitUntil(lambda: bool(painted.asked))
    asked = len(painted.asked)
    beats: list[None] = []
    while len(beats) < 30:  # Thirty turns of Qt's loop with a timer that is due: nothing holds them up.
        qtbot.wait(5)
        beats.append(None)
    assert len(painted.asked) - asked <= 1
    painted.gate.set()
    qtbot.waitUntil(lambda: len(painted.asked) > asked + 2)


def test_a_hidden_stage_asks_for_nothing(qtbot: QtBot, stage: DrawnStage, painted: PaintedStage) -> None:
    qtbot.waitUntil(lambda: bool(painted.asked))
    stage.native.hide()
    qtbot.wait(60)  # What was asked for before is drawn.
    asked = len(painted.asked)
    qtbot.wait(100)
    assert len(painted.asked) == asked


def test_the_mouse_turns_the_stage_and_a_double_click_turns_it_back(
    qtbot: QtBot, stage: DrawnStage, painted: PaintedStage
) -> None:
    def yaw() -> float:
        eye = painted.camera.eye_at(0.0, 1.0)
        return float(np.arctan2(eye.position_m[0], eye.position_m[2]))

    straight = yaw()
    QTest.mousePress(stage.native, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    QTest.mouseMove(stage.native, QPoint(120, 50))
    QTest.mouseRelease(stage.native, Qt.MouseButton.LeftButton, pos=QPoint(120, 50))
    qtbot.waitUntil(lambda: abs(yaw() - straight) > 0.1)
    QTest.mouseDClick(stage.native, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    qtbot.waitUntil(lambda: abs(yaw() - straight) < 1e-6)


def test_unknown_names_are_refused_at_once(stage: DrawnStage) -> None:
    for wrong in (stage.set_look, stage.set_camera, stage.set_background):
        with pytest.raises(ValueError, match="nowhere"):
            wrong("nowhere")


def test_gl_is_let_go_in_the_thread_that_drew(
    thread: PictureThread, qtbot: QtBot, stage: DrawnStage, painted: PaintedStage
) -> None:
    stage.close()
    qtbot.waitUntil(lambda: painted.closed)
    assert len(painted.threads) == 1


def test_a_machine_that_cannot_draw_says_so_and_goes_on(qtbot: QtBot, thread: PictureThread) -> None:
    said: list[str] = []

    def broken(**_: Any) -> ImageStage:
        raise RuntimeError("no EGL")

    stage = DrawnStage(FakeDancer(), look="neon", camera="front", thread=thread, say=said.append, make=broken)
    qtbot.addWidget(stage.native)
    stage.native.show()
    qtbot.waitUntil(lambda: bool(said))
    assert "no EGL" in said[0]
    stage.set_look("wire")
    stage.close()


def test_jobs_are_done_in_their_order_and_a_failing_one_is_not_the_last(caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []

    def fail() -> None:
        raise ZeroDivisionError

    def note(number: int) -> Callable[[], None]:
        return lambda: done.append(number)

    thread = PictureThread()
    for number in range(20):
        thread.submit(note(number))
        thread.submit(fail)
    thread.close()
    assert done == list(range(20))
    assert len(caplog.records) == 20


def test_a_renderer_is_known_by_its_name(qapp: object) -> None:
    assert draws_on_the_processor("llvmpipe (LLVM 15.0.6, 256 bits)")
    assert not draws_on_the_processor("NVIDIA GeForce RTX 4070/PCIe/SSE2")
    assert isinstance(renderer_name(), str)


@pytest.mark.gl
def test_an_image_is_the_picture_that_a_canvas_would_show() -> None:
    pixels: dict[str, np.ndarray[Any, Any]] = {}

    def draw() -> None:
        stage = ImageStage(look="porcelain", camera="front", say=lambda _: None)
        dancer = FakeDancer(still_at_s=8.0)
        for ladder in (LADDER[3:4], LADDER[1:2]):
            stage.governor = Governor(60.0, level=0, ladder=ladder)
            for step in range(3):
                stage.draw(dancer.at(8.0), 8.0 + step, (320, 180))
            image = stage.draw(dancer.at(8.0), 11.0, (320, 180)).image
            shown = image.scaled(320, 180).convertToFormat(QImage.Format.Format_RGB888)
            key = f"{ladder[0].scale:g}"
            pixels[key] = np.frombuffer(shown.constBits(), np.uint8).reshape(180, -1)[:, : 3 * 320].astype(float)
        stage.close()

    thread = PictureThread()
    thread.submit(draw)
    thread.close()
    whole, small = pixels["1"], pixels["0.7"]
    assert whole.std() > 5
    # The floor is at the foot, and it is lit.
    assert whole[150:].mean() > 1.5 * whole[:30].mean()
    assert np.abs(whole - small).mean() < 8


def test_a_small_picture_is_enlarged_once() -> None:
    for quality in LADDER:
        own = in_its_own_size(quality)
        assert own.scale >= 1.0
        assert own.stage_scale / own.scale == pytest.approx(quality.stage_scale / quality.scale)


@pytest.mark.gl
def test_a_clear_ground_lets_the_desktop_through_and_the_dancer_not() -> None:
    seen: list[QImage] = []

    def draw() -> None:
        stage = ImageStage(look="porcelain", camera="front", say=lambda _: None)
        stage.governor = Governor(60.0, level=0, ladder=LADDER[3:4])
        stage.picture.set_background("clear")
        seen.extend(stage.draw(FakeDancer(still_at_s=8.0).at(8.0), 8.0 + step, (320, 240)).image for step in range(16))
        stage.close()

    thread = PictureThread()
    thread.submit(draw)
    thread.close()
    picture = seen[-1]
    assert picture.hasAlphaChannel()
    alphas = [picture.pixelColor(x, y).alpha() for x in range(0, 320, 4) for y in range(0, 240, 4)]
    assert picture.pixelColor(2, 2).alpha() == 0
    assert max(alphas) > 240
    assert 0.01 < float(np.mean(np.array(alphas) > 200)) < 0.3, "a dancer, not a wall"
