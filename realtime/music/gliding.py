"""A beat line that changes its slope but never steps: errors are made up for by running a little fast or slow.

The phase (the fraction of the beat) is continuous whatever is asked; beat numbers only grow. The label of the bar may
jump, by whole beats and forward, because a bar counted wrongly cannot be made right otherwise.
"""

from dataclasses import replace

from realtime.types import BeatState

_GLIDE_MOST = 0.4
_GLIDE_S = 0.1


class GlidingLine:
    """A `BeatState` that is steered. All methods act at the time of the latest `move_to`."""

    def __init__(self, start_s: float) -> None:
        self.state = BeatState(origin_s=start_s)
        self.base_bpm = self.state.tempo_bpm
        """The tempo without the making up."""
        self.time_s = start_s
        self._glide_beats = 0.0

    @property
    def beat(self) -> float:
        """The fractional beat now."""
        return self.state.beat_at(self.time_s)

    def move_to(self, time_s: float) -> float:
        """Go on to `time_s`; return the seconds passed."""
        passed_s = time_s - self.time_s
        gliding_hz = self.state.rate_hz - self.base_bpm / 60.0
        self._glide_beats = _towards_zero(self._glide_beats, gliding_hz * passed_s)
        self.time_s = time_s
        return passed_s

    def run_at(self, tempo_bpm: float) -> None:
        """Change the slope from now on; what people are told is the base tempo."""
        glide = tempo_bpm / self.base_bpm
        if (self.base_bpm, glide) != (self.state.tempo_bpm, self.state.glide):
            here = {"origin_s": self.time_s, "origin_beat": self.beat}
            self.state = replace(self.state, tempo_bpm=self.base_bpm, glide=glide, **here)

    def steer(self, error_beats: float, *, most: float, within_s: float) -> None:
        """Run fast or slow by at most the share `most`, so that the error would be gone `within_s` from now."""
        share = error_beats * 60.0 / (self.base_bpm * within_s)
        self.run_at(self.base_bpm * (1.0 + min(max(share, -most), most)))

    def glide(self) -> None:
        """Run at the base tempo, and make up for what a person asked to be moved."""
        self.steer(self._glide_beats, most=_GLIDE_MOST, within_s=_GLIDE_S)

    def move_by(self, beats: float) -> None:
        """Ask for the phase to be moved by a part of a beat; `glide` then does it within a beat or so."""
        self._glide_beats = wrapped(self._glide_beats + beats)

    def forget_glide(self) -> None:
        """Stay where the line is now."""
        self._glide_beats = 0.0

    def relabel(self, beats: int) -> None:
        """Count the bar anew: jump forward by whole beats."""
        if beats:
            self.state = replace(self.state, origin_beat=self.state.origin_beat + beats)

    def set_outright(self, tempo_bpm: float, wanted_beat: float) -> None:
        """Take a tempo at once, and the next beat that has the phase of `wanted_beat`: only when nobody dances yet."""
        beat = self.beat + (wanted_beat - self.beat) % 1.0
        self.base_bpm = tempo_bpm
        self.state = replace(self.state, origin_s=self.time_s, origin_beat=beat, tempo_bpm=tempo_bpm, glide=1.0)


def wrapped(beats: float) -> float:
    """Return the same phase within half a beat of zero."""
    return (beats + 0.5) % 1.0 - 0.5


def _towards_zero(value: float, step: float) -> float:
    left = value - step
    return left if left * value > 0 else 0.0
