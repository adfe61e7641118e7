"""Takes the capture's mistakes out of a clip: swapped markers, glitches, teleports, a tilted or sunken floor.

What lasts a moment is bridged; what lasts longer cuts the clip in two. Limits are those of bodies: the fastest kick of
the street dance here moves a foot at 12 m/s, and no pelvis goes faster than a sprinter.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.training.data.clips import Clip
from models.training.data.sampling import continuous, smoothed, smoothed_rotations
from realtime.motion.kinematics import forward_kinematics
from realtime.motion.rotations import conjugate, multiply, normalise, slerp, to_rotation_vector
from realtime.motion.skeleton import TOE_HEIGHT_M, Joint
from realtime.types import FloatArray

_TRUNK = [Joint.PELVIS, Joint.LEFT_HIP, Joint.RIGHT_HIP, Joint.SPINE1, Joint.SPINE2, Joint.SPINE3, Joint.NECK]
_ENDS = {
    Joint.LEFT_WRIST: 1.9, Joint.RIGHT_WRIST: 1.9, Joint.LEFT_HAND: 1.2, Joint.RIGHT_HAND: 1.2,
    Joint.LEFT_FOOT: 1.2, Joint.RIGHT_FOOT: 1.2,
}  # fmt: skip
"""How far (radians) a joint at the end of a limb may be from its usual rotation; beyond, the capture lost it."""
_TRUNK_M_PER_S, _LIMB_M_PER_S = 6.0, 14.0
_TURN_RAD_PER_S = 45.0
_BRIDGE_S = 0.2
_SHORTEST_S = 2.0
_SMOOTHING_S = 0.012
_FLOOR_WINDOW_S = 4.0
_MOST_FLOATING_M = 0.15


def clean(clip: Clip) -> list[Clip]:
    """Return what can be used of a clip, in pieces of 2 s at least; none when nothing can."""
    finite = np.isfinite(clip.root_m).all(axis=1) & np.isfinite(clip.rotations_wxyz).all(axis=(1, 2))
    length = np.linalg.norm(clip.rotations_wxyz, axis=-1)
    finite &= (np.abs(length - 1.0) < 0.1).all(axis=1)
    if finite.sum() < _SHORTEST_S * clip.fps:
        return []
    good = np.flatnonzero(finite)
    nearest = good[np.minimum(np.searchsorted(good, np.arange(len(finite))), len(good) - 1)]
    rotations_wxyz = _within_reach(continuous(normalise(clip.rotations_wxyz[nearest])), clip.fps)
    clip = replace(clip, root_m=clip.root_m[nearest], rotations_wxyz=rotations_wxyz)
    bad = _widened(_impossible(clip) | ~finite)
    clip, cut = _bridged(clip, bad)
    pieces = [run for run in _runs(~cut) if run[1] - run[0] >= _SHORTEST_S * clip.fps]
    letters = "" if pieces == [(0, len(cut))] else "pqrstuvwxyz"
    named = [
        clip.part(first, last, f"{clip.name}_{letters[k % 11]}" if letters else clip.name)
        for k, (first, last) in enumerate(pieces)
    ]
    return [_on_the_floor(_softened(piece)) for piece in named]


def _impossible(clip: Clip) -> NDArray[np.bool_]:
    """Return which frames cannot be reached from the one before: shape (T,)."""
    positions_m = forward_kinematics(clip.root_m, clip.rotations_wxyz).positions_m
    speeds = np.linalg.norm(np.diff(positions_m, axis=0), axis=-1) * clip.fps
    steps = multiply(conjugate(clip.rotations_wxyz[:-1]), clip.rotations_wxyz[1:])
    turns = np.linalg.norm(to_rotation_vector(steps), axis=-1) * clip.fps
    turns[:, list(_ENDS)] = 0.0
    wrong = (speeds[:, _TRUNK] > _TRUNK_M_PER_S).any(1) | (speeds > _LIMB_M_PER_S).any(1)
    return np.append(False, wrong | (turns > _TURN_RAD_PER_S).any(1))


def _within_reach(rotations_wxyz: FloatArray, fps: float) -> FloatArray:
    """Return rotations whose wrists, hands and balls of the feet never leave what joints can do, nor flip."""
    result = rotations_wxyz.copy()
    for joint, limit_rad in _ENDS.items():
        track = rotations_wxyz[:, joint]
        usual = normalise(np.median(np.where(track @ track[len(track) // 2] < 0, -1.0, 1.0)[:, None] * track, axis=0))
        away = np.linalg.norm(to_rotation_vector(multiply(conjugate(usual), track)), axis=-1)
        turn = np.linalg.norm(to_rotation_vector(multiply(conjugate(track[:-1]), track[1:])), axis=-1) * fps
        flips = np.append(False, turn > _TURN_RAD_PER_S)
        wrong = _widened((away > limit_rad) | flips)
        if wrong.all():
            result[:, joint] = usual
            continue
        for first, last in _runs(wrong):
            _bridge(result[:, joint], first, last)
    return continuous(result)


def _bridged(clip: Clip, bad: NDArray[np.bool_]) -> tuple[Clip, NDArray[np.bool_]]:
    """Return the clip with short bad runs bridged, and which frames remain lost."""
    cut = np.zeros(len(bad), bool)
    root_m, rotations_wxyz = clip.root_m.copy(), clip.rotations_wxyz.copy()
    for first, last in _runs(bad):
        before, after = first - 1, last
        inside = before >= 0 and after < len(bad)
        gap_s = (after - before) / clip.fps
        if inside and last - first <= _BRIDGE_S * clip.fps + 2:
            ends = forward_kinematics(clip.root_m[[before, after]], clip.rotations_wxyz[[before, after]]).positions_m
            moved = np.linalg.norm(ends[1] - ends[0], axis=-1) / gap_s
            if moved[_TRUNK].max() < 0.6 * _TRUNK_M_PER_S and moved.max() < 0.6 * _LIMB_M_PER_S:
                _bridge(root_m, first, last)
                for joint in range(rotations_wxyz.shape[1]):
                    _bridge(rotations_wxyz[:, joint], first, last)
                continue
        cut[first:last] = True
    return replace(clip, root_m=root_m, rotations_wxyz=rotations_wxyz), cut


def _bridge(values: FloatArray, first: int, last: int) -> None:
    """Replace `values[first:last]` in place by what leads from the value before to the value after."""
    before, after = max(first - 1, 0), min(last, len(values) - 1)
    if first == 0:
        before = after
    if last >= len(values):
        after = before
    weight = np.linspace(0.0, 1.0, last - first + 2)[1:-1, None]
    weight = weight * weight * (3.0 - 2.0 * weight)
    if values.shape[-1] == 4:
        values[first:last] = slerp(values[before][None], values[after][None], weight[:, 0])
    else:
        values[first:last] = values[before] + weight * (values[after] - values[before])


def _softened(clip: Clip) -> Clip:
    """Return the clip without what is faster than 30 frames a second can show, and without half-precision noise."""
    sigma_frames = _SMOOTHING_S * clip.fps
    return replace(
        clip,
        root_m=smoothed(clip.root_m, sigma_frames=sigma_frames),
        rotations_wxyz=smoothed_rotations(clip.rotations_wxyz, sigma_frames=sigma_frames),
    )


def _on_the_floor(clip: Clip) -> Clip:
    """Return the clip at the height where standing feet stand.

    One height for the whole clip first; then, where the feet stay under the floor or above it for seconds, a slow
    correction: nobody is in the air for so long, and cameras drift.
    """
    positions_m = forward_kinematics(clip.root_m, clip.rotations_wxyz).positions_m
    lowest_m = positions_m[:, [Joint.LEFT_FOOT, Joint.RIGHT_FOOT], 1].min(axis=1)
    root_m = clip.root_m.copy()
    floor_m = float(np.percentile(lowest_m, 10)) - TOE_HEIGHT_M
    root_m[:, 1] -= floor_m
    lowest_m = lowest_m - floor_m
    half = round(0.5 * _FLOOR_WINDOW_S * clip.fps)
    marks = np.arange(0, len(lowest_m), max(half // 4, 1))
    local_m = np.array([np.percentile(lowest_m[max(k - half, 0) : k + half], 10) for k in marks])
    wrong_m = local_m - TOE_HEIGHT_M
    # Higher than a drift of the capture would float, the feet are up on purpose.
    wrong_m = np.where(wrong_m > _MOST_FLOATING_M, 0.0, wrong_m)
    drift_m = np.interp(np.arange(len(lowest_m)), marks, wrong_m)
    root_m[:, 1] -= smoothed(drift_m, sigma_frames=0.25 * half)
    return replace(clip, root_m=root_m)


def _widened(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the flags and one frame on either side; holes of a few frames between two runs are closed."""
    wide = flags.copy()
    wide[1:] |= flags[:-1]
    wide[:-1] |= flags[1:]
    for first, last in _runs(~wide):
        if last - first < 6 and first > 0 and last < len(wide):
            wide[first:last] = True
    return wide


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return (first, past the last) of every run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]
