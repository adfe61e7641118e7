import pytest

from realtime.music.activations import LABEL_DELAY_FRAMES, Heard
from realtime.music.beat import WEIGHTS
from realtime.music.gliding import wrapped
from realtime.music.inference import BeatInference
from realtime.music.tempo import BeatOpinion
from realtime.types import HOP_S


def ideal(time_s: float, tempo_bpm: float, *, beats_per_bar: int = 4, start_s: float = 0.0) -> Heard:
    """What a perfect network answers at the end of a hop."""
    beat = (time_s - LABEL_DELAY_FRAMES * HOP_S - start_s) * tempo_bpm / 60.0
    frames = 6000.0 / tempo_bpm
    near, middle = abs(wrapped(beat)) * frames <= 1.5, abs(wrapped(beat + 0.5)) * frames <= 1.5
    down = round(beat) % beats_per_bar == 0
    return Heard(0.1, 2.5 if near else -2.5, 2.5 if middle else -2.5, 1.5 if down else -1.0)


def hear(
    inference: BeatInference, tempo_bpm: float, seconds: float, *, from_s: float = 0.0, **music: float
) -> BeatOpinion:
    opinion: BeatOpinion | None = None
    for hop in range(1, round(seconds / HOP_S) + 1):
        time_s = from_s + hop * HOP_S
        opinion = inference.step(ideal(time_s, tempo_bpm, **music), time_s) or opinion  # pyright: ignore[reportArgumentType]
    assert opinion is not None
    return opinion


@pytest.mark.parametrize("tempo_bpm", [66.0, 93.0, 127.0, 176.0])
def test_the_opinion_lies_on_the_beat(tempo_bpm: float) -> None:
    opinion = hear(BeatInference(WEIGHTS), tempo_bpm, 12.0)
    assert opinion.tempo_bpm == pytest.approx(tempo_bpm, rel=0.01)
    assert wrapped(opinion.beat_s * tempo_bpm / 60.0) * 60.0 / tempo_bpm == pytest.approx(0.0, abs=0.012)
    assert opinion.confidence > 0.8


@pytest.mark.parametrize("beats_per_bar", [3, 4])
def test_the_opinion_knows_the_bar(beats_per_bar: int) -> None:
    opinion = hear(BeatInference(WEIGHTS), 120.0, 16.0, beats_per_bar=beats_per_bar)
    assert opinion.beats_per_bar == beats_per_bar
    assert opinion.beat_in_bar == round(opinion.beat_s * 2.0) % beats_per_bar


def test_a_short_disturbance_does_not_move_it() -> None:
    inference = BeatInference(WEIGHTS)
    hear(inference, 120.0, 10.0)
    hear(inference, 120.0, 0.4, from_s=10.0, start_s=0.25)
    opinion = hear(inference, 120.0, 1.0, from_s=10.4)
    assert wrapped(opinion.beat_s * 2.0) == pytest.approx(0.0, abs=0.05)


def test_a_lasting_change_is_followed() -> None:
    inference = BeatInference(WEIGHTS)
    hear(inference, 120.0, 10.0)
    opinion = hear(inference, 97.0, 5.0, from_s=10.0)
    assert opinion.tempo_bpm == pytest.approx(97.0, rel=0.02)


def test_a_pause_is_held_in_phase() -> None:
    inference = BeatInference(WEIGHTS)
    hear(inference, 120.0, 10.0)
    for _ in range(800):
        inference.hold()
    opinion = hear(inference, 120.0, 0.05, from_s=18.0)
    assert wrapped(opinion.beat_s * 2.0) == pytest.approx(0.0, abs=0.06)


def test_the_range_is_obeyed() -> None:
    inference = BeatInference(WEIGHTS)
    inference.limit(80.0, 150.0)
    assert hear(inference, 176.0, 8.0).tempo_bpm == pytest.approx(88.0, rel=0.02)
