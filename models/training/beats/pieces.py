"""Pieces of training music: cut anywhere, played faster or slower, higher or lower, spoiled, and what is to be heard.

Targets lie `LABEL_DELAY_FRAMES` after what they mark, so that a network has heard the attack; the clock knows about it.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from realtime.music.activations import EVENTS, LABEL_DELAY_FRAMES
from realtime.music.bands import N_BANDS
from realtime.music.rhythm_activations import PHASES
from realtime.types import HOP_S

NONE, DOWNBEAT, BEAT, OFFBEAT = range(EVENTS)
UNKNOWN = -1
"""No part of a beat: before the first one and after the last."""
_STRETCHED, _MOST_STRETCH = 0.7, 0.22
"""Share of the pieces that are played at another speed, and by how much at most, as a logarithm."""
_SLOWEST_BPM, _FASTEST_BPM = 58.0, 178.0
_NEAR_S = 2.5
"""Beats so far outside of a piece still say which part of a beat its first and last frames are."""
_CUT_SHARE, _LEAST_PART_FRAMES = 0.1, 200


class Take(NamedTuple):
    """What was heard of a piece: bands (frames, N_BANDS), times of the beats and their places in the bar."""

    bands: NDArray[np.floating]
    beats_s: NDArray[np.float64]
    places: NDArray[np.int64]


class Piece(NamedTuple):
    """Bands (frames, N_BANDS), targets of the events (frames, EVENTS), parts of the beat (frames,), -1 if unknown."""

    bands: NDArray[np.floating]
    wanted: NDArray[np.float32]
    parts: NDArray[np.int64]


def frames_of(times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the (fractional) frames at which a network is to answer what happens at these times."""
    return times_s / HOP_S - 1 + LABEL_DELAY_FRAMES


def parts_of(beats_s: NDArray[np.float64], frames: int) -> NDArray[np.int64]:
    """Return the part of the beat heard at each frame, shape (frames,); -1 before the first beat and after the last."""
    heard_s = (np.arange(frames) + 1 - LABEL_DELAY_FRAMES) * HOP_S
    beat = np.interp(heard_s, beats_s, np.arange(len(beats_s)), left=UNKNOWN, right=UNKNOWN)
    return np.where(beat < 0, UNKNOWN, np.floor((beat % 1.0) * PHASES)).astype(np.int64)


def read_take(path: Path) -> Take:
    """Return a take of `models.training.beats.dataset` up to its last beat."""
    with np.load(path) as file:
        beats_s = file["beats_s"]
        return Take(file["bands"][: round(beats_s[-1] / HOP_S) + 10], beats_s, file["places"])


def is_held_out(path: Path) -> bool:
    """Return whether a take is kept for looking at the loss; all takes of a piece are, or none."""
    return int(path.stem.split("_")[0]) % 25 == 0


def cut_piece(take: Take, frames: int, rng: np.random.Generator) -> Piece:
    """Return a random piece of a take, played faster or slower and higher or lower: no tempo is learned by heart.

    Where the take ends before the piece does, silence follows of which nothing is known.
    """
    speed = float(np.exp(rng.uniform(-_MOST_STRETCH, _MOST_STRETCH))) if rng.random() < _STRETCHED else 1.0
    tempo_bpm = speed * 60.0 / float(np.median(np.diff(take.beats_s)))
    if not _SLOWEST_BPM < tempo_bpm < _FASTEST_BPM:
        speed = 1.0  # what is heard twice as fast must not become usual
    last = len(take.bands) - 1
    start = float(rng.integers(0, max(last - int(frames * speed), 0) + 1))
    at = start + speed * np.arange(frames)
    at = at[at < last]
    before = at.astype(np.intp)
    share = (at - before)[:, None]
    bands = take.bands[before] * (1.0 - share) + take.bands[before + 1] * share
    beats_s = (take.beats_s - start * HOP_S) / speed
    inside = (beats_s > -_NEAR_S) & (beats_s < len(at) * HOP_S + _NEAR_S)
    beats_s, places = beats_s[inside], take.places[inside]
    missing = frames - len(at)
    if len(beats_s) < 2:
        wanted, parts = _nothing_in(len(at))
    else:
        wanted, parts = targets(beats_s, places, len(at)), parts_of(beats_s, len(at))
    return Piece(
        np.pad(_moved(bands.astype(np.float32), rng), ((0, missing), (0, 0))),
        np.pad(wanted, ((0, missing), (0, 0))),
        np.pad(parts, (0, missing), constant_values=UNKNOWN),
    )


def _nothing_in(frames: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    wanted = np.zeros((frames, EVENTS), np.float32)
    wanted[:, NONE] = 1.0
    return wanted, np.full(frames, UNKNOWN)


def _moved(bands: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the bands, half of the time moved up or down by one or two."""
    by = int(rng.integers(1, 3)) if rng.random() < 0.5 else 0
    if by == 0:
        return bands
    if rng.random() < 0.5:
        return np.concatenate([bands[:, by:], np.repeat(bands[:, -1:], by, axis=1)], axis=1)
    return np.concatenate([np.repeat(bands[:, :1], by, axis=1), bands[:, :-by]], axis=1)


class Takes:
    """All takes of a folder but those that are held out, or these: music that is rendered meanwhile joins in."""

    def __init__(self, folder: Path, *, held_out: bool) -> None:
        self._folder, self._held_out = folder, held_out
        self._known: set[Path] = set()
        self._takes: list[Take] = []
        self.grow()

    def grow(self) -> None:
        """Take in what is new."""
        for path in sorted(set(self._folder.glob("*.npz")) - self._known):
            self._known.add(path)
            if is_held_out(path) == self._held_out:
                self._takes.append(read_take(path))

    def __len__(self) -> int:
        return len(self._takes)

    def batch(self, size: int, frames: int, rng: np.random.Generator) -> Piece:
        """Return `size` pieces stacked, some of them cut from one take to another, all of them spoiled."""
        return batch_of(self._takes, size, frames, rng)


def batch_to_check(takes: Takes, held_out: Takes, size: int, frames: int) -> Piece:
    """Return the batch that the loss is looked at with, always the same: of what is held out, where anything is."""
    return (held_out if len(held_out) else takes).batch(size, frames, np.random.default_rng(1))


def batch_of(takes: list[Take], size: int, frames: int, rng: np.random.Generator) -> Piece:
    """Return `size` pieces stacked, some of them cut from one take to another, all of them spoiled."""
    pieces = [cut_piece(takes[rng.integers(len(takes))], frames, rng) for _ in range(size)]
    for index, piece in enumerate(pieces):
        if rng.random() < _CUT_SHARE and frames > 2 * _LEAST_PART_FRAMES:
            cut = int(rng.integers(_LEAST_PART_FRAMES, frames - _LEAST_PART_FRAMES))
            other = cut_piece(takes[rng.integers(len(takes))], frames - cut, rng)
            pieces[index] = Piece(
                np.concatenate([piece.bands[:cut], other.bands]),
                np.concatenate([piece.wanted[:cut], other.wanted]),
                np.concatenate([piece.parts[:cut], other.parts]),
            )
    bands = _spoiled(np.stack([piece.bands for piece in pieces]), rng)
    return Piece(bands, np.stack([piece.wanted for piece in pieces]), np.stack([piece.parts for piece in pieces]))


def _spoiled(bands: NDArray[np.floating], rng: np.random.Generator) -> NDArray[np.float32]:
    shape = (len(bands), 1, N_BANDS)
    one = (len(bands), 1, 1)
    tone = np.cumsum(rng.standard_normal(shape), axis=-1) * 0.008
    bands = bands * rng.uniform(0.85, 1.1, one) + tone + rng.uniform(-0.1, 0.05, one)
    bands += rng.standard_normal(bands.shape) * 0.008
    floor = rng.uniform(-0.1, 0.4, one) * (rng.random(one) < 0.35)
    bands = np.clip(np.maximum(bands, floor), 0.0, 1.1)
    for piece in bands[rng.random(len(bands)) < 0.3]:
        low = int(rng.integers(0, N_BANDS))
        piece[:, low : low + int(rng.integers(2, 10))] = 0.0
    return bands.astype(np.float32)


def targets(beats_s: NDArray[np.float64], places: NDArray[np.int64], frames: int) -> NDArray[np.float32]:
    """Return soft targets, shape (frames, 4): a triangle of three frames around every event."""
    result = np.zeros((frames, EVENTS), np.float32)
    middles_s = (beats_s[:-1] + beats_s[1:]) / 2
    for times_s, kind in ((middles_s, OFFBEAT), (beats_s[places != 0], BEAT), (beats_s[places == 0], DOWNBEAT)):
        at = frames_of(times_s)
        for offset in (-1, 0, 1):
            frame = np.round(at).astype(int) + offset
            weight = np.clip(1.2 - np.abs(frame - at) * 0.6, 0, 1)
            inside = (frame >= 0) & (frame < frames)
            result[frame[inside], kind] = np.maximum(result[frame[inside], kind], weight[inside])
    events = result[:, 1:].sum(axis=1, keepdims=True)
    result[:, 1:] /= np.maximum(events, 1.0)
    result[:, NONE] = 1.0 - result[:, 1:].sum(axis=1)
    return result
