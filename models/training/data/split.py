"""Which trials are held out: always the same ones, whatever the seed and whatever else is in the data."""

from collections import defaultdict
from collections.abc import Iterable
from zlib import crc32

from models.training.data.clips import Clip

HELD_OUT = 0.12
_FEWEST_TRIALS = 5
"""A style with fewer trials is all for training: one of two would say little and cost half."""


def held_out_trials(clips: Iterable[Clip]) -> set[str]:
    """Return the trials that are kept for testing: about `HELD_OUT` of each style's minutes.

    A trial's place in the queue depends on its name only. A style is a stretch of its trials in that order.
    """
    seconds: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for clip in clips:
        seconds[clip.style][clip.trial] += clip.seconds
    chosen: set[str] = set()
    for trials in seconds.values():
        if len(trials) < _FEWEST_TRIALS:
            continue
        wanted_s = HELD_OUT * sum(trials.values())
        queue = sorted(trials, key=lambda trial: (crc32(trial.encode()), trial))
        taken_s = 0.0
        for trial in queue:
            # Not one that alone is far more than is wanted.
            if taken_s < 0.85 * wanted_s and taken_s + trials[trial] < 1.6 * wanted_s:
                chosen.add(trial)
                taken_s += trials[trial]
        if taken_s == 0.0:
            chosen.add(min(queue, key=lambda trial: trials[trial]))
    return chosen
