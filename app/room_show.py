"""A rehearsal room as a show: what `realtime.room` needs to know of presets, dancers and files; nothing else."""

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec
import platformdirs
import soundfile

from app import compose
from app.driven import Driven, MakeDriven
from app.show import RunningShow
from realtime.audio.av_track import open_track
from realtime.audio.demo import DemoTrack
from realtime.audio.played import OpenOutput
from realtime.audio.track import heard
from realtime.clock import Clock
from realtime.config import OutputConfig, Preset
from realtime.errors import FarandoleError
from realtime.meter import NullTimer, StageMeter
from realtime.ports import PoseSink
from realtime.room.crew import Crew
from realtime.room.room import Room
from realtime.room.take import Lane
from realtime.types import HOP_SAMPLES, MusicFrame


def room_show(
    track: Path,
    preset_name: str,
    clock: Clock,
    open_output: OpenOutput | None,
    *,
    overrides: compose.Overrides,
    playing: bool = False,
) -> RunningShow:
    """Return a show that rehearses a track; `start` opens the room.

    Raises:
        FarandoleError: the preset or the track does not fit.
    """
    track = track.resolve()
    open_track(track)  # What cannot be read is said before anything opens.
    shows: list[RunningShow] = []
    rehearse = _driven(
        track,
        preset_name,
        clock,
        open_output,
        overrides=overrides,
        playing=playing,
        on_preset=lambda name: shows[0].show_preset(name or preset_name),
    )
    shows.append(RunningShow(preset_name, clock, None, overrides=overrides, rehearse=rehearse))
    return shows[0]


def demo_file() -> Path:
    """Return the demo as a wav file, written on the first call: a room opens files.

    Raises:
        FarandoleError: there is nowhere to write it.
    """
    path = Path(platformdirs.user_data_dir("farandole", appauthor=False)) / "demo.wav"
    track = DemoTrack()
    if path.exists():
        return path
    unfinished = path.with_suffix(".unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with soundfile.SoundFile(unfinished, "w", track.sample_rate_hz, track.channels, format="WAV") as file:
            for block in track.blocks(4096):
                file.write(block)
        unfinished.replace(path)
    except (OSError, soundfile.LibsndfileError) as error:
        raise FarandoleError(f"{path}: cannot write the demo track there ({error})") from error
    return path


def crew(preset_name: str, overrides: compose.Overrides, on_preset: Callable[[str], None] = lambda _: None) -> Crew:
    """Return what a room needs, for the preset that it is opened with."""

    def preset(name: str) -> Preset:
        return overrides.apply(compose.find_preset(name or preset_name))

    def lane_preset(base: Preset, lane: Lane) -> Preset:
        chosen = compose.find_preset(lane.preset) if lane.preset else base
        seed = None if lane.seed < 0 else lane.seed
        preset = compose.with_overrides(overrides.apply(chosen), model=lane.model or None, seed=seed)
        if preset.dance.model in compose.HEAR_REVOLUTION:
            raise FarandoleError(
                f"{preset.dance.model} hears what a room does not keep; "
                f"use: farandole rehearse --model {preset.dance.model}"
            )
        return preset

    return Crew(
        open_track=open_track,
        hearing=lambda path, first: partial(_hear, path, first),
        make=compose.make_dancer,
        preset=preset,
        lane_preset=lambda base, lane: _only_the_dance(lane_preset(base, lane)),
        steering=compose.dance_commands,
        controls=compose.dance_controls,
        models=tuple(sorted(set(compose.GENERATORS) - set(compose.HEAR_REVOLUTION))),
        on_preset=on_preset,
    )


def _driven(
    track: Path,
    preset_name: str,
    clock: Clock,
    open_output: OpenOutput | None,
    *,
    overrides: compose.Overrides,
    playing: bool,
    on_preset: Callable[[str], None],
) -> MakeDriven:
    def make(preset: Preset, sinks: Sequence[PoseSink], meter: StageMeter) -> Driven:
        folder = Path(platformdirs.user_cache_dir("farandole", appauthor=False)) / _room_name()
        room = Room(
            track,
            crew(preset_name, overrides, on_preset),
            folder,
            clock,
            open_output,
            sinks=sinks,
            timer=meter,
            playing=playing,
        )
        for command in compose.opening_commands(preset):
            room.performer.post(command)
        return Driven(
            room.performer,
            room.player,
            room=lambda: room.health(room.player.show_s(clock.now_s())),
            close=room.close,
        )

    return make


def _room_name() -> str:
    """Return a folder name that no other room has."""
    return f"room-{os.getpid()}-{secrets.token_hex(4)}"


def _only_the_dance(preset: Preset) -> Preset:
    """Return a preset without what no dancer sees: a new look or target must not have the track danced again."""
    return Preset(
        preset.name,
        dance=preset.dance,
        tempo=preset.tempo,
        output=msgspec.structs.replace(OutputConfig(), generate_latency_ms=preset.output.generate_latency_ms),
    )


def _hear(path: Path, preset: Preset) -> Iterator[list[MusicFrame]]:
    """Yield what a show with this preset hears in a track."""
    listener = compose.make_listener(preset, NullTimer())
    for block in heard(open_track(path), HOP_SAMPLES):
        yield listener.hear(block)
