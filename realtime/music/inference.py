"""From what is heard frame by frame to one opinion on the beat, with hysteresis.

The filter may believe in several places at once and change its mind from frame to frame; a dancer must not. The opinion
stays with one place, follows the belief around it in small steps, and leaves it only for another that is clearly better
for about a second.
"""

from dataclasses import dataclass, replace

from realtime.music.activations import LABEL_DELAY_FRAMES, Heard
from realtime.music.bar_filter import BarFilter
from realtime.music.beat_filter import BeatFilter, BeatPlace, FilterSettings
from realtime.music.gliding import wrapped
from realtime.music.tempo import BeatOpinion
from realtime.types import HOP_S, FloatArray


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
    margin: float = 2.0
    patience_s: float = 0.6
    octave_patience_s: float = 1.0
    lag_s: float = 0.0


class BeatInference:
    """Keeps the filters and the opinion. One `step` per frame."""

    def __init__(self, filtering: FilterSettings | None = None, following: FollowSettings | None = None) -> None:
        self._settings = following or FollowSettings()
        self._filter = BeatFilter(filtering)
        self._bar = BarFilter()
        self._place: BeatPlace | None = None
        self._confidence = 0.0
        self._better_s = 0.0
        self._downbeats: list[float] = [0.0, 0.0, 0.0]
        self._frames_since_beat = 0.0

    def limit(self, min_bpm: float, max_bpm: float) -> None:
        """Consider only tempi of this range from now on."""
        self._filter.limit(min_bpm, max_bpm)
        self._place = None

    def tempo_belief(self) -> FloatArray:
        """Return the belief per period, the shortest first: shape (periods,)."""
        return self._filter.tempo_belief()

    def hold(self) -> None:
        """Let a silent frame pass: the opinion goes on as it is."""
        if self._place is not None:
            self._move_on(self._place)
            self._filter.seed(self._place, 0.9)

    def step(self, heard: Heard, time_s: float) -> BeatOpinion | None:
        """Hear one frame that ends at `time_s`; return the opinion, or None before there is one."""
        self._filter.step(heard.none, heard.beat, heard.offbeat)
        self._downbeats = [*self._downbeats[1:], heard.downbeat]
        best = self._filter.best()
        if self._place is None:
            if best.mass < self._settings.enough:
                return None
            self._take(best)
        else:
            self._move_on(self._place)
            self._follow(self._place, best)
        place = self._place
        assert place is not None
        bar = self._bar.best()
        beat_s = time_s - (place.phase * place.period + LABEL_DELAY_FRAMES) * HOP_S - self._settings.lag_s
        return BeatOpinion(
            60.0 / (place.period * HOP_S),
            beat_s,
            self._confidence,
            bar.beats_per_bar,
            bar.beat_in_bar if bar.confidence > 0.4 else None,
        )

    def _take(self, place: BeatPlace) -> None:
        self._place, self._confidence, self._better_s = place, place.mass, 0.0
        self._bar.forget()

    def _move_on(self, place: BeatPlace) -> None:
        phase = place.phase + 1.0 / place.period
        self._frames_since_beat += 1.0
        if phase >= 1.0:
            phase -= 1.0
        self._place = replace(place, phase=phase)
        # The frame after the beat's own: all three frames of the target have been heard.
        if self._frames_since_beat > 0.5 * place.period and 1.0 <= phase * place.period < 0.5 * place.period:
            self._bar.step(sum(self._downbeats) / 3)
            self._frames_since_beat = 0.0

    def _follow(self, place: BeatPlace, best: BeatPlace) -> None:
        settings, place = self._settings, self._place or place
        near = self._filter.near(place.period, place.phase)
        self._confidence += 0.1 * (near.mass - self._confidence)
        if near.mass > 0.02:
            trust = min(2.0 * near.mass, 1.0)
            phase = place.phase + trust * settings.phase_share * wrapped(near.phase - place.phase)
            period = place.period + trust * settings.period_share * (near.period - place.period)
            self._place = BeatPlace(period, phase % 1.0, near.mass)
        ratio = best.period / place.period
        elsewhere = abs(wrapped(best.phase - place.phase)) > 0.15 or abs(ratio - 1.0) > 0.06
        if elsewhere and best.mass > max(settings.margin * near.mass, settings.enough):
            self._better_s += HOP_S
        else:
            self._better_s = max(self._better_s - 2 * HOP_S, 0.0)
        is_octave = abs(ratio - 2.0) < 0.12 or abs(ratio - 0.5) < 0.03
        if self._better_s > (settings.octave_patience_s if is_octave else settings.patience_s):
            self._take(best)
