"""What training takes from a bundle computes what the bundle computes."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from models.bundle import find_bundle, load_bundle  # noqa: E402
from models.training.live.bundle import mix  # noqa: E402
from models.training.live.networks import network_like, torch_networks  # noqa: E402
from models.training.live.weights import GRAPHS, weights_of  # noqa: E402

pytestmark = pytest.mark.train


def test_a_network_is_moved_towards_what_it_went_on_from() -> None:
    weights, name = weights_of("live"), "denoiser.outer.weight"
    network = network_like(weights)
    before = network.state_dict()[name].clone()
    encoder = network.state_dict()["motion.encoder.layers.8.weight"].clone()
    mix(network, weights, 0.25)
    found = network.state_dict()
    torch.testing.assert_close(found[name], 0.75 * before + 0.25 * weights[name])
    torch.testing.assert_close(found["motion.encoder.layers.8.weight"], encoder)


def test_a_network_with_the_weights_of_a_bundle_reproduces_its_golden_outputs() -> None:
    weights = weights_of("live")
    network = network_like(weights).eval()
    left = network.load_state_dict(weights, strict=False)
    assert not left.unexpected_keys
    # No show needs to encode a dance or to decode music, so no bundle carries the weights for it.
    assert all(name.startswith(("motion.encoder.", "music.decoder.")) for name in left.missing_keys)
    bundle, graphs = load_bundle(find_bundle("live")), torch_networks(network)
    for graph in GRAPHS:
        inputs, expected = bundle.golden(graph)
        made = getattr(graphs, graph).run(inputs)
        for name, value in expected.items():
            np.testing.assert_allclose(made[name], value, atol=1e-4)
