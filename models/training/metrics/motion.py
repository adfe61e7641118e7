"""The motion that is measured: poses at an even rate, with what every measure wants of them computed once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.training.data.accents import Accents, find_accents
from models.training.data.contacts import foot_contacts
from realtime.motion.kinematics import forward_kinematics
from realtime.types import FloatArray

FPS = 30.0
"""Poses a second at which everything is measured: a rate changes most measures, so there is one."""
_SEEN_LATE_FRAMES = 1.3
"""How late `find_accents` sees a foot land, measured on feet that land at known times: speed needs a frame after it."""


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
    def accents(self) -> Accents:
        """Where the dance hits, in seconds after its first pose; found in the poses alone.

        Contacts are measured from the feet: what a dancer says about its feet may be wrong.
        """
        contacts = foot_contacts(self.root_m, self.rotations_wxyz, FPS)
        return find_accents(self.root_m, self.rotations_wxyz, contacts, FPS)

    @property
    def accents_s(self) -> NDArray[np.float64]:
        """Where the dance hits, on the time line of the music."""
        return self.start_s + self.accents.times_s - _SEEN_LATE_FRAMES / FPS

    @cached_property
    def speed_minima_s(self) -> NDArray[np.float64]:
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
