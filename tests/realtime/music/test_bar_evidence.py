import numpy as np
import pytest

from realtime.music.bands import N_BANDS
from realtime.music.bar_evidence import LAGS, BarEvidence
from realtime.music.bar_filter import BarFilter
from realtime.types import FloatArray

PERIOD = 50
_ATTACK_FRAMES = 4


def _chord(number: int) -> FloatArray:
    """Return the spectrum of one of a few chords."""
    return np.random.default_rng(number).uniform(0.0, 1.0, N_BANDS)


def _followed(
    chords: list[int], *, gain: float = 1.0, downbeats: list[float] | None = None
) -> tuple[BarFilter, list[tuple[float, ...]]]:
    """Return the belief after music that plays one chord a beat, and what was said at each beat."""
    evidence, bar, said = BarEvidence(), BarFilter(), list[tuple[float, ...]]()
    for beat, chord in enumerate(chords):
        for frame in range(PERIOD):
            downbeat = downbeats[beat] if downbeats is not None else 0.0
            evidence.hear(downbeat, gain * _chord(chord))
            if frame == _ATTACK_FRAMES:
                said.append(evidence.at_beat(float(PERIOD)))
                bar.step(*said[-1])
    return bar, said


@pytest.mark.parametrize("first", range(4))
def test_where_the_chords_change_the_bar_begins(first: int) -> None:
    chords = [(beat + first) // 4 for beat in range(32)]
    best = _followed(chords)[0].best()
    assert (best.beats_per_bar, best.beat_in_bar) == (4, (31 + first) % 4)
    assert best.confidence > 0.5


def test_a_waltz_changes_its_chords_every_third_beat() -> None:
    best = _followed([beat // 3 for beat in range(36)])[0].best()
    assert (best.beats_per_bar, best.beat_in_bar) == (3, 35 % 3)


def test_one_chord_for_ever_says_nothing() -> None:
    bar, said = _followed([1] * 24)
    assert np.abs(said[2:]).max() < 0.2
    assert bar.best().confidence < 0.4


def test_what_all_beats_have_in_common_says_nothing() -> None:
    """A network that hears a downbeat in every beat, as it does in house music, is no evidence."""
    chords = [beat // 4 for beat in range(32)]
    plain, shifted = _followed(chords)[1], _followed(chords, downbeats=[3.0] * 32)[1]
    np.testing.assert_allclose(shifted[1:], plain[1:], atol=1e-9)


def test_loudness_does_not_change_where_the_harmony_changes() -> None:
    chords = [beat // 4 for beat in range(32)]
    loud, soft = (_followed(chords, gain=gain)[0].best() for gain in (1.0, 0.5))
    assert (loud.beats_per_bar, loud.beat_in_bar) == (soft.beats_per_bar, soft.beat_in_bar)


def test_what_comes_later_changes_nothing_that_was_said() -> None:
    chords = [beat // 4 for beat in range(32)]
    said, other = _followed(chords)[1], _followed([*chords[:16], *[7] * 16])[1]
    assert said[:16] == other[:16]
    assert all(len(each) == LAGS for each in said)


def test_without_bands_the_network_still_tells_the_bar() -> None:
    evidence, bar = BarEvidence(), BarFilter()
    for beat in range(32):
        for _ in range(PERIOD):
            evidence.hear(1.5 if beat % 4 == 0 else -1.0)
        bar.step(*evidence.at_beat(float(PERIOD)))
    assert bar.best().beat_in_bar == 31 % 4
