"""Pictures that are drawn before they reach the screen: the scene at its own size, a quarter of it for glow."""

from dataclasses import dataclass

import numpy as np
from vispy import gloo

Size = tuple[int, int]
"""Width and height in pixels."""
_SHADE_PIXELS = 256


@dataclass(frozen=True)
class Target:
    """A texture that can be drawn into."""

    size: Size
    texture: gloo.Texture2D
    buffer: gloo.FrameBuffer

    @property
    def texel(self) -> tuple[float, float]:
        """Size of one pixel in texture coordinates."""
        return 1.0 / self.size[0], 1.0 / self.size[1]


@dataclass(frozen=True)
class Targets:
    """The stage alone, the scene, two small pictures to blur the glow between, two of half its size for the trails (of
    now, and of before), and two for the shadow on the floor.
    """

    stage: Target
    scene: Target
    glow: Target
    spare: Target
    trails: tuple[Target, Target]
    shade: Target
    shade_spare: Target


def make_targets(size: Size, stage_size: Size) -> Targets:
    """Return targets for a scene of `size` pixels whose stage is drawn with `stage_size`."""
    small = (max(size[0] // 4, 1), max(size[1] // 4, 1))
    half = (max(size[0] // 2, 1), max(size[1] // 2, 1))
    shade = (_SHADE_PIXELS, _SHADE_PIXELS)
    return Targets(
        stage=_target(stage_size),
        scene=_target(size, depth=True),
        glow=_target(small),
        spare=_target(small),
        trails=(_target(half), _target(half)),
        shade=_target(shade),
        shade_spare=_target(shade),
    )


def scaled(size: Size, scale: float) -> Size:
    """Return `size` times `scale`, at least one pixel and at most what every GL can draw."""
    width, height = (min(max(round(side * scale), 1), 4096) for side in size)
    return width, height


def _target(size: Size, *, depth: bool = False) -> Target:
    width, height = size
    texture = gloo.Texture2D(
        np.zeros((height, width, 4), np.uint8), interpolation="linear", wrapping="clamp_to_edge", internalformat="rgba8"
    )
    buffer = gloo.FrameBuffer(texture, gloo.RenderBuffer((height, width), "depth") if depth else None)
    return Target(size, texture, buffer)
