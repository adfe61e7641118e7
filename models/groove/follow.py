"""Following without jumping: the dancer's own beat, and slow amounts that glide to where the music wants them.

Everything here is a critically damped approach in closed form, so that being asked twice (chunks overlap) or
seldom (chunks are late) gives the same path.
"""

from math import exp, isfinite

import numpy as np

from realtime.types import BeatState, FloatArray

_CALM_BPM, _FAST_BPM = 70.0, 155.0
"""Outside this range of steps per minute the dancer changes to double or half time."""
_GAP_S = 2.0
"""A pause between requests longer than this is not danced through."""


class Glide:
    """A value on its critically damped way to a target."""

    def __init__(self, value: float, *, rate_hz: float) -> None:
        """Rest at `value`; `rate_hz` is how many times a second the distance shrinks by e, about."""
        self._value, self._speed, self._target, self._time_s = value, 0.0, value, 0.0
        self._rate_hz = rate_hz

    def follow(self, target: float, time_s: float) -> None:
        """Head for `target` from `time_s` on."""
        elapsed_s = min(max(time_s - self._time_s, 0.0), _GAP_S)
        self._value, self._speed = self._flow(elapsed_s)
        self._target, self._time_s = target, time_s

    def at(self, times_s: FloatArray) -> FloatArray:
        """Return the value at times (T,) from the last `follow` on."""
        elapsed_s = np.maximum(times_s - self._time_s, 0.0)
        error = self._value - self._target
        decay = np.exp(-self._rate_hz * elapsed_s)
        return self._target + (error + (self._speed + self._rate_hz * error) * elapsed_s) * decay

    def _flow(self, elapsed_s: float) -> tuple[float, float]:
        rate = self._rate_hz
        error = self._value - self._target
        drive = self._speed + rate * error
        decay = exp(-rate * elapsed_s)
        return self._target + (error + drive * elapsed_s) * decay, (self._speed - rate * drive * elapsed_s) * decay


class DanceClock:
    """The dancer's own count of beats: monotonic, and the music's up to a whole number.

    Steps per minute are the tempo times `level` (half time above, double time below a range in which steps look
    natural). Where the beat clock jumps, the count slides to the nearest beat; it never jumps and never goes back.
    """

    def __init__(self) -> None:
        self.level = 1.0
        """Steps per beat of the music."""
        self.rate_hz = 2.0
        """Steps per second of the clock that is followed."""
        self.bar_beats = 4
        """Steps in a bar; at least 1."""
        self.triple = False
        """Whether bars are in three."""
        self._beat = BeatState()
        self._offset = 0
        self._time_s = 0.0
        self._error = 0.0
        self._error_speed = 0.0
        self._started = False

    def follow(self, beat: BeatState, time_s: float) -> None:
        """Follow another beat clock from `time_s` on, starting where the old one has brought us."""
        beat = _sane(beat, self._beat)
        elapsed_s = min(max(time_s - self._time_s, 0.0), _GAP_S)
        count, speed = self._flow(elapsed_s)
        self.triple = beat.beats_per_bar % 3 == 0
        self.level = _level(beat.tempo_bpm, self.level if self._started else 0.0, triple=self.triple)
        self.rate_hz = self.level * beat.rate_hz
        self.bar_beats = max(1, round(beat.beats_per_bar * self.level))
        self._beat, self._time_s = beat, time_s
        wanted = self.level * beat.beat_at(time_s)
        if not self._started:
            count, speed, self._started = wanted, self.rate_hz, True
        self._offset = round(count - wanted)
        self._error = count - wanted - self._offset
        self._error_speed = speed - self.rate_hz

    def beats(self, times_s: FloatArray) -> FloatArray:
        """Return the count at times (T,) from the last `follow` on, never decreasing."""
        elapsed_s = np.maximum(times_s - self._time_s, 0.0)
        beat = self._beat
        music = beat.origin_beat + (self._time_s + elapsed_s - beat.origin_s) * beat.rate_hz
        rate = self._damping_hz()
        slide = (self._error + (self._error_speed + rate * self._error) * elapsed_s) * np.exp(-rate * elapsed_s)
        return np.maximum.accumulate(self.level * music + self._offset + slide)

    def place_in_bar(self, count: int) -> int:
        """Return 0 for a count that falls on the first beat of a bar, up to `bar_beats - 1`."""
        return (count - self._offset) % self.bar_beats

    def bar(self, count: int) -> int:
        """Return the number of the music's bar in which a count falls."""
        return (count - self._offset) // self.bar_beats

    def _damping_hz(self) -> float:
        return 1.6 * self.rate_hz

    def _flow(self, elapsed_s: float) -> tuple[float, float]:
        """Return the count and its speed `elapsed_s` after the last `follow`."""
        rate = self._damping_hz()
        drive = self._error_speed + rate * self._error
        decay = exp(-rate * elapsed_s)
        slide = (self._error + drive * elapsed_s) * decay
        speed = (self._error_speed - rate * drive * elapsed_s) * decay
        music = self.level * self._beat.beat_at(self._time_s + elapsed_s)
        return music + self._offset + slide, max(self.rate_hz + speed, 0.0)


def _level(tempo_bpm: float, level: float, *, triple: bool) -> float:
    """Return how many steps a beat gets; `level` is the present one (0: none), kept as long as it will do."""
    if triple:
        slowest, fastest, levels = 45.0, 215.0, (1.0, 1.0 / 3.0, 2.0)
    else:
        slowest, fastest, levels = _CALM_BPM, _FAST_BPM, (1.0, 0.5, 2.0, 0.25, 4.0)
    if level in levels and slowest <= tempo_bpm * level <= fastest:
        return level
    margin = 1.06
    for choice in levels:
        if slowest * margin <= tempo_bpm * choice <= fastest / margin:
            return choice
    return min(levels, key=lambda choice: abs(np.log(tempo_bpm * choice / 100.0)))


def _sane(beat: BeatState, last: BeatState) -> BeatState:
    """Return the clock, or the last good one with its tempo if the numbers make no sense."""
    numbers = (beat.tempo_bpm, beat.origin_s, beat.origin_beat, beat.confidence)
    if not all(isfinite(number) and abs(number) < 1e9 for number in numbers) or beat.tempo_bpm <= 0.0:
        return last
    tempo_bpm = min(max(beat.tempo_bpm, 20.0), 400.0)
    if tempo_bpm == beat.tempo_bpm and beat.beats_per_bar >= 1:
        return beat
    return BeatState(tempo_bpm, beat.origin_s, beat.origin_beat, max(1, beat.beats_per_bar), beat.confidence)
