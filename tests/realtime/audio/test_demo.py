"""The demo track has the beats that it claims."""

import numpy as np

from realtime.audio import demo
from realtime.audio.demo import DemoTrack, section_starts_s, true_beats_s


def test_drums_sound_on_the_true_beats() -> None:
    song = np.concatenate(list(DemoTrack().blocks(48_000))).mean(axis=1)
    starts = section_starts_s()
    beats = true_beats_s()
    in_groove = beats[(beats >= starts["groove"]) & (beats < starts["breakdown"])]
    for beat_s in in_groove[1:-1]:
        at = round(beat_s * 48_000)
        before, after = song[at - 1200 : at], song[at : at + 1200]
        assert np.sum(after**2) > 2.0 * np.sum(before**2)


def test_the_beats_follow_the_tempo_of_each_section() -> None:
    periods_s = np.diff(true_beats_s())
    starts = section_starts_s()
    at_124 = int(np.searchsorted(true_beats_s(), starts["slow groove"]))
    assert np.allclose(periods_s[: at_124 - 1], 60 / 124, atol=1e-4)
    assert np.allclose(periods_s[at_124:], 60 / 96, atol=1e-4)
    assert len(true_beats_s()) == 4 * sum(section.bars for section in demo.SECTIONS)


def test_the_breakdown_has_no_drums_and_the_drop_is_louder() -> None:
    song = np.concatenate(list(DemoTrack().blocks(48_000))).mean(axis=1)
    starts = section_starts_s()

    def loudness(name: str) -> float:
        at = round(starts[name] * 48_000)
        return float(np.sqrt(np.mean(song[at : at + 4 * 48_000] ** 2)))

    assert loudness("drop") > 2.0 * loudness("breakdown")
