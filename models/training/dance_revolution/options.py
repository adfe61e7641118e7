# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""What a configuration of the task `dance_revolution` may say, and the network that it asks for."""

from dataclasses import asdict
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from models.dance_revolution.body25 import NUMBERS
from models.dance_revolution.curriculum import Growth
from models.dance_revolution.net.network import Shape
from models.representation import FEATURES

Share = Annotated[float, Meta(ge=0, le=1)]
Weight = Annotated[float, Meta(ge=0)]
Size = Annotated[int, Meta(ge=1)]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a configuration may say under [options].

    Attributes:
        body: "rotations" of our skeleton, or "body25": the paper's 25 points in a picture, to check fidelity.
        frames: length of a training stretch, 15 a second.
        growth, most, true_frames, coin: see `Curriculum`.
        grown: after which share of the steps q is at its most.
        difference_weight, vigour_weight, position_weight, velocity_weight, slide_weight, odds_weight:
            see `Lesson`; the paper has none.
        strangers: share of the stretches that begin in the pose of another dance: the network learns to get from
            anywhere to what is meant. Only with moves, and once q is longer than it takes.
        named: whether the style is told; only with moves.
        start: weights (.pt of a run of this task) to begin with, as far as they fit, and with its moves; "" for none.
        units, inner, width, heads, head_width, window, dropout, causal, stale_hidden, random_state, residual, clock,
            moves: see `Shape`.
    """

    body: Literal["rotations", "body25"] = "rotations"
    frames: Annotated[int, Meta(ge=16)] = 240
    growth: Growth = "linear"
    most: Weight = 60.0
    true_frames: Size = 10
    grown: Annotated[float, Meta(gt=0, le=1)] = 1.0
    coin: bool = False
    difference_weight: Weight = 0.0
    vigour_weight: Weight = 0.0
    position_weight: Weight = 0.0
    velocity_weight: Weight = 0.0
    slide_weight: Weight = 0.0
    odds_weight: Weight = 0.3
    strangers: Share = 0.0
    named: bool = False
    start: str = ""
    units: Size = 1024
    inner: Size = 1024
    width: Annotated[int, Meta(ge=2)] = 200
    heads: Size = 8
    head_width: Size = 64
    window: Size = 100
    dropout: Annotated[float, Meta(ge=0, lt=1)] = 0.1
    causal: bool = True
    stale_hidden: bool = False
    random_state: bool = True
    residual: bool = False
    clock: bool = False
    moves: Annotated[int, Meta(ge=0)] = 0


def shape_of(options: Options, *, styles: int = 0) -> Shape:
    """Return the network's shape that options ask for."""
    wanted = msgspec.structs.asdict(options)
    pose = FEATURES if options.body == "rotations" else NUMBERS
    fields = {key: wanted[key] for key in asdict(Shape()) if key in wanted}
    return Shape(pose=pose, styles=styles, **fields)
