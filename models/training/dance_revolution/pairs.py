"""Paired takes as Dance Revolution sees them: 438 music features, the beat clock, 152 pose features, 30 times a second.

Features are computed once from a take's audio (`NAME.ogg`) and the beats that the live tracker heard in it, and kept in
the folder `dance_revolution` of the paired data: the causal ones for the show, the whole-song ones for rehearsal.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import floor
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from models.dance_revolution.clock import AHEAD_S, clock_at, clock_block, half_beat_at, whole_song_beats
from models.dance_revolution.features import causal_features, offline_features
from models.representation import Motion, encode
from realtime.errors import FarandoleError
from realtime.music.revolution import FRAMES_PER_S
from realtime.types import HOP_S, SAMPLE_RATE_HZ, BeatState, FloatArray, MusicFrame

KEPT = "dance_revolution"
FEATURE_VERSION = 1


@dataclass(frozen=True)
class Take:
    """One dance and the music that it goes with.

    Attributes:
        name, clip, style, trial: what is danced, and at which event it was recorded.
        poses: shape (T, 152), 30 frames a second.
        music: shape (T, 438 + CLOCK): frame k is the last that was known when pose k was danced (causal), or that of
            the very moment (whole-song); then where the beat is at that pose, see `models.dance_revolution.clock`.
        beats_s: beats of the music, seconds after the first pose.
        half_beats: shape (T,), which half beat of that clock the step of 1/15 s after each pose belongs to.
    """

    name: str
    clip: str
    style: str
    trial: str
    poses: FloatArray
    music: NDArray[np.float32]
    beats_s: FloatArray
    half_beats: NDArray[np.int_]


def load_takes(folder: Path, split: str, *, causal: bool = True) -> list[Take]:
    """Return the takes of a split ("train" or "test") that have music; compute the features that are not there yet.

    Raises:
        FarandoleError: there is no paired data, or it is not of the format that is known.
    """
    takes = [
        _load(folder, entry, causal=causal)
        for entry in index_of(folder)
        if entry["kind"] == "dance" and entry["split"] == split
    ]
    if not takes:
        raise FarandoleError(f'{folder}: expected dances of the split "{split}", found none; run farandole data pair')
    return takes


def index_of(folder: Path) -> list[dict[str, Any]]:
    """Return what the index of the paired data says of each take.

    Raises:
        FarandoleError: see `load_takes`.
    """
    path = folder / "index.json"
    try:
        index = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise FarandoleError(
            f"{path}: expected paired data, cannot read it ({error}); run farandole data pair"
        ) from error
    if index.get("format") != "farandole-pairs-1":
        raise FarandoleError(f'{path}: format must be "farandole-pairs-1", got {index.get("format")!r}')
    return index["takes"]


def styles_of(folder: Path) -> dict[str, float]:
    """Return the styles to learn, by name, and how many seconds there are of each; music made twice counts once."""
    seconds: dict[str, float] = {}
    for entry in index_of(folder):
        if entry["kind"] == "dance" and entry["split"] == "train":
            once = float(entry["seconds"]) if entry["variant"] == 0 else 0.0
            seconds[entry["style"]] = seconds.get(entry["style"], 0.0) + once
    return dict(sorted(seconds.items()))


def features_of(folder: Path, name: str, *, causal: bool) -> NDArray[np.float32]:
    """Return the features of a take's whole audio, shape (N, 438), from disk if they were computed before."""
    kind = "causal" if causal else "offline"
    path = folder / KEPT / f"{name}.{kind}-{FEATURE_VERSION}.npy"
    if path.exists():
        return np.load(path).astype(np.float32)
    samples, rate_hz = soundfile.read(folder / f"{name}.ogg", dtype="float32")
    if rate_hz != SAMPLE_RATE_HZ:
        raise FarandoleError(f"{folder / name}.ogg: expected {SAMPLE_RATE_HZ} Hz, got {rate_hz} Hz")
    samples = np.asarray(samples, np.float32)
    if causal:
        with np.load(folder / f"{name}.npz") as file:
            clocks = list(clocks_of(file["hop_clock"]))
        features = causal_features(samples, clocks[: int(len(samples) / SAMPLE_RATE_HZ / HOP_S + 1e-6)])
    else:
        features = offline_features(samples)
    path.parent.mkdir(exist_ok=True)
    part = path.with_suffix(".part.npy")
    np.save(part, features.astype(np.float16))
    part.replace(path)
    return features


def with_revolution(frames: list[MusicFrame], features: NDArray[np.float32]) -> list[MusicFrame]:
    """Return the frames of a take's hops with its causal features (N, 438), where a thirtieth of a second ends."""
    heard: list[MusicFrame] = []
    known = 0
    for frame in frames:
        number = min(floor(frame.time_s * FRAMES_PER_S + 1e-6), len(features))
        heard.append(frame if number <= known else replace(frame, revolution=features[number - 1]))
        known = max(number, known)
    return heard


def clocks_of(rows: FloatArray) -> Iterator[BeatState]:
    """Yield the beat clocks of `hop_clock` (N, 7): tempo, origin_s, origin_beat, rate, confidence, meter, locked."""
    for tempo_bpm, origin_s, origin_beat, rate_hz, confidence, meter, locked in rows.tolist():
        glide = rate_hz * 60.0 / tempo_bpm
        yield BeatState(tempo_bpm, origin_s, origin_beat, int(meter), confidence, locked=bool(locked), glide=glide)


def _load(folder: Path, entry: dict[str, Any], *, causal: bool) -> Take:
    name, start_s = entry["name"], float(entry["start_s"])
    with np.load(folder / f"{name}.npz") as file:
        motion = Motion(file["root_m"].astype(np.float64), file["rotations_wxyz"].astype(np.float64), file["contacts"])
        beats_s, clocks = file["beats_s"] - start_s, file["hop_clock"]
    poses = encode(motion)
    heard = features_of(folder, name, causal=causal)
    moments = (start_s + np.arange(len(poses)) / FRAMES_PER_S) * FRAMES_PER_S
    # A causal frame k is known at (k + 1) / 30 s, a whole-song frame k speaks of k / 30 s.
    frames = np.floor(moments + 1e-6).astype(int) - 1 if causal else np.round(moments).astype(int)
    if frames[0] < 0 or frames[-1] >= len(heard) + 2:
        raise FarandoleError(f"{folder}/{name}: its music must sound while it is danced, and begin before")
    frames = np.minimum(frames, len(heard) - 1)
    times_s = moments / FRAMES_PER_S
    told, half_beats = _causal_clock(clocks, frames, times_s) if causal else _whole_song_clock(heard, times_s)
    music = np.concatenate([heard[frames], told], axis=1)
    return Take(name, entry["clip"], entry["style"], entry["trial"], poses, music, beats_s, half_beats)


def _causal_clock(
    rows: FloatArray, frames: NDArray[np.int_], times_s: FloatArray
) -> tuple[NDArray[np.float32], NDArray[np.int_]]:
    """Return what is told of the beat at each pose (T, CLOCK), and the half beat of the step after it (T,).

    Args:
        rows: shape (N, 7), the clock of each hop.
        frames: shape (T,), the newest music frame at each pose.
        times_s: shape (T,), when the poses are; the clock says where the beat is then.
    """
    hops = np.ceil((frames + 1) / FRAMES_PER_S / HOP_S - 1e-6).astype(int) - 1
    clocks = list(clocks_of(rows[np.minimum(hops, len(rows) - 1)]))
    pairs = list(zip(clocks, times_s.tolist(), strict=True))
    told = np.array([clock_at(clock, time_s) for clock, time_s in pairs])
    return told, np.array([half_beat_at(clock, time_s) for clock, time_s in pairs])


def _whole_song_clock(heard: NDArray[np.float32], times_s: FloatArray) -> tuple[NDArray[np.float32], NDArray[np.int_]]:
    beats, tempo_bpm = whole_song_beats(heard, times_s)
    ahead, _ = whole_song_beats(heard, times_s + AHEAD_S)
    return clock_block(beats, tempo_bpm, np.ones(len(beats))), np.floor(2.0 * ahead).astype(int)
