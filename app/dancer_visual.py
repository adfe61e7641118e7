"""Pose in, GL out: draws one scene with our shaders, and is their only user.

Order: the stage fills the picture; the dancer's image in the floor; echoes that stand in the room; the dancer; light
that needs no depth (layers, ghosts, ribbons, motes); then the passes of `picture_passes`. Lights are linear in the
shaders and stored as square roots. Everything is GLSL 1.20 and OpenGL 2.1, which every desktop has.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vispy import gloo

from app.body_pose import bones
from app.echoing import Echo
from app.figure_layers import FigureLayers
from app.figures import limb_matrices
from app.gl_programs import Programs, assign
from app.looks import Look
from app.picture_passes import Finish, PicturePasses
from app.render_targets import Size, Targets, make_targets, scaled
from app.scene import HERE, SHADE_REACH_M, Scene, echo_values, scene_values, shade_from_world
from app.stage_frame import StageFrame
from shaders import source

_ADD = ("src_alpha", "one")
_COVER = ("src_alpha", "one_minus_src_alpha")
_BEHIND = 0.05
"""More than a metre in depth at the dancer's distance."""
_RIBBON_WIDTH_M = 0.028
_MOTE_SIZE = 0.042
"""Pixels of a mote at one metre, per pixel of the picture's height."""


class DancerVisual:
    """Owns the GL objects of one canvas. Call it with that canvas' context current, from the window's thread."""

    def __init__(self, shader_source: Callable[[str], str] = source) -> None:
        self._programs = Programs(shader_source)
        self._layers = FigureLayers(self._programs)
        self._passes = PicturePasses(self._programs)
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
        if scene.look.shadow and scene.background == "stage":
            self._draw_shade(scene, targets)
        with targets.scene.buffer:
            self._draw_scene(scene, targets)
        finish = Finish(
            bloom=scene.look.bloom if scene.quality.bloom else 0.0,
            trails_s=scene.look.trails_s if scene.quality.bloom else 0.0,
            shown=scene.light.shown,
            weight=scene.weight,
            clear=scene.background == "clear",
            time_s=scene.time_s,
            glass=scene.glass,
            smooth=scene.quality.smooth,
        )

        def to_screen(draw: Callable[[], None]) -> None:
            if screen is None:
                draw()
            else:
                with screen:
                    draw()

        self._passes.draw(targets, finish, to_screen, size)

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
                values = {"u_clip_from_world": shade_from_world(scene.centre_m).T, "u_offset": HERE}
                self._draw_skin(
                    scene.dancer,
                    "shade",
                    {**values, "u_gain": scene.light.presence, "u_behind": 0.0, "u_flip": 1.0, "u_swell": 0.0},
                    detail=2,
                )
        self._passes.soften(targets.shade, targets.shade_spare, 1.0)

    def _draw_scene(self, scene: Scene, targets: Targets) -> None:
        size = targets.scene.size
        values = scene_values(scene, size)
        values |= {"u_shade": targets.shade.texture, "u_shade_reach": SHADE_REACH_M}
        self._draw_ground(scene, targets, values)
        there = scene.dancer is not None and scene.light.presence > 0.005
        if scene.dancer is not None and there:
            self._draw_bodies(scene, scene.dancer, values)
        gloo.set_state(depth_test=True, blend=True, blend_func=_ADD, cull_face=False)
        gloo.set_depth_mask(False)
        if scene.dancer is not None and there and scene.look.layer:
            self._draw_layer(scene, scene.dancer, values, size)
        self._draw_ribbons(scene, values)
        self._draw_motes(scene, size, values)
        gloo.set_depth_mask(True)

    def _draw_ground(self, scene: Scene, targets: Targets, values: Mapping[str, Any]) -> None:
        """Fill the picture with what is behind the dancer, and set the scene's viewport."""
        size = targets.scene.size
        gloo.set_state(depth_test=False, blend=False, cull_face=False)
        stage = scene.look.stage + ".frag"
        if scene.background != "stage":
            gloo.set_viewport(0, 0, *size)
            gloo.clear(color=(0.0, 0.0, 0.0, 0.0), depth=True)
        elif targets.stage.size != size:
            # The stage is soft and costs most of the pixels; the dancer is sharp and covers few.
            with targets.stage.buffer:
                gloo.set_viewport(0, 0, *targets.stage.size)
                self._passes.screen("stage.vert", stage, values)
            gloo.set_viewport(0, 0, *size)
            gloo.clear(color=False, depth=True)
            self._passes.screen("copy.vert", "copy.frag", {"u_scene": targets.stage.texture})
        else:
            gloo.set_viewport(0, 0, *size)
            gloo.clear(color=False, depth=True)
            self._passes.screen("stage.vert", stage, values)

    def _draw_bodies(self, scene: Scene, dancer: StageFrame, values: Mapping[str, Any]) -> None:
        look, quality = scene.look, scene.quality
        room = () if look.echoes.ghost else tuple(reversed(scene.echoes))
        if look.reflection and quality.reflection and look.body and scene.background == "stage":
            self._draw_image(dancer, room, look, values)
        for echo in room:
            self._draw_body(echo.frame, look, {**values, **echo_values(echo)}, detail=1)
        if look.body:
            self._draw_body(dancer, look, values, detail=quality.detail)
        if look.echoes.ghost:
            gloo.set_state(depth_test=True, blend=True, blend_func=_ADD, cull_face=True)
            gloo.set_depth_mask(False)
            for echo in scene.echoes:
                gain = look.echoes.gain * (1.0 - echo.age) * values["u_gain"]
                ghost = {**values, **echo_values(echo), "u_gain": gain, "u_behind": _BEHIND}
                self._draw_skin(echo.frame, look.body, ghost, detail=1)

    def _draw_layer(self, scene: Scene, dancer: StageFrame, values: Mapping[str, Any], size: Size) -> None:
        """Draw what the figure is made of beside its skin, and its image in the floor."""
        look, share = scene.look, scene.quality.motes
        if look.reflection and scene.quality.reflection and scene.background == "stage":
            image = {**values, "u_flip": -1.0, "u_decay": 1.1, "u_gain": 0.7 * look.reflection * values["u_gain"]}
            self._layers.draw(look, dancer, scene.history, image, height=size[1], share=0.5 * share)
        self._layers.draw(look, dancer, scene.history, values, height=size[1], share=share)

    def _draw_image(self, dancer: StageFrame, room: Sequence[Echo], look: Look, values: Mapping[str, Any]) -> None:
        """Draw the bodies upside down in the floor, fainter with height."""
        image = {**values, "u_flip": -1.0, "u_decay": 1.1, "u_gain": look.reflection * values["u_gain"]}
        gloo.set_front_face("cw")
        for echo in room:
            self._draw_body(echo.frame, look, {**image, **echo_values(echo)}, detail=2)
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
        own: dict[str, Any] = {"u_bones": bones(frame)}
        if "u_limbs" in program:
            own["u_limbs"] = limb_matrices(frame)
        assign(program, {**values, **own})
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
