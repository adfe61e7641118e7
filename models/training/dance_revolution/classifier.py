# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
# pyright: reportUntypedFunctionDecorator=false
"""The style classifier of the paper's metrics: one recurrent cell over a window of poses.

Huang et al. (ICLR 2021), section 4.3, train a classifier of dance styles on real dances and take what its cell says at
the end as the features of FID, diversity and multimodality. Theirs has three styles and windows of a minute in 2D; ours
has the styles of the data and windows of 4 s of our poses. It sees how a body moves, not where it goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.dance_revolution.frames import halved_poses
from models.representation import FEATURES, mirror_features

WINDOW_FRAMES = 60
"""4 s at 15 frames a second."""
_STRIDE_FRAMES = 15
UNITS = 64

Windows = NDArray[np.float32]


class StyleClassifier(nn.Module):
    """Poses in, a score for each style and the features that it was decided by out."""

    mean: Tensor
    scale: Tensor

    def __init__(self, styles: Sequence[str]) -> None:
        super().__init__()
        self.styles = tuple(styles)
        self.embed = nn.Linear(FEATURES, UNITS)
        self.recurrent = nn.LSTM(UNITS, UNITS, batch_first=True)
        self.out = nn.Linear(UNITS, len(self.styles))
        self.register_buffer("mean", torch.zeros(FEATURES))
        self.register_buffer("scale", torch.ones(FEATURES))

    def forward(self, windows: Tensor) -> tuple[Tensor, Tensor]:
        """Return scores (N, styles) and features (N, UNITS) of windows (N, WINDOW_FRAMES, 152)."""
        _, (hidden, _) = self.recurrent(functional.relu(self.embed((windows - self.mean) / self.scale)))
        return self.out(hidden[0]), hidden[0]

    @torch.no_grad()
    def judge(self, windows: Windows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the probability of each style (N, styles), and the features (N, UNITS)."""
        scores, features = self(torch.from_numpy(windows))
        return torch.softmax(scores, dim=-1).double().numpy(), features.double().numpy()


@dataclass(frozen=True)
class Examined:
    """A classifier and how good it is on unseen trials: the share of windows, and the mean over styles."""

    classifier: StyleClassifier
    accuracy: float
    balanced_accuracy: float


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
    steps: int = 500,
    seed: int = 0,
) -> Examined:
    """Return a classifier of the styles of `known`, examined on `held_out`; both (style, poses (T, 152)).

    Every style is shown as often as every other, half of the windows mirrored, with a little noise.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    styles = sorted({style for style, _ in known})
    classifier = StyleClassifier(styles)
    every = np.concatenate([poses for _, poses in known])
    classifier.mean.copy_(torch.from_numpy(every.mean(axis=0)))
    classifier.scale.copy_(torch.from_numpy(np.maximum(every.std(axis=0), 0.03)))
    by_style = [np.concatenate([windows_of(poses) for name, poses in known if name == style]) for style in styles]
    optimiser = torch.optim.AdamW(classifier.parameters(), lr=2e-3, weight_decay=0.02)
    for _ in range(steps):
        labels = rng.integers(len(styles), size=32)
        batch = np.stack([by_style[label][rng.integers(len(by_style[label]))] for label in labels])
        mirrored = rng.random(32) < 0.5
        batch[mirrored] = mirror_features(batch[mirrored])
        noisy = torch.from_numpy(batch) + 0.1 * classifier.scale * torch.randn(batch.shape)
        scores, _ = classifier(noisy)
        loss = functional.cross_entropy(scores, torch.from_numpy(labels))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(classifier.parameters(), 1.0)
        optimiser.step()
    return _examined(classifier.eval(), held_out)


def _examined(classifier: StyleClassifier, held_out: Sequence[tuple[str, NDArray[np.floating]]]) -> Examined:
    right: dict[str, list[float]] = {}
    for style, poses in held_out:
        windows = windows_of(poses)
        if len(windows) and style in classifier.styles:
            chosen = classifier.judge(windows)[0].argmax(axis=1)
            right.setdefault(style, []).extend(chosen == classifier.styles.index(style))
    every = np.concatenate([np.array(values, float) for values in right.values()])
    return Examined(classifier, float(every.mean()), float(np.mean([np.mean(values) for values in right.values()])))
