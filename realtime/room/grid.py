"""The beat grid of a track: straight stretches, each from a downbeat on, as a person has corrected them.

Times are seconds of the track. The first segment also reaches back to the beginning. Beats are counted through; where a
segment begins, a bar begins, so the count is rounded up to the next bar there.
"""

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from realtime.types import BeatState, FloatArray, TempoSource

Bpm = Annotated[float, Meta(ge=20.0, le=400.0)]
_FIT_S = 0.035
"""A straight grid may miss the beats that were heard by so much before another segment begins: what one still hears."""
_ENOUGH_BEATS = 8
"""A segment of fewer beats is no tempo, but a tracker finding its feet."""


class Segment(Struct, frozen=True, forbid_unknown_fields=True):
    """A stretch of even beats.

    Attributes:
        start_s: its first downbeat.
        tempo_bpm: beats per minute.
        beats_per_bar: beats in a bar.
    """

    start_s: Annotated[float, Meta(ge=-60.0, le=1e6)]
    tempo_bpm: Bpm
    beats_per_bar: Annotated[int, Meta(ge=1, le=16)] = 4

    @property
    def period_s(self) -> float:
        """Seconds per beat."""
        return 60.0 / self.tempo_bpm


@dataclass(frozen=True, slots=True)
class GridBeat:
    """A beat of a grid: when it falls, its place in the bar from 1, and which segment it belongs to."""

    time_s: float
    beat_in_bar: int
    segment: int


class BeatGrid:
    """A grid of at least one segment, in order of time. Immutable."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        if not segments:
            raise ValueError("a beat grid needs at least one segment")
        self.segments = tuple(sorted(segments, key=lambda segment: segment.start_s))
        self._starts_s = [segment.start_s for segment in self.segments]
        self._first_beats = _counted(self.segments)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BeatGrid) and self.segments == other.segments

    def __hash__(self) -> int:
        return hash(self.segments)

    def clock_at(self, time_s: float) -> BeatState:
        """Return the beat clock that holds at a time of the track."""
        segment, first_beat = self._at(time_s)
        return BeatState(
            segment.tempo_bpm,
            segment.start_s,
            float(first_beat),
            segment.beats_per_bar,
            confidence=1.0,
            source=TempoSource.FILE,
        )

    def beats(self, from_s: float, to_s: float) -> list[GridBeat]:
        """Return the beats with `from_s <= time < to_s`, in order."""
        found: list[GridBeat] = []
        for number, segment in enumerate(self.segments):
            begins_s = from_s if number == 0 else max(from_s, segment.start_s - 1e-9)
            ends_s = min(to_s, self._starts_s[number + 1] - 1e-9) if number + 1 < len(self.segments) else to_s
            beat = ceil((begins_s - segment.start_s) / segment.period_s - 1e-9)
            while (time_s := segment.start_s + beat * segment.period_s) < ends_s:
                found.append(GridBeat(time_s, beat % segment.beats_per_bar + 1, number))
                beat += 1
        return found

    def differs_from(self, other: "BeatGrid | None") -> float | None:
        """Return the time of the track from which on two grids say different things; None when they never do."""
        if other is None:
            return 0.0
        for number, (ours, theirs) in enumerate(zip(self.segments, other.segments, strict=False)):
            if ours != theirs:
                return 0.0 if number == 0 else min(ours.start_s, theirs.start_s)
        longer = max(self.segments, other.segments, key=len)
        shorter = min(len(self.segments), len(other.segments))
        return None if len(longer) == shorter else longer[shorter].start_s

    def shifted(self, offset_s: float) -> "BeatGrid":
        """Return the grid with every beat later by `offset_s`."""
        return BeatGrid([_with(segment, start_s=segment.start_s + offset_s) for segment in self.segments])

    def with_tempo(self, number: int, tempo_bpm: float) -> "BeatGrid":
        """Return the grid with another tempo in one segment; its first downbeat stays."""
        return self._replaced(number, tempo_bpm=min(max(tempo_bpm, 20.0), 400.0))

    def with_beat_at(self, beat: GridBeat, time_s: float) -> "BeatGrid":
        """Return the grid after a hand has dragged a beat to `time_s`.

        A segment's first downbeat takes the segment along; any other beat stretches the segment, whose first downbeat
        stays.
        """
        segment = self.segments[beat.segment]
        count = round((beat.time_s - segment.start_s) / segment.period_s)
        if count == 0:
            return self._replaced(beat.segment, start_s=time_s)
        period_s = (time_s - segment.start_s) / count
        return self.with_tempo(beat.segment, 60.0 / period_s) if period_s > 0.0 else self

    def scaled(self, factor: float) -> "BeatGrid":
        """Return the grid with every tempo times `factor`: half or double."""
        return BeatGrid(
            [_with(each, tempo_bpm=min(max(each.tempo_bpm * factor, 20.0), 400.0)) for each in self.segments]
        )

    def with_downbeat_near(self, time_s: float) -> "BeatGrid":
        """Return the grid whose bars, in the segment at `time_s`, are counted from the beat nearest to it."""
        number = self.segment_at(time_s)
        segment = self.segments[number]
        count = round((time_s - segment.start_s) / segment.period_s)
        return self._replaced(number, start_s=segment.start_s + count % segment.beats_per_bar * segment.period_s)

    def split_at(self, time_s: float) -> "BeatGrid":
        """Return the grid with another segment from the beat nearest to `time_s` on; that one is a downbeat now."""
        segment, _ = self._at(time_s)
        count = round((time_s - segment.start_s) / segment.period_s)
        start_s = segment.start_s + count * segment.period_s
        if any(abs(start_s - known_s) < 0.5 * segment.period_s for known_s in self._starts_s):
            return self
        return BeatGrid([*self.segments, _with(segment, start_s=start_s)])

    def joined(self, number: int) -> "BeatGrid":
        """Return the grid without a segment; the one before it reaches on. The last one left stays."""
        rest = [segment for index, segment in enumerate(self.segments) if index != number]
        return BeatGrid(rest) if rest else self

    def segment_at(self, time_s: float) -> int:
        """Return the number of the segment at a time of the track, from 0."""
        return max(bisect_right(self._starts_s, time_s + 1e-9) - 1, 0)

    def _at(self, time_s: float) -> tuple[Segment, int]:
        number = self.segment_at(time_s)
        return self.segments[number], self._first_beats[number]

    def _replaced(self, number: int, **changes: float) -> "BeatGrid":
        segments = list(self.segments)
        segments[number] = _with(segments[number], **changes)
        return BeatGrid(segments)


def fitted(beats_s: FloatArray, beats_in_bar: Sequence[int], *, beats_per_bar: int = 4) -> BeatGrid | None:
    """Return the straightest grid through beats that were heard; None when there are too few of them.

    Args:
        beats_s: shape (n,), rising.
        beats_in_bar: place of each in its bar, from 1.
        beats_per_bar: beats in a bar.
    """
    segments: list[Segment] = []
    first = 0
    while len(beats_s) - first >= _ENOUGH_BEATS:
        last = _straight_until(beats_s, first)
        if last - first >= _ENOUGH_BEATS:
            segments.append(_line_through(beats_s[first:last], beats_in_bar[first:last], beats_per_bar))
        first = max(last, first + 1)
    if segments:
        segments[0] = _from_the_start(segments[0])
    merged = [
        segment for index, segment in enumerate(segments) if index == 0 or not _same(segments[index - 1], segment)
    ]
    return BeatGrid(merged) if merged else None


def _straight_until(beats_s: FloatArray, first: int) -> int:
    """Return how far the beats from `first` on stay on one straight line; doubling, then halving the step."""
    reach, step = first + _ENOUGH_BEATS, 1
    if not _is_straight(beats_s[first:reach]):
        return first
    while step > 0 and reach < len(beats_s):
        if reach + step <= len(beats_s) and _is_straight(beats_s[first : reach + step]):
            reach, step = reach + step, step * 2
        else:
            step //= 2
    return reach


def _is_straight(beats_s: FloatArray) -> bool:
    numbers = np.arange(len(beats_s))
    slope, origin = np.polyfit(numbers, beats_s, 1)
    return bool(np.max(np.abs(origin + slope * numbers - beats_s)) < _FIT_S)


def _line_through(beats_s: FloatArray, in_bar: Sequence[int], beats_per_bar: int) -> Segment:
    numbers = np.arange(len(beats_s))
    slope, origin = np.polyfit(numbers, beats_s, 1)
    # The downbeat that most of the beats agree on.
    votes = [(place - 1 - number) % beats_per_bar for number, place in enumerate(in_bar)]
    phase = max(set(votes), key=votes.count)
    first_downbeat = -phase % beats_per_bar
    start_s = float(origin + slope * first_downbeat)
    return Segment(round(start_s, 4), round(60.0 / float(slope), 3), beats_per_bar)


def _from_the_start(segment: Segment) -> Segment:
    """Return the segment from its first bar in the track on."""
    bar_s = segment.period_s * segment.beats_per_bar
    return _with(segment, start_s=round(segment.start_s - floor((segment.start_s + _FIT_S) / bar_s) * bar_s, 4))


def _same(earlier: Segment, later: Segment) -> bool:
    """Whether a segment only goes on where the one before it would have gone, bars included."""
    bar_s = earlier.period_s * earlier.beats_per_bar
    bars = (later.start_s - earlier.start_s) / bar_s
    return (
        abs(later.tempo_bpm - earlier.tempo_bpm) < 0.2
        and abs(bars - round(bars)) * bar_s < _FIT_S
        and later.beats_per_bar == earlier.beats_per_bar
    )


def _counted(segments: Sequence[Segment]) -> list[int]:
    """Return the number of the first beat of every segment."""
    counted = [0]
    for before, segment in itertools.pairwise(segments):
        reached = counted[-1] + (segment.start_s - before.start_s) / before.period_s
        bar = segment.beats_per_bar
        counted.append(bar * ceil(floor(reached + 0.5) / bar))
    return counted


def _with(segment: Segment, **changes: float) -> Segment:
    fields = {"start_s": segment.start_s, "tempo_bpm": segment.tempo_bpm, **changes}
    return Segment(fields["start_s"], fields["tempo_bpm"], segment.beats_per_bar)


def on_show_time(beat: BeatState, *, track_s: float, show_s: float, speed: float) -> BeatState:
    """Return a clock of the track as it runs on show time while the track is played at `speed` (0: stands).

    A clock must go forwards to be turned round, so one that stands creeps: a beat a century.
    """
    if speed > 0.0:
        return replace(beat, tempo_bpm=beat.tempo_bpm * speed, origin_s=show_s, origin_beat=beat.beat_at(track_s))
    return replace(beat, origin_s=show_s, origin_beat=beat.beat_at(track_s), glide=_STANDS)


_STANDS = 1e-9
