"""Laws of the flagship on stage, with random weights: repeatable, causal, on its grid, at rest in silence."""

from copy import deepcopy
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.live.generator import LiveGenerator  # noqa: E402
from models.live.networks import Networks  # noqa: E402
from models.live.tokens import TOKEN_S  # noqa: E402
from models.training.live.generator_network import GeneratorNetwork  # noqa: E402
from models.training.live.networks import torch_networks  # noqa: E402
from realtime.motion.pose_buffer import standing_pose  # noqa: E402
from realtime.types import HOP_S, BeatState, DanceControls, GenerateRequest, MusicFrame, PoseChunk  # noqa: E402
from tests.support.danced_pairs import click_frame  # noqa: E402

pytestmark = pytest.mark.train
CLOCK = BeatState(tempo_bpm=120.0, confidence=0.9)
HOPS = [click_frame((number + 1) * HOP_S, CLOCK) for number in range(1200)]


@pytest.fixture(scope="module")
def networks() -> Networks:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    network = GeneratorNetwork(64, 2, 2, 32).eval()
    for parameter in network.denoiser.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    return torch_networks(network)


def request(now_s: float, hops: list[MusicFrame], controls: DanceControls | None = None) -> GenerateRequest:
    heard = [hop for hop in hops if now_s - 4.0 < hop.time_s <= now_s]
    return GenerateRequest(now_s, now_s + 0.02, heard, standing_pose(now_s), controls or DanceControls())


def danced(generator: LiveGenerator, hops: list[MusicFrame], until_s: float = 7.0) -> list[PoseChunk]:
    return [generator.generate(request(now_s, hops)) for now_s in np.arange(4.0, until_s, 0.14)]


def test_the_same_requests_give_the_same_chunks(networks: Networks) -> None:
    first, second = danced(LiveGenerator(networks), HOPS), danced(LiveGenerator(networks), HOPS)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.rotations_wxyz, other.rotations_wxyz)
        np.testing.assert_array_equal(one.roots_m, other.roots_m)


def test_music_after_a_moment_changes_nothing_made_before_it(networks: Networks) -> None:
    changed = [hop if hop.time_s <= 5.5 else replace(hop, features=HOPS[3].features) for hop in HOPS]
    ours, theirs = danced(LiveGenerator(networks), HOPS), danced(LiveGenerator(networks), changed)
    before = [number for number, now_s in enumerate(np.arange(4.0, 7.0, 0.14)) if now_s <= 5.5]
    for number in before:
        np.testing.assert_array_equal(ours[number].rotations_wxyz, theirs[number].rotations_wxyz)
    assert not np.array_equal(ours[-1].rotations_wxyz, theirs[-1].rotations_wxyz)


def test_committed_frames_stay_and_a_chunk_reaches_a_second_ahead(networks: Networks) -> None:
    chunks = danced(LiveGenerator(networks), HOPS)
    for number, (one, other) in enumerate(pairwise(chunks)):
        now_s = 4.0 + 0.14 * number
        assert one.start_s <= now_s + 0.02 + 1e-9
        assert one.end_s >= now_s + 6 * TOKEN_S
        shift = round((other.start_s - one.start_s) * one.fps)
        same = round((now_s + 0.02 - one.start_s) * one.fps)
        np.testing.assert_allclose(one.roots_m[shift:same], other.roots_m[: same - shift], atol=1e-12)


def test_silence_is_rest_and_music_wakes_the_dancer(networks: Networks) -> None:
    quiet = [replace(hop, features=replace(hop.features, silent=hop.time_s > 5.0)) for hop in HOPS]
    generator = LiveGenerator(networks)
    chunks = danced(generator, quiet, 8.0)
    assert all(chunk.source == "live" for chunk in chunks)
    resting = chunks[-1]
    speed = np.linalg.norm(np.diff(resting.roots_m, axis=0), axis=1) * resting.fps
    assert speed.max() < 0.3
    awake = generator.generate(request(9.0, HOPS))
    assert awake.fps == 30.0


def test_a_copy_of_a_dancer_dances_on_as_the_dancer_does(networks: Networks) -> None:
    generator = LiveGenerator(networks)
    danced(generator, HOPS, 5.0)
    copy = deepcopy(generator)
    for now_s in (5.04, 5.18, 5.32):
        ours, theirs = generator.generate(request(now_s, HOPS)), copy.generate(request(now_s, HOPS))
        np.testing.assert_array_equal(ours.rotations_wxyz, theirs.rotations_wxyz)


def test_another_seed_is_another_dance(networks: Networks) -> None:
    generator = LiveGenerator(networks)
    danced(generator, HOPS, 5.0)
    ours = generator.generate(request(5.04, HOPS))
    other = generator.generate(request(5.04, HOPS, DanceControls(seed=7)))
    assert not np.array_equal(ours.rotations_wxyz[:4], other.rotations_wxyz[:4])
