"""Hindsight, on evidence that is made up: it finds the beat that the whole piece speaks for."""

import numpy as np
import pytest

pytest.importorskip("mido", reason="the train extra is not installed")

from models.training.beats.hindsight import Evidence, ahead_of, best_path
from realtime.music.beat_filter import FilterSettings
from realtime.music.rhythm_activations import PHASES


def evidence(frames: int, period: int, first: int) -> Evidence:
    at = (np.arange(frames) - first) % period
    beat = np.where((at <= 1) | (at == period - 1), 1.0, -0.3)
    offbeat = np.where(np.abs(at - period / 2) <= 1.25, 0.5, -0.3)
    return Evidence(beat, offbeat, np.zeros((frames, PHASES)), np.zeros(frames))


@pytest.mark.parametrize("period", [35, 52, 80])
def test_the_path_lies_on_the_beats(period: int) -> None:
    beats = best_path(evidence(1500, period, 7), FilterSettings())
    assert np.abs((beats - 7 + period // 2) % period - period // 2).max() <= 1
    assert np.diff(beats).tolist() == [period] * (len(beats) - 1)


def test_the_path_stays_where_most_of_the_piece_is() -> None:
    heard = evidence(1500, 50, 0)
    misled = evidence(1500, 50, 25)
    mixed = Evidence(*(np.concatenate([wrong[:300], right[300:]]) for wrong, right in zip(misled, heard, strict=True)))
    beats = best_path(mixed, FilterSettings())
    assert (beats[beats > 300] % 50 == 0).all()


def test_the_right_beat_is_ahead_of_its_rivals() -> None:
    heard = evidence(1500, 50, 0)
    assert min(ahead_of(heard, np.arange(0, 1500, 50)).values()) > 0.0
    assert ahead_of(heard, np.arange(25, 1500, 50))["offbeat"] < 0.0
