"""What the stage shows and how it is drawn, whatever it is drawn on; knows no window and no timer."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

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
from app.pose_history import PoseHistory
from app.quality import Quality
from app.render_targets import Size
from app.scene import CLEAR_GLASS, Scene
from app.shader_watch import ShaderWatch
from app.stage_frame import FrameSource, StageFrame
from realtime.motion.skeleton import Joint

_log = logging.getLogger(__name__)
_HANDS = (Joint.LEFT_HAND, Joint.RIGHT_HAND)
_RIBBON_S, _RIBBON_POINTS = 0.9, 40
_LONGEST_STEP_S = 0.25


class StagePicture:
    """The picture of a stage. One thread calls everything; `draw` wants that thread's GL context to be current.

    Args:
        source: tells what is to be seen at a host time.
        look: name of a look in `looks`.
        camera: name of a camera mode.
        looks: looks by name.
        shader_source: text of a shader by name.
        background: what is behind the dancer.
        say: takes a sentence for the operator when a look cannot be shown.
    """

    def __init__(
        self,
        source: FrameSource,
        *,
        look: str,
        camera: str,
        looks: Mapping[str, Look] = LOOKS,
        shader_source: Callable[[str], str] = shaders.source,
        background: Background = "stage",
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._source = source
        self._looks = looks
        look_named(look, looks)
        self._fade = LookFade(look)
        self.background: Background = background
        self._say = say
        self._colours = ("", "")
        self._glass = CLEAR_GLASS
        self.camera = Camera(CAMERAS["orbit"])
        self.set_camera(camera)
        self._shader_source = shader_source
        self._visual = DancerVisual(shader_source)
        self._history = PoseHistory()
        self._mood = Mood()
        self._guard = FlashGuard()
        self._watch = ShaderWatch()
        self._light = self._mood.step(None, 0.0)
        self._frame: StageFrame | None = None
        self._stepped_s: float | None = None
        self._refused: set[str] = set()
        self._drawn = False

    @property
    def look(self) -> str:
        """Name of the look that was asked for."""
        return self._fade.name

    def set_look(self, name: str, *, fade_s: float = 0.0) -> None:
        """Change the look: melt from one into the other over `fade_s`, or cut.

        Raises:
            ValueError: there is no such look; the message lists those there are.
        """
        look_named(name, self._looks)
        self._fade.change(name, self._stepped_s or 0.0, fade_s)

    def set_camera(self, name: str) -> None:
        """Change the way of looking and undo turns and zooms.

        Raises:
            ValueError: there is no such camera; the message lists those there are.
        """
        if name not in CAMERAS:
            raise ValueError(f"camera must be one of {', '.join(CAMERAS)}; got {name!r}")
        self.camera.with_mode(CAMERAS[name])
        self.camera.reset()

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

    def advance(self, host_s: float) -> None:
        """Take what the source tells for a host time, without drawing it."""
        elapsed_s = 0.0 if self._stepped_s is None else min(max(host_s - self._stepped_s, 0.0), _LONGEST_STEP_S)
        first = self._frame is None
        self._stepped_s = host_s
        frame = self._source(host_s)
        if frame is not None:
            self._frame = frame
            self._history.add(frame)
            self.camera.follow(frame.positions_m[Joint.PELVIS], 60.0 if first else elapsed_s)
        light = self._mood.step(frame, elapsed_s)
        self._light = replace(light, shown=self._guard.step(light.shown, host_s, elapsed_s))

    def eye(self, size: Size) -> Eye:
        """Return where a picture of `size` pixels would be seen from now."""
        spread = self._looks[self.look].spread
        return self.camera.eye_at(self._stepped_s or 0.0, size[0] / size[1], spread=spread, beat=self._light.beat)

    def draw(self, size: Size, quality: Quality, screen: gloo.FrameBuffer | None, *, now_s: float) -> None:
        """Draw the looks that are shown; where the driver refuses one's shaders, the plain one; else leave it dark."""
        self._reload_shaders(now_s)
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

    def _reload_shaders(self, now_s: float) -> None:
        if self._drawn and self._watch.changed(now_s):
            self._refused.clear()
            self._visual = DancerVisual(self._shader_source)

    def _scene(self, look: Look, size: Size, quality: Quality, weight: float) -> Scene:
        time_s = self._stepped_s or 0.0
        eye = self.camera.eye_at(time_s, size[0] / size[1], spread=look.spread, beat=self._light.beat)
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
            centre_m=self.camera.centre_m,
            time_s=time_s,
            background=self.background,
            glass=self._glass,
            weight=weight,
        )
