"""What is seen: the pictures that the stage really draws."""

import logging

import numpy as np
import pytest
from numpy.typing import NDArray

import shaders
from app.camera import CAMERAS
from app.looks import LOOKS
from app.quality import LADDER, Quality
from app.stage_frame import StageFrame
from app.stage_view import StageView
from realtime.motion.skeleton import Joint
from realtime.types import FloatArray
from tests.support.fake_dancer import FakeDancer
from tests.support.stages import stage, watch

pytestmark = pytest.mark.gl

_SIZE = (320, 240)
_BONES = (
    (Joint.PELVIS, Joint.SPINE2),
    (Joint.SPINE2, Joint.NECK),
    (Joint.LEFT_HIP, Joint.LEFT_KNEE),
    (Joint.RIGHT_HIP, Joint.RIGHT_KNEE),
    (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW),
    (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW),
    (Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
    (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
)


def _picture(view: StageView, at_s: float, size: tuple[int, int] = _SIZE) -> NDArray[np.float64]:
    watch(view, at_s)
    return view.render_image(size, at_s=at_s).astype(float)


def _difference(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return float(np.abs(a - b).mean())


def _pixel(view: StageView, place_m: FloatArray) -> tuple[int, int]:
    x, y, _, w = view.eye(_SIZE).clip_from_world @ np.append(place_m, 1.0)
    return int((0.5 + 0.5 * x / w) * _SIZE[0]), int((0.5 - 0.5 * y / w) * _SIZE[1])


@pytest.mark.parametrize("camera", CAMERAS)
def test_the_dancer_is_drawn_where_its_joints_are(camera: str) -> None:
    dancer, nobody = FakeDancer(), FakeDancer(running=False)
    with stage(nobody, look="porcelain", camera=camera) as view:
        empty = _picture(view, 8.4)
    with stage(dancer, look="porcelain", camera=camera) as view:
        picture = _picture(view, 8.4)
        changed = np.abs(picture - empty).max(axis=-1)
        positions_m = dancer.at(8.4).positions_m
        for start, end in _BONES:
            column, row = _pixel(view, 0.5 * (positions_m[start] + positions_m[end]))
            assert changed[row, column] > 12, f"no body between {start.name} and {end.name}"
    assert np.mean(changed > 12) < 0.2, "a dancer, not a wall"


def test_every_pose_is_drawn_whole_after_the_first() -> None:
    # VisPy updates a uniform array once; after that, limbs used to stay in the first pose for ever.
    with stage(FakeDancer(), look="porcelain", camera="front") as view:
        second = [_picture(view, at_s) for at_s in (6.0, 8.4)][1]
    with stage(FakeDancer(), look="porcelain", camera="front") as view:
        alone = _picture(view, 8.4)
    assert _difference(second, alone) < 0.5


def test_every_look_draws_and_no_two_look_alike() -> None:
    with stage(FakeDancer()) as view:
        pictures: dict[str, NDArray[np.float64]] = {}
        for name in LOOKS:
            view.set_look(name)
            pictures[name] = _picture(view, 8.4)
            assert pictures[name].std() > 5, f"{name} shows nothing"
    names = list(pictures)
    for index, name in enumerate(names):
        for other in names[index + 1 :]:
            assert _difference(pictures[name], pictures[other]) > 5, f"{name} looks like {other}"


@pytest.mark.parametrize("look", LOOKS)
def test_blackout_is_black(look: str) -> None:
    with stage(FakeDancer(blackout=1.0), look=look) as view:
        assert _picture(view, 8.4).max() == 0


def test_blackout_fades_evenly() -> None:
    brightness: list[float] = []
    for blackout in (0.0, 0.25, 0.5, 0.75, 1.0):
        with stage(FakeDancer(blackout=blackout), look="eclipse") as view:
            brightness.append(float(_picture(view, 8.4).mean()))
    assert brightness == sorted(brightness, reverse=True)
    assert brightness[2] == pytest.approx(0.5 * brightness[0], rel=0.1)


@pytest.mark.parametrize("look", LOOKS)
def test_the_floor_takes_the_beat(look: str) -> None:
    def floor_at(beat: float) -> NDArray[np.float64]:
        # The same second and the same pose; only the music's count differs.
        with stage(FakeDancer(still_at_s=8.0, beat_offset=beat), look=look, camera="front") as view:
            return _picture(view, 8.0)[int(0.75 * _SIZE[1]) :]

    assert _difference(floor_at(0.0), floor_at(0.5)) > 0.5


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_flashes(look: str) -> None:
    # W3C WCAG 2.3.1 speaks of changes of 10 % of full light in a large part of the picture.
    with stage(FakeDancer(energy=1.0), look=look, camera="front") as view:
        watch(view, 8.0)
        times_s = 8.0 + np.arange(30) / 60.0
        light = [(view.render_image((64, 36), at_s=at_s) / 255.0) ** 2.2 for at_s in times_s]
    steps = np.abs(np.diff([picture.mean() for picture in light]))
    assert steps.max() < 0.02


def test_nobody_on_stage_is_a_calm_picture_and_the_last_pose_fades() -> None:
    with stage(FakeDancer(silent_from_s=8.0), look="porcelain", camera="front") as view:
        there = _picture(view, 7.99)
        view.advance(8.1)
        fading = view.render_image(_SIZE, at_s=8.2).astype(float)
        gone = _picture(view, 13.0)
        still_gone = _picture(view, 15.0)
    assert 0 < _difference(there, fading) < _difference(there, gone)
    assert _difference(gone, still_gone) < 0.5


def test_a_source_that_never_knows_anything_gives_an_empty_stage() -> None:
    def nothing(host_s: float) -> StageFrame | None:
        return None

    for look in LOOKS:
        with stage(nothing, look=look) as view:
            assert _picture(view, 1.0).shape == (_SIZE[1], _SIZE[0], 3)


@pytest.mark.parametrize("quality", LADDER)
def test_every_quality_shows_the_same_scene(quality: Quality) -> None:
    with stage(FakeDancer(), look="porcelain", camera="front") as view:
        watch(view, 8.4)
        best = view.render_image(_SIZE, at_s=8.4).astype(float)
        plain = view.render_image(_SIZE, at_s=8.4, quality=quality).astype(float)
    assert _difference(best, plain) < 8


@pytest.mark.parametrize("size", [(1, 1), (1, 200), (333, 7), (641, 359), (240, 427)])
def test_odd_sizes_are_drawn(size: tuple[int, int]) -> None:
    with stage(FakeDancer(), look="neon") as view:
        assert _picture(view, 8.4, size).shape == (size[1], size[0], 3)


def _nonsense(name: str) -> str:
    return f"void main() {{ nonsense in {name} }}"


def test_the_canvas_survives_being_resized() -> None:
    with stage(FakeDancer(), look="neon") as view:
        for size in ((1, 1), (201, 67), (64, 300)):
            view.canvas.size = size
            view.canvas.app.process_events()
            view.canvas.events["draw"](region=None)
        assert len(view.draw_times()) >= 3
        assert view.draw_times() == ()


def test_a_refused_shader_falls_back_to_the_plain_look_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    def broken(name: str) -> str:
        return "void main() { this is not GLSL }" if name == "body_neon.frag" else shaders.source(name)

    with caplog.at_level(logging.WARNING), stage(FakeDancer(), look="neon", shader_source=broken) as view:
        pictures = [_picture(view, at_s) for at_s in (8.0, 8.4)]
        view.set_look("porcelain")
        porcelain = _picture(view, 8.8)
        view.set_look("neon")
        pictures.append(_picture(view, 9.2))
    told = [record for record in caplog.records if record.name == "app.stage_picture"]
    assert len(told) == 1
    assert "'neon'" in told[0].getMessage()
    assert all(picture.std() > 5 for picture in pictures)
    assert _difference(pictures[1], porcelain) > 5, "other looks are not harmed"


def test_a_driver_that_refuses_everything_leaves_the_stage_dark_but_alive(caplog: pytest.LogCaptureFixture) -> None:
    with stage(FakeDancer(), shader_source=_nonsense) as view:
        assert _picture(view, 8.0).max() == 0
        assert _picture(view, 8.4).max() == 0
    assert len([record for record in caplog.records if record.name == "app.stage_picture"]) == 2


def test_an_unknown_look_names_those_there_are() -> None:
    with stage(FakeDancer()) as view:
        with pytest.raises(ValueError, match=r"neon, porcelain.*'noen'"):
            view.set_look("noen")
        assert view.look == "neon"


def test_an_unknown_camera_names_those_there_are() -> None:
    with stage(FakeDancer()) as view, pytest.raises(ValueError, match=r"front, orbit, low.*'top'"):
        view.set_camera("top")


def test_without_a_ground_only_the_dancer_is_left() -> None:
    with stage(FakeDancer(), look="porcelain", camera="front") as view:
        whole = _picture(view, 8.4)
        view.set_background("black")
        alone = _picture(view, 8.4)
    assert whole[5, 5].max() > 5
    assert alone[5, 5].max() == 0
    assert alone.max() > 150
    assert np.mean(alone.max(axis=-1) > 12) < 0.2, "a dancer, not a wall"


def test_a_look_melts_into_the_next_and_is_gone_afterwards() -> None:
    with stage(FakeDancer(still_at_s=8.0), look="porcelain", camera="front") as view:
        before = _picture(view, 8.0)
        view.set_look("wire", fade_s=1.0)
        halfway, after = (view.render_image(_SIZE, at_s=at_s).astype(float) for at_s in (8.5, 9.5))
    with stage(FakeDancer(still_at_s=8.0), look="wire", camera="front") as view:
        alone = _picture(view, 9.5)
    assert _difference(before, halfway) > 3
    assert _difference(halfway, after) > 3
    # The rings of the beats before differ: a stage that was not watched knows fewer.
    assert _difference(after, alone) < 2.5


def test_what_glowed_stays_and_pales() -> None:
    def hands(at_s: float) -> StageFrame | None:
        return FakeDancer(running=at_s < 8.0).at(at_s)

    with stage(hands, look="tubes", camera="front") as view:
        watch(view, 7.9)
        pictures = [view.render_image(_SIZE, at_s=at_s).astype(float).mean() for at_s in (7.9, 8.05, 8.6, 9.6)]
    assert pictures == sorted(pictures, reverse=True)


def test_a_refused_look_is_told_to_the_operator(caplog: pytest.LogCaptureFixture) -> None:
    def broken(name: str) -> str:
        return "void main() { this is not GLSL }" if name == "body_neon.frag" else shaders.source(name)

    said: list[str] = []
    with stage(FakeDancer(), look="neon", shader_source=broken, say=said.append) as view:
        _picture(view, 8.0)
        _picture(view, 8.4)
    assert len(said) == 1
    assert said[0].startswith('The look "neon" cannot be shown here, a plainer one stands in: ')
    assert len(said[0]) > 70, "the driver's own words"


def test_a_shader_that_is_mended_while_running_is_shown_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def saved(_watch: object, _now_s: float) -> bool:
        return True

    texts = {"body_neon.frag": "void main() { this is not GLSL }"}
    with stage(FakeDancer(), look="neon", shader_source=lambda name: texts.get(name) or shaders.source(name)) as view:
        plain = _picture(view, 8.4)
        texts.clear()
        monkeypatch.setattr("app.shader_watch.ShaderWatch.changed", saved)
        mended = _picture(view, 8.4)
    with stage(FakeDancer(), look="neon") as view:
        neon = _picture(view, 8.4)
    assert _difference(plain, neon) > 3
    assert _difference(mended, neon) < 1.0


def test_through_red_glass_nothing_but_red_is_seen() -> None:
    with stage(FakeDancer(), look="porcelain", camera="front") as view:
        view.set_glass((0.9, 0.0, 0.0), grey=True)
        picture = _picture(view, 8.4)
    assert picture[..., 0].max() > 100
    assert picture[..., 1:].max() == 0
