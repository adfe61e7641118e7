"""A target's configuration becomes a sink: which encoder speaks which profile is written here and nowhere else."""

from collections.abc import Callable
from pathlib import Path

from realtime.config import TargetConfig
from realtime.errors import FarandoleError
from realtime.outputs.avatar import load_vrm
from realtime.outputs.axes import Axes
from realtime.outputs.flat import Rotations, flat_encoder
from realtime.outputs.native import AudioEncoder
from realtime.outputs.readers import Readers
from realtime.outputs.resolume import ResolumeEncoder
from realtime.outputs.resolver import Locator
from realtime.outputs.udp import PoseEncoder, UdpTarget
from realtime.outputs.vector import Turns, array_encoder, vector_encoder
from realtime.outputs.vmc import Face, VmcEncoder
from realtime.outputs.vrchat import VrchatEncoder

DISCOVER = "discover"
"""The host of a target that finds its receiver by itself."""
_TURNS = {"none": Turns.NONE, "quaternions": Turns.WORLD, "local": Turns.LOCAL}


def make_target(config: TargetConfig, readers: Readers | None = None) -> UdpTarget:
    """Return the sink that a target's configuration describes.

    Args:
        config: from a preset.
        readers: what the targets of one show have in common.

    Raises:
        FarandoleError: its avatar cannot be read, or nobody can be discovered for its profile.
    """
    return UdpTarget(
        name=config.name,
        host=config.host,
        port=config.port,
        encoder=ENCODERS[config.profile](config, readers or Readers()),
        profile=config.profile,
        rate_hz=config.rate_hz,
        lead_s=config.lead_ms / 1000.0,
        enabled=config.enabled,
        interface=config.interface,
        resolver=_locator(config),
    )


def _native(
    make: Callable[..., PoseEncoder], rotations: Callable[[str], object]
) -> Callable[[TargetConfig, Readers], PoseEncoder]:
    def encoder(config: TargetConfig, readers: Readers) -> PoseEncoder:
        axes = Axes(config.handed, config.up, config.unit)
        return make(rotations(config.rotations), rows=readers.of(config.lead_ms / 1000.0, axes))

    return encoder


def _vmc(config: TargetConfig, readers: Readers) -> PoseEncoder:
    avatar = load_vrm(Path(config.vrm).expanduser()) if config.vrm else None
    return VmcEncoder(avatar, face=Face(config.face), moments=readers.of(config.lead_ms / 1000.0).moments)


def _vrchat(config: TargetConfig, readers: Readers) -> PoseEncoder:
    moments = readers.of(config.lead_ms / 1000.0).moments
    return VrchatEncoder(height_m=config.height_m, head=config.head, moments=moments)


ENCODERS: dict[str, Callable[[TargetConfig, Readers], PoseEncoder]] = {
    "flat": _native(flat_encoder, Rotations),
    "vector": _native(vector_encoder, _TURNS.__getitem__),
    "array": _native(array_encoder, _TURNS.__getitem__),
    "audio": lambda config, readers: AudioEncoder(readers.of(config.lead_ms / 1000.0)),
    "vmc": _vmc,
    "vrchat": _vrchat,
    "resolume": lambda _config, _readers: ResolumeEncoder(),
}


def _locator(config: TargetConfig) -> Locator | None:
    if config.host != DISCOVER:
        return None
    if config.profile != "vrchat":
        raise FarandoleError(f"target {config.name}: only a vrchat target can be discovered; give its host")
    from realtime.outputs.discovery import ServiceFinder  # noqa: PLC0415 - 60 ms that other shows need not wait

    return ServiceFinder()
