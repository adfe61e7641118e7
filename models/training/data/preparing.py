"""A clip made ready for music: cleaned, its feet planted, its accents and beats found, cut into takes."""

import itertools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.training.data.accents import Accents, find_accents
from models.training.data.cleaning import clean
from models.training.data.clips import PRIOR_STYLE, Clip
from models.training.data.contacts import foot_contacts
from models.training.data.feet import planted
from models.training.data.grid import Grid, fit_grids, plausibility
from models.training.data.sampling import smoothed
from models.training.data.snapping import with_quarters
from realtime.motion.kinematics import forward_kinematics
from realtime.motion.skeleton import Joint
from realtime.types import FloatArray

LONGEST_S = 40.0
SHORTEST_S = 2.0
_SEEN = [
    Joint.PELVIS, Joint.SPINE3, Joint.HEAD, Joint.LEFT_ELBOW, Joint.RIGHT_ELBOW, Joint.LEFT_WRIST, Joint.RIGHT_WRIST,
    Joint.LEFT_KNEE, Joint.RIGHT_KNEE, Joint.LEFT_FOOT, Joint.RIGHT_FOOT,
]  # fmt: skip
_CALM_M_PER_S, _WILD_M_PER_S = 0.12, 1.6


@dataclass(frozen=True)
class Prepared:
    """A clean clip and what was found in it.

    Attributes:
        clip: with planted feet.
        contacts: shape (T, 4).
        accents: of the whole clip.
        grids: the beats that fit, the best first; none for what is no dance.
        energy: shape (T,), 0 (still) to 1 (wild), smoothed over some seconds.
        spans: the takes, as (first frame, past the last).
    """

    clip: Clip
    contacts: NDArray[np.bool_]
    accents: Accents
    grids: list[Grid]
    energy: FloatArray
    spans: list[tuple[int, int]]


def prepare(clip: Clip) -> list[Prepared]:
    """Return the usable pieces of a clip."""
    return [_prepared(piece) for piece in clean(clip)]


def _prepared(clip: Clip) -> Prepared:
    sliding = foot_contacts(clip.root_m, clip.rotations_wxyz, clip.fps)
    clip = replace(clip, rotations_wxyz=planted(clip.root_m, clip.rotations_wxyz, sliding, clip.fps))
    contacts = foot_contacts(clip.root_m, clip.rotations_wxyz, clip.fps)
    accents = find_accents(clip.root_m, clip.rotations_wxyz, contacts, clip.fps)
    grids: list[Grid] = []
    if clip.style != PRIOR_STYLE:
        found = fit_grids(accents, clip.seconds, bpm=clip.bpm, origin_s=clip.beat_origin_s, exact=clip.beat_exact)
        grids = sorted((with_quarters(grid, accents) for grid in found), key=lambda grid: -plausibility(grid, accents))
    speed = body_speed(clip.root_m, clip.rotations_wxyz, clip.fps)
    energy = energy_of(smoothed(speed, sigma_frames=1.2 * clip.fps))
    return Prepared(clip, contacts, accents, grids, energy, _spans(speed, clip.fps))


def body_speed(root_m: FloatArray, rotations_wxyz: FloatArray, fps: float) -> FloatArray:
    """Return how fast the body's parts move on average, m/s: shape (T,)."""
    positions_m = forward_kinematics(root_m, rotations_wxyz).positions_m[:, _SEEN]
    return np.linalg.norm(np.gradient(positions_m, 1.0 / fps, axis=0), axis=-1).mean(axis=1)


def energy_of(speed: FloatArray) -> FloatArray:
    """Return 0 for standing still to 1 for the wildest breaks."""
    share = np.clip((speed - _CALM_M_PER_S) / (_WILD_M_PER_S - _CALM_M_PER_S), 0.0, 1.0)
    return share**0.7


def _spans(speed: FloatArray, fps: float) -> list[tuple[int, int]]:
    """Return the clip in takes of LONGEST_S at most, cut where the body is quiet."""
    count = len(speed)
    parts = int(np.ceil(count / fps / (LONGEST_S - 4.0))) if count / fps > LONGEST_S else 1
    quiet = smoothed(speed, sigma_frames=0.15 * fps)
    reach = round(3.0 * fps)
    cuts = [0]
    for part in range(1, parts):
        middle = count * part // parts
        cuts.append(middle - reach + int(np.argmin(quiet[middle - reach : middle + reach])))
    cuts.append(count)
    spans = itertools.pairwise(cuts)
    return [(first, last) for first, last in spans if last - first >= SHORTEST_S * fps]
