"""The continuous beat clock: it follows a tracker's opinion without ever stepping, and the person wins.

Three regimes. *Unsettled* (nothing sure was heard yet, or not for a while): opinions are taken outright. *Settled*:
small errors are slewed; an error beyond a sixteenth, or another tempo, waits for the next bar and glides there within
about a beat. *Manual* (tapped, typed or locked): opinions are ignored until the tempo is given back. Silence holds all.
"""

from dataclasses import dataclass, replace
from math import floor, isfinite, log

from realtime.commands import (
    AutoTempo,
    ChangeTempo,
    Command,
    LockTempo,
    NudgeBeat,
    OutsideBeat,
    ResyncBar,
    RoundTempo,
    ScaleTempo,
    SetTempo,
    Tap,
    TempoRange,
)
from realtime.music.gliding import GlidingLine, wrapped
from realtime.music.outside import PRIORITY, OutsideBeats
from realtime.music.taps import TapTempo
from realtime.types import BeatState, TempoSource

MIN_BPM, MAX_BPM = 20.0, 400.0
"""What a person may ask for; anything beyond is brought back to the nearer end."""
DEFAULT_RANGE_BPM = (55.0, 215.0)
SIXTEENTH_BEATS = 0.25

SLEW = 0.08
"""The largest share by which a settled clock runs fast or slow. Opinions further off wait for the bar."""
_SLEW_S = 0.6
RELOCK = 0.4
"""The same share while it moves to a new place: half a beat is made up for in little more than one."""
_RELOCK_S = 0.1
_ARRIVED_BEATS = 0.03
_TEMPO_S = 0.3
_TEMPO_JUMP = 0.06
"""A tempo further away than this share is another tempo, not a drift of this one."""
SURE = 0.3
"""An opinion below this confidence does not settle the clock."""
_SETTLED_S, _TRUST_S = 1.5, 4.0
"""Settled after so many sure seconds; more than `_TRUST_S` of them are not counted, so doubt can catch up."""
_FADE_S = 6.0
"""The half-life of confidence while nothing is heard."""
_RELABEL_BEATS = 4
"""So many beats in a row must disagree about the bar before it is counted anew."""
_FINGER_BEATS = 0.125
"""A resync further than this from the beat moves the beat; nearer, it only counts the bar anew."""


@dataclass(frozen=True, slots=True)
class BeatOpinion:
    """What a tracker thinks at one moment.

    Attributes:
        tempo_bpm: beats per minute.
        beat_s: show time of one beat (heard or expected).
        confidence: 0 to 1.
        beats_per_bar: beats in a bar.
        beat_in_bar: place in the bar of the beat at `beat_s`, 0 for the downbeat; None if unknown.
        places: how likely that beat is at each place of the bar, 0 to 1; empty if unknown.
    """

    tempo_bpm: float
    beat_s: float
    confidence: float
    beats_per_bar: int = 4
    beat_in_bar: int | None = None
    places: tuple[float, ...] = ()


class TempoClock:
    """Keeps the beat: follows opinions while it is AUTO, holds in silence, and does what the person says."""

    def __init__(self, start_s: float = 0.0) -> None:
        self._line = GlidingLine(start_s)
        self._taps = TapTempo()
        self._range_bpm = DEFAULT_RANGE_BPM
        self._level_bpm: tuple[float, float] | None = None
        self._nudge_s = 0.0
        self._resync_beats = 0.0
        self._bar_is_held = False
        self._relocking = False
        self._trust_s = 0.0
        self._disagreeing_beats = 0
        self._outside = OutsideBeats()

    @property
    def state(self) -> BeatState:
        """The clock that holds now."""
        return self._line.state

    @property
    def range_bpm(self) -> tuple[float, float]:
        """The tempi among which the tracker should choose."""
        return self._level_bpm or self._range_bpm

    @property
    def is_manual(self) -> bool:
        """Whether a person has decided the tempo."""
        return self.state.locked or self.state.source not in (TempoSource.AUTO, *PRIORITY)

    def follow(self, opinion: BeatOpinion | None, time_s: float) -> BeatState:
        """Go on to `time_s`, steer towards the opinion (None: nothing was heard) and return the line from there."""
        before = floor(self._line.beat)
        passed_s = self._line.move_to(time_s)
        outside = None if self.is_manual else self._outside.best(time_s)
        if not self.is_manual:
            self._listen_to(TempoSource.AUTO if outside is None else outside.source)
        if outside is not None:
            opinion = _opinion_of(outside.beat)
        faded = 0.5 ** (passed_s / _FADE_S)
        confidence = opinion.confidence if opinion else self.state.confidence * faded
        self._line.state = replace(
            self.state, confidence=confidence, bar_confidence=1.0 if self._bar_is_held else self.state.bar_confidence
        )
        if opinion is None or self.is_manual:
            self._relocking = False
            self._line.glide()
            if not self._bar_is_held:
                self._line.state = replace(self.state, bar_confidence=self.state.bar_confidence * faded)
        else:
            self._trust_s += passed_s if confidence >= SURE else -passed_s
            self._trust_s = min(max(self._trust_s, 0.0), _TRUST_S)
            # Outside clocks keep their own metrical level: whoever set them meant it.
            opinion = self._in_range(opinion) if outside is None else opinion
            self._follow(opinion, passed_s, beats_crossed=floor(self._line.beat) - before)
        return self.state

    def command(self, command: Command, time_s: float) -> None:
        """Obey a tempo command; anything else, and anything that makes no sense, is ignored."""
        if isinstance(command, OutsideBeat):
            # The line is not moved for it: `follow` must see every beat that it crosses.
            self._outside.tell(command, time_s)
            return
        self._line.move_to(max(time_s, self._line.time_s))
        match command:
            case Tap(host_s):
                self._tap(host_s if host_s > 0 else time_s)
            case SetTempo(bpm) if isfinite(bpm):
                self._fix(bpm, TempoSource.FIXED)
            case ChangeTempo(bpm) if isfinite(bpm):
                self._fix(self._line.base_bpm + bpm, TempoSource.FIXED)
            case RoundTempo():
                self._fix(float(round(self._line.base_bpm)), TempoSource.FIXED)
            case ScaleTempo(factor) if isfinite(factor) and factor > 0:
                self._scale(factor)
            case NudgeBeat(offset_s) if isfinite(offset_s):
                self._nudge_s += offset_s
                self._line.move_by(-offset_s * self._line.base_bpm / 60.0)
            case ResyncBar(host_s):
                self._resync(host_s if host_s > 0 else time_s)
            case LockTempo(on):
                self._line.run_at(self._line.base_bpm)
                self._line.state = replace(self.state, locked=on)
            case AutoTempo():
                self._give_back()
            case TempoRange(min_bpm, max_bpm) if MIN_BPM <= min_bpm < max_bpm <= MAX_BPM:
                self._range_bpm, self._level_bpm = (min_bpm, max_bpm), None
            case _:
                pass

    def _listen_to(self, source: TempoSource) -> None:
        """Follow another source from now on, wherever it is."""
        if source is not self.state.source:
            self._line.state = replace(self.state, source=source)
            self._forget_place()

    def _follow(self, opinion: BeatOpinion, passed_s: float, *, beats_crossed: int) -> None:
        line = self._line
        heard_s = line.time_s - opinion.beat_s - self._nudge_s
        wanted_beat = heard_s * opinion.tempo_bpm / 60.0 + self._resync_beats
        error = wrapped(wanted_beat - line.beat)
        is_other_tempo = abs(log(opinion.tempo_bpm / line.base_bpm)) > _TEMPO_JUMP
        is_elsewhere = is_other_tempo or abs(error) > SIXTEENTH_BEATS
        if self._trust_s < _SETTLED_S:
            if is_elsewhere:
                self._forget_place()
                line.set_outright(opinion.tempo_bpm, wanted_beat)
        elif is_elsewhere and not self._relocking and floor(line.beat) % self.state.beats_per_bar < beats_crossed:
            self._forget_place()
            self._relocking = True
        if self._relocking or not is_other_tempo:
            share = 1.0 if self._relocking else min(passed_s / _TEMPO_S, 1.0)
            line.base_bpm += share * (opinion.tempo_bpm - line.base_bpm)
        if self._relocking:
            self._relocking = abs(error) > _ARRIVED_BEATS
            line.steer(error, most=RELOCK, within_s=_RELOCK_S)
        elif not is_elsewhere:
            is_settled = self._trust_s >= _SETTLED_S
            line.steer(error, most=SLEW if is_settled else RELOCK, within_s=_SLEW_S if is_settled else _RELOCK_S)
            self._count_bar(opinion, wanted_beat, beats_crossed=beats_crossed)
        else:
            line.run_at(line.base_bpm)
        if not self._bar_is_held:
            sure = self._sure_of_bar(opinion, wanted_beat)
            line.state = replace(self.state, bar_confidence=sure)

    def _forget_place(self) -> None:
        """The music went elsewhere: what the person said about the old place is void."""
        self._resync_beats = 0.0
        self._bar_is_held = False
        self._disagreeing_beats = _RELABEL_BEATS
        self._line.forget_glide()

    def _count_bar(self, opinion: BeatOpinion, wanted_beat: float, *, beats_crossed: int) -> None:
        """Count the bar as the tracker does, once it has disagreed for a few beats, just after a beat."""
        if self._bar_is_held or opinion.beat_in_bar is None or not beats_crossed:
            return
        label = round(self._line.beat - wanted_beat)  # our number for the beat at opinion.beat_s
        shift = (opinion.beat_in_bar - label) % opinion.beats_per_bar
        if shift == 0 and opinion.beats_per_bar == self.state.beats_per_bar:
            self._disagreeing_beats = 0
            return
        self._disagreeing_beats += beats_crossed
        if self._disagreeing_beats >= _RELABEL_BEATS:
            self._disagreeing_beats = 0
            self._line.state = replace(self.state, beats_per_bar=opinion.beats_per_bar)
            self._line.relabel(shift)

    def _sure_of_bar(self, opinion: BeatOpinion, wanted_beat: float) -> float:
        """Return how likely the tracker finds the place in the bar that the clock shows, given that the beat is right.

        While it has not yet counted the bar anew, the clock shows what the tracker hardly believes any more.
        """
        beats_per_bar = self.state.beats_per_bar
        if len(opinion.places) != beats_per_bar:
            return 0.0
        label = round(self._line.beat - wanted_beat)  # our number for the beat at opinion.beat_s
        return opinion.confidence * opinion.places[label % beats_per_bar]

    def _in_range(self, opinion: BeatOpinion) -> BeatOpinion:
        """Return the opinion at the metrical level that the range allows, on those beats that are nearest to ours."""
        least, most = self.range_bpm
        tempo_bpm = opinion.tempo_bpm
        while tempo_bpm > most and tempo_bpm / 2 >= least:
            tempo_bpm /= 2
        while tempo_bpm < least and tempo_bpm * 2 <= most:
            tempo_bpm *= 2
        if tempo_bpm == opinion.tempo_bpm:
            return opinion
        skipped = max(round(opinion.tempo_bpm / tempo_bpm), 1)
        candidates_s = [opinion.beat_s - k * 60.0 / opinion.tempo_bpm for k in range(skipped)]
        ours = self._line.beat - (self._line.time_s - self._nudge_s) * tempo_bpm / 60.0
        beat_s = min(candidates_s, key=lambda beat_s: abs(wrapped(ours + beat_s * tempo_bpm / 60.0)))
        return replace(opinion, tempo_bpm=tempo_bpm, beat_s=beat_s, beat_in_bar=None, places=())

    def _fix(self, tempo_bpm: float, source: TempoSource) -> None:
        line = self._line
        line.base_bpm = min(max(tempo_bpm, MIN_BPM), MAX_BPM)
        line.run_at(line.base_bpm)
        line.state = replace(line.state, source=source, confidence=1.0)
        self._level_bpm = None

    def _tap(self, tap_s: float) -> None:
        tapped = self._taps.tap(tap_s)
        if tapped is None:
            return
        least, most = self._range_bpm
        tempo_bpm = tapped.tempo_bpm
        while tempo_bpm < least and tempo_bpm * 2 <= most:
            tempo_bpm *= 2  # tapped on every other beat
        while tempo_bpm > most and tempo_bpm / 2 >= least:
            tempo_bpm /= 2  # tapped twice a beat
        self._fix(tempo_bpm, TempoSource.TAP)
        self._line.forget_glide()
        self._line.move_by((self._line.time_s - tapped.beat_s) * self._line.base_bpm / 60.0 - self._line.beat)
        self._line.glide()

    def _scale(self, factor: float) -> None:
        line = self._line
        scaled_bpm = line.base_bpm * factor
        if not MIN_BPM <= scaled_bpm <= MAX_BPM:
            return
        scaled_beat = line.beat * factor
        line.base_bpm = scaled_bpm
        self._move_to_place(scaled_beat)
        if not self.is_manual:
            self._level_bpm = (scaled_bpm / 2**0.5, scaled_bpm * 2**0.5)
            self._relocking = True

    def _resync(self, downbeat_s: float) -> None:
        place = (self._line.time_s - downbeat_s) * self._line.base_bpm / 60.0
        error = wrapped(place - self._line.beat)
        if not self.is_manual:
            if abs(error) > _FINGER_BEATS:
                self._resync_beats = wrapped(self._resync_beats + error)
            else:
                place -= error
        self._move_to_place(place)
        self._bar_is_held = True
        self._relocking = True

    def _move_to_place(self, beat: float) -> None:
        """Be where `beat` is in its bar: jump forward by whole beats, glide the rest."""
        line = self._line
        rest = wrapped(beat - line.beat)
        line.relabel(round(beat - line.beat - rest) % line.state.beats_per_bar)
        line.forget_glide()
        line.move_by(rest)
        line.glide()

    def _give_back(self) -> None:
        self._line.run_at(self._line.base_bpm)
        self._line.state = replace(self.state, source=TempoSource.AUTO, locked=False)
        self._forget_place()
        self._level_bpm = None
        self._nudge_s = 0.0


def _opinion_of(beat: OutsideBeat) -> BeatOpinion:
    if beat.beat_in_bar < 0:
        return BeatOpinion(beat.tempo_bpm, beat.host_s, 1.0)
    places = tuple(float(place == beat.beat_in_bar) for place in range(4))
    return BeatOpinion(beat.tempo_bpm, beat.host_s, 1.0, beat_in_bar=beat.beat_in_bar, places=places)
