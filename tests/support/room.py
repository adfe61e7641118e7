"""What the tests of the rehearsal room share: frames that were heard, dancers that can be copied."""

from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import Pipe
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.groove import GrooveGenerator
from realtime.audio.track import FileTrack, heard
from realtime.commands import SetEnergy
from realtime.config import DanceConfig, Preset
from realtime.engine import Engine
from realtime.errors import PresetError
from realtime.meter import NullTimer
from realtime.music.beat import AubioBeatTracker
from realtime.music.listener import Listener
from realtime.room.crew import Crew
from realtime.room.deaf import DeafTracker
from realtime.room.processes import Hearing, Launch
from realtime.room.take import Lane
from realtime.types import HOP_SAMPLES, DanceControls, MusicFrame
from tests.support.engines import blocks_of


def heard_frames(samples: NDArray[np.float32]) -> list[MusicFrame]:
    """Return what the real listener hears in mono samples."""
    listener = Listener(AubioBeatTracker(), NullTimer())
    return [frame for block in blocks_of(samples) for frame in listener.hear(block)]


def dancer(seed: int = 0) -> Engine:
    """Return a groove dancer who is told what was heard."""
    return Engine(
        Listener(DeafTracker(), NullTimer()),
        GrooveGenerator(),
        GrooveGenerator(),
        (),
        NullTimer(),
        controls=DanceControls(seed=seed),
    )


def dancer_with_seed(who: int) -> Engine:
    """Return the dancer that a plan for `who` asks for."""
    return dancer(seed=who)


def dancer_of(preset: Preset) -> Engine:
    """Return the dancer that a preset asks for."""
    return dancer(seed=preset.dance.seed)


def hear(path: Path) -> Iterator[list[MusicFrame]]:
    """Yield what the real listener hears in a file."""
    listener = Listener(AubioBeatTracker(), NullTimer())
    for block in heard(FileTrack(path), HOP_SAMPLES):
        yield listener.hear(block)


def hear_in_process(path: Path, _preset: Preset) -> Hearing:
    """Return what hears a file, for a process."""
    return partial(hear, path)


PRESETS = {"": Preset("first"), "calm": Preset("calm", dance=DanceConfig(energy=0.0))}


def named_preset(name: str) -> Preset:
    """Return one of `PRESETS`."""
    if name not in PRESETS:
        raise PresetError(f'no preset is called "{name}"')
    return PRESETS[name]


def lane_preset(base: Preset, lane: Lane) -> Preset:
    """Return the preset of a lane: the base with the lane's seed."""
    return Preset(base.name, dance=DanceConfig(energy=base.dance.energy, seed=max(lane.seed, 0)))


class OwnThread:
    """Runs in a thread what a room runs in a process: sooner there, the same otherwise."""

    def __init__(self, target: Callable[..., None], *arguments: Any) -> None:
        self.pipe, theirs = Pipe()
        self._thread = Thread(target=target, args=(*arguments, theirs), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close our end, which ends the thread."""
        self.pipe.close()
        self._thread.join(10.0)


def crew(on_preset: Callable[[str], None] = lambda _: None, *, launch: Launch = OwnThread) -> Crew:
    """Return a crew of groove dancers."""
    return Crew(
        open_track=FileTrack,
        hearing=hear_in_process,
        make=dancer_of,
        preset=named_preset,
        lane_preset=lane_preset,
        steering=lambda preset: [SetEnergy(preset.dance.energy)],
        controls=lambda preset: DanceControls(energy=preset.dance.energy, seed=preset.dance.seed),
        launch=launch,
        models=("groove",),
        on_preset=on_preset,
    )
