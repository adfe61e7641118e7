# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUnknownParameterType=false
"""Writes the flagship's bundle from a finished training run.

    python -m models.training.live.bundle RUN CARD.md --out models/live/bundle

The golden inputs are those of a dance: the graphs are recorded while the sampler makes a few tokens to a clear beat.
"""

import argparse
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.bundle import Bundle, describe
from models.export import About, Graph, halve_weights, write_bundle
from models.live.net.graphs import DECODER_IO, DENOISER_IO, MUSIC_IO
from models.live.networks import Graph as RunningGraph
from models.live.networks import Networks
from models.live.sampler import Sampler, Wish
from models.live.tokens import MUSIC_FRAMES, STYLES, TOKEN_FRAMES, TOKEN_S, WINDOW
from models.representation import FPS, VERSION
from models.training.live.generator_network import GeneratorNetwork
from models.training.live.networks import load_generator, sizes_of, stage_modules, torch_networks
from models.training.live.weights import weights_of
from models.training.weight_mixing import mixed
from realtime.music import conditioning
from realtime.types import BeatState

CREDITS = (
    "CMU motion capture: The data used in this project was obtained from mocap.cs.cmu.edu. "
    "The database was created with funding from NSF EIA-0196217.",
    "AIST++: The annotations are licensed by Google LLC under CC BY 4.0.",
    "Groove MIDI Dataset, Google LLC, CC BY 4.0, rendered with FluidR3 GM (MIT).",
)
_TOKENS = 12


@dataclass
class _Recorded:
    """A graph that keeps what it was last given."""

    graph: RunningGraph
    inputs: dict[str, NDArray[Any]] = field(default_factory=dict[str, NDArray[Any]])

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        self.inputs = {name: np.array(value) for name, value in inputs.items()}
        return self.graph.run(inputs)


def mix(network: GeneratorNetwork, weights: Mapping[str, Tensor], share: float) -> None:
    """Move a network so far towards the weights that it went on from: what it has lost since it has again, in part.

    Weights that are not named stay.
    """
    own = {name: value.numpy() for name, value in network.state_dict().items() if value.is_floating_point()}
    before = {name: value.numpy() for name, value in weights.items() if name in own}
    now = {name: torch.from_numpy(value) for name, value in mixed(own, before, share).items()}
    network.load_state_dict(now, strict=False)


def write(
    run: Path,
    out: Path,
    card: str,
    *,
    guidance: float = 1.0,
    beat_late_s: float = 0.0,
    mixed_with: str | None = None,
    share: float = 0.5,
) -> Bundle:
    """Export the best weights of a run, rounded to 16-bit numbers, which halves the bundle; return the bundle.

    Raises:
        FarandoleError: the run has no weights.
        BundleError: an exported graph does not compute what torch does.
    """
    network = load_generator(run)
    if mixed_with:
        mix(network, weights_of(mixed_with), share)
    halve_weights(network)
    modules, networks = stage_modules(network), torch_networks(network)
    music, denoiser, decoder = (_Recorded(graph) for graph in (networks.music, networks.denoiser, networks.decoder))
    sampler = Sampler(Networks(music, denoiser, decoder, sizes_of(network)), seed=0)
    wish = Wish(np.eye(len(STYLES))[0], np.array([0.6, 1.0]))
    clock = BeatState(tempo_bpm=120.0, confidence=0.9)
    for number in range(_TOKENS):
        end = number * TOKEN_FRAMES
        heard = np.arange(end - MUSIC_FRAMES, end) / FPS
        sound = np.zeros((MUSIC_FRAMES, conditioning.SOUND))
        sound[:, 40:45] = (np.abs((clock.beat_at(heard) + 0.5) % 1.0 - 0.5) < 0.1)[:, None]
        sampler.hear(np.concatenate([sound, conditioning.beat(clock, heard)], axis=1))
        before = sampler.committed
        times = number * TOKEN_S + np.arange(WINDOW * TOKEN_FRAMES) / FPS
        tokens = sampler.step(conditioning.beat(clock, times).reshape(WINDOW, -1), wish)
        decoder.run({"tokens": np.concatenate([before, tokens])[None]})
    graphs = {
        "music": _graph(modules.music, MUSIC_IO, music.inputs),
        "denoiser": _graph(modules.denoiser, DENOISER_IO, denoiser.inputs),
        "decoder": _graph(modules.decoder, DECODER_IO, decoder.inputs),
    }
    about = About(
        name="live",
        summary="the flagship: streams a dance on aligned latents, one forward a token",
        fps=FPS,
        feature_version=VERSION,
        licence="GPL-3.0-or-later",
        training_data=CREDITS,
        card=card,
        settings={"guidance": guidance, "beat_late_s": beat_late_s},
    )
    return write_bundle(out, graphs, about)


def _graph(
    module: torch.nn.Module, names: tuple[tuple[str, ...], tuple[str, ...]], inputs: Mapping[str, NDArray[Any]]
) -> Graph:
    ordered = {name: torch.from_numpy(np.ascontiguousarray(inputs[name])) for name in names[0]}
    return Graph(module, ordered, names[1], covers_s=TOKEN_S, int8=True, halved=True)


def main() -> None:
    """Export as the command line says."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description="Writes the flagship's bundle from a finished training run.")
    parser.add_argument("run", type=Path)
    parser.add_argument("card", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--guidance", type=float, default=1.0)
    parser.add_argument("--beat-late-s", type=float, default=0.0)
    parser.add_argument("--mixed-with", help="the bundle that the run went on from")
    parser.add_argument("--share", type=float, default=0.5, help="of that bundle")
    given = parser.parse_args()
    card = given.card.read_text("utf-8")
    bundle = write(
        given.run,
        given.out,
        card,
        guidance=given.guidance,
        beat_late_s=given.beat_late_s,
        mixed_with=given.mixed_with,
        share=given.share,
    )
    print(describe(bundle))  # noqa: T201


if __name__ == "__main__":
    main()
