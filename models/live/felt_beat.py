"""The beat as a dancer feels it: music that is too fast to step to is danced at half its tempo.

Nobody in the data dances faster than 157 BPM. Told of a faster beat it turns and flails (at 170 BPM up to 21 turns a
minute and a jitter of 229 to 525 m/s^3, where people have 2 and 122); people step to every other beat there.
"""

from dataclasses import replace

from realtime.types import BeatState

HALVED_ABOVE_BPM, WHOLE_BELOW_BPM = 160.0, 150.0


class FeltBeat:
    """Follows the music's clock; a tempo near the edge does not make it change to and fro."""

    def __init__(self) -> None:
        self._is_halved = False

    def hear(self, clock: BeatState) -> None:
        """Hear what the music's clock says now."""
        self._is_halved = clock.tempo_bpm > (WHOLE_BELOW_BPM if self._is_halved else HALVED_ABOVE_BPM)

    def of(self, clock: BeatState) -> BeatState:
        """Return what the dancer is told of a clock: itself, or one of half its tempo whose bars are twice as long.

        Bars of an odd number of beats have no half: they are told as they are.
        """
        if not self._is_halved or clock.beats_per_bar % 2:
            return clock
        return replace(clock, tempo_bpm=clock.tempo_bpm / 2.0, origin_beat=clock.origin_beat / 2.0)
