"""Draws the figures that are not the skin: tubes, a cloud with sparks, silk. See `app.figures` for what they are."""

from collections.abc import Mapping
from typing import Any

from app.body_pose import bones
from app.figures import cloth, cloth_triangles, patch_triangles, sparks, tubes
from app.gl_programs import Programs, assign
from app.looks import Look
from app.pose_history import PoseHistory
from app.stage_frame import StageFrame

_GLOW_M = 0.16
_GRAIN = 0.024
_SPARK = 0.030
"""Pixels of a point at one metre, per pixel of the picture's height."""
_SPARKS = 2600
_LEAST_HISTORY = 3


class FigureLayers:
    """The layers of one canvas. Call it with that canvas' context current and light adding up.

    Args:
        programs: the canvas' programs.
    """

    def __init__(self, programs: Programs) -> None:
        self._programs = programs

    def draw(
        self,
        look: Look,
        frame: StageFrame,
        history: PoseHistory,
        values: Mapping[str, Any],
        *,
        height: int,
        share: float,
    ) -> None:
        """Draw the layer of a look.

        Args:
            look: its `layer` says which.
            frame: the pose.
            history: the dance so far.
            values: uniforms of the scene.
            height: of the picture, pixels.
            share: of the sparks, 0 to 1, as the machine can afford.
        """
        match look.layer:
            case "tubes":
                program, triangles = self._programs.moving("tubes", tubes(frame), patch_triangles())
                assign(program, {**values, "u_glow": _GLOW_M})
                program.draw("triangles", triangles)
            case "sparks":
                self._draw_cloud(frame, values, height=height, share=share)
                if len(history) >= _LEAST_HISTORY:
                    shed = sparks(history, values["u_time"], max(round(_SPARKS * share), 1))
                    program, _ = self._programs.moving("sparks", shed, None)
                    assign(program, {**values, "u_size": _SPARK * height})
                    program.draw("points")
            case "silk":
                if len(history) >= _LEAST_HISTORY:
                    program, triangles = self._programs.moving("silk", cloth(history), cloth_triangles())
                    assign(program, values)
                    program.draw("triangles", triangles)
            case _:
                pass

    def _draw_cloud(self, frame: StageFrame, values: Mapping[str, Any], *, height: int, share: float) -> None:
        program = self._programs.cloud(0 if share > 0.9 else 1 if share > 0.4 else 2)
        assign(program, {**values, "u_bones": bones(frame), "u_size": _GRAIN * height})
        program.draw("points")
