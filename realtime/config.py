"""Presets: what a show hears, how it dances, looks and sends; typed, frozen, limited, unknown keys refused."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from realtime.errors import PresetError

Unit = Annotated[float, Meta(ge=0.0, le=1.0)]
Tempo = Annotated[float, Meta(ge=30.0, le=300.0)]
PortNumber = Annotated[int, Meta(ge=1, le=65535)]
Text = Annotated[str, Meta(min_length=1, max_length=200)]


Colour = Annotated[str, Meta(pattern="^(#[0-9A-Fa-f]{6})?$")]


class AudioConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """What the show listens to.

    Attributes:
        device: "host API: name", a part of it, a number, or empty for the default.
        rate_hz: 0 for the device's own.
        block_samples: 0 for the device's own.
        channels: 0 for one or two.
        gain_db: input gain.
        gate_db: what is quieter is not heard; -120 hears everything.
        loopback: whether silence of the device means that nothing plays.
    """

    device: str = ""
    rate_hz: Annotated[float, Meta(ge=0.0, le=768_000.0)] = 0.0
    block_samples: Annotated[int, Meta(ge=0, le=16_384)] = 256
    channels: Annotated[int, Meta(ge=0, le=256)] = 0
    gain_db: Annotated[float, Meta(ge=-60.0, le=40.0)] = 0.0
    gate_db: Annotated[float, Meta(ge=-120.0, le=0.0)] = -120.0
    loopback: bool = False


class TempoConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """How the beat is found: by ear within a range, or fixed at `bpm`."""

    mode: Literal["auto", "fixed"] = "auto"
    bpm: Tempo = 120.0
    min_bpm: Tempo = 60.0
    max_bpm: Tempo = 200.0


class DanceConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Who dances, and how; see `DanceControls`.

    Attributes:
        model: the dancer.
        engines: what runs a network, best first; ONNX Runtime is tried last in any case.
    """

    model: Text = "live"
    engines: tuple[Text, ...] = ("onnx",)
    energy: Unit = 0.5
    style: Unit = 0.5
    smoothing: Unit = 0.25
    mirror: bool = False
    in_place: bool = False
    seed: Annotated[int, Meta(ge=0, le=2**31)] = 0


class StageConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """How the window shows it.

    Attributes:
        look, camera: by name.
        tint, accent: the dancer's colour and the other one instead of the look's own, "#RRGGBB"; empty keeps its own.
        display: where the output opens fullscreen; empty leaves it closed.
        offset_ms: everything is shown so much earlier.
    """

    look: Text = "neon"
    camera: Text = "orbit"
    tint: Colour = ""
    accent: Colour = ""
    display: str = ""
    offset_ms: Annotated[float, Meta(ge=-500.0, le=500.0)] = 0.0


class OutputConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """How it is performed.

    Attributes:
        fps: poses per second.
        fade_s: how long a blackout takes.
        generate_latency_ms: how much ahead of need chunks are asked for at first; measured later, live.
        recordings: folder of recorded sessions; empty for one among the user's documents.
        record_audio: whether sessions get the music too.
    """

    fps: Literal[30, 60, 90, 120] = 60
    fade_s: Annotated[float, Meta(ge=0.0, le=5.0)] = 1.0
    generate_latency_ms: Annotated[float, Meta(ge=0.0, le=2000.0)] = 30.0
    recordings: Annotated[str, Meta(max_length=1000)] = ""
    record_audio: bool = False


class TargetConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """One receiver of poses.

    Attributes:
        name: what to call it.
        host: name or address; "discover" lets the profile vrchat find its receiver.
        port: UDP port.
        profile: which messages it gets.
        rate_hz: how often; at most the show's fps.
        lead_ms: how far ahead of now its poses are.
        enabled: whether it starts switched on.
        interface: address of the network card to send from; empty lets the system choose.
        rotations: what flat, vector and array send beside positions; degrees are for flat, local is not.
        handed, up, unit: the axes of flat, vector, array and psn (always metres); see `outputs/axes.py`.
        vrm: file of the avatar that a vmc target moves; empty for our own body.
        face: names of the blend shapes by which the music moves a vmc target's face.
        height_m: height of the user of a vrchat target, as VRChat has it.
        head: whether a vrchat target gets the head.
        universe: DMX universe of artnet and sacn; Art-Net counts from 0, streaming ACN from 1.
        channel: DMX address of the first channel.
    """

    name: Text
    host: Text = "127.0.0.1"
    port: PortNumber = 10_000
    profile: Literal["flat", "vector", "array", "audio", "vmc", "vrchat", "resolume", "psn", "artnet", "sacn"] = "flat"
    rate_hz: Annotated[float, Meta(ge=1.0, le=240.0)] = 60.0
    lead_ms: Annotated[float, Meta(ge=-500.0, le=500.0)] = 0.0
    enabled: bool = True
    interface: Annotated[str, Meta(max_length=64)] = ""
    rotations: Literal["none", "degrees", "quaternions", "local"] = "none"
    handed: Literal["right", "left"] = "right"
    up: Literal["y", "z"] = "y"
    unit: Literal["m", "cm"] = "m"
    vrm: Annotated[str, Meta(max_length=1000)] = ""
    face: Literal["none", "vrm0", "vrm1"] = "none"
    height_m: Annotated[float, Meta(ge=0.5, le=3.0)] = 1.7
    head: bool = False
    universe: Annotated[int, Meta(ge=0, le=63_999)] = 1
    channel: Annotated[int, Meta(ge=1, le=500)] = 1


class RemoteConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Who may steer the show over the network.

    Attributes:
        enabled: whether it listens at all.
        host: the address to listen on; nobody but this machine reaches 127.0.0.1, everybody 0.0.0.0.
        port: UDP port of OSC.
        allow: addresses and networks that may send; none means all that reach it.
        quantize: what preset changes wait for.
        feedback_port: where subscribers listen who name no port.
        oscquery_port: TCP port of the description over HTTP; 0 for none.
        announce: whether multicast DNS tells where it is.
        link: whether to follow Ableton Link (needs the extra `link`).
        os2l_port: TCP port for OS2L (VirtualDJ); 0 for none.
        open_beat_control: "HOST" or "HOST:PORT" of an Open Beat Control, which tells the beats of decks; "" for none.
        midi_port: MIDI input, or a part of its name; empty for none (needs the extra `midi`).
        midi: what notes and controllers stand for: "cc 1 7" = "/dance/ctl/energy".
    """

    enabled: bool = True
    host: Text = "127.0.0.1"
    port: PortNumber = 10_010
    allow: Annotated[tuple[Text, ...], Meta(max_length=64)] = ()
    quantize: Literal["off", "beat", "bar"] = "bar"
    feedback_port: PortNumber = 10_011
    oscquery_port: Annotated[int, Meta(ge=0, le=65535)] = 10_010
    announce: bool = True
    link: bool = False
    os2l_port: Annotated[int, Meta(ge=0, le=65535)] = 0
    open_beat_control: Annotated[str, Meta(max_length=200)] = ""
    midi_port: Annotated[str, Meta(max_length=200)] = ""
    midi: Annotated[dict[Text, Text], Meta(max_length=512)] = {}


class Preset(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a show needs to know; every part has a default."""

    name: Text
    schema: Literal[1] = 1
    audio: AudioConfig = AudioConfig()
    tempo: TempoConfig = TempoConfig()
    dance: DanceConfig = DanceConfig()
    stage: StageConfig = StageConfig()
    output: OutputConfig = OutputConfig()
    remote: RemoteConfig = RemoteConfig()
    targets: Annotated[tuple[TargetConfig, ...], Meta(max_length=32)] = ()


def parse_preset(text: str, where: str) -> Preset:
    """Return the preset that a TOML text describes.

    Args:
        text: the TOML.
        where: file name, for the message.

    Raises:
        PresetError: names the file, the key and what was expected.
    """
    try:
        preset = msgspec.convert(tomllib.loads(text), Preset)
    except tomllib.TOMLDecodeError as error:
        raise PresetError(f"{where}: not valid TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise PresetError(f"{where}: {_readable(str(error))}") from error
    except RecursionError as error:
        raise PresetError(f"{where}: not valid TOML: nested too deeply") from error
    return _checked(preset, where)


def load_preset(path: Path) -> Preset:
    """Return the preset in a file.

    Raises:
        PresetError: the file cannot be read or does not fit.
    """
    try:
        return parse_preset(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise PresetError(f"{path}: cannot read this preset ({error}); expected a TOML file") from error


def _checked(preset: Preset, where: str) -> Preset:
    if preset.tempo.min_bpm * 1.5 > preset.tempo.max_bpm:
        raise PresetError(
            f"{where}: tempo.max_bpm must be at least 1.5 times tempo.min_bpm (any tempo then fits by doubling), got "
            f"{preset.tempo.min_bpm:g} to {preset.tempo.max_bpm:g}"
        )
    names = [target.name for target in preset.targets]
    for name in names:
        if names.count(name) > 1:
            raise PresetError(f'{where}: targets must have different names, got "{name}" {names.count(name)} times')
    for target in preset.targets:
        problem = _target_problem(target)
        if problem:
            raise PresetError(f'{where}: target "{target.name}": {problem}')
    return preset


def _target_problem(target: TargetConfig) -> str:
    if target.rotations == "degrees" and target.profile != "flat":
        return f'rotations = "degrees" is for the profile flat; {target.profile} has "quaternions" and "local"'
    if target.rotations == "local" and target.profile == "flat":
        return 'rotations = "local" is for the profiles vector and array; flat has "degrees" and "quaternions"'
    if target.profile == "vmc" and target.rate_hz < 5.0:
        return f"a vmc target needs rate_hz of at least 5, or receivers take it for gone; got {target.rate_hz:g}"
    if target.profile == "artnet" and target.universe > 32_767:
        return f"universe must be at most 32767 for artnet, got {target.universe}"
    if target.profile == "sacn" and target.universe == 0:
        return "universe must be at least 1 for sacn, got 0"
    return ""


def _readable(message: str) -> str:
    """Put the key first: "Expected `int` >= 0 - at `$.audio.x`" becomes "audio.x: expected `int` >= 0"."""
    problem, _, path = message.partition(" - at `$")
    key = path.rstrip("`").lstrip(".")
    problem = problem[:1].lower() + problem[1:]
    return f"{key}: {problem}" if key else problem
