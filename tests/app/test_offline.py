"""`rehearse --offline`: only where a whole song can be known, and only by who was published so."""

from pathlib import Path

import pytest

from app import cli, compose
from realtime.audio.demo import DemoTrack
from realtime.audio.track import heard as track_heard
from realtime.errors import FarandoleError
from realtime.meter import NullTimer


def test_nobody_else_has_an_offline_version() -> None:
    preset = compose.with_overrides(compose.find_preset("club"), model="groove")
    with pytest.raises(FarandoleError, match="--model dance_revolution"):
        compose.make_offline(preset, DemoTrack())


def test_a_live_show_cannot_know_the_whole_song() -> None:
    with pytest.raises(FarandoleError, match="--headless --out"):
        cli.rehearse(Path("demo"), offline=True)


def test_the_listener_computes_the_wide_features_only_for_who_hears_them() -> None:
    heard = {}
    for model in ("groove", "dance_revolution"):
        preset = compose.with_overrides(compose.find_preset("club"), model=model)
        listener = compose.make_listener(preset, NullTimer())
        track = DemoTrack()
        block = next(iter(track_heard(track, 4800)))
        heard[model] = [frame.revolution is not None for frame in listener.hear(block)]
    assert not any(heard["groove"])
    assert sum(heard["dance_revolution"]) == 3
