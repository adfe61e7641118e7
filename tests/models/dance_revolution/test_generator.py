"""Dance Revolution on stage: it hears the past only and goes on where it was; the same requests give the same dance."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from models.bundle import load_bundle
from models.dance_revolution import DanceRevolutionGenerator
from models.dance_revolution.generator import BUNDLE
from models.dance_revolution.styles import asked_for
from models.representation import mirror_features
from models.runtime.parity import check_parity
from models.runtime.select import open_model
from realtime.errors import FarandoleError
from realtime.meter import NullTimer
from realtime.motion.kinematics import forward_kinematics
from realtime.motion.pose_buffer import standing_pose
from realtime.music.beat import AubioBeatTracker
from realtime.music.hush import hushed
from realtime.music.listener import Listener
from realtime.music.revolution import RevolutionFeatures
from realtime.types import AudioBlock, DanceControls, GenerateRequest, MusicFrame, PoseChunk
from tests.support.music import click_track, noise

STEP_S, LATENCY_S = 0.2, 0.06
SECONDS = 6.0


def heard(samples: np.ndarray) -> list[MusicFrame]:
    listener = Listener(AubioBeatTracker(), NullTimer(), revolution=RevolutionFeatures())
    return listener.hear(AudioBlock(samples, 0))


@cache
def clicks() -> tuple[MusicFrame, ...]:
    return tuple(heard(click_track(120.0, seconds=SECONDS)))


def dance(
    music: Sequence[MusicFrame],
    controls: DanceControls | Callable[[float], DanceControls] | None = None,
    *,
    from_s: float = 3.0,
) -> list[PoseChunk]:
    """Return the chunks that a show would ask for, one every STEP_S; controls may change with the time."""
    generator, chunks, shown = DanceRevolutionGenerator(), list[PoseChunk](), standing_pose(0.0)
    for now_s in np.arange(from_s, music[-1].time_s, STEP_S):
        known = [frame for frame in music if frame.time_s <= now_s + 1e-9][-400:]
        wish = controls(now_s) if callable(controls) else controls or DanceControls()
        request = GenerateRequest(now_s, now_s + LATENCY_S, known, shown, wish)
        chunks.append(generator.generate(request))
    return chunks


def same(one: PoseChunk, other: PoseChunk) -> bool:
    return one.start_s == other.start_s and np.array_equal(one.rotations_wxyz, other.rotations_wxyz)


def test_the_shipped_graphs_compute_what_torch_did() -> None:
    bundle = load_bundle(BUNDLE)
    for name, session in open_model(bundle).sessions.items():
        assert check_parity(session, bundle, name).passed


def test_every_chunk_covers_what_was_asked_for_with_real_rotations() -> None:
    for number, chunk in enumerate(dance(clicks())):
        asked_s = 3.0 + number * STEP_S + LATENCY_S
        assert chunk.start_s <= asked_s
        assert chunk.end_s >= asked_s + 0.8 - 1 / 30
        np.testing.assert_allclose(np.linalg.norm(chunk.rotations_wxyz, axis=-1), 1.0, atol=1e-6)
        assert np.isfinite(chunk.roots_m).all()
        assert ((chunk.contacts >= 0.0) & (chunk.contacts <= 1.0)).all()


def test_what_sounds_later_changes_no_chunk_that_was_asked_for_before() -> None:
    changed = click_track(120.0, seconds=SECONDS).copy()
    changed[int(4.5 * 48_000) :] = noise(1, len(changed) - int(4.5 * 48_000))
    before = round((4.5 - 3.0) / STEP_S)
    one, other = dance(clicks())[:before], dance(heard(changed))[:before]
    assert all(map(same, one, other))


def test_the_same_seed_dances_the_same_and_another_otherwise() -> None:
    first, again, other = (dance(clicks(), DanceControls(seed=seed)) for seed in (4, 4, 5))
    assert all(map(same, first, again))
    assert not same(first[-1], other[-1])


def test_what_was_danced_is_not_taken_back() -> None:
    chunks = dance(clicks())
    for one, other in pairwise(chunks[4:]):
        # Both know the frames that were final at the time of the first: those before its newest music.
        begin_s, end_s = other.start_s, one.start_s + (len(one.roots_m) - 1) / 30 - 0.8 - LATENCY_S - 0.2
        frames = round((end_s - begin_s) * 30)
        skip = round((begin_s - one.start_s) * 30)
        assert frames > 3
        np.testing.assert_allclose(one.rotations_wxyz[skip : skip + frames], other.rotations_wxyz[:frames], atol=1e-9)
        np.testing.assert_allclose(one.roots_m[skip : skip + frames], other.roots_m[:frames], atol=1e-9)


@pytest.mark.parametrize("step_s", [1 / 15, 0.1, 0.5, 1.0])
def test_the_dance_is_the_same_however_often_it_is_asked_for(step_s: float) -> None:
    music = [frame for frame in clicks() if frame.time_s <= 5.0 + 1e-9]

    def last(every_s: float) -> PoseChunk:
        generator, shown = DanceRevolutionGenerator(), standing_pose(0.0)
        chunks: list[PoseChunk] = []
        for now_s in [*np.arange(3.0, 5.0 - 1e-9, every_s), 5.0]:
            known = [frame for frame in music if frame.time_s <= now_s + 1e-9][-400:]
            request = GenerateRequest(now_s, now_s + LATENCY_S, known, shown, DanceControls())
            chunks.append(generator.generate(request))
        return chunks[-1]

    one, other = last(STEP_S), last(step_s)
    # How much of what is over is shown again depends on the chunks: the last frames that are final are in both.
    end_s = 5.0 - 3 / 15
    begin_s = max(one.start_s, other.start_s)
    frames = round((end_s - begin_s) * 30)
    assert frames >= 1
    firsts = [round((begin_s - chunk.start_s) * 30) for chunk in (one, other)]
    for name in ("rotations_wxyz", "roots_m"):
        a, b = (getattr(c, name)[k : k + frames] for c, k in zip((one, other), firsts, strict=True))
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_the_style_slider_changes_the_dance_and_not_where_it_is() -> None:
    places = asked_for(load_bundle(BUNDLE))
    salsa, modern = places["salsa"], places["modern/ballet"]
    by_salsa, by_modern = (dance(clicks(), DanceControls(style=style)) for style in (salsa, modern))
    assert all(map(same, by_salsa, dance(clicks(), DanceControls(style=salsa + 0.02)))), "a little does nothing"
    assert not same(by_salsa[-1], by_modern[-1])
    turned = dance(clicks(), lambda now_s: DanceControls(style=salsa if now_s < 4.0 else modern))
    change = round((4.0 - 3.0) / STEP_S)
    assert all(map(same, by_salsa[:change], turned[:change]))
    assert not same(by_salsa[-1], turned[-1])
    one, other = turned[change - 1], turned[change]
    skip = round((other.start_s - one.start_s) * 30)
    np.testing.assert_allclose(one.roots_m[skip : skip + 4], other.roots_m[:4], atol=1e-9)


def test_it_begins_where_the_shown_body_stands() -> None:
    shown = standing_pose(0.0, x_m=0.4, z_m=-0.3)
    music = [frame for frame in clicks() if frame.time_s <= 3.0]
    chunk = DanceRevolutionGenerator().generate(GenerateRequest(3.0, 3.06, music, shown, DanceControls()))
    first = forward_kinematics(chunk.roots_m[:1], chunk.rotations_wxyz[:1]).positions_m[0]
    body = forward_kinematics(shown.root_m, shown.rotations_wxyz).positions_m
    np.testing.assert_allclose(first, body, atol=0.02)


def test_a_mirrored_dance_has_left_and_right_swapped() -> None:
    plain, mirrored = dance(clicks()), dance(clicks(), DanceControls(mirror=True))
    shoulders = [16, 17]
    a, b = (chunk[-1].rotations_wxyz[-1, shoulders] for chunk in (plain, mirrored))
    np.testing.assert_allclose(np.abs(a[0, 0]), np.abs(b[1, 0]), atol=0.05)
    assert mirror_features(mirror_features(np.arange(152.0))).tolist() == list(range(152))


def test_in_silence_it_rests_and_says_that_it_is_the_same_dancer() -> None:
    chunks = dance(hushed(clicks()))
    assert {chunk.source for chunk in chunks} == {"dance_revolution"}
    speed = np.linalg.norm(np.diff(chunks[-1].roots_m, axis=0), axis=1) * 60
    assert speed.max() < 0.2


def test_after_a_gap_in_the_music_it_dances_on() -> None:
    music = list(clicks())
    late = [replace(frame, time_s=frame.time_s + 20.0) for frame in music]
    generator = DanceRevolutionGenerator()
    for now_s, known in ((4.0, music[:400]), (25.0, late[:500][-400:])):
        chunk = generator.generate(GenerateRequest(now_s, now_s, known, standing_pose(0.0), DanceControls()))
        assert chunk.start_s <= now_s < chunk.end_s


def test_a_listener_without_its_features_is_told_what_to_do() -> None:
    deaf = [replace(frame, revolution=None) for frame in clicks()[:300]]
    with pytest.raises(FarandoleError, match="--model dance_revolution"):
        DanceRevolutionGenerator().generate(GenerateRequest(3.0, 3.0, deaf, standing_pose(0.0), DanceControls()))
