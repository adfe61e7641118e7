"""Cleaning takes out what no body does, and leaves what a body does."""

from dataclasses import replace

import numpy as np

from models.training.data.cleaning import clean
from models.training.data.contacts import foot_contacts
from models.training.data.feet import planted
from realtime.motion.kinematics import forward_kinematics
from realtime.motion.rotations import from_axis_angle, multiply
from realtime.motion.skeleton import TOE_HEIGHT_M, Joint
from tests.support.walker import FPS, walker


def _fastest_m_per_s(root_m: np.ndarray, rotations_wxyz: np.ndarray) -> float:
    positions_m = forward_kinematics(root_m, rotations_wxyz).positions_m
    return float(np.linalg.norm(np.diff(positions_m, axis=0), axis=-1).max() * FPS)


def test_a_clean_clip_stays_as_it_is() -> None:
    clip = walker()
    (kept,) = clean(clip)
    before, after = (forward_kinematics(one.root_m, one.rotations_wxyz).positions_m for one in (clip, kept))
    assert kept.name == clip.name
    assert np.abs(after - before).max() < 0.02


def test_a_glitch_of_a_few_frames_is_bridged() -> None:
    clip = walker()
    broken_m = clip.root_m.copy()
    broken_m[300:304] += [1.0, 0.3, -0.5]
    (kept,) = clean(replace(clip, root_m=broken_m))
    assert _fastest_m_per_s(kept.root_m, kept.rotations_wxyz) < 4.0
    assert np.abs(kept.root_m - clip.root_m).max() < 0.05


def test_a_teleport_cuts_the_clip_in_two_and_neither_part_jumps() -> None:
    clip = walker()
    moved_m = clip.root_m.copy()
    moved_m[360:] += [2.0, 0.0, 0.0]
    pieces = clean(replace(clip, root_m=moved_m))
    assert [piece.name for piece in pieces] == ["walk_p", "walk_q"]
    for piece in pieces:
        assert _fastest_m_per_s(piece.root_m, piece.rotations_wxyz) < 4.0
    assert sum(piece.seconds for piece in pieces) > 0.95 * clip.seconds


def test_swapped_arm_markers_are_bridged() -> None:
    clip = walker()
    swapped = clip.rotations_wxyz.copy()
    turn_wxyz = from_axis_angle(np.array([0.0, 0.0, 1.0]), np.pi * 0.9)
    swapped[200:206, Joint.LEFT_SHOULDER] = multiply(turn_wxyz, swapped[200:206, Joint.LEFT_SHOULDER])
    (kept,) = clean(replace(clip, rotations_wxyz=swapped))
    assert _fastest_m_per_s(kept.root_m, kept.rotations_wxyz) < 4.0


def test_a_wrist_that_flips_over_is_brought_back_and_costs_no_frame() -> None:
    clip = walker()
    flipped = clip.rotations_wxyz.copy()
    flipped[100:160, Joint.RIGHT_WRIST] = from_axis_angle(np.array([1.0, 0.0, 0.0]), np.pi)
    (kept,) = clean(replace(clip, rotations_wxyz=flipped))
    assert len(kept.root_m) == len(clip.root_m)
    assert np.abs(kept.rotations_wxyz[:, Joint.RIGHT_WRIST, 0]).min() > 0.9


def test_frames_that_are_not_numbers_are_bridged() -> None:
    clip = walker()
    holes_m = clip.root_m.copy()
    holes_m[250:255] = np.nan
    (kept,) = clean(replace(clip, root_m=holes_m))
    assert np.isfinite(kept.root_m).all()
    assert np.abs(kept.root_m - clip.root_m).max() < 0.05


def test_feet_under_the_floor_are_lifted_onto_it() -> None:
    clip = walker()
    sunk_m = clip.root_m - [0.0, 0.15, 0.0]
    (kept,) = clean(replace(clip, root_m=sunk_m))
    feet = [Joint.LEFT_FOOT, Joint.RIGHT_FOOT]
    lowest_m = forward_kinematics(kept.root_m, kept.rotations_wxyz).positions_m[:, feet, 1].min(axis=1)
    assert abs(np.median(lowest_m) - TOE_HEIGHT_M) < 0.01


def test_a_dancer_whom_the_capture_lets_float_for_seconds_is_brought_down() -> None:
    clip = walker(20.0)
    floating_m = clip.root_m + np.clip(np.linspace(-0.1, 0.1, len(clip.root_m)), 0.0, 0.1)[:, None] * [0.0, 1.0, 0.0]
    (kept,) = clean(replace(clip, root_m=floating_m))
    feet = [Joint.LEFT_FOOT, Joint.RIGHT_FOOT]
    lowest_m = forward_kinematics(kept.root_m, kept.rotations_wxyz).positions_m[:, feet, 1].min(axis=1)
    assert np.abs(lowest_m - TOE_HEIGHT_M).max() < 0.05
    assert np.abs(np.median(lowest_m[-300:]) - TOE_HEIGHT_M) < 0.02


def test_a_standing_foot_that_the_capture_lets_slide_is_held() -> None:
    clip = walker()
    drifting_m = clip.root_m + np.linspace(0.0, 1.2, len(clip.root_m))[:, None] * [1.0, 0.0, 0.0]
    contacts = foot_contacts(drifting_m, clip.rotations_wxyz, FPS)

    def sliding_m_per_s(rotations_wxyz: np.ndarray) -> float:
        toes_m = forward_kinematics(drifting_m, rotations_wxyz).positions_m[:, [Joint.LEFT_FOOT, Joint.RIGHT_FOOT]]
        speed = np.linalg.norm(np.diff(toes_m, axis=0)[..., [0, 2]], axis=-1) * FPS
        stands = contacts[1:, [1, 3]] & contacts[:-1, [1, 3]]
        return float(speed[stands].mean())

    held = planted(drifting_m, clip.rotations_wxyz, contacts, FPS)
    assert sliding_m_per_s(clip.rotations_wxyz) > 0.09
    assert sliding_m_per_s(held) < 0.4 * sliding_m_per_s(clip.rotations_wxyz)
