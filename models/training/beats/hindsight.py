"""Labels real music that nobody annotated: our own tracker, with the whole piece in its ears before it answers.

    python -m models.training.beats.hindsight OUT SONG.ogg ...

The best path through the states of the live filter (Viterbi) is kept where it is far ahead of half, double and offbeat,
and steady. Never for recordings that anything is measured on. The result is a take of `models.training.beats.dataset`.
"""

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.training.beats.dataset import Labels, bands_of, save_takes
from models.training.beats.renderer import limited
from realtime.audio.track import FileTrack, heard
from realtime.music.activations import LABEL_DELAY_FRAMES, BeatActivations
from realtime.music.beat import WEIGHTS
from realtime.music.beat_filter import FilterSettings
from realtime.music.rhythm_activations import PHASES, RhythmActivations
from realtime.types import HOP_S, SAMPLE_RATE_HZ

_LEAST_AHEAD = {"offbeat": 9.0, "double": 8.0, "half": 10.0, "other half": 10.0}
"""Nats a second by which the path must beat what it is easily taken for."""
_STEADY = 1.05
_SMOOTH_BEATS = 4
_LONGEST_S = 100.0

Vector = NDArray[np.floating]


class Evidence(NamedTuple):
    """Log likelihoods per frame: of a beat and of an offbeat against neither, shape (frames,); of the parts of a beat,
    shape (frames, PHASES); how much a beat sounds like the first of a bar, shape (frames,)."""

    beat: Vector
    offbeat: Vector
    parts: Vector
    downbeat: Vector


def hear(bands: NDArray[np.float32], settings: FilterSettings) -> Evidence:
    """Return what the networks hear in bands (frames, N_BANDS), as sharp as the live filter takes it."""
    recurrent, rhythm = BeatActivations(WEIGHTS), RhythmActivations(WEIGHTS)
    both = [(recurrent.step(frame), rhythm.step(frame)) for frame in bands]
    together = [one.together_with(other.heard) for one, other in both]
    sharpness = settings.sharpness
    return Evidence(
        sharpness * np.array([frame.beat - frame.none for frame in together]),
        sharpness * np.array([frame.offbeat - frame.none for frame in together]),
        settings.parts_sharpness * np.array([other.parts for _, other in both]),
        np.array([frame.downbeat for frame in together]),
    )


def best_path(evidence: Evidence, settings: FilterSettings) -> NDArray[np.int64]:
    """Return the frames of the beats on the likeliest path (Krebs, Böck and Widmer, ISMIR 2015; Viterbi)."""
    per_minute = 60.0 / HOP_S
    periods = np.arange(round(per_minute / settings.max_bpm), round(per_minute / settings.min_bpm) + 1)
    first = np.concatenate([[0], np.cumsum(periods)[:-1]])
    last = first + periods - 1
    row = np.repeat(np.arange(len(periods)), periods)
    frame = np.arange(len(row)) - first[row]
    part = frame * PHASES // periods[row]
    on_beat = (frame <= 1) | (frame == periods[row] - 1)
    off_beat = np.abs(frame - periods[row] / 2) <= 1.25
    width = np.maximum(periods / settings.steadiness, 0.5)
    changes = -np.abs(periods[:, None] - periods[None, :]) / width[None, :]
    best, came_from = np.zeros(len(row)), np.zeros((len(evidence.beat), len(periods)), np.int16)
    for now, (beat, offbeat, parts) in enumerate(zip(evidence.beat, evidence.offbeat, evidence.parts, strict=True)):
        arriving = changes + best[last]
        came_from[now] = arriving.argmax(axis=1)
        moved = np.concatenate([[0.0], best[:-1]])
        moved[first] = arriving.max(axis=1)
        best = moved + on_beat * beat + off_beat * offbeat + parts[part]
        best -= best.max()
    state = int(best.argmax())
    at, now, beats = int(row[state]), len(evidence.beat) - 1 - int(frame[state]), list[int]()
    while now >= 0:
        beats.append(now)
        at = int(came_from[now, at])
        now -= int(periods[at])
    return np.array(beats[::-1], dtype=np.int64)


def ahead_of(evidence: Evidence, beats: NDArray[np.int64]) -> dict[str, float]:
    """Return how far a path is ahead of what it is easily taken for, nats a second."""
    frames = np.arange(beats[0], beats[-1])
    beat = np.interp(frames, beats, np.arange(len(beats)))
    ours, seconds = likelihood(evidence, frames, beat), len(frames) * HOP_S
    rivals = {"offbeat": beat + 0.5, "double": 2 * beat, "half": beat / 2, "other half": beat / 2 + 0.5}
    return {name: (ours - likelihood(evidence, frames, rival)) / seconds for name, rival in rivals.items()}


def likelihood(evidence: Evidence, frames: NDArray[np.int64], beat: Vector) -> float:
    """Return how likely frames are (log), were they at these places, counted in beats: shape (frames,) both."""
    phase, period = beat % 1.0, 1.0 / np.gradient(beat)
    since = phase * period
    on_beat, off_beat = (since < 2) | (since > period - 1), np.abs(since - period / 2) <= 1.25
    parts = evidence.parts[frames, np.minimum((phase * PHASES).astype(int), PHASES - 1)]
    return float((evidence.beat[frames] * on_beat + evidence.offbeat[frames] * off_beat + parts).sum())


def take_of(bands: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.int64]] | None:
    """Return times of beats and places in bars of four; None where hindsight is not sure enough."""
    settings = FilterSettings()
    evidence = hear(bands, settings)
    beats = best_path(evidence, settings)
    intervals = np.diff(beats)
    steady = np.percentile(intervals, 90) <= _STEADY * np.percentile(intervals, 10)
    ahead = ahead_of(evidence, beats)
    if not steady or any(ahead[name] < least for name, least in _LEAST_AHEAD.items()):
        return None
    places = np.arange(len(beats)) - int(np.argmax([evidence.downbeat[beats[place::4]].mean() for place in range(4)]))
    return _smoothed((beats + 1 - LABEL_DELAY_FRAMES) * HOP_S), places % 4


def _smoothed(times_s: Vector) -> NDArray[np.float64]:
    """Return the times on a straight line through their neighbours: whole frames are too coarse to learn from."""
    smooth: list[float] = []
    for index in range(len(times_s)):
        span = np.arange(max(index - _SMOOTH_BEATS, 0), min(index + _SMOOTH_BEATS + 1, len(times_s)))
        smooth.append(float(np.polyval(np.polyfit(span, times_s[span], 1), index)))
    return np.array(smooth)


def _excerpt(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the middle of a recording, as loud as any other."""
    spare = max(len(samples) - round(_LONGEST_S * SAMPLE_RATE_HZ), 0)
    return limited(samples[spare // 2 : len(samples) - (spare - spare // 2)])


def main() -> None:
    """Label recordings; say which are left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("songs", type=Path, nargs="+")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for number, song in enumerate(arguments.songs, start=50_001):
        samples = _excerpt(np.concatenate([block.samples for block in heard(FileTrack(song), SAMPLE_RATE_HZ)]))
        take = take_of(bands_of(samples))
        print(f"{song.name}: {'left out' if take is None else 'labelled'}", flush=True)  # noqa: T201
        if take is not None:
            save_takes(arguments.out, number, samples, Labels(*take, "real"))


if __name__ == "__main__":
    main()
