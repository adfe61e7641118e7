"""The motion that is measured: poses at an even rate, with what every measure wants of them computed once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.training.data.accents import find_accents
from models.training.data.contacts import foot_contacts
from models.training.metrics.landings import landings
from realtime.motion.kinematics import forward_kinematics
from realtime.types import FloatArray

FPS = 30.0
"""Poses a second at which everything is measured: a rate changes most measures, so there is one."""
STRONG = 0.5
"""Accents of this strength or more are what an audience counts; the pairing of the training data counts the same."""
_STOPS_LATE_S = 1.0 / FPS
"""How late `find_accents` sees a hand stop dead at this rate: its speed needs a pose after it."""
_SAME_S = 0.07
"""The detector takes what is so near together for one accent."""


@dataclass(frozen=True, eq=False)
class Motion:
    """A stretch of dance at `FPS`.

    Attributes:
        root_m: shape (T, 3).
        rotations_wxyz: shape (T, J, 4), each `parent_from_joint`.
        start_s: when the first pose is seen, on the time line of the music's beats.
    """

    root_m: FloatArray
    rotations_wxyz: FloatArray
    start_s: float = 0.0

    def __post_init__(self) -> None:
        if len(self.root_m) < 8 or len(self.root_m) != len(self.rotations_wxyz):
            raise ValueError(
                f"a motion to measure must have at least 8 poses, and as many roots, got {len(self.rotations_wxyz)} "
                f"poses and {len(self.root_m)} roots"
            )

    @property
    def seconds(self) -> float:
        """Length of the motion."""
        return len(self.root_m) / FPS

    @property
    def end_s(self) -> float:
        """When it ends."""
        return self.start_s + self.seconds

    @cached_property
    def positions_m(self) -> FloatArray:
        """Where every joint is: shape (T, J, 3)."""
        return forward_kinematics(self.root_m, self.rotations_wxyz).positions_m

    @cached_property
    def accents_s(self) -> FloatArray:
        """Where the dance hits hard enough to be seen, on the time line of the music; found in the poses alone.

        The moments are those of `find_accents`, as in the training data, but at the time when a foot arrives or a hand
        stops, which the detector only knows a little later. Contacts are measured: what a dancer says of its feet may
        be wrong.
        """
        contacts = foot_contacts(self.root_m, self.rotations_wxyz, FPS)
        found = find_accents(self.root_m, self.rotations_wxyz, contacts, FPS)
        times_s = found.times_s[found.strengths >= STRONG]
        landed = landings(self.positions_m, contacts, FPS)
        if not len(landed) or not len(times_s):
            return self.start_s + times_s - _STOPS_LATE_S
        nearest = np.abs(times_s[:, None] - landed[None, :, 0]).argmin(axis=1)
        is_landing = np.abs(times_s - landed[nearest, 0]) <= _SAME_S
        return self.start_s + np.sort(np.where(is_landing, landed[nearest, 1], times_s - _STOPS_LATE_S))

    @cached_property
    def speed_minima_s(self) -> FloatArray:
        """Minima of the mean joint speed, on the time line of the music: the kinematic beats of the literature.

        As in Bailando (Li et al., CVPR 2022): a Gaussian of 5 frames at 60 a second, so 83 ms, and every local
        minimum. Given beside the accents because papers use them; on salsa they sit at chance.
        """
        speed = np.linalg.norm(np.diff(self.positions_m, axis=0), axis=-1).mean(axis=1) * FPS
        slow = _blurred(speed, sigma_frames=5.0 / 60.0 * FPS)
        frames = np.flatnonzero((slow[1:-1] < slow[:-2]) & (slow[1:-1] < slow[2:])) + 1
        # The speed between poses k and k + 1 belongs half way between them.
        return self.start_s + (frames + 0.5) / FPS

    def between(self, from_s: float, until_s: float) -> "Motion":
        """Return the part between two times of the music's time line."""
        first = max(round((from_s - self.start_s) * FPS), 0)
        last = max(round((until_s - self.start_s) * FPS), first)
        return Motion(self.root_m[first:last], self.rotations_wxyz[first:last], self.start_s + first / FPS)


def _blurred(values: FloatArray, *, sigma_frames: float) -> FloatArray:
    reach = int(np.ceil(4.0 * sigma_frames))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma_frames) ** 2)
    return np.convolve(
        np.pad(values, reach, mode="reflect" if len(values) > reach else "edge"), kernel / kernel.sum(), "valid"
    )
