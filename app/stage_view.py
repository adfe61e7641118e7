"""The picture on the stage: a VisPy canvas that asks for the pose at the time at which this frame will be seen."""

import logging
import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QWidget
from vispy import app as vispy_app
from vispy import gloo

import shaders
from app.camera import CAMERAS, Camera, Eye
from app.dancer_visual import DancerVisual
from app.echoing import echoes_of
from app.flash_guard import FlashGuard
from app.gl_programs import first_complaint
from app.look_fade import LookFade
from app.looks import BACKGROUNDS, LOOKS, PLAIN, Background, Look, look_named, recoloured
from app.mood import Mood
from app.pose_history import PoseHistory, ease
from app.quality import FULL, Governor, PictureCost, Quality
from app.render_targets import Size
from app.scene import CLEAR_GLASS, Scene
from app.shader_watch import ShaderWatch
from app.stage_frame import FrameSource, StageFrame
from app.stage_hand import StageHand
from app.versions import available_cores
from realtime.motion.skeleton import Joint

_log = logging.getLogger(__name__)
_HANDS = (Joint.LEFT_HAND, Joint.RIGHT_HAND)
_RIBBON_S, _RIBBON_POINTS = 0.9, 40
_LONGEST_STEP_S = 0.25


class StageView:
    """A canvas with a dancer; `native` is the widget to embed. One thread (Qt's) calls everything.

    Args:
        source: tells what is to be seen at a host time.
        look: name of a look in `looks`.
        camera: name of a camera mode.
        target_fps: pictures per second when the machine can afford them.
        parent: the widget that will hold the canvas.
        show: whether the canvas opens as a window of its own.
        size: of the canvas, in logical pixels.
        backend: VisPy's backend: "pyside6" in a window, "egl" without a display.
        looks: looks by name.
        shader_source: text of a shader by name.
        clock: host time in seconds.
        background: what is behind the dancer.
        say: takes a sentence for the operator when a look cannot be shown.
    """

    def __init__(
        self,
        source: FrameSource,
        *,
        look: str = "neon",
        camera: str = "orbit",
        target_fps: float = 60.0,
        parent: object = None,
        show: bool = False,
        size: Size = (1280, 720),
        backend: str = "pyside6",
        looks: Mapping[str, Look] = LOOKS,
        shader_source: Callable[[str], str] = shaders.source,
        clock: Callable[[], float] = time.monotonic,
        background: Background = "stage",
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        # A software renderer would take every core; the show needs one. Must be set before the first GL context.
        os.environ.setdefault("LP_NUM_THREADS", str(max(1, available_cores() // 2)))
        self._source = source
        self._looks = looks
        self._clock = clock
        look_named(look, looks)
        self._fade = LookFade(look)
        self.background: Background = background
        self._say = say
        self._colours = ("", "")
        self._glass = CLEAR_GLASS
        self._camera = Camera(CAMERAS["orbit"])
        self.set_camera(camera)
        self._shader_source = shader_source
        self._visual = DancerVisual(shader_source)
        self._history = PoseHistory()
        self._mood = Mood()
        self._guard = FlashGuard()
        self._watch = ShaderWatch()
        self._governor = Governor(target_fps)
        self._light = self._mood.step(None, 0.0)
        self._frame: StageFrame | None = None
        self._stepped_s: float | None = None
        self._latency_s = 1.5 / target_fps
        self._draw_s: deque[float] = deque(maxlen=4096)
        self._cost = PictureCost()
        self._refused: set[str] = set()
        self._drawn = False
        application = vispy_app.Application(backend)
        self.canvas = vispy_app.Canvas(
            title="Farandole", size=size, app=application, parent=parent, show=show, vsync=backend != "egl"
        )
        self._hand = StageHand(self.canvas, self._camera)
        self.canvas.events["draw"].connect(self._on_draw)
        self.canvas.events["resize"].connect(self._on_resize)
        self._timer = vispy_app.Timer(connect=self._on_tick, start=False, app=application)
        self._timer.start(self._governor.interval_s)

    @property
    def native(self) -> QWidget:
        """The widget to embed; only the Qt backend has one."""
        return cast(QWidget, self.canvas.native)

    @property
    def look(self) -> str:
        """Name of the look that was asked for."""
        return self._fade.name

    @property
    def quality(self) -> Quality:
        """What this machine can afford at present."""
        return self._governor.quality

    def set_look(self, name: str, *, fade_s: float = 0.0) -> None:
        """Change the look: melt from one into the other over `fade_s`, or cut.

        Raises:
            ValueError: there is no such look; the message lists those there are.
        """
        look_named(name, self._looks)
        self._fade.change(name, self._stepped_s or 0.0, fade_s)
        self._governor.forget()

    def set_camera(self, name: str) -> None:
        """Change the way of looking and undo turns and zooms.

        Raises:
            ValueError: there is no such camera; the message lists those there are.
        """
        if name not in CAMERAS:
            raise ValueError(f"camera must be one of {', '.join(CAMERAS)}; got {name!r}")
        self._camera.with_mode(CAMERAS[name])
        self._camera.reset()

    def set_colours(self, tint: str, accent: str) -> None:
        """Use these colours ("#RRGGBB") instead of each look's own; "" keeps its own."""
        self._colours = tint, accent

    def set_glass(self, colour: tuple[float, float, float], *, grey: bool) -> None:
        """Look through coloured glass, which may take all other colour."""
        self._glass = colour, grey

    def set_background(self, name: str) -> None:
        """Put something else behind the dancer.

        Raises:
            ValueError: it is none of `BACKGROUNDS`; the message lists them.
        """
        if name not in BACKGROUNDS:
            raise ValueError(f"background must be one of {', '.join(BACKGROUNDS)}; got {name!r}")
        self.background = name

    def draw_times(self) -> tuple[float, ...]:
        """Return how long each picture took since the last call, in seconds, and forget it."""
        times = tuple(self._draw_s)
        self._draw_s.clear()
        return times

    def advance(self, host_s: float) -> None:
        """Take what the source tells for a host time, without drawing it."""
        elapsed_s = 0.0 if self._stepped_s is None else min(max(host_s - self._stepped_s, 0.0), _LONGEST_STEP_S)
        first = self._frame is None
        self._stepped_s = host_s
        frame = self._source(host_s)
        if frame is not None:
            self._frame = frame
            self._history.add(frame)
            self._camera.follow(frame.positions_m[Joint.PELVIS], 60.0 if first else elapsed_s)
        light = self._mood.step(frame, elapsed_s)
        self._light = replace(light, shown=self._guard.step(light.shown, host_s, elapsed_s))

    def render_image(self, size: Size, *, at_s: float | None = None, quality: Quality = FULL) -> NDArray[np.uint8]:
        """Return a picture: shape (height, width, 3), whatever the canvas' size and the machine's speed.

        Args:
            size: width and height in pixels.
            at_s: host time at which it is seen; now if None.
            quality: how much is drawn.

        Raises:
            RuntimeError: the canvas is a widget that was never shown, so it has no GL context yet.
        """
        if isinstance(self.canvas.native, QOpenGLWidget) and not self.canvas.native.isValid():
            raise RuntimeError("the stage can only be pictured once its window has been shown")
        self.canvas.set_current()
        self.advance(self._clock() if at_s is None else at_s)
        width, height = size
        texture = gloo.Texture2D(np.zeros((height, width, 4), np.uint8))
        screen = gloo.FrameBuffer(texture)
        self._draw(size, quality, screen)
        with screen:
            pixels = gloo.read_pixels((0, 0, width, height), alpha=False)
        screen.delete()
        texture.delete()
        return np.asarray(pixels, np.uint8)

    def eye(self, size: Size) -> Eye:
        """Return where a picture of `size` pixels would be seen from now."""
        spread = self._looks[self.look].spread
        return self._camera.eye_at(self._stepped_s or 0.0, size[0] / size[1], spread=spread, beat=self._light.beat)

    def close(self) -> None:
        """Stop drawing and give the canvas back."""
        self._timer.stop()
        native = self.canvas.native
        self.canvas.close()
        if isinstance(native, QWidget):
            # Qt may still hold events for it: it must go when Qt says so, not when Python's collector does.
            native.deleteLater()

    def _on_tick(self, _event: object) -> None:
        # Qt draws no hidden widget, so a hidden view costs this call and nothing else.
        self.canvas.update()

    def _on_draw(self, _event: object) -> None:
        started_s = time.perf_counter()
        self.advance(self._clock() + self._latency_s)
        width, height = self.canvas.physical_size
        self._draw((max(width, 1), max(height, 1)), self._governor.quality, None)
        # Wait for the GPU: otherwise only the talking to the driver would be measured, and frames would queue up.
        gloo.finish()
        draw_s = time.perf_counter() - started_s
        self._draw_s.append(draw_s)
        self._latency_s = ease(self._latency_s, draw_s + 1.0 / self._governor.target_fps, 1.0, 8.0)
        self._governor.record(self._cost.of(draw_s))
        if abs(self._timer.interval - self._governor.interval_s) > 0.001:
            self._timer.interval = self._governor.interval_s

    def _on_resize(self, _event: object) -> None:
        self._governor.forget()

    def _draw(self, size: Size, quality: Quality, screen: gloo.FrameBuffer | None) -> None:
        """Draw the looks that are shown; where the driver refuses one's shaders, the plain one; else leave it dark."""
        self._reload_shaders()
        looks = self._fade.shown(self._stepped_s or 0.0)
        for name, weight in looks if self.background != "clear" else looks[-1:]:  # Glass on glass shows both.
            self._draw_look(name, weight, size, quality, screen)
        self._drawn = True

    def _draw_look(
        self, wanted: str, weight: float, size: Size, quality: Quality, screen: gloo.FrameBuffer | None
    ) -> None:
        for name, look in ((wanted, self._looks[wanted]), ("plain", PLAIN)):
            if name in self._refused:
                continue
            try:
                self._visual.draw(self._scene(look, size, quality, weight), size, screen)
            except RuntimeError as error:
                self._refused.add(name)
                _log.warning("look %r: the graphics driver refused it, showing a plainer one instead: %s", name, error)
                self._say(f'The look "{name}" cannot be shown here, a plainer one stands in: {first_complaint(error)}')
                # What else was waiting to be sent was lost with the refused shader: begin again.
                self._visual = DancerVisual(self._shader_source)
            else:
                return
        gloo.clear(color="black")

    def _reload_shaders(self) -> None:
        if self._drawn and self._watch.changed(self._clock()):
            self._refused.clear()
            self._visual = DancerVisual(self._shader_source)

    def _scene(self, look: Look, size: Size, quality: Quality, weight: float) -> Scene:
        time_s = self._stepped_s or 0.0
        eye = self._camera.eye_at(time_s, size[0] / size[1], spread=look.spread, beat=self._light.beat)
        return Scene(
            look=recoloured(look, *self._colours),
            quality=quality,
            dancer=self._frame,
            echoes=echoes_of(look.echoes, self._history, eye, share=quality.echoes),
            history=self._history,
            paths_m=[self._history.path(hand, length_s=_RIBBON_S, points=_RIBBON_POINTS) for hand in _HANDS]
            if look.ribbons and len(self._history) > 2
            else [],
            light=self._light,
            eye=eye,
            centre_m=self._camera.centre_m,
            time_s=time_s,
            background=self.background,
            glass=self._glass,
            weight=weight,
        )
