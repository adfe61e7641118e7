"""A preset becomes an engine: every concrete class is named here (targets: in `targets.py`) and nowhere else."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import platformdirs

import presets
from models.dance_revolution import DanceRevolutionGenerator
from models.dance_revolution.offline import dance_song
from models.groove import GrooveGenerator
from models.live.load import load_live
from realtime.audio.device import Capture, find_input, refresh
from realtime.audio.live_input import OpenDevice
from realtime.audio.track import Track, heard
from realtime.clock import Clock
from realtime.commands import (
    Command,
    SetEnergy,
    SetFade,
    SetGain,
    SetGate,
    SetInPlace,
    SetMirror,
    SetOffset,
    SetSeed,
    SetSmoothing,
    SetStyle,
    SetTempo,
    TempoRange,
)
from realtime.config import AudioConfig, DanceConfig, Preset, TargetConfig, load_preset
from realtime.engine import Engine
from realtime.errors import BundleError, FarandoleError, InferenceError, PresetError
from realtime.meter import NullTimer
from realtime.music.beat import AubioBeatTracker
from realtime.music.listener import Listener
from realtime.music.revolution import RevolutionFeatures
from realtime.ports import MotionGenerator, PoseSink, StageTimer
from realtime.room.deaf import DeafTracker
from realtime.types import HOP_SAMPLES, DanceControls, GenerateRequest, PoseChunk

_LOG = logging.getLogger(__name__)


def _groove(_: DanceConfig) -> MotionGenerator:
    return GrooveGenerator()


def _live(dance: DanceConfig) -> MotionGenerator:
    return load_live(engines=dance.engines)


def _dance_revolution(dance: DanceConfig) -> MotionGenerator:
    return DanceRevolutionGenerator(engines=dance.engines)


GENERATORS: dict[str, Callable[[DanceConfig], MotionGenerator]] = {
    "groove": _groove,
    "live": _live,
    "dance_revolution": _dance_revolution,
}
"""Who can dance, by the name that presets and `--model` use."""
HEAR_REVOLUTION = ("dance_revolution",)
"""Those who hear the 438 features of Dance Revolution."""


def find_preset(name_or_file: str) -> Preset:
    """Return a preset by name or from a file.

    Raises:
        PresetError: there is none such, or it does not fit.
    """
    if name_or_file in presets.names():
        return load_preset(presets.path(name_or_file))
    path = Path(name_or_file)
    if path.suffix == ".toml" or path.exists():
        return load_preset(path)
    raise PresetError(
        f'no preset is called "{name_or_file}"; choose one of {", ".join(presets.names())}, or a .toml file'
    )


def with_overrides(
    preset: Preset, *, model: str | None = None, seed: int | None = None, fps: int | None = None
) -> Preset:
    """Return the preset with what the command line says instead.

    Raises:
        FarandoleError: a value does not fit.
    """
    if model is not None:
        check_model(model)
        preset = msgspec.structs.replace(preset, dance=msgspec.structs.replace(preset.dance, model=model))
    if seed is not None:
        if not 0 <= seed <= 2**31:
            raise FarandoleError(f"--seed must be from 0 to 2147483648, got {seed}")
        preset = msgspec.structs.replace(preset, dance=msgspec.structs.replace(preset.dance, seed=seed))
    if fps is not None:
        if fps not in (30, 60, 90, 120):
            raise FarandoleError(f"--fps must be 30, 60, 90 or 120, got {fps}")
        preset = msgspec.structs.replace(preset, output=msgspec.structs.replace(preset.output, fps=fps))
    check_model(preset.dance.model)
    return preset


@dataclass(frozen=True)
class Overrides:
    """What the command line wants otherwise than the preset, whichever preset is loaded during the show.

    Attributes:
        model, seed, fps: see `with_overrides`; None leaves them.
        to: targets as "HOST:PORT" instead of the preset's own; none leaves them.
        audio: keys of the preset's audio part; None leaves one.
    """

    model: str | None = None
    seed: int | None = None
    fps: int | None = None
    to: tuple[str, ...] = ()
    audio: Mapping[str, object] = field(default_factory=dict[str, object])

    def apply(self, preset: Preset) -> Preset:
        """Return the preset as the command line wants it.

        Raises:
            FarandoleError: a value does not fit.
        """
        preset = with_overrides(preset, model=self.model, seed=self.seed, fps=self.fps)
        return with_targets(with_audio(preset, **self.audio), self.to)


def check_model(name: str) -> None:
    """Raise `FarandoleError` unless somebody is called `name`."""
    if name not in GENERATORS:
        raise FarandoleError(f'no dancer is called "{name}"; choose one of: {", ".join(sorted(GENERATORS))}')


def make_listener(preset: Preset, timer: StageTimer) -> Listener:
    """Return a listener with a beat tracker, at the tempo and gain of a preset."""
    revolution = RevolutionFeatures() if preset.dance.model in HEAR_REVOLUTION else None
    listener = Listener(AubioBeatTracker(), timer, revolution=revolution)
    for command in opening_commands(preset):
        listener.command(command)
    return listener


def make_offline(preset: Preset, track: Track) -> MotionGenerator:
    """Return the preset's dancer, who has heard the whole track already; for rehearsals only.

    Raises:
        FarandoleError: this dancer has no such version, or what it needs is not installed.
    """
    if preset.dance.model != "dance_revolution":
        raise FarandoleError(
            f"--offline is for --model dance_revolution, which was published so; {preset.dance.model} hears as it goes"
        )
    samples = np.concatenate([block.samples for block in heard(track, HOP_SAMPLES)])
    return dance_song(samples, dance_controls(preset))


def make_engine(
    preset: Preset,
    sinks: Sequence[PoseSink],
    timer: StageTimer,
    *,
    generator: MotionGenerator | None = None,
    listener: Listener | None = None,
) -> Engine:
    """Return an engine that plays a preset into `sinks`, with another dancer or another ear if they are given."""
    check_model(preset.dance.model)
    engine = Engine(
        listener or make_listener(preset, timer),
        generator or make_generator(preset.dance),
        GrooveGenerator(),
        sinks,
        timer,
        controls=dance_controls(preset),
        generate_latency_s=preset.output.generate_latency_ms / 1000.0,
    )
    for command in opening_commands(preset):
        engine.post(command)
    return engine


def make_dancer(preset: Preset) -> Engine:
    """Return an engine that is told what was heard; `copy.deepcopy` of it dances on alike."""
    return make_engine(preset, (), NullTimer(), listener=Listener(DeafTracker(), NullTimer()))


def make_generator(dance: DanceConfig) -> MotionGenerator:
    """Return the dancer of a preset; one that cannot dance here fails every time, says why, and leaves it to groove."""
    check_model(dance.model)
    try:
        return GENERATORS[dance.model](dance)
    except (BundleError, InferenceError) as error:
        _LOG.warning("%s cannot dance here, groove does: %s", dance.model, error)
        return Absent(dance.model, str(error))


class Absent:
    """A dancer who cannot be loaded: the show goes on with the fallback, and the desk says why."""

    chunk_s = 8.0
    """It is asked seldom."""

    def __init__(self, name: str, why: str) -> None:
        self.name, self._why = name, why

    def generate(self, request: GenerateRequest) -> PoseChunk:
        """Fail.

        Raises:
            InferenceError: always, with the reason.
        """
        del request
        raise InferenceError(self._why)


def dance_controls(preset: Preset) -> DanceControls:
    """Return what a preset asks of the dancer."""
    dance = preset.dance
    return DanceControls(
        energy=dance.energy,
        style=dance.style,
        smoothing=dance.smoothing,
        mirror=dance.mirror,
        in_place=dance.in_place,
        seed=dance.seed,
    )


def dance_commands(preset: Preset) -> list[Command]:
    """Return the commands that make a dancer dance as a preset asks."""
    dance = preset.dance
    return [
        SetEnergy(dance.energy),
        SetStyle(dance.style),
        SetSmoothing(dance.smoothing),
        SetMirror(dance.mirror),
        SetInPlace(dance.in_place),
        SetSeed(dance.seed),
    ]


def opening_commands(preset: Preset) -> list[Command]:
    """Return the commands that bring a running engine to a preset's tempo, gain, offset and fade."""
    tempo: list[Command] = [TempoRange(preset.tempo.min_bpm, preset.tempo.max_bpm)]
    if preset.tempo.mode == "fixed":
        tempo.append(SetTempo(preset.tempo.bpm))
    return [
        *tempo,
        SetGain(preset.audio.gain_db),
        SetGate(preset.audio.gate_db),
        SetOffset(preset.stage.offset_ms / 1000.0),
        SetFade(preset.output.fade_s),
    ]


class PresetDevice:
    """Opens the input that a preset names; a `DeviceOpener`."""

    def __init__(self, config: AudioConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self.title = config.device or "default input"

    def open(self, *, again: bool) -> tuple[OpenDevice, str]:
        """Return the open device and its name.

        Raises:
            DeviceError: it is not there, or refuses.
        """
        if again:
            refresh()
        device = find_input(self._config.device)
        capture = Capture(
            device,
            self._clock,
            rate_hz=self._config.rate_hz,
            block_samples=self._config.block_samples,
            channels=self._config.channels,
        )
        return capture, device.name


def recordings_folder(preset: Preset) -> Path:
    """Return where a show's sessions are recorded."""
    if preset.output.recordings:
        return Path(preset.output.recordings).expanduser()
    return Path(platformdirs.user_documents_dir()) / "Farandole"


def parse_target(text: str) -> TargetConfig:
    """Return the target that "HOST:PORT" or "PROFILE@HOST:PORT" means.

    Raises:
        FarandoleError: it is neither, or there is no such profile.
    """
    profile, at, place = text.rpartition("@")
    host, _, port = place.rpartition(":")
    if not host or not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise FarandoleError(f'expected a target as HOST:PORT, with a port from 1 to 65535, got "{text}"')
    fields = {"name": text, "host": host.strip("[]"), "port": int(port), **({"profile": profile} if at else {})}
    try:
        return msgspec.convert(fields, TargetConfig)
    except msgspec.ValidationError as error:
        raise FarandoleError(f'target "{text}": {error}') from error


def with_audio(preset: Preset, **changes: object) -> Preset:
    """Return the preset with other audio settings; None leaves one as it is.

    Raises:
        FarandoleError: a value is out of range.
    """
    wanted = {key: value for key, value in changes.items() if value is not None}
    fields = {**msgspec.to_builtins(preset.audio), **wanted}
    try:
        return msgspec.structs.replace(preset, audio=msgspec.convert(fields, AudioConfig))
    except msgspec.ValidationError as error:
        raise FarandoleError(f"audio option: {error}") from error


def with_targets(preset: Preset, targets: Sequence[str]) -> Preset:
    """Return the preset with the targets of the command line instead of its own, when there are any."""
    if not targets:
        return preset
    return msgspec.structs.replace(preset, targets=tuple(parse_target(text) for text in targets))
