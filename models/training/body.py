# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""The body in torch: where the joints of encoded frames are, for losses that feel weight and floor.

Positions are relative to the floor place and heading of the first frame, metres, as `models.representation` defines.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor

from models.representation import CONTACTS, FPS, HEIGHT, JOINTS, PELVIS, VELOCITY, YAW_RATE
from realtime.motion.skeleton import JOINT_COUNT, OFFSETS_M, PARENTS, Joint

FEET = [Joint.LEFT_ANKLE, Joint.LEFT_FOOT, Joint.RIGHT_ANKLE, Joint.RIGHT_FOOT]
"""The joints of the contacts, in the order of `CONTACT_NAMES`."""

_OFFSETS = torch.tensor(OFFSETS_M, dtype=torch.float32)


def rotation_matrices(six: Tensor) -> Tensor:
    """Return (..., 3, 3) of 6D (..., 6), by Gram and Schmidt."""
    first = F.normalize(six[..., :3], dim=-1)
    second = F.normalize(six[..., 3:] - (first * six[..., 3:]).sum(-1, keepdim=True) * first, dim=-1)
    return torch.stack([first, second, torch.linalg.cross(first, second)], dim=-1)


def joints_in_heading(features: Tensor) -> Tensor:
    """Return (..., J, 3): joints in the heading frame, the pelvis above the origin, metres.

    Args:
        features: shape (..., FEATURES), not normalised.
    """
    six = features[..., PELVIS.start : JOINTS.stop].reshape(*features.shape[:-1], JOINT_COUNT, 6)
    local = rotation_matrices(six)
    offsets = _OFFSETS.to(features.device)
    root = torch.zeros_like(features[..., :3])
    root[..., 1] = features[..., HEIGHT]
    turned, places = [local[..., 0, :, :]], [root]
    for joint in range(1, JOINT_COUNT):
        parent = int(PARENTS[joint])
        turned.append(turned[parent] @ local[..., joint, :, :])
        places.append(places[parent] + turned[parent] @ offsets[joint])
    return torch.stack(places, dim=-2)


class Trajectory(NamedTuple):
    """Joints in the world of the first frame (B, T, J, 3), and yaw (B, T)."""

    joints: Tensor
    yaw: Tensor


def joints_in_world(features: Tensor) -> Trajectory:
    """Return where the joints go, from the place and heading before the first frame; features (B, T, FEATURES)."""
    yaw = torch.cumsum(features[..., YAW_RATE], dim=-1) / FPS
    before = F.pad(yaw[..., :-1], (1, 0))
    x, z = (features[..., VELOCITY] / FPS).unbind(-1)
    step_x = torch.cos(before) * x + torch.sin(before) * z
    step_z = torch.cos(before) * z - torch.sin(before) * x
    local = joints_in_heading(features)
    cosine, sine = torch.cos(yaw)[..., None], torch.sin(yaw)[..., None]
    world_x = cosine * local[..., 0] + sine * local[..., 2] + torch.cumsum(step_x, dim=-1)[..., None]
    world_z = cosine * local[..., 2] - sine * local[..., 0] + torch.cumsum(step_z, dim=-1)[..., None]
    return Trajectory(torch.stack([world_x, local[..., 1], world_z], dim=-1), yaw)


_LOW_M, _LOWER_M = 0.08, 0.04
"""A foot below the second is on the floor or drags over it, above the first it is in the air."""
_FREE_M_S = 0.1
_HITTING = [Joint.LEFT_HAND, Joint.RIGHT_HAND, Joint.LEFT_FOOT, Joint.RIGHT_FOOT, Joint.SPINE3, Joint.PELVIS]
"""What accents are found in."""


def physical_losses(made: Tensor, true: Tensor, emphasis: Tensor | None = None) -> dict[str, Tensor]:
    """Return how far decoded frames are from the true ones as a body in the world.

    Args:
        made: shape (B, T, FEATURES), not normalised.
        true: like `made`.
        emphasis: shape (B, T): how much more the velocity of a frame counts, as where the dancer hits a beat.

    Returns:
        "position" (m), "velocity" (m/s), "acceleration" (m/s^2), "contact", "slide" (m/s): how fast feet move that are
        on the floor in truth, "drag" (m/s): how much faster than in truth a foot moves that is low, "jitter" (m/s^3):
        how far the mean length of the third difference in the first half is from the true one, and, with `emphasis`,
        "hit" (m/s): how far from truth the speed of hands, feet and trunk is where the dancer hits.
    """
    here, there = joints_in_heading(made), joints_in_heading(true)
    moving, meant = joints_in_world(made).joints, joints_in_world(true).joints
    velocity, meant_velocity = (moving.diff(dim=1) * FPS, meant.diff(dim=1) * FPS)
    planted = true[:, 1:, CONTACTS].clamp(0.0, 1.0) * true[:, :-1, CONTACTS].clamp(0.0, 1.0)
    slide = velocity[:, :, FEET].norm(dim=-1) * planted
    off = (velocity - meant_velocity).norm(dim=-1)
    weight = torch.ones_like(off[..., :1]) if emphasis is None else 1.0 + emphasis[:, 1:, None]
    low = ((_LOW_M - moving[:, 1:, FEET, 1]) / (_LOW_M - _LOWER_M)).clamp(0.0, 1.0).detach()
    dragged = F.relu(_over_floor(velocity) - _over_floor(meant_velocity) - _FREE_M_S) * low
    # The second half of a block is mostly noise when it is looked at: what is guessed there should be smooth.
    half = velocity.shape[1] // 2
    third, meant_third = (
        v[:, :half].diff(n=2, dim=1).norm(dim=-1).mean(dim=1) * FPS**2 for v in (velocity, meant_velocity)
    )
    hits: dict[str, Tensor] = {}
    if emphasis is not None:
        speed, meant_speed = velocity[:, :, _HITTING].norm(dim=-1), meant_velocity[:, :, _HITTING].norm(dim=-1)
        there_is = emphasis[:, 1:, None]
        hits["hit"] = ((speed - meant_speed).abs() * there_is).sum() / (len(_HITTING) * there_is.sum()).clamp(min=1.0)
    return hits | {
        "position": (here - there).norm(dim=-1).mean(),
        "velocity": (off * weight).mean() / weight.mean(),
        "acceleration": ((velocity - meant_velocity).diff(dim=1) * FPS).norm(dim=-1).mean(),
        "contact": (made[..., CONTACTS] - true[..., CONTACTS]).square().mean(),
        "slide": slide.sum() / planted.sum().clamp(min=1.0),
        "drag": dragged.mean(),
        "jitter": (third - meant_third).abs().mean(),
    }


def _over_floor(velocity: Tensor) -> Tensor:
    """Return (B, T, 4): speed of the feet without their rise and fall, of velocities (B, T, J, 3)."""
    flat = velocity[:, :, FEET][..., [0, 2]]
    return (flat.square().sum(dim=-1) + 1e-8).sqrt()
