# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUnknownParameterType=false, reportInvalidTypeForm=false
# ruff: noqa: E402 - nothing of this can be imported without torch
# pyright: reportUnknownParameterType=false, reportInvalidTypeForm=false
"""The network: causal where it says so, the same in pieces as at once, and taught as the curriculum says."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the train extra is not installed")

from models.dance_revolution.choosing import NO_MOVE, choose
from models.dance_revolution.net.decoder import Decoder
from models.dance_revolution.net.encoder import Encoder
from models.dance_revolution.net.graphs import Dance, Hear, Study
from models.dance_revolution.net.network import DanceRevolution, Shape
from models.dance_revolution.net.unrolled import unrolled
from models.dance_revolution.positions import POSITIONS, sinusoids
from models.training.dance_revolution.lesson import Lesson

pytestmark = pytest.mark.train
# Its matrices are tiny: a second thread would only wait for the first.
torch.set_num_threads(1)

SMALL = Shape(pose=7, music=9, width=12, layers=2, heads=2, head_width=4, inner=16, window=10, units=8, dropout=0.0)
SONG = 45


def network(**changes: Any) -> DanceRevolution:
    torch.manual_seed(3)
    made = DanceRevolution(replace(SMALL, **changes)).eval()
    rng = np.random.default_rng(0)
    made.standardise(rng.normal(2, 3, (50, 7)), rng.normal(-1, 2, (50, made.shape.inputs)))
    torch.nn.init.normal_(made.decoder.out.weight, std=0.3)
    return made


def song(seed: int = 0, *, inputs: int = 9) -> torch.Tensor:
    return torch.randn(2, SONG, inputs, generator=torch.Generator().manual_seed(seed))


def test_a_causal_encoder_knows_nothing_of_the_future() -> None:
    encoder = network().encoder
    first, other = song(), song()
    other[:, 30:] = song(1)[:, 30:]
    np.testing.assert_array_equal(encoder(first)[:, :30].detach(), encoder(other)[:, :30].detach())


@pytest.mark.parametrize(("causal", "seen"), [(True, range(0, 21)), (False, range(0, 41))])
def test_an_encoder_of_two_layers_sees_two_windows_far(causal: bool, seen: range) -> None:
    encoder = network(causal=causal, window=10).encoder
    music = song().requires_grad_()
    encoder(music)[0, 20, 0].backward()
    assert music.grad is not None
    touched = np.flatnonzero(music.grad[0].abs().sum(dim=-1).numpy())
    assert touched.tolist() == list(seen)


@pytest.mark.parametrize("chunk", [1, 3, 7, 45])
def test_a_song_in_pieces_of_any_size_is_encoded_as_at_once(chunk: int) -> None:
    encoder = network().encoder
    music, rows = song(), torch.from_numpy(sinusoids(12)[:SONG])
    memory, pieces = encoder.begin(2), []
    for start in range(0, SONG, chunk):
        part = slice(start, start + chunk)
        piece, memory = encoder.listen(music[:, part], rows[part].expand(2, -1, -1), memory)
        pieces.append(piece)
    np.testing.assert_allclose(torch.cat(pieces, dim=1).detach(), encoder(music).detach(), atol=1e-5)


MOVING = {"residual": True, "clock": True, "moves": 6, "styles": 2}


@pytest.mark.parametrize("wiring", [{}, {"stale_hidden": True}, {"residual": True}, MOVING])
def test_the_graphs_of_a_show_dance_as_the_network_does(wiring: dict[str, Any]) -> None:
    made = network(**wiring)
    music, first = song(inputs=made.shape.inputs)[:1], torch.randn(1, 7, generator=torch.Generator().manual_seed(1))
    half_beats, style = np.arange(SONG)[None] // 4, torch.eye(2)[:1]
    extras: dict[str, Any] = {"half_beats": half_beats, "style": style, "seed": 9} if made.shape.moves else {}
    whole = made.dance(music, first, torch.Generator().manual_seed(5), **extras)
    move, logits = NO_MOVE, np.zeros(0, np.float32)
    hear, dance = Hear(made), Dance(made)
    state = made.decoder.begin(1, torch.Generator().manual_seed(5))
    hidden, cell, pose, before = state.hidden, state.cell, first, first
    keys, values = torch.zeros(2, 2, 2, 10, 4)
    poses = [pose]
    with torch.no_grad():
        for frame in range(SONG - 1):
            position = torch.from_numpy(sinusoids(12)[frame : frame + 1])
            empty = (torch.arange(10) >= frame).float()
            encoded, key, value = hear(music[:, frame], position, keys, values, empty)
            keys[:, :, frame % 10], values[:, :, frame % 10] = key[:, :, 0], value[:, :, 0]
            extra = (before, torch.ones(1)) if made.shape.residual else ()
            if made.shape.moves:
                if frame and half_beats[0, frame] != half_beats[0, frame - 1]:
                    move = choose(logits, seed=9, half_beat=int(half_beats[0, frame]))
                extra = (*extra, torch.eye(7)[move : move + 1], style)
            before = pose
            pose, hidden, cell, *odds = dance(pose, encoded, hidden, cell, *extra)
            logits = odds[0][0].numpy() if odds else logits
            poses.append(pose)
    np.testing.assert_allclose(torch.stack(poses, dim=1), whole, rtol=1e-5, atol=1e-5)


def test_the_middle_of_a_studied_block_is_that_of_the_whole_song() -> None:
    made = network(causal=False, window=4)
    music, rows = song()[:1], torch.from_numpy(sinusoids(12)[:SONG])[None]
    whole = made.encode(music)
    part = slice(10, 40)
    block = Study(made)(music[:, part], rows[:, part], torch.zeros(30))
    np.testing.assert_allclose(block[:, 8:-8].detach(), whole[:, 18:32].detach(), atol=1e-5)
    padded = torch.cat([torch.randn(1, 5, 9), music], dim=1)
    outside = (torch.arange(SONG + 5) < 5).float()
    positions = torch.cat([rows[:, :5], rows], dim=1)
    np.testing.assert_allclose(Study(made)(padded, positions, outside)[:, 5:].detach(), whole.detach(), atol=1e-5)


@pytest.mark.parametrize(
    ("stale", "residual", "moves"),
    [(False, False, 0), (True, False, 0), (False, True, 0), (True, True, 0), (False, True, 6), (False, False, 6)],
)
def test_the_unrolled_decoder_and_its_gradient_are_those_of_its_steps(stale: bool, residual: bool, moves: int) -> None:
    torch.manual_seed(0)
    decoder = Decoder(7, 5, 11, 0.0, stale_hidden=stale, residual=residual, moves=moves, styles=2 if moves else 0)
    torch.nn.init.normal_(decoder.out.weight)
    truth, music = torch.randn(3, 9, 7), torch.randn(3, 9, 5, requires_grad=True)
    own = torch.tensor([0, 0, 1, 1, 0, 1, 1, 1, 0], dtype=torch.bool)
    told = torch.randn(3, 9, 7, requires_grad=True) if moves else None
    # The gradient of what weighs and tells the moves is autograd's own.
    by_hand = [value for name, value in decoder.named_parameters() if not name.startswith(("meant", "tell", "weigh"))]
    wanted = [*by_hand, music, *([told] if told is not None else [])]
    torch.manual_seed(5)
    at_once = unrolled(decoder, truth, music, own, told)
    torch.manual_seed(5)
    state, poses, words = decoder.begin(3), [], []
    for frame in range(9):
        fed = poses[-1].detach() if own[frame] else truth[:, frame]
        pose, state = decoder(fed, music[:, frame], state, told[:, frame] if told is not None else None)
        poses.append(pose)
        words.append(state.hidden[-1])
    stepwise = torch.stack(poses, dim=1), torch.stack(words, dim=1)
    weights = torch.randn(3, 9, 7), torch.randn(3, 9, 11)
    for a, b in zip(at_once, stepwise, strict=True):
        np.testing.assert_allclose(a.detach(), b.detach(), atol=1e-5)
    grads = [
        torch.autograd.grad(sum((part * weight).sum() for part, weight in zip(parts, weights, strict=True)), wanted)
        for parts in (at_once, stepwise)
    ]
    for a, b in zip(*grads, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-4)


def test_what_is_fed_decides_what_is_learned() -> None:
    made = network()
    batch = {
        "music": song(),
        "poses": torch.randn(2, SONG, 7),
        "heard": torch.ones(2, SONG),
    }
    losses = []
    for own in (torch.zeros(SONG, dtype=torch.bool), torch.ones(SONG, dtype=torch.bool)):
        torch.manual_seed(1)
        losses.append(float(Lesson(made)({**batch, "own": own})["loss"].detach()))
    assert losses[0] != losses[1]


def test_the_network_of_the_paper_has_its_sizes() -> None:
    shape = Shape(pose=50, stale_hidden=True, causal=False)
    made = DanceRevolution(shape)
    assert (shape.width, shape.layers, shape.heads, shape.head_width, shape.inner, shape.window) == (
        (200, 2, 8, 64, 1024, 100)
    )
    assert made.encoder.embed.weight.shape == (200, 438)
    assert made.decoder.out.weight.shape == (50, 1024 + 200)
    assert made.dance(torch.randn(1, 4, 438), torch.zeros(1, 50)).shape == (1, 4, 50)


def test_a_small_network_learns_a_swing_in_a_few_steps() -> None:
    made = network(residual=True, units=24).train()
    phase = torch.arange(SONG) * 0.5 + torch.tensor([[0.0], [1.0]])
    batch = {
        "music": torch.sin(phase)[..., None].expand(-1, -1, 9),
        "poses": torch.cos(phase)[..., None].expand(-1, -1, 7),
        "heard": torch.ones(2, SONG),
        "own": torch.arange(SONG) % 6 > 3,
    }
    lesson = Lesson(made)
    optimiser = torch.optim.Adam(made.parameters(), lr=1e-2)
    losses: list[float] = []
    for _ in range(25):
        loss = lesson(batch)["loss"]
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.5 * losses[0]


def test_an_encoder_may_start_anywhere_on_the_circle_of_positions() -> None:
    encoder = Encoder(9, 12, 1, 2, 4, 16, 5, 0.0).eval()
    music = song()
    both = encoder(music, torch.tensor([0, 7]))
    np.testing.assert_allclose(both[1:].detach(), encoder(music[1:], POSITIONS + 7).detach(), atol=1e-6)
