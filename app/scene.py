"""One picture of the stage as a value, and the uniforms that follow from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.beams import beams_on_screen
from app.body_pose import BALL_COUNT, balls
from app.camera import Eye
from app.echoing import Echo
from app.looks import Background, Look
from app.mood import Light
from app.pose_history import PoseHistory
from app.quality import Quality
from app.render_targets import Size
from app.stage_frame import StageFrame
from realtime.types import FloatArray

Glass = tuple[tuple[float, float, float], bool]
CLEAR_GLASS: Glass = ((1.0, 1.0, 1.0), False)
HERE = (0.0, 0.0, 0.0)
_NO_BALLS = np.tile(np.array([0.0, 9.0, 0.0, 0.0], np.float32), (BALL_COUNT, 1))
SHADE_REACH_M = 3.0
_LAMP_SLOPE = (-1.2, -0.45)
"""How far a shadow moves along x and z per metre of height: the lamp stands in front, to the dancer's left."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that one picture shows.

    Attributes:
        look: how.
        quality: how much of it.
        dancer: the pose, or None for an empty stage.
        echoes: earlier poses, newest first.
        history: the dance so far.
        paths_m: where the hands have been, each of shape (P, 3), newest first.
        light: the music as light.
        eye: where it is seen from.
        centre_m: shape (3,), the place about which the picture turns.
        time_s: any steady time.
        background: what is behind the dancer.
        glass: colour of a filter before the picture, and whether it takes all other colour.
        weight: how much this picture covers the one that is there already, 0 to 1.
    """

    look: Look
    quality: Quality
    dancer: StageFrame | None
    echoes: Sequence[Echo]
    history: PoseHistory
    paths_m: Sequence[FloatArray]
    light: Light
    eye: Eye
    centre_m: FloatArray
    time_s: float
    background: Background = "stage"
    glass: Glass = CLEAR_GLASS
    weight: float = 1.0


def shade_from_world(centre_m: FloatArray) -> FloatArray:
    """Return the matrix (4, 4) that lays the world flat along the lamp's light, `SHADE_REACH_M` around a place."""
    along_x, along_z = _LAMP_SLOPE
    flat = np.array(
        [
            [1.0, along_x, 0.0, -centre_m[0]],
            [0.0, along_z, 1.0, -centre_m[2]],
            [0.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, SHADE_REACH_M],
        ]
    )
    return flat / SHADE_REACH_M


def scene_values(scene: Scene, size: Size) -> dict[str, Any]:
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
        "u_offset": HERE,
        "u_behind": 0.0,
        "u_flip": 1.0,
        "u_swell": look.swell_m,
        "u_age": 0.0,
        "u_gain": light.presence,
        "u_pixel": 2.0 * np.linalg.norm(eye.up) * np.linalg.norm(eye.position_m - scene.centre_m) / size[1],
        "u_decay": 0.0,
    }


def echo_values(echo: Echo) -> dict[str, Any]:
    """Return the uniforms of an echo that differ from those of the dancer."""
    return {"u_offset": echo.offset_m, "u_age": echo.age}
