"""The gate is shut for what is quiet, open for what is loud, and changes nothing of what it lets pass."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from realtime.music.gate import OPEN_DB, NoiseGate
from realtime.types import HOP_S, HOP_SAMPLES


def hop(level_db: float) -> np.ndarray:
    noise = np.random.default_rng(1).standard_normal(HOP_SAMPLES)
    return (noise / noise.std() * 10.0 ** (level_db / 20.0)).astype(np.float32)


@given(st.floats(-110.0, 0.0))
def test_an_open_gate_changes_nothing(level_db: float) -> None:
    loud = hop(level_db)
    assert NoiseGate(OPEN_DB).step(loud) is loud


@given(st.floats(-80.0, -20.0), st.floats(1.0, 30.0))
def test_what_is_quieter_is_silence_and_what_is_louder_passes(threshold_db: float, apart_db: float) -> None:
    gate = NoiseGate(threshold_db)
    assert not gate.step(hop(threshold_db - apart_db)).any()
    loud = hop(threshold_db + apart_db)
    assert gate.step(loud) is loud


def test_it_stays_open_through_a_breath_and_shuts_after_it() -> None:
    gate = NoiseGate(-40.0)
    gate.step(hop(-20.0))
    open_s = 0.0
    while gate.step(hop(-60.0)).any():
        open_s += HOP_S
    assert 0.3 < open_s < 0.5
