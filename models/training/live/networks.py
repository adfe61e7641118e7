# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""From a trained generator to what runs on stage: its three graphs, in torch or to be exported."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from models.live.net.graphs import (
    DECODER_IO,
    DENOISER_IO,
    MUSIC_IO,
    DecoderGraph,
    DenoiserGraph,
    MusicGraph,
    TorchGraph,
)
from models.live.networks import Networks, Sizes
from models.training.live.generator_network import MUSIC_MEMORY, GeneratorNetwork
from realtime.errors import FarandoleError


class StageModules(NamedTuple):
    """The modules behind the graphs."""

    music: MusicGraph
    denoiser: DenoiserGraph
    decoder: DecoderGraph


def load_generator(run: Path) -> GeneratorNetwork:
    """Return the network with the best weights of a run of `live.generator`.

    Raises:
        FarandoleError: there are none.
    """
    path = run / "best.pt"
    try:
        state = torch.load(path, weights_only=True, map_location="cpu")["network"]
    except OSError as error:
        raise FarandoleError(
            f"{path}: expected the weights of a finished run, {error.strerror}; train first"
        ) from error
    network = network_like(state)
    network.load_state_dict(state)
    return network.eval()


def network_like(state: Mapping[str, Tensor]) -> GeneratorNetwork:
    """Return a new network of the shapes of these weights."""
    width = state["denoiser.outer.weight"].shape[1]
    layers = 1 + max(int(name.split(".")[2]) for name in state if name.startswith("denoiser.layers."))
    return GeneratorNetwork(width, width // 32, layers, state["motion.decoder.layers.0.conv.weight"].shape[0])


def stage_modules(network: GeneratorNetwork) -> StageModules:
    """Return the modules that run on stage, with the weights of `network`."""
    music, motion = network.music, network.motion
    return StageModules(
        MusicGraph(music.encoder, music.mean, music.scale, network.memory),
        DenoiserGraph(network.denoiser),
        DecoderGraph(motion.decoder, motion.mean, motion.scale, network.token_mean, network.token_scale),
    )


def sizes_of(network: GeneratorNetwork) -> Sizes:
    """Return the shapes of the caches."""

    def of(part: nn.Module) -> tuple[int, int, int]:
        return len(part.layers), part.heads, part.width // part.heads  # pyright: ignore

    return Sizes(of(network.denoiser), of(network.memory), MUSIC_MEMORY)


def torch_networks(network: GeneratorNetwork) -> Networks:
    """Return the graphs as torch runs them, for rollouts during training."""
    modules = stage_modules(network)
    return Networks(
        TorchGraph(modules.music, *MUSIC_IO),
        TorchGraph(modules.denoiser, *DENOISER_IO),
        TorchGraph(modules.decoder, *DECODER_IO),
        sizes_of(network),
    )
