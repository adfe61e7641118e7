"""A show for the groove: asks it for chunks the way the engine does and joins what an audience would see."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from models.groove import GrooveGenerator
from realtime.types import (
    N_MEL,
    BeatState,
    DanceControls,
    FloatArray,
    GenerateRequest,
    MusicFeatures,
    MusicFrame,
    Pose,
    PoseChunk,
)

_LOG_MEL = np.zeros(N_MEL, np.float32)
REST = Pose(0.0, np.array([0.0, 0.95, 0.0]), np.tile([1.0, 0.0, 0.0, 0.0], (24, 1)), np.ones(4))
FPS = 60.0


class Hits(NamedTuple):
    """How strong the onset of a hop is, and how loud the bands are in it, 0 to 1."""

    onset: float = 0.2
    low: float = 0.5
    high: float = 0.5


STEADY = Hits()


def heard(
    time_s: float, beat: BeatState, *, energy: float = 0.6, silent: bool = False, hits: Hits = STEADY
) -> MusicFrame:
    """Return one hop of music of a given energy."""
    features = MusicFeatures(-20.0, 0.5, hits.low, 0.5, hits.high, hits.onset, energy, silent, _LOG_MEL)
    return MusicFrame(time_s, features, beat)


def request(
    start_s: float,
    beat: BeatState,
    *,
    energy: float = 0.6,
    silent: bool = False,
    controls: DanceControls | None = None,
    shown: Pose = REST,
    hits: Callable[[float], Hits] | None = None,
) -> GenerateRequest:
    """Return a request after half a second of steady music, or two seconds of music with hits."""
    if hits is None:
        music = [heard(start_s - 0.5 + 0.01 * k, beat, energy=energy, silent=silent) for k in range(51)]
    else:
        times_s = [round(start_s, 2) + 0.01 * (k - 200) for k in range(201)]
        music = [heard(time_s, beat, energy=energy, silent=silent, hits=hits(time_s)) for time_s in times_s]
    return GenerateRequest(start_s - 0.05, start_s, music, shown, controls or DanceControls())


def perform(
    seconds: float,
    *,
    tempo_bpm: float = 120.0,
    beats_per_bar: int = 4,
    energy: float | Callable[[float], float] = 0.6,
    silent: Callable[[float], bool] = lambda _: False,
    beat_at: Callable[[float], BeatState] | None = None,
    controls: DanceControls | None = None,
    every_frames: int = 27,
    hits: Callable[[float], Hits] | None = None,
) -> PoseChunk:
    """Return `seconds` of dance, made of the beginnings of chunks asked for `every_frames` frames."""
    generator = GrooveGenerator(fps=FPS)
    steady = BeatState(tempo_bpm, 0.0, 0.0, beats_per_bar, 0.9)
    roots: list[FloatArray] = []
    rotations: list[FloatArray] = []
    contacts: list[FloatArray] = []
    for first in range(0, round(seconds * FPS), every_frames):
        start_s = first / FPS
        chunk = generator.generate(
            request(
                start_s,
                beat_at(start_s) if beat_at else steady,
                energy=energy(start_s) if callable(energy) else energy,
                silent=silent(start_s),
                controls=controls,
                hits=hits,
            )
        )
        roots.append(chunk.roots_m[:every_frames])
        rotations.append(chunk.rotations_wxyz[:every_frames])
        contacts.append(chunk.contacts[:every_frames])
    joined = np.concatenate(roots), np.concatenate(rotations), np.concatenate(contacts)
    return PoseChunk(0.0, FPS, *joined, "groove")
