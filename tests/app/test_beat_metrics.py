import numpy as np
import pytest

from app.beat_metrics import Annotation, Declared, quiet_stretches, score

TRUTH_S = np.arange(100) * 0.5


def annotated(times_s: np.ndarray = TRUTH_S) -> Annotation:
    return Annotation(times_s, np.arange(len(times_s)) % 4 + 1)


def declared(times_s: np.ndarray, *, shift: int = 0, confidence: float = 0.9) -> Declared:
    return Declared(times_s, (np.arange(len(times_s)) + shift) % 4 + 1, np.full(len(times_s), confidence))


def test_the_true_beats_score_full_marks() -> None:
    scores = score(annotated(), declared(TRUTH_S + 0.004))
    assert (scores.f_measure, scores.cmlt, scores.amlt, scores.downbeat_f) == (1.0, 1.0, 1.0, 1.0)
    assert (scores.lock_s, scores.half, scores.double, scores.offbeat) == (0.0, 0.0, 0.0, 0.0)
    assert np.median(scores.errors_s) == pytest.approx(0.004)


def test_each_wrong_level_is_called_by_its_name() -> None:
    assert score(annotated(), declared(TRUTH_S[::2])).half == 1.0
    assert score(annotated(), declared(np.arange(199) * 0.25)).double == 1.0
    assert score(annotated(), declared(TRUTH_S + 0.25)).offbeat == 1.0


def test_beats_counted_from_the_wrong_place_cost_the_downbeats_only() -> None:
    scores = score(annotated(), declared(TRUTH_S, shift=1))
    assert (scores.f_measure, scores.downbeat_f) == (1.0, 0.0)


def test_the_lock_is_the_first_of_four_hits_in_a_row() -> None:
    late_s = np.concatenate([TRUTH_S[:8] + 0.2, TRUTH_S[8:]])
    assert score(annotated(), declared(late_s)).lock_s == pytest.approx(4.0)
    assert score(annotated(), declared(TRUTH_S + 0.2)).lock_s == np.inf


def test_a_change_of_tempo_is_timed_until_it_is_followed() -> None:
    truth_s = np.concatenate([np.arange(40) * 0.5, 20.0 + np.arange(40) * 0.4])
    wrong = (truth_s > 20.1) & (truth_s < 22.0)
    heard_s = np.where(wrong, truth_s + 0.15, truth_s)
    scores = score(annotated(truth_s), declared(heard_s))
    assert len(scores.recoveries_s) == 1
    assert scores.recoveries_s[0] == pytest.approx(2.0, abs=0.5)
    assert score(annotated(), declared(TRUTH_S)).recoveries_s == []


def test_quiet_stretches_are_where_the_music_is_held_back() -> None:
    levels_db = np.full(3000, -12.0)
    levels_db[1000:1600] = -60.0
    ((start_s, end_s),) = quiet_stretches(levels_db, 0.01)
    assert start_s == pytest.approx(10.0, abs=0.6)
    assert end_s == pytest.approx(16.0, abs=0.6)


def test_a_tracker_that_says_nothing_scores_nothing() -> None:
    nothing = Declared(np.empty(0), np.empty(0, np.int64), np.empty(0))
    with pytest.warns(UserWarning, match="empty"):
        scores = score(annotated(), nothing)
    assert (scores.f_measure, scores.amlt, scores.lock_s) == (0.0, 0.0, np.inf)
