# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
# pyright: reportUntypedFunctionDecorator=false
"""Writes a trained Dance Revolution as a bundle.

python -m models.training.dance_revolution.bundle RUN CONFIG.toml --out models/dance_revolution/bundle --card CARD.md
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec
import torch
from torch import Tensor, nn

from models.bundle import Bundle
from models.dance_revolution.frames import FPS
from models.dance_revolution.net.graphs import Dance, Hear, Study
from models.dance_revolution.net.network import DanceRevolution, Shape
from models.dance_revolution.offline import BLOCK_FRAMES
from models.dance_revolution.positions import sinusoids
from models.export import About, Graph, halve_weights, write_bundle
from models.representation import VERSION
from models.training.config import load_config
from models.training.dance_revolution.options import Options, shape_of
from models.training.dance_revolution.pairs import styles_of
from models.training.dance_revolution.task import load_state
from models.training.loop import BEST

TRAINING_DATA = (
    "CMU mocap, styles salsa, modern, Michael-Jackson-style, Indian, lambada and charleston: "
    "The data used in this project was obtained from mocap.cs.cmu.edu. "
    "The database was created with funding from NSF EIA-0196217.",
    "AIST++, 4 sequences of break and street jazz: The annotations are licensed by Google LLC under CC BY 4.0",
    "Groove MIDI Dataset, CC BY 4.0, rendered with FluidR3 (MIT): the drums of the music",
)
TOLERANCE = 1e-4
ENOUGH_S = 100.0
"""A style with less dance than this cannot be asked for."""


def load_network(weights: Path, shape: Shape) -> DanceRevolution:
    """Return a network with the weights of a run."""
    network = DanceRevolution(shape)
    network.load_state_dict(load_state(weights))
    return network.eval()


def write(
    network: DanceRevolution,
    folder: Path,
    card: str,
    *,
    drive: float = 1.0,
    temperature: float = 1.0,
    lead_s: float = 0.0,
    styles: Mapping[str, float] | None = None,
) -> Bundle:
    """Write the bundle of a trained network: `hear` and `dance` of a causal one, `study` and `dance` of the other.

    Its weights are rounded to 16-bit numbers, in place; that halves the bundle.

    Args:
        network: trained.
        folder: of the bundle.
        card: the model card, Markdown.
        drive: at which a `residual` network moves as much as people do.
        temperature: at which moves are drawn.
        lead_s: how far ahead its clock is read.
        styles: that the network was told, and seconds of each; those that there is enough of can be asked for.
    """
    known = styles or {}
    often = sorted((name for name in known if known[name] >= ENOUGH_S), key=lambda name: -known[name])
    halve_weights(network)
    shape = network.shape
    causal = shape.causal
    listening = {"hear": _hear(network)} if causal else {"study": _study(network)}
    return write_bundle(
        folder,
        {**listening, "dance": _dance(network)},
        About(
            name="dance_revolution",
            summary="music to dance by local self-attention and recurrent cells, after Huang et al. 2021, "
            + ("heard as it sounds" if causal else "whole songs only"),
            fps=FPS,
            feature_version=VERSION,
            licence="CC-BY-4.0",
            training_data=TRAINING_DATA,
            card=card,
            settings={
                **asdict(shape),
                "drive": drive,
                "temperature": temperature,
                "lead_s": lead_s,
                "style_names": tuple(known),
                "asked_styles": tuple(list(known).index(name) for name in often),
            },
        ),
    )


def example(network: DanceRevolution) -> Mapping[str, Tensor]:
    """Return values as they come in a show, for the golden files: typical music and poses, a ring half full."""
    shape, generator = network.shape, torch.Generator().manual_seed(0)

    def normal(*size: int) -> Tensor:
        return torch.randn(*size, generator=generator)

    ring = (shape.layers, shape.heads, shape.window, shape.head_width)
    return {
        "music": network.music_mean + network.music_scale * normal(1, shape.inputs),
        "position": torch.from_numpy(sinusoids(shape.width)[50:51]),
        "keys": normal(*ring),
        "values": normal(*ring),
        "empty": (torch.arange(shape.window) >= shape.window // 2).float(),
        "pose": network.pose_mean + network.pose_scale * normal(1, shape.pose),
        "before": network.pose_mean + network.pose_scale * normal(1, shape.pose),
        "drive": torch.tensor([1.5]),
        "encoded": normal(1, shape.heard),
        "hidden": torch.tanh(normal(3, 1, shape.units)),
        "cell": normal(3, 1, shape.units),
        "move": _one_of(shape.moves + 1),
        "style": _one_of(shape.styles),
    }


def _one_of(count: int) -> Tensor:
    return (torch.arange(count) == count // 2).float()[None]


def _hear(network: DanceRevolution) -> Graph:
    values = example(network)
    inputs = {name: values[name] for name in ("music", "position", "keys", "values", "empty")}
    return Graph(Hear(network), inputs, ("encoded", "key", "value"), covers_s=1 / FPS, tolerance=TOLERANCE, halved=True)


def _dance(network: DanceRevolution) -> Graph:
    values = example(network)
    shape = network.shape
    wanted = ["pose", "encoded", "hidden", "cell"]
    wanted += ["before", "drive"] if shape.residual else []
    wanted += ["move", "style"] if shape.moves else []
    inputs = {name: values[name] for name in wanted}
    outputs = ("next_pose", "next_hidden", "next_cell", *(("odds",) if shape.moves else ()))
    return Graph(_Named(Dance(network), wanted), inputs, outputs, covers_s=1 / FPS, tolerance=TOLERANCE, halved=True)


class _Named(nn.Module):
    """Takes by position what the module takes by name, so that those in the middle may be left out."""

    def __init__(self, module: nn.Module, names: Sequence[str]) -> None:
        super().__init__()
        self.module, self.names = module, tuple(names)

    def forward(self, *values: Tensor) -> tuple[Tensor, ...]:
        """Return what the module does."""
        return self.module(**dict(zip(self.names, values, strict=True)))


def _study(network: DanceRevolution) -> Graph:
    shape = network.shape
    frames = 2 * shape.layers * shape.window + BLOCK_FRAMES
    noise = torch.randn(1, frames, shape.inputs, generator=torch.Generator().manual_seed(0))
    inputs = {
        "music": network.music_mean + network.music_scale * noise,
        "position": torch.from_numpy(sinusoids(shape.width)[:frames])[None],
        "outside": (torch.arange(frames) < shape.window).float(),
    }
    return Graph(Study(network), inputs, ("encoded",), covers_s=BLOCK_FRAMES / FPS, tolerance=TOLERANCE, halved=True)


def main() -> None:
    """Write the bundle of a run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path, help="the .toml file that it was trained by")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--card", type=Path, required=True)
    parser.add_argument("--weights", type=Path, default=None, help="other than the best of the run")
    parser.add_argument("--temperature", type=float, default=1.0, help="of the moves that are drawn")
    parser.add_argument("--lead-s", type=float, default=0.0, help="how late it meets the beat without, seconds")
    parser.add_argument("--drive", type=float, default=1.0, help="where the dance moves as much as people do")
    arguments = parser.parse_args()
    config = load_config(arguments.config)
    options = msgspec.convert(config.options, Options)
    styles = styles_of(Path(config.data)) if options.named else {}
    network = load_network(arguments.weights or Path(config.out) / BEST, shape_of(options, styles=len(styles)))
    bundle = write(
        network,
        arguments.out,
        arguments.card.read_text("utf-8"),
        drive=arguments.drive,
        temperature=arguments.temperature,
        lead_s=arguments.lead_s,
        styles=styles,
    )
    print(bundle.folder)  # noqa: T201


if __name__ == "__main__":
    main()
