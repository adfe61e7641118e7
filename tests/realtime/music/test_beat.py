import numpy as np
import pytest

from realtime.music.beat import AubioBeatTracker
from realtime.music.gliding import wrapped
from realtime.types import HOP_S, SAMPLE_RATE_HZ
from tests.support.beats import drums, listen


def test_drums_are_followed_on_the_beat() -> None:
    state = listen(AubioBeatTracker(), drums(125.0, 12.0))[-1]
    assert state.tempo_bpm == pytest.approx(125.0, rel=0.03)
    assert abs(wrapped(state.beat_at(25 * 60.0 / 125.0))) < 0.1


def test_nothing_comes_from_the_future() -> None:
    music = drums(118.0, 9.0)
    changed = music.copy()
    cut = round(5.0 * SAMPLE_RATE_HZ)
    changed[cut:] = np.random.default_rng(1).standard_normal(len(music) - cut).astype(np.float32)
    as_it_was, otherwise = listen(AubioBeatTracker(), music), listen(AubioBeatTracker(), changed)
    heard = round(5.0 / HOP_S)
    assert as_it_was[:heard] == otherwise[:heard]
    assert as_it_was[heard:] != otherwise[heard:]


def test_silence_is_held_in_phase() -> None:
    music = drums(120.0, 16.0)
    music[8 * SAMPLE_RATE_HZ :] = 0.0
    states = listen(AubioBeatTracker(), music)
    before, after = states[round(8.0 / HOP_S) - 1], states[-1]
    assert abs(wrapped(before.beat_at(16.0) - after.beat_at(16.0))) < 0.1


def test_show_time_may_begin_anywhere() -> None:
    music = drums(125.0, 8.0)
    early, late = listen(AubioBeatTracker(), music)[-1], listen(AubioBeatTracker(), music, start_s=100.0)[-1]
    assert wrapped(late.beat_at(108.0) - early.beat_at(8.0)) == pytest.approx(0.0, abs=1e-6)
