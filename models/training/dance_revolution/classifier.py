# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
# pyright: reportUntypedFunctionDecorator=false
"""The style classifier of the paper's metrics: one recurrent cell over a window of a dance.

Huang et al. (ICLR 2021), section 4.3, train a classifier of dance styles on real dances and take what its cell says at
the end as the features of FID, diversity and multimodality. Theirs has three styles and windows of a minute in 2D; ours
has the styles of the data and windows of 4 s.

With few trials a network would rather know a recording than a style: by a held hand, a height, the noise of the
markers. So it sees joints relative to the pelvis, without height and contacts, mirrored, faster and slower, turned a
little, blurred, with noise, and without one or another limb. What it cannot be kept from is that every style of our
data was danced by one or two people.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.dance_revolution.frames import FPS, halved_poses
from models.representation import FEATURES, mirror_features
from models.training.body import joints_in_heading
from realtime.motion.skeleton import Joint

WINDOW_FRAMES = 60
"""4 s at 15 frames a second."""
_STRIDE_FRAMES = 15
UNITS = 64
_LIMBS = tuple(
    tuple(Joint[f"{side}_{part}"] for part in parts)
    for side in ("LEFT", "RIGHT")
    for parts in (("ELBOW", "WRIST"), ("KNEE", "ANKLE", "FOOT"))
)
_JOINTS = (Joint.SPINE3, Joint.HEAD, Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER, *(j for limb in _LIMBS for j in limb))
_STRETCH = 1.2
_NOISE_M = 0.015

Windows = NDArray[np.float32]


class StyleClassifier(nn.Module):
    """Joints in, a score for each style and the features that it was decided by out."""

    def __init__(self, styles: Sequence[str]) -> None:
        super().__init__()
        self.styles = tuple(styles)
        self.embed = nn.Linear(6 * len(_JOINTS), UNITS)
        self.recurrent = nn.LSTM(UNITS, UNITS, batch_first=True)
        self.out = nn.Linear(UNITS, len(self.styles))
        self.dropout = nn.Dropout(0.4)

    def forward(self, bodies: Tensor) -> tuple[Tensor, Tensor]:
        """Return scores (N, styles) and features (N, UNITS) of bodies (N, WINDOW_FRAMES, joints, 3), metres."""
        speed = functional.pad(bodies.diff(dim=1), (0, 0, 0, 0, 1, 0)) * FPS
        seen = torch.cat([bodies / 0.4, speed], dim=-1).flatten(2)
        said, _ = self.recurrent(self.dropout(functional.relu(self.embed(seen))))
        features = said.mean(dim=1)
        return self.out(self.dropout(features)), features

    @torch.no_grad()
    def judge(self, windows: Windows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the probability of each style (N, styles), and the features (N, UNITS), of poses (N, T, 152)."""
        scores, features = self(torch.from_numpy(_bodies(windows)))
        return torch.softmax(scores, dim=-1).double().numpy(), features.double().numpy()


@dataclass(frozen=True)
class Examined:
    """A classifier and how good it is on unseen trials.

    Attributes:
        classifier: trained.
        accuracy: share of the windows.
        balanced_accuracy: mean over the styles that there are unseen trials of.
        by_style: share of the windows of each.
        by_chance: what always naming the style with the most windows would score.
    """

    classifier: StyleClassifier
    accuracy: float
    balanced_accuracy: float
    by_style: dict[str, float]
    by_chance: float


def windows_of(poses: NDArray[np.floating]) -> Windows:
    """Return the windows of a dance: (T, 152) at 30 frames a second -> (N, WINDOW_FRAMES, 152), one a second."""
    half = halved_poses(np.asarray(poses, np.float64)).astype(np.float32)
    starts = range(0, len(half) - WINDOW_FRAMES + 1, _STRIDE_FRAMES)
    return np.array([half[start : start + WINDOW_FRAMES] for start in starts], np.float32).reshape(
        -1, WINDOW_FRAMES, FEATURES
    )


def train_classifier(
    known: Sequence[tuple[str, NDArray[np.floating]]],
    held_out: Sequence[tuple[str, NDArray[np.floating]]],
    *,
    steps: int = 600,
    seed: int = 0,
) -> Examined:
    """Return a classifier of the styles of `known`, examined on `held_out`; both (style, poses (T, 152)).

    Every style is shown as often as every other, and every dance of a style too, however long it is.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    styles = sorted({style for style, _ in known})
    classifier = StyleClassifier(styles)
    dances = {style: [_dance(poses) for name, poses in known if name == style] for style in styles}
    optimiser = torch.optim.AdamW(classifier.parameters(), lr=3e-3, weight_decay=0.05)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 3e-3 * min((step + 1) / 30, 1.0, 1.05 - step / steps)
        labels = rng.integers(len(styles), size=48)
        batch = np.stack([_example(dances[styles[label]], rng) for label in labels])
        scores, _ = classifier(torch.from_numpy(batch))
        loss = functional.cross_entropy(scores, torch.from_numpy(labels), label_smoothing=0.1)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(classifier.parameters(), 1.0)
        optimiser.step()
    return examined(classifier.eval(), held_out)


def examined(classifier: StyleClassifier, held_out: Sequence[tuple[str, NDArray[np.floating]]]) -> Examined:
    """Return what a classifier makes of dances of unseen trials."""
    right: dict[str, list[float]] = {}
    for style, poses in held_out:
        windows = windows_of(poses)
        if len(windows) and style in classifier.styles:
            chosen = classifier.judge(windows)[0].argmax(axis=1)
            right.setdefault(style, []).extend(chosen == classifier.styles.index(style))
    every = np.concatenate([np.array(values, float) for values in right.values()])
    by_style = {style: float(np.mean(values)) for style, values in sorted(right.items())}
    most = max(len(values) for values in right.values()) / len(every)
    return Examined(classifier, float(every.mean()), float(np.mean(list(by_style.values()))), by_style, most)


def _bodies(poses: NDArray[np.float32]) -> Windows:
    """Return joints relative to the pelvis, in the frame of the heading: (..., 152) -> (..., joints, 3)."""
    with torch.no_grad():
        joints = joints_in_heading(torch.from_numpy(np.ascontiguousarray(poses, np.float32)))
    return (joints[..., list(_JOINTS), :] - joints[..., :1, :]).numpy()


def _dance(poses: NDArray[np.floating]) -> Windows:
    """Return a dance as danced and mirrored: (T, 152) at 30 frames a second -> (2, T / 2, joints, 3)."""
    half = halved_poses(np.asarray(poses, np.float64)).astype(np.float32)
    return np.stack([_bodies(half), _bodies(mirror_features(half).astype(np.float32))])


def _example(dances: Sequence[Windows], rng: np.random.Generator) -> Windows:
    """Return a window of one of the dances, changed in ways that make no other style of it."""
    dance = dances[int(rng.integers(len(dances)))][int(rng.integers(2))]
    pace = _STRETCH ** rng.uniform(-1.0, 1.0)
    length = min(pace * (WINDOW_FRAMES - 1), len(dance) - 1.0)
    moments = rng.uniform(0.0, len(dance) - 1.0 - length) + np.linspace(0.0, length, WINDOW_FRAMES)
    low = np.minimum(moments.astype(int), len(dance) - 2)
    share = (moments - low)[:, None, None].astype(np.float32)
    body = (1.0 - share) * dance[low] + share * dance[low + 1]
    if rng.random() < 0.5:
        body[1:-1] = 0.25 * body[:-2] + 0.5 * body[1:-1] + 0.25 * body[2:]
    angle_rad = rng.normal(0.0, 0.3)
    cosine, sine = np.float32(np.cos(angle_rad)), np.float32(np.sin(angle_rad))
    x, z = body[..., 0].copy(), body[..., 2].copy()
    body[..., 0], body[..., 2] = cosine * x + sine * z, cosine * z - sine * x
    body *= np.float32(rng.uniform(0.9, 1.1))
    # A lean or a held arm that stays all the time is the person's, not the style's.
    body += rng.normal(0.0, 0.04, body.shape[1:]).astype(np.float32)
    body += rng.normal(0.0, _NOISE_M * rng.random(), body.shape).astype(np.float32)
    if rng.random() < 0.3:
        limb = [_JOINTS.index(joint) for joint in _LIMBS[int(rng.integers(len(_LIMBS)))]]
        body[:, limb] = body[:, limb].mean(axis=0)
    return body.astype(np.float32)
