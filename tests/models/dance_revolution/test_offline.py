"""The version that knows the whole song: blocks make no seams, and the show shows what was danced beforehand."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.bundle import Arrays, load_bundle
from models.dance_revolution.features import compare
from models.dance_revolution.offline import BLOCK_FRAMES, BUNDLE, WholeSongDancer, dance_music, study
from models.representation import Motion
from models.runtime.parity import check_parity
from models.runtime.select import open_model
from models.runtime.session import SessionDescription
from realtime.motion.pose_buffer import standing_pose
from realtime.music.hush import SILENCE
from realtime.music.revolution import BEAT
from realtime.types import BeatState, DanceControls, GenerateRequest, MusicFrame
from tests.support.moving_body import swaying_chunk

CONTEXT = 6


class NearbyMean:
    """Encodes a frame as the mean of what lies within CONTEXT frames in the song; positions are added."""

    description = SessionDescription("numpy", "fp32", "CPU", "1")

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> Arrays:
        music, position, outside = inputs["music"][0], inputs["position"][0], inputs["outside"]
        assert len(music) == BLOCK_FRAMES + 2 * CONTEXT
        near = np.abs(np.subtract.outer(np.arange(len(music)), np.arange(len(music)))) <= CONTEXT
        weights = near * (1.0 - outside)
        mean = weights @ music[:, :2] / np.maximum(weights.sum(axis=1, keepdims=True), 1.0)
        return {"encoded": (mean + position)[None].astype(np.float32)}

    def warm_up(self) -> None:
        pass


@pytest.mark.parametrize("frames", [5, BLOCK_FRAMES, 2 * BLOCK_FRAMES + 17])
def test_a_song_in_blocks_is_encoded_as_at_once(frames: int) -> None:
    music = np.random.default_rng(0).standard_normal((frames, 438)).astype(np.float32)
    encoded = study(NearbyMean(), music, context=CONTEXT, width=2)
    for frame in {0, 4, frames // 2, min(BLOCK_FRAMES, frames - 1), frames - 1}:
        near = music[max(frame - CONTEXT, 0) : frame + CONTEXT + 1, :2].mean(axis=0)
        position = study(NearbyMean(), np.zeros_like(music), context=CONTEXT, width=2)[frame]
        np.testing.assert_allclose(encoded[frame], near + position, atol=1e-5)


def test_the_show_is_given_what_was_danced_beforehand() -> None:
    danced = swaying_chunk(0.0, duration_s=4.0)
    dancer = WholeSongDancer(Motion(danced.roots_m, danced.rotations_wxyz, danced.contacts))
    music = [MusicFrame(2.0, SILENCE, BeatState())]
    for start_s in (0.0, 1.234, 3.9, 9.0):
        chunk = dancer.generate(GenerateRequest(2.0, start_s, music, standing_pose(0.0), DanceControls()))
        first = round(chunk.start_s * 30)
        assert chunk.start_s <= start_s
        np.testing.assert_array_equal(chunk.roots_m, danced.roots_m[first : first + len(chunk.roots_m)])
        assert len(chunk.roots_m) >= 2


def test_features_that_come_late_are_found_at_their_lag() -> None:
    offline = np.cumsum(np.random.default_rng(1).standard_normal((600, 438)), axis=0).astype(np.float32)
    causal = np.concatenate([np.zeros((2, 438), np.float32), offline[:-2]])
    # A causal frame's contemporary is the offline frame after it.
    distances = compare(offline, causal, skip=20)
    assert {name: found.lag_frames for name, found in distances.items()} == dict.fromkeys(distances, 3)
    assert all(found.correlation > 0.999 and found.distance < 0.05 for found in distances.values())


def test_the_shipped_offline_version_computes_what_torch_did_and_dances_from_end_to_end() -> None:
    bundle = load_bundle(BUNDLE)
    for name, session in open_model(bundle, graphs=("study", "dance")).sessions.items():
        assert check_parity(session, bundle, name).passed
    music = np.zeros((240, 438), np.float32)
    music[::15, BEAT] = 1.0
    dances = [dance_music(music, DanceControls(seed=seed)) for seed in (0, 0, 1)]
    shown = [dancer.generate(GenerateRequest(6.0, 6.0, [], standing_pose(0.0), DanceControls())) for dancer in dances]
    np.testing.assert_array_equal(shown[0].rotations_wxyz, shown[1].rotations_wxyz)
    assert np.abs(shown[0].rotations_wxyz - shown[2].rotations_wxyz).max() > 0.05
    assert all(np.isfinite(chunk.roots_m).all() and len(chunk.roots_m) > 20 for chunk in shown)
