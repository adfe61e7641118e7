"""What changes the whole picture at once, the change of looks and the light of it, never flashes at the audience."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.camera import CAMERAS, shot_at
from app.flash_guard import FlashGuard
from app.look_fade import SHORTEST_S, LookFade
from app.looks import LOOKS, recoloured
from app.shader_watch import ShaderWatch

_FPS = 60.0


@given(st.lists(st.sampled_from([0.0, 0.3, 0.7, 1.0]), min_size=60, max_size=240))
def test_no_flood_of_blackouts_makes_more_than_three_flashes_a_second(asked: list[float]) -> None:
    guard = FlashGuard()
    shown = np.array([guard.step(light, frame / _FPS, 1.0 / _FPS) for frame, light in enumerate(asked)])
    # A flash is a change of a tenth of full light and back (WCAG 2.3.1).
    turns_s: list[float] = []
    extreme, rising = 1.0, False
    for frame, light in enumerate(shown):
        ahead = light - extreme if rising else extreme - light
        if ahead > 0.0:
            extreme = light
        elif -ahead >= 0.1:
            rising, extreme = not rising, light
            turns_s.append(frame / _FPS)
    for first, seventh in zip(turns_s, turns_s[6:], strict=False):
        assert seventh - first >= 1.0


@given(st.lists(st.floats(0.0, 1.0), max_size=30))
def test_the_light_ends_where_it_was_asked_to_be(asked: list[float]) -> None:
    guard = FlashGuard()
    for frame, light in enumerate([*asked, *[0.25] * 240]):
        guard.step(light, frame / _FPS, 1.0 / _FPS)
    assert guard.light == pytest.approx(0.25)


def test_a_single_blackout_is_not_slowed() -> None:
    guard = FlashGuard()
    assert [guard.step(light, at_s, 0.1) for at_s, light in ((0.1, 0.5), (0.2, 0.0), (0.3, 0.5), (0.4, 1.0))] == [
        0.5,
        0.0,
        0.5,
        1.0,
    ]


def test_one_look_melts_into_the_other() -> None:
    fade = LookFade("neon")
    fade.change("silk", 10.0, 2.0)
    assert fade.name == "silk"
    weights = [fade.shown(10.0 + part)[-1][1] for part in (0.0, 0.5, 1.0, 1.5)]
    assert weights == sorted(weights)
    assert fade.shown(11.0) == (("neon", 1.0), ("silk", 0.5))
    assert fade.shown(12.0) == (("silk", 1.0),)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0.001, 0.2)), max_size=60))
def test_however_fast_looks_are_asked_for_they_change_slowly_and_the_last_is_shown(
    asked: list[tuple[str, float]],
) -> None:
    fade, now_s, before = LookFade("a"), 0.0, "a"
    changes_s: list[float] = []
    for name, wait_s in asked:
        now_s += wait_s
        fade.change(name, now_s, 0.1)
        shown = fade.shown(now_s)[-1][0]
        if shown != before:
            changes_s.append(now_s)
        before = shown
    assert all(later - earlier >= SHORTEST_S - 1e-9 for earlier, later in pairwise(changes_s))
    for step in range(1, 5):
        fade.shown(now_s + step)
    assert fade.shown(now_s + 9.0) == ((fade.name, 1.0),)


def test_a_cut_is_shown_at_once() -> None:
    fade = LookFade("neon")
    fade.change("silk", 10.0, 2.0)
    fade.change("wire", 10.1, 0.0)
    assert fade.shown(10.1) == (("wire", 1.0),)


@given(st.floats(0.0, 4000.0), st.floats(0.0, 3.999))
def test_cuts_fall_on_beats_and_are_four_beats_apart_at_least(start: float, later: float) -> None:
    shots = [shot_at(CAMERAS["cuts"], beat) for beat in np.linspace(start, start + later, 9)]
    changes = sum(a is not b for a, b in pairwise(shots))
    assert changes <= 1
    assert shot_at(CAMERAS["cuts"], np.floor(start)) is shot_at(CAMERAS["cuts"], start)


def test_a_camera_without_shots_never_cuts() -> None:
    assert {id(shot_at(CAMERAS["orbit"], beat)) for beat in range(64)} == {id(CAMERAS["orbit"])}


def test_a_saved_shader_is_noticed_once_and_within_half_a_second(tmp_path: Path) -> None:
    (tmp_path / "a.frag").write_text("one")
    watch = ShaderWatch(tmp_path)
    assert not watch.changed(0.0)
    (tmp_path / "b.glsl").write_text("two")
    (tmp_path / "notes.txt").write_text("no shader")
    assert not watch.changed(0.2), "looks twice a second only"
    assert watch.changed(0.6)
    assert not watch.changed(1.2)


def test_a_look_in_other_colours_keeps_everything_else() -> None:
    look = recoloured(LOOKS["neon"], "#FF0080", "")
    assert look.tint == pytest.approx((1.0, 0.0, (128 / 255) ** 2))
    assert (look.accent, look.stage) == (LOOKS["neon"].accent, LOOKS["neon"].stage)
    assert recoloured(look, "", "") == look
