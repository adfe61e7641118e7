"""Pose in, GL out: draws one scene with our shaders, and is their only user.

Order: the stage fills the picture; the dancer's image in the floor; echoes that stand in the room; the dancer; light
that needs no depth (ghosts, ribbons, motes); the glow; and the copy to the screen. Lights are linear in the shaders and
stored as square roots. Everything is GLSL 1.20 and OpenGL 2.1, which every desktop has.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from vispy import gloo

from app.beams import beams_on_screen
from app.body_pose import BALL_COUNT, balls, bones
from app.camera import Eye
from app.echoing import Echo
from app.gl_programs import Programs, assign
from app.looks import Look
from app.mood import Light
from app.quality import Quality
from app.render_targets import Size, Target, Targets, make_targets, scaled
from app.stage_frame import StageFrame
from realtime.types import FloatArray
from shaders import source

_ADD = ("src_alpha", "one")
_COVER = ("src_alpha", "one_minus_src_alpha")
_NO_BALLS = np.tile(np.array([0.0, 9.0, 0.0, 0.0], np.float32), (BALL_COUNT, 1))
_BEHIND = 0.05
"""More than a metre in depth at the dancer's distance."""
_HERE = (0.0, 0.0, 0.0)
_SHADE_REACH_M = 3.0
_LAMP_SLOPE = (-1.2, -0.45)
"""How far a shadow moves along x and z per metre of height: the lamp stands in front, to the dancer's left."""
_RIBBON_WIDTH_M = 0.028
_MOTE_SIZE = 0.042
"""Pixels of a mote at one metre, per pixel of the picture's height."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that one picture shows.

    Attributes:
        look: how.
        quality: how much of it.
        dancer: the pose, or None for an empty stage.
        echoes: earlier poses, newest first.
        paths_m: where the hands have been, each of shape (P, 3), newest first.
        light: the music as light.
        eye: where it is seen from.
        centre_m: shape (3,), the place about which the picture turns.
        time_s: any steady time.
    """

    look: Look
    quality: Quality
    dancer: StageFrame | None
    echoes: Sequence[Echo]
    paths_m: Sequence[FloatArray]
    light: Light
    eye: Eye
    centre_m: FloatArray
    time_s: float


class DancerVisual:
    """Owns the GL objects of one canvas. Call it with that canvas' context current, from the window's thread."""

    def __init__(self, shader_source: Callable[[str], str] = source) -> None:
        self._programs = Programs(shader_source)
        self._targets: Targets | None = None

    def draw(self, scene: Scene, size: Size, screen: gloo.FrameBuffer | None = None) -> None:
        """Draw a picture of `size` pixels to the canvas, or to another buffer.

        Raises:
            RuntimeError: the driver refused a shader; nothing useful was drawn.
        """
        targets = self._targets_of(scaled(size, scene.quality.scale), scaled(size, scene.quality.stage_scale))
        # A picture that broke off may have left these behind.
        gloo.set_color_mask(True, True, True, True)
        gloo.set_depth_mask(True)
        gloo.set_depth_func("less")
        gloo.set_front_face("ccw")
        if scene.look.shadow:
            self._draw_shade(scene, targets)
        with targets.scene.buffer:
            self._draw_scene(scene, targets)
        bloom = scene.look.bloom if scene.quality.bloom else 0.0
        if bloom:
            self._draw_glow(targets)
        if screen is None:
            self._draw_finish(targets, size, bloom, scene.light.shown)
        else:
            with screen:
                self._draw_finish(targets, size, bloom, scene.light.shown)

    def _targets_of(self, size: Size, stage_size: Size) -> Targets:
        targets = self._targets
        if targets is None or targets.scene.size != size or targets.stage.size != stage_size:
            targets = self._targets = make_targets(size, stage_size)
        return targets

    def _draw_shade(self, scene: Scene, targets: Targets) -> None:
        """Draw the dancer's shadow as seen from above, and soften it."""
        gloo.set_state(depth_test=False, blend=False, cull_face=False)
        with targets.shade.buffer:
            gloo.set_viewport(0, 0, *targets.shade.size)
            gloo.clear(color=(0.0, 0.0, 0.0, 0.0))
            if scene.dancer is not None:
                values = {"u_clip_from_world": _shade_from_world(scene.centre_m).T, "u_offset": _HERE}
                self._draw_skin(
                    scene.dancer,
                    "shade",
                    {**values, "u_gain": scene.light.presence, "u_behind": 0.0, "u_flip": 1.0},
                    detail=2,
                )
        self._soften(targets.shade, targets.shade_spare, 1.0)

    def _draw_scene(self, scene: Scene, targets: Targets) -> None:
        size = targets.scene.size
        values = _scene_values(scene, size)
        values |= {"u_shade": targets.shade.texture, "u_shade_reach": _SHADE_REACH_M}
        gloo.set_state(depth_test=False, blend=False, cull_face=False)
        if targets.stage.size != size:
            # The stage is soft and costs most of the pixels; the dancer is sharp and covers few.
            with targets.stage.buffer:
                gloo.set_viewport(0, 0, *targets.stage.size)
                self._draw_screen("stage.vert", scene.look.stage + ".frag", values)
        gloo.set_viewport(0, 0, *size)
        gloo.clear(color=False, depth=True)
        if targets.stage.size != size:
            self._draw_screen("copy.vert", "copy.frag", {"u_scene": targets.stage.texture})
        else:
            self._draw_screen("stage.vert", scene.look.stage + ".frag", values)
        if scene.dancer is not None and scene.light.presence > 0.005:
            self._draw_bodies(scene, scene.dancer, values)
        gloo.set_state(depth_test=True, blend=True, blend_func=_ADD, cull_face=False)
        gloo.set_depth_mask(False)
        self._draw_ribbons(scene, values)
        self._draw_motes(scene, size, values)
        gloo.set_depth_mask(True)

    def _draw_bodies(self, scene: Scene, dancer: StageFrame, values: Mapping[str, Any]) -> None:
        look, quality = scene.look, scene.quality
        room = () if look.echoes.ghost else tuple(reversed(scene.echoes))
        if look.reflection and quality.reflection:
            self._draw_image(dancer, room, look, values)
        for echo in room:
            self._draw_body(echo.frame, look, {**values, **_echo_values(echo)}, detail=1)
        self._draw_body(dancer, look, values, detail=quality.detail)
        if look.echoes.ghost:
            gloo.set_state(depth_test=True, blend=True, blend_func=_ADD, cull_face=True)
            gloo.set_depth_mask(False)
            for echo in scene.echoes:
                gain = look.echoes.gain * (1.0 - echo.age) * values["u_gain"]
                ghost = {**values, **_echo_values(echo), "u_gain": gain, "u_behind": _BEHIND}
                self._draw_skin(echo.frame, look.body, ghost, detail=1)

    def _draw_image(self, dancer: StageFrame, room: Sequence[Echo], look: Look, values: Mapping[str, Any]) -> None:
        """Draw the bodies upside down in the floor, fainter with height."""
        image = {**values, "u_flip": -1.0, "u_decay": 1.1, "u_gain": look.reflection * values["u_gain"]}
        gloo.set_front_face("cw")
        for echo in room:
            self._draw_body(echo.frame, look, {**image, **_echo_values(echo)}, detail=2)
        self._draw_body(dancer, look, image, detail=1)
        gloo.set_front_face("ccw")
        gloo.clear(color=False, depth=True)

    def _draw_body(self, frame: StageFrame, look: Look, values: Mapping[str, Any], *, detail: int) -> None:
        if look.clear:
            gloo.set_state(depth_test=True, blend=True, blend_func=_ADD, cull_face=False)
            gloo.set_depth_mask(False)
            self._draw_skin(frame, look.body, values, detail=detail)
            gloo.set_depth_mask(True)
            return
        gloo.set_state(depth_test=True, blend=True, blend_func=_COVER, cull_face=True)
        if values["u_gain"] < 0.995:
            # While it fades only its nearest surface may be seen, or its far side would shine through.
            gloo.set_color_mask(False, False, False, False)
            self._draw_skin(frame, look.body, values, detail=detail)
            gloo.set_color_mask(True, True, True, True)
            gloo.set_depth_func("lequal")
        self._draw_skin(frame, look.body, values, detail=detail)
        gloo.set_depth_func("less")

    def _draw_skin(self, frame: StageFrame, body: str, values: Mapping[str, Any], *, detail: int) -> None:
        program, triangles = self._programs.body(body + ".frag", detail)
        assign(program, {**values, "u_bones": bones(frame)})
        program.draw("triangles", triangles)

    def _draw_ribbons(self, scene: Scene, values: Mapping[str, Any]) -> None:
        gain = scene.look.ribbons * scene.light.presence * (0.35 + 0.65 * scene.light.energy)
        if gain < 0.01:
            return
        for path_m in scene.paths_m:
            program = self._programs.ribbon(path_m)
            own = {"u_width": _RIBBON_WIDTH_M, "u_gain": gain, "u_tint": scene.look.accent}
            assign(program, {**values, **own})
            program.draw("triangle_strip")

    def _draw_motes(self, scene: Scene, size: Size, values: Mapping[str, Any]) -> None:
        count = round(scene.look.motes * scene.quality.motes)
        if count:
            program = self._programs.points(count)
            own = {"u_rise": scene.look.rise_m_s, "u_size": _MOTE_SIZE * size[1], "u_tint": scene.look.accent}
            assign(program, {**values, **own, "u_gain": 1.4})
            program.draw("points")

    def _draw_glow(self, targets: Targets) -> None:
        gloo.set_state(depth_test=False, blend=False, cull_face=False)
        self._copy(targets.scene, targets.glow, "bright.frag", targets.scene.texel)
        for reach in (1.0, 2.6):
            self._soften(targets.glow, targets.spare, reach)

    def _soften(self, target: Target, spare: Target, reach: float) -> None:
        across, up = target.texel
        self._copy(target, spare, "blur.frag", (reach * across, 0.0))
        self._copy(spare, target, "blur.frag", (0.0, reach * up))

    def _copy(self, start: Target, end: Target, shader: str, texel: tuple[float, float]) -> None:
        with end.buffer:
            gloo.set_viewport(0, 0, *end.size)
            self._draw_screen("copy.vert", shader, {"u_scene": start.texture, "u_texel": texel})

    def _draw_finish(self, targets: Targets, size: Size, bloom: float, shown: float) -> None:
        gloo.set_state(depth_test=False, blend=False, cull_face=False)
        gloo.set_viewport(0, 0, *size)
        values = {"u_scene": targets.scene.texture, "u_glow": targets.glow.texture, "u_texel": targets.scene.texel}
        # Enlarging smooths by itself; looking for stair-steps would cost a software renderer half its time.
        shader = "finish_smooth.frag" if targets.scene.size[0] >= size[0] else "finish.frag" if bloom else "fade.frag"
        self._draw_screen("copy.vert", shader, {**values, "u_bloom": bloom, "u_shown": shown})

    def _draw_screen(self, vertex: str, fragment: str, values: Mapping[str, Any]) -> None:
        program = self._programs.screen(vertex, fragment)
        assign(program, values)
        program.draw("triangle_strip")


def _shade_from_world(centre_m: FloatArray) -> FloatArray:
    """Return the matrix (4, 4) that lays the world flat along the lamp's light, `_SHADE_REACH_M` around a place."""
    along_x, along_z = _LAMP_SLOPE
    flat = np.array(
        [
            [1.0, along_x, 0.0, -centre_m[0]],
            [0.0, along_z, 1.0, -centre_m[2]],
            [0.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, _SHADE_REACH_M],
        ]
    )
    return flat / _SHADE_REACH_M


def _scene_values(scene: Scene, size: Size) -> dict[str, Any]:
    """Return the uniforms that are the same for everything in a picture."""
    light, eye, look = scene.light, scene.eye, scene.look
    aspect = size[0] / size[1]
    shade = _NO_BALLS if scene.dancer is None else balls(scene.dancer) * [1.0, 1.0, 1.0, np.sqrt(light.presence)]
    return {
        # GL reads matrices column by column.
        "u_clip_from_world": eye.clip_from_world.T,
        "u_eye": eye.position_m,
        "u_right": eye.right,
        "u_up": eye.up,
        "u_forward": eye.forward,
        "u_aspect": aspect,
        "u_centre": scene.centre_m,
        "u_tint": look.tint,
        "u_accent": look.accent,
        "u_ground": look.ground,
        "u_pulse": light.pulse,
        "u_beat": light.beat,
        "u_energy": light.energy,
        "u_low": light.low,
        "u_time": scene.time_s % 4096.0,
        "u_rings": light.rings,
        "u_shade_rows": float(scene.quality.shade),
        "u_blobs": shade.reshape(-1, 4, 4),
        "u_beams": beams_on_screen(eye, aspect, beat=light.beat, energy=light.energy),
        "u_beam_gain": look.beams * (0.35 + 0.65 * light.energy),
        "u_offset": _HERE,
        "u_behind": 0.0,
        "u_flip": 1.0,
        "u_age": 0.0,
        "u_gain": light.presence,
        "u_pixel": 2.0 * np.linalg.norm(eye.up) * np.linalg.norm(eye.position_m - scene.centre_m) / size[1],
        "u_decay": 0.0,
    }


def _echo_values(echo: Echo) -> dict[str, Any]:
    return {"u_offset": echo.offset_m, "u_age": echo.age}
