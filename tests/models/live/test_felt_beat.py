"""How the dancer feels fast music: at half its tempo, on the beats one and three."""

import numpy as np
import pytest

from models.live.ear import Ear
from models.live.felt_beat import FeltBeat
from realtime.music.conditioning import SOUND, beat
from realtime.types import HOP_S, BeatState
from tests.support.danced_pairs import click_frame


def _felt(*tempi_bpm: float, beats_per_bar: int = 4) -> list[float]:
    feeling, felt = FeltBeat(), list[float]()
    for tempo_bpm in tempi_bpm:
        clock = BeatState(tempo_bpm=tempo_bpm, beats_per_bar=beats_per_bar)
        feeling.hear(clock)
        felt.append(feeling.of(clock).tempo_bpm)
    return felt


def test_fast_music_is_felt_at_half_its_tempo_and_the_edge_is_wide() -> None:
    assert _felt(120.0, 159.0, 161.0, 155.0, 151.0, 149.0, 159.0) == [120.0, 159.0, 80.5, 77.5, 75.5, 149.0, 159.0]


def test_a_fast_waltz_has_no_half() -> None:
    assert _felt(176.0, beats_per_bar=3) == [176.0]


@pytest.mark.parametrize("origin_beat", [0.0, 7.25, 130.0])
def test_the_beats_that_are_felt_are_every_other_beat_of_the_music(origin_beat: float) -> None:
    clock, feeling = BeatState(tempo_bpm=174.0, origin_s=3.0, origin_beat=origin_beat, glide=1.01), FeltBeat()
    feeling.hear(clock)
    times_s = np.linspace(0.0, 9.0, 50)
    np.testing.assert_allclose(feeling.of(clock).beat_at(times_s), clock.beat_at(times_s) / 2.0, atol=1e-9)


def test_the_ear_tells_the_network_what_is_felt() -> None:
    clock = BeatState(tempo_bpm=170.0, origin_s=0.1, confidence=0.8)
    ear = Ear(0.0, 100)
    ear.hear([click_frame((number + 1) * HOP_S, clock) for number in range(200)])
    end_s = np.array([ear.count / 30.0 - 1 / 30.0])
    told = ear.last(ear.count, 1)[0, SOUND:]
    half = BeatState(tempo_bpm=85.0, origin_s=0.1, confidence=0.8)
    np.testing.assert_allclose(told, beat(half, end_s)[0], atol=1e-9)
    assert ear.felt(clock).tempo_bpm == 85.0
