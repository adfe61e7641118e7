"""What happens to a picture after the scene was drawn: the glow, the trails, and the copy to the screen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from vispy import gloo

from app.gl_programs import Programs, assign
from app.render_targets import Size, Target, Targets
from app.scene import Glass

_MIX = ("src_alpha", "one_minus_src_alpha")
ToScreen = Callable[[Callable[[], None]], None]
"""Runs what draws to the screen, wherever that is."""
_LONGEST_GAP_S = 1.0
"""Trails that were not drawn for so long are gone."""


@dataclass(frozen=True, slots=True)
class Finish:
    """How a picture reaches the screen.

    Attributes:
        bloom: how much bright places glow.
        trails_s: half-life of the trails, 0 for none.
        shown: 1 (picture) to 0 (black).
        weight: how much it covers the picture under it, 0 to 1.
        clear: whether what is not the dancer is transparent.
        time_s: any steady time.
        glass: see `Scene`.
        smooth: whether stair-steps are smoothed where the scene is as large as the screen.
    """

    bloom: float
    trails_s: float
    shown: float
    weight: float
    clear: bool
    time_s: float
    glass: Glass
    smooth: bool = True


class PicturePasses:
    """The passes of one canvas. Call it with that canvas' context current, from the window's thread.

    Args:
        programs: the canvas' programs.
    """

    def __init__(self, programs: Programs) -> None:
        self._programs = programs
        self._trailed_s = float("-inf")
        self._trails: tuple[Target, Target] | None = None

    def draw(
        self, targets: Targets, finish: Finish, to_screen: Callable[[Callable[[], None]], None], size: Size
    ) -> None:
        """Add glow and trails to the scene and draw it to the screen, which is `size` pixels large.

        Args:
            targets: the scene is in `targets.scene`.
            finish: how.
            to_screen: runs what draws to the screen.
            size: of the screen.
        """
        if finish.bloom:
            gloo.set_state(depth_test=False, blend=False, cull_face=False)
            self.copy(targets.scene, targets.glow, "bright.frag", targets.scene.texel)
            for reach in (1.0, 2.6):
                self.soften(targets.glow, targets.spare, reach)
        if finish.trails_s:
            self._draw_trails(targets, finish)
        to_screen(lambda: self._finish(targets, finish, size))

    def soften(self, target: Target, spare: Target, reach: float) -> None:
        """Blur a picture, by way of another of its size."""
        across, up = target.texel
        self.copy(target, spare, "blur.frag", (reach * across, 0.0))
        self.copy(spare, target, "blur.frag", (0.0, reach * up))

    def copy(self, start: Target, end: Target, shader: str, texel: tuple[float, float]) -> None:
        """Draw one picture into another through a shader."""
        with end.buffer:
            gloo.set_viewport(0, 0, *end.size)
            self.screen("copy.vert", shader, {"u_scene": start.texture, "u_texel": texel})

    def screen(self, vertex: str, fragment: str, values: Mapping[str, Any]) -> None:
        """Cover the whole target with a shader."""
        program = self._programs.screen(vertex, fragment)
        assign(program, values)
        program.draw("triangle_strip")

    def _draw_trails(self, targets: Targets, finish: Finish) -> None:
        """Let the trails pale and add what glows now."""
        elapsed_s = finish.time_s - self._trailed_s
        self._trailed_s = finish.time_s
        fresh = self._trails is None or self._trails[0].size != targets.trails[0].size
        before, now = targets.trails if fresh or self._trails is None else reversed(self._trails)
        keep = 0.0 if fresh or not 0.0 < elapsed_s < _LONGEST_GAP_S else 0.5 ** (elapsed_s / finish.trails_s)
        gloo.set_state(depth_test=False, blend=False, cull_face=False)
        with now.buffer:
            gloo.set_viewport(0, 0, *now.size)
            values = {"u_scene": targets.scene.texture, "u_before": before.texture, "u_keep": keep}
            self.screen("copy.vert", "trail.frag", values)
        self._trails = (before, now)

    def _finish(self, targets: Targets, finish: Finish, size: Size) -> None:
        gloo.set_state(depth_test=False, blend=finish.weight < 1.0, blend_func=_MIX, cull_face=False)
        gloo.set_viewport(0, 0, *size)
        trails = bool(finish.trails_s) and self._trails is not None
        values = {
            "u_scene": targets.scene.texture,
            "u_glow": targets.glow.texture,
            "u_trail": (self._trails or targets.trails)[1].texture,
            "u_trails": 0.85 if trails else 0.0,
            "u_texel": targets.scene.texel,
            "u_bloom": finish.bloom,
            "u_shown": finish.shown,
            "u_weight": finish.weight,
            "u_clear": float(finish.clear),
            "u_filter": finish.glass[0],
            "u_grey": float(finish.glass[1]),
        }
        # Enlarging smooths by itself; looking for stair-steps would cost a software renderer half its time.
        large = finish.smooth and targets.scene.size[0] >= size[0]
        shader = "finish_smooth.frag" if large else "finish.frag" if finish.bloom or trails else "fade.frag"
        self.screen("copy.vert", shader, values)
