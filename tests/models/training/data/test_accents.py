"""Contacts and accents of a walk whose landings are known."""

import numpy as np

from models.training.data.accents import Accents, find_accents
from models.training.data.contacts import foot_contacts
from realtime.types import CONTACT_NAMES
from tests.support.walker import FPS, STEP_S, walker


def test_each_foot_of_a_walk_stands_for_most_of_its_cycle_and_flies_in_between() -> None:
    clip = walker(8.0)
    contacts = foot_contacts(clip.root_m, clip.rotations_wxyz, FPS)
    for name, column in zip(CONTACT_NAMES, contacts.T, strict=True):
        assert 0.7 < column.mean() < 0.95, name
    middle_of_left_flight = round((2 * STEP_S * 0.875 + 2 * STEP_S) * FPS)
    assert contacts[middle_of_left_flight].tolist() == [False, False, True, True]


def test_the_accents_of_a_walk_are_its_landings() -> None:
    clip = walker(8.0)
    contacts = foot_contacts(clip.root_m, clip.rotations_wxyz, FPS)
    accents = find_accents(clip.root_m, clip.rotations_wxyz, contacts, FPS)
    landings_s = np.arange(1, 16) * STEP_S
    assert len(accents.times_s) == len(landings_s)
    np.testing.assert_allclose(accents.times_s, landings_s, atol=0.06)
    assert (accents.strengths > 0.3).all()


def test_a_body_at_rest_has_no_accents() -> None:
    clip = walker(4.0)
    still_m, still_wxyz = (np.repeat(one[:1], 200, axis=0) for one in (clip.root_m, clip.rotations_wxyz))
    contacts = foot_contacts(still_m, still_wxyz, FPS)
    assert contacts.all()
    assert len(find_accents(still_m, still_wxyz, contacts, FPS).times_s) == 0


def test_accents_fall_on_the_nearest_frame_and_the_stronger_one_counts() -> None:
    accents = Accents(np.array([0.5, 0.51, 9.0]), np.array([0.3, 0.8, 1.0]))
    frames = accents.on_frames(accents.times_s, 60, 30.0)
    assert frames[15] == np.float32(0.8)
    assert np.flatnonzero(frames).tolist() == [15]
