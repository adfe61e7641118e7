"""From what is heard frame by frame to one opinion on the beat, with hysteresis.

The filter may believe in several places at once and change its mind from frame to frame; a dancer must not. The opinion
stays with one place, follows the belief around it in small steps, and leaves it only for another that is clearly better
for about a second.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from realtime.music.activations import LABEL_DELAY_FRAMES, Heard
from realtime.music.bar_evidence import BarEvidence
from realtime.music.bar_filter import BarFilter
from realtime.music.beat_filter import BeatFilter, BeatPlace, FilterSettings, Vector
from realtime.music.gliding import wrapped
from realtime.music.tempo import BeatOpinion
from realtime.types import HOP_S, FloatArray

_BEAT_HEARD_FRAMES = 1.0
"""The target of a beat is three frames wide: one after the middle, all of it has been heard."""
_SURE_OF_BAR = 0.4
_SEED = 0.9
"""After a pause, this much is believed in the place where the opinion went on."""


@dataclass(frozen=True, slots=True)
class FollowSettings:
    """How stubborn the opinion is.

    Attributes:
        phase_share, period_share: how much of the difference to the belief is made up for per frame.
        enough: mass at which a first place is taken.
        margin: another place must hold this many times the mass of ours.
        patience_s: for so long.
        octave_patience_s: the same, for half and double tempo.
        lag_s: how late beats are heard, on top of the network's own delay.
    """

    phase_share: float = 0.15
    period_share: float = 0.04
    enough: float = 0.3
    margin: float = 1.6
    patience_s: float = 0.4
    octave_patience_s: float = 1.0
    lag_s: float = 0.0


class BeatInference:
    """Keeps the filters and the opinion. One `step` per frame."""

    def __init__(
        self, weights: Path, filtering: FilterSettings | None = None, following: FollowSettings | None = None
    ) -> None:
        self._settings = following or FollowSettings()
        self._filter = BeatFilter(filtering)
        self._bar = BarFilter()
        self._place: BeatPlace | None = None
        self._confidence = 0.0
        self._better_s = 0.0
        self._evidence = BarEvidence(weights)
        self._is_counted = True  # whether the bar knows of the beat that `_place` counts from
        self._is_held = False

    def limit(self, min_bpm: float, max_bpm: float) -> None:
        """Consider only tempi of this range from now on."""
        self._filter.limit(min_bpm, max_bpm)
        self._place = None

    def tempo_belief(self) -> FloatArray:
        """Return the belief per period, the shortest first: shape (periods,)."""
        return self._filter.tempo_belief()

    def hold(self, bands: Vector | None = None) -> None:
        """Let a silent frame pass: the opinion goes on as it is."""
        self._evidence.hear(0.0, bands)
        self._is_held = True
        if self._place is not None and self._move_on():
            self._bar.skip(1)

    def step(
        self, heard: Heard, time_s: float, parts: Vector | None = None, bands: Vector | None = None
    ) -> BeatOpinion | None:
        """Hear one frame that ends at `time_s`; return the opinion, or None before there is one."""
        self._evidence.hear(heard.downbeat, bands)
        if self._is_held and self._place is not None:
            self._filter.seed(self._place, _SEED)
        self._is_held = False
        self._filter.step(heard.none, heard.beat, heard.offbeat, parts)
        best = self._filter.best()
        if self._place is None:
            if best.mass < self._settings.enough:
                return None
            self._take(best)
        else:
            if self._move_on():
                self._bar.step(*self._evidence.at_beat(self._place.period))
            self._follow(best)
        assert self._place is not None
        return self._opinion(self._place, time_s)

    def _opinion(self, place: BeatPlace, time_s: float) -> BeatOpinion:
        bar = self._bar.best()
        since_counted = int(not self._is_counted)
        beat_in_bar = (bar.beat_in_bar + since_counted) % bar.beats_per_bar
        places = self._bar.places(bar.beats_per_bar)
        since_s = (place.phase * place.period + LABEL_DELAY_FRAMES) * HOP_S + self._settings.lag_s
        return BeatOpinion(
            60.0 / (place.period * HOP_S),
            time_s - since_s,
            _calibrated(self._confidence),
            bar.beats_per_bar,
            beat_in_bar if bar.confidence > _SURE_OF_BAR else None,
            tuple(places[place - since_counted] for place in range(bar.beats_per_bar)),
        )

    def _take(self, place: BeatPlace) -> None:
        self._place, self._confidence, self._better_s = place, place.mass, 0.0
        self._is_counted = place.phase * place.period >= _BEAT_HEARD_FRAMES
        self._bar.forget()
        self._evidence.forget()

    def _move_on(self) -> bool:
        """Go on by a frame; return whether all of a beat has been heard just now."""
        place = self._place
        assert place is not None
        phase = place.phase + 1.0 / place.period
        if phase >= 1.0:
            phase -= 1.0
            self._is_counted = False
        self._place = replace(place, phase=phase)
        if self._is_counted or phase * place.period < _BEAT_HEARD_FRAMES:
            return False
        self._is_counted = True
        return True

    def _follow(self, best: BeatPlace) -> None:
        settings, place = self._settings, self._place
        assert place is not None
        near = self._filter.near(place.period, place.phase)
        self._confidence += 0.1 * (near.mass - self._confidence)
        if near.mass > 0.02:
            trust = min(2.0 * near.mass, 1.0)
            phase = place.phase + trust * settings.phase_share * wrapped(near.phase - place.phase)
            period = place.period + trust * settings.period_share * (near.period - place.period)
            # Never back over the beat that was just counted.
            self._place = BeatPlace(period, min(max(phase, 0.0), 0.9999), near.mass)
        ratio = best.period / place.period
        elsewhere = abs(wrapped(best.phase - place.phase)) > 0.15 or abs(ratio - 1.0) > 0.06
        if elsewhere and best.mass > max(settings.margin * near.mass, settings.enough):
            self._better_s += HOP_S
        else:
            self._better_s = max(self._better_s - 2 * HOP_S, 0.0)
        is_octave = abs(ratio - 2.0) < 0.12 or abs(ratio - 0.5) < 0.03
        if self._better_s > (settings.octave_patience_s if is_octave else settings.patience_s):
            self._take(best)


def _calibrated(mass: float) -> float:
    """Return how often beats declared with this belief were right on annotated recordings: less than it thinks."""
    return min(mass, _HARDLY_SURE) + max(mass - _FIRM, 0.0) * (_AT_BEST - _HARDLY_SURE) / (1.0 - _FIRM)


_HARDLY_SURE, _FIRM, _AT_BEST = 0.55, 0.86, 0.89
