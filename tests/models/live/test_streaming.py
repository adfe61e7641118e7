"""The stage's networks compute what training's do: streaming is batch, whatever was cached."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.live.net.attention import Seen  # noqa: E402
from models.live.net.denoiser import Denoiser, Told  # noqa: E402
from models.live.net.graphs import DENOISER_IO, DenoiserGraph, MusicGraph, TorchGraph  # noqa: E402
from models.live.net.music_encoder import MusicEncoder, local_causal_mask  # noqa: E402
from models.live.net.vae import Vae  # noqa: E402
from models.live.positions import rotary  # noqa: E402
from models.live.ring import Ring  # noqa: E402
from models.live.tokens import CONTEXT, HISTORY, LATENT, MUSIC_FRAMES, MUSIC_HISTORY, STYLES, WINDOW  # noqa: E402

pytestmark = pytest.mark.train


def denoiser() -> Denoiser:
    torch.manual_seed(0)
    network = Denoiser(64, 2, 2, 16)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    return network.eval()


def test_cached_history_gives_the_window_that_the_whole_sequence_gives() -> None:
    network, committed = denoiser(), 13
    generator = torch.Generator().manual_seed(1)
    tokens = torch.randn(1, committed + WINDOW, LATENT, generator=generator)
    beat = torch.randn(1, committed + WINDOW, 40, generator=generator)
    level = torch.cat([torch.zeros(1, committed), torch.rand(1, WINDOW, generator=generator)], dim=1)
    memory, style, energy = torch.randn(1, 16), torch.rand(1, len(STYLES)), torch.rand(1, 2)
    made = (level > 0).float()[..., None]
    told = Told(level, beat, made * memory[:, None], made * style[:, None], made * energy[:, None])
    order = torch.arange(committed + WINDOW)
    allowed = (order[None] <= order[:, None]) | (order[None] >= committed) & (order[:, None] >= committed)
    mask = torch.zeros(allowed.shape).masked_fill(~allowed, -torch.inf)
    cosine, sine = (torch.from_numpy(part) for part in rotary(order.numpy(), 32))
    with torch.no_grad():
        whole, _ = network(tokens, told, cosine, sine, mask)
    graph, ring = TorchGraph(DenoiserGraph(network), *DENOISER_IO), Ring(2, 2, HISTORY, 32)
    out: dict[str, np.ndarray] = {}
    for number in range(committed):
        places = np.append(number, np.arange(committed, committed + WINDOW))
        cosines, sines = rotary(places, 32)
        stage_mask = np.zeros((1 + WINDOW, HISTORY + 1 + WINDOW), np.float32)
        stage_mask[:, :HISTORY] = ring.mask
        stage_mask[0, HISTORY + 1 :] = -np.inf
        out = graph.run(
            {
                "tokens": tokens[:, places].numpy(),
                "level": level[:, places].numpy(),
                "beat": beat[:, places].numpy(),
                "memory": memory.numpy(),
                "style": style.numpy(),
                "energy": energy.numpy(),
                "cosine": cosines,
                "sine": sines,
                "keys": ring.keys,
                "values": ring.values,
                "mask": stage_mask,
            }
        )
        ring.remember(out["new_keys"], out["new_values"])
    np.testing.assert_allclose(out["clean"], whole[:, committed:].numpy(), atol=1e-5)


def test_the_music_encoder_streams_as_it_was_trained() -> None:
    torch.manual_seed(2)
    vae, encoder = Vae(58, 16).eval(), MusicEncoder(32, 2, 2).eval()
    count = 20
    frames = torch.randn(1, 4 * count, 58)
    cosine, sine = (torch.from_numpy(part) for part in rotary(np.arange(count), 16))
    with torch.no_grad():
        tokens, _ = vae.encode(frames)
        whole, _ = encoder(tokens, cosine, sine, local_causal_mask(count, MUSIC_HISTORY))
    graph = MusicGraph(vae.encoder, vae.mean, vae.scale, encoder)
    caches = torch.zeros(2, 2, 1, 2, MUSIC_HISTORY, 16)
    ring = Ring(2, 2, MUSIC_HISTORY, 16)
    assert caches[0].shape == ring.keys.shape
    for number in range(count):
        cosine, sine = (torch.from_numpy(part) for part in rotary(np.array([number]), 16))
        shown = frames[:, max(0, 4 * number + 4 - MUSIC_FRAMES) : 4 * number + 4]
        if shown.shape[1] < MUSIC_FRAMES:
            # Training pads its sequences with zeros inside the network: nothing to compare before it has seen enough.
            shown = torch.cat([shown[:, :1].expand(-1, MUSIC_FRAMES - shown.shape[1], -1), shown], dim=1)
        mask = torch.from_numpy(np.append(ring.mask, np.float32(0.0)))[None]
        with torch.no_grad():
            memory, keys, values = graph(
                shown, cosine, sine, torch.from_numpy(ring.keys), torch.from_numpy(ring.values), mask
            )
        assert memory.shape == whole[:, -1].shape
        ring.remember(keys.numpy(), values.numpy())
    with torch.no_grad():
        late = frames[:, 4 * count - MUSIC_FRAMES :]
        np.testing.assert_allclose(vae.encode(late)[0][:, -1], tokens[:, -1], atol=1e-5)


def test_the_decoder_sees_no_further_back_than_its_context() -> None:
    torch.manual_seed(3)
    vae = Vae(152, 16).eval()
    tokens = torch.randn(1, CONTEXT + 12, LATENT)
    changed = tokens.clone()
    changed[:, 0] += 5.0
    with torch.no_grad():
        first, second = vae.decode(tokens), vae.decode(changed)
    np.testing.assert_array_equal(first[:, 4 * (CONTEXT + 1) :], second[:, 4 * (CONTEXT + 1) :])
    assert not np.array_equal(first[:, : 4 * CONTEXT], second[:, : 4 * CONTEXT])


def test_tokens_after_a_moment_change_no_frame_before_it() -> None:
    torch.manual_seed(4)
    vae = Vae(152, 16).eval()
    frames = torch.randn(1, 64, 152)
    later = frames.clone()
    later[:, 32:] += 1.0
    with torch.no_grad():
        a, _ = vae.encode(frames)
        b, _ = vae.encode(later)
        np.testing.assert_array_equal(a[:, :8], b[:, :8])
        np.testing.assert_array_equal(vae.decode(a)[:, :32], vae.decode(b)[:, :32])
    assert isinstance(Seen(a, b), tuple)
