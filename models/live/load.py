"""From the bundle on disk to a dancer: loads, verifies, chooses an engine."""

from collections.abc import Sequence
from pathlib import Path

from models.bundle import find_bundle, load_bundle
from models.live.generator import LiveGenerator
from models.live.networks import Networks, Sizes
from models.representation import VERSION
from models.runtime.select import DEFAULT_ENGINES, open_model

GRAPHS = ("music", "denoiser", "decoder")
_SETTINGS = {"guidance": 1.0, "beat_late_s": 0.0}
"""What a bundle may say about its dancer, and what holds when it does not."""


def load_live(where: str | Path = "live", *, engines: Sequence[str] = DEFAULT_ENGINES) -> LiveGenerator:
    """Return the dancer of a bundle, by name or folder, on the first engine that runs it.

    Raises:
        BundleError: the bundle is missing, damaged, or made for other features.
        InferenceError: no engine runs it.
    """
    bundle = load_bundle(find_bundle(where), feature_version=VERSION, graphs=GRAPHS)
    model = open_model(bundle, engines, graphs=GRAPHS)
    shapes = {
        graph: {tensor.name: tensor.shape for tensor in bundle.graph(graph).inputs} for graph in ("denoiser", "music")
    }

    def sizes(graph: str) -> tuple[int, int, int]:
        layers, _, heads, _, head_width = shapes[graph]["keys"]
        return layers, heads, head_width

    networks = Networks(
        model.sessions["music"],
        model.sessions["denoiser"],
        model.sessions["decoder"],
        Sizes(sizes("denoiser"), sizes("music"), shapes["denoiser"]["memory"][-1]),
    )
    guidance, beat_late_s = (float(str(bundle.spec.settings.get(name, usual))) for name, usual in _SETTINGS.items())
    return LiveGenerator(networks, guidance=guidance, beat_late_s=beat_late_s, name=bundle.spec.name)
