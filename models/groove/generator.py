"""The dancer without a network: a MotionGenerator whose dance is a function of the beat.

It can always dance: it needs no weights, no device and a millisecond a chunk. State moves only forwards and only by
what was decided: the beat it follows, the amounts that glide, and the score, to which whole beats are added and from
which nothing is taken. Chunks that overlap therefore agree wherever nothing new was heard.
"""

from collections.abc import Sequence
from math import ceil, isfinite

import numpy as np

from models.groove.body import FOLLOW_BEATS, Moment, body
from models.groove.choice import Mood
from models.groove.follow import DanceClock, Glide
from models.groove.footwork import Footwork
from models.groove.hearing import Accents, Attack, attack
from models.groove.idle import idle
from models.groove.phrases import LOOKAHEAD_BEATS, Choreographer
from models.groove.score import Score
from models.groove.stand import standing
from realtime.types import DanceControls, GenerateRequest, MusicFrame, Pose, PoseChunk

_DRIVE_RATE_HZ, _AWAKE_RATE_HZ, _ATTACK_RATE_HZ = 4.0, 3.5, 3.0
_SILENCE_FRAMES = 40
"""Hops of silence in a row after which the dancer comes to rest."""
_KEPT_BEATS = 4.0
_ABSENCE_S = 0.5
"""Asked this long after its last chunk ended, it begins anew where the body stands."""


class GrooveGenerator:
    """Dances to the beat with a vocabulary of moves. One thread calls it."""

    def __init__(self, *, fps: float = 60.0, chunk_s: float = 1.0) -> None:
        """Make chunks of `chunk_s` seconds at `fps` frames a second."""
        self._fps, self._chunk_s = fps, chunk_s
        self._clock = DanceClock()
        self._drive = Glide(0.0, rate_hz=_DRIVE_RATE_HZ)
        self._awake = Glide(0.0, rate_hz=_AWAKE_RATE_HZ)
        self._mirror: Glide | None = None
        self._punch: Glide | None = None
        self._sparkle: Glide | None = None
        self._accents = Accents()
        self._heard_s = float("inf")
        self._end_s = float("inf")
        self._score: Score | None = None
        self._footwork: Footwork | None = None
        self._choreographer: Choreographer | None = None

    @property
    def name(self) -> str:
        """How presets and people call it."""
        return "groove"

    @property
    def chunk_s(self) -> float:
        """How long its chunks are."""
        return self._chunk_s

    def generate(self, request: GenerateRequest) -> PoseChunk:
        """Return the dance from `request.start_s` on; the same requests give the same chunks."""
        start_s = request.start_s if isfinite(request.start_s) else 0.0
        heard, controls = request.music[-1], request.controls
        hits = attack(request.music, since_s=self._heard_s)
        self._heard_s = request.music[-1].time_s
        mood = _mood(request.music, controls, hits)
        if start_s > self._end_s + _ABSENCE_S:
            self._score = None  # somebody else has danced meanwhile, and elsewhere
        self._end_s = start_s + self._chunk_s
        self._clock.follow(heard.beat, start_s)
        times_s = start_s + np.arange(round(self._chunk_s * self._fps) + 1) / self._fps
        beats = self._clock.beats(times_s)
        score, footwork, choreographer = self._begin(request.shown, float(beats[0]))
        self._drive.follow(mood.drive, start_s)
        self._awake.follow(float(mood.awake), start_s)
        mirror = self._mirror = self._mirror or Glide(float(mood.mirror), rate_hz=2.0)
        mirror.follow(float(mood.mirror), start_s)
        punch, sparkle = self._feel(hits, start_s)
        choreographer.reconsider(float(beats[0]), mood)
        choreographer.write_until(float(beats[-1]), self._clock, mood)
        score.forget_before(float(beats[0]) - _KEPT_BEATS)
        footwork.forget_before(float(beats[0]) - _KEPT_BEATS)
        both = score.values(np.concatenate([beats, beats - FOLLOW_BEATS]))
        values, late = both[: len(beats)], both[len(beats) :]
        awake = self._awake.at(times_s)
        moment = Moment(
            beats=beats,
            values=values,
            late=late,
            drive=self._drive.at(times_s),
            awake=awake,
            punch=punch.at(times_s),
            sparkle=sparkle.at(times_s),
            accent=self._accents.at(times_s),
            period_s=1.0 / self._clock.rate_hz,
            idle=idle(times_s, beats, awake, mirror=mirror.at(times_s)),
        )
        roots_m, rotations_wxyz = body(moment)
        return PoseChunk(start_s, self._fps, roots_m, rotations_wxyz, footwork.on_floor(beats, values), self.name)

    def _feel(self, hits: Attack, start_s: float) -> tuple[Glide, Glide]:
        """Return how hard and how brightly the music hits, on their way; answer a blow."""
        if hits.blow_s is not None:
            self._accents.answer(hits.blow, hits.blow_s, self._clock, start_s)
        punch = self._punch = self._punch or Glide(hits.punch, rate_hz=_ATTACK_RATE_HZ)
        sparkle = self._sparkle = self._sparkle or Glide(hits.sparkle, rate_hz=_ATTACK_RATE_HZ)
        punch.follow(hits.punch, start_s)
        sparkle.follow(hits.sparkle, start_s)
        return punch, sparkle

    def _begin(self, shown: Pose, beat: float) -> tuple[Score, Footwork, Choreographer]:
        """Return the state of the dance; the first time, its feet are where those of the shown body are."""
        if self._score is None or self._footwork is None or self._choreographer is None:
            self._score = Score(standing(shown))
            self._footwork = Footwork(self._score)
            self._choreographer = Choreographer(self._score, self._footwork, ceil(beat + LOOKAHEAD_BEATS))
        return self._score, self._footwork, self._choreographer


def _mood(music: Sequence[MusicFrame], controls: DanceControls, hits: Attack) -> Mood:
    """Sum up what the music and the person want now."""
    newest = music[-1].features
    recent = music[-_SILENCE_FRAMES:]
    silent = all(frame.features.silent for frame in recent[::8]) and newest.silent
    energy = newest.energy if isfinite(newest.energy) else 0.0
    energy = min(max(energy, 0.0), 1.0)
    wish = min(max(controls.energy, 0.0), 1.0) if isfinite(controls.energy) else 0.5
    drive = energy * (0.1 + 1.8 * wish) if wish <= 0.5 else energy + (1.0 - energy) * (2.0 * wish - 1.0) * 0.8
    confidence = music[-1].beat.confidence
    sure = min(max(confidence / 0.4, 0.0), 1.0) if isfinite(confidence) else 0.0
    style = min(max(controls.style, 0.0), 1.0) if isfinite(controls.style) else 0.5
    return Mood(
        drive=drive * (0.7 + 0.3 * sure),
        punch=hits.punch,
        awake=not silent,
        style=style,
        mirror=-1 if controls.mirror else 1,
        in_place=controls.in_place,
        seed=controls.seed,
    )
