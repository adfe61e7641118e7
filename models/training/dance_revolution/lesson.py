# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""What the network learns from a batch: to go on as people did, from their poses and from its own.

The paper has the L1 distance of poses. Ours are rotations, so a little of what they do to the body is added: where the
joints are, how far they go in a frame, and that a foot which is said to be on the floor stays there.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.dance_revolution.frames import FPS
from models.dance_revolution.net.network import DanceRevolution
from models.dance_revolution.net.unrolled import unrolled
from models.dance_revolution.positions import POSITIONS
from models.representation import CONTACTS, FEATURES, JOINTS, PELVIS, VELOCITY, YAW_RATE
from models.training.body import FEET, joints_in_heading


class Lesson(nn.Module):
    """A network and its losses: `lesson(batch)` returns them, what is descended is "loss"."""

    def __init__(
        self,
        dancer: DanceRevolution,
        *,
        difference: float = 0.0,
        vigour: float = 0.0,
        position: float = 0.0,
        velocity: float = 0.0,
        slide: float = 0.0,
        odds: float = 0.0,
    ) -> None:
        """Weigh the losses; all but the distance of poses are ours.

        Args:
            dancer: what learns.
            difference: of frame-to-frame differences.
            vigour: of how far each joint goes in a frame, whichever way: the mean of all that may come stands still.
            position: of where the joints are, metres.
            velocity: of how the joints move, metres per second: whoever is elsewhere than the truth should still move
                as it does, stops and all, rather than hurry to where it is.
            slide: of feet that are said to be on the floor, metres per second.
            odds: of the moves that came next, nats.
        """
        super().__init__()
        self.dancer = dancer
        self._weights = {
            "difference": difference,
            "vigour": vigour,
            "position": position,
            "velocity": velocity,
            "slide": slide,
            "odds": odds,
        }

    def forward(self, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the losses of a batch.

        Args:
            batch: "music" (B, T, inputs), "poses" (B, T, pose), "heard" (B, T) 1 where a frame counts, "own" (T,) which
                inputs are the network's own; "first" (B, pose) where a stretch begins in another pose; "q" to be told;
                of a network with moves also "move" (B, T) of the step after each pose,
                "turn" (B, T) whether another half beat begins with the next pose, "style" (B, styles).
        """
        dancer, own = self.dancer, batch["own"]
        truth = (batch["poses"] - dancer.pose_mean) / dancer.pose_scale
        start = torch.randint(0, POSITIONS, (len(truth),))
        heard = dancer.encode(batch["music"], start)
        told = self._told(batch, heard) if dancer.shape.moves else None
        begun = truth.clone()
        if "first" in batch:
            begun[:, 0] = (batch["first"] - dancer.pose_mean) / dancer.pose_scale
        predicted, hidden = unrolled(dancer.decoder, begun[:, :-1], heard[:, :-1], own[:-1], told)
        counts = batch["heard"][:, 1:, None]
        share = counts.sum() * truth.shape[-1]
        losses = {"pose": (torch.abs(predicted - truth[:, 1:]) * counts).sum() / share}
        moved, wanted = predicted.diff(dim=1), truth[:, 1:].diff(dim=1)
        losses["difference"] = (torch.abs(moved - wanted) * counts[:, 1:]).sum() / share
        fed = begun[:, :-1].clone()
        fed[:, 1:] = torch.where(own[1:-1, None], predicted[:, :-1].detach(), truth[:, 1:-1])
        if self._weights["vigour"]:
            losses["vigour"] = (_vigour(predicted - fed, truth.diff(dim=1)) * counts).sum() / counts.sum()
        if truth.shape[-1] == FEATURES and any(self._weights[name] for name in ("position", "velocity", "slide")):
            bodies = [part * dancer.pose_scale + dancer.pose_mean for part in (predicted, truth, fed)]
            losses |= _of_the_body(bodies[0], bodies[1], bodies[2], counts)
        if told is not None:
            losses["odds"] = self._odds(batch, hidden, heard)
        total = losses["pose"] + sum(self._weights[name] * value for name, value in losses.items() if name != "pose")
        extra = {"q": batch["q"]} if "q" in batch else {}
        return {"loss": total, **losses, "own": own.float().mean(), **extra}

    def _told(self, batch: Mapping[str, Tensor], heard: Tensor) -> Tensor:
        decoder, steps = self.dancer.decoder, heard.shape[1] - 1
        style = batch["style"][:, None].expand(-1, steps, -1)
        return decoder.told(decoder.meant[batch["move"][:, :-1]], style, heard[:, :-1])

    def _odds(self, batch: Mapping[str, Tensor], hidden: Tensor, heard: Tensor) -> Tensor:
        """Return how surprising the moves were that came, nats a move."""
        row, frame = torch.nonzero(batch["turn"][:, :-1], as_tuple=True)
        logits = self.dancer.decoder.odds(hidden[row, frame], batch["style"][row], heard[row, frame])
        return functional.cross_entropy(logits.float(), batch["move"][row, frame + 1] - 1)


def _vigour(went: Tensor, wanted: Tensor) -> Tensor:
    """Return (B, T, 1): how differently far the joints go in each frame, of standardised steps (B, T, pose).

    Of many ways that a dance may go on, the mean is none of them: standing still. This loss does not ask where a joint
    goes, only that it goes.
    """
    parts, size = (slice(PELVIS.start, JOINTS.stop), 6) if went.shape[-1] == FEATURES else (slice(None), 1)
    far, meant = (
        torch.linalg.vector_norm(step[..., parts].unflatten(-1, (-1, size)) + 1e-4, dim=-1) for step in (went, wanted)
    )
    return torch.abs(far - meant).mean(dim=-1, keepdim=True)


def _of_the_body(made: Tensor, truth: Tensor, before: Tensor, counts: Tensor) -> dict[str, Tensor]:
    """Return how far the joints are from where they should be (m), how differently they move, how planted feet slide.

    Args:
        made: shape (B, T, FEATURES), as measured, like the others.
        truth: shape (B, T + 1, FEATURES), from the frame before the first that was made.
        before: like `made`, the pose that each was made from.
        counts: shape (B, T, 1).
    """
    here = joints_in_heading(made)
    with torch.no_grad():
        there, came = joints_in_heading(truth), joints_in_heading(before)
        planted = made[..., CONTACTS].clamp(0.0, 1.0) * before[..., CONTACTS].clamp(0.0, 1.0)
    off = (here - there[:, 1:]).norm(dim=-1).mean(dim=-1, keepdim=True)
    otherwise = (here - came - there.diff(dim=1)).norm(dim=-1).mean(dim=-1, keepdim=True) * FPS
    turn_rad, (across, along) = made[..., YAW_RATE, None] / FPS, (made[..., VELOCITY] / FPS).unsqueeze(-1).unbind(-2)
    feet, stood = here[..., FEET, :], came[..., FEET, :]
    cosine, sine = torch.cos(turn_rad), torch.sin(turn_rad)
    x = cosine * feet[..., 0] + sine * feet[..., 2] + across - stood[..., 0]
    z = cosine * feet[..., 2] - sine * feet[..., 0] + along - stood[..., 2]
    slide = torch.sqrt(x * x + z * z + 1e-8) * FPS * planted
    return {
        "position": (off * counts).sum() / counts.sum(),
        "velocity": (otherwise * counts).sum() / counts.sum(),
        "slide": (slide * counts).sum() / (planted * counts).sum().clamp(min=1.0),
    }
