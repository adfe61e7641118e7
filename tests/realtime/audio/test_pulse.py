"""What a sound server offers besides PortAudio's own list, and that it is really what is recorded."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.audio.pulse import parse_sources, recording_from
from tests.support.farandole import farandole, receiver, running
from tests.support.music import click_track
from tests.support.servers import PulseServer, pulse_server, write_wav
from tests.support.wait import wait_until

MONITOR = {
    "name": "t48.monitor",
    "description": "Monitor of Speakers",
    "sample_specification": "s16le 2ch 48000Hz",
    "monitor_source": "t48",
}


def test_sources_are_read_as_the_server_tells_them() -> None:
    (source,) = parse_sources(json.dumps([MONITOR]).encode())
    assert (source.name, source.title) == ("t48.monitor", "Monitor of Speakers")
    assert (source.channels, source.rate_hz, source.is_monitor) == (2, 48_000.0, True)


_OTHER_JSON = st.lists(st.dictionaries(st.text(max_size=8), st.text(max_size=8))).map(lambda x: json.dumps(x).encode())


@given(st.binary(max_size=60) | _OTHER_JSON)
def test_what_is_no_list_of_sources_is_no_source_and_no_error(answer: bytes) -> None:
    assert parse_sources(answer) == []


def test_a_source_is_named_while_it_is_opened_and_not_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SOURCE", "mine")
    with recording_from("t48.monitor"):
        assert os.environ["PULSE_SOURCE"] == "t48.monitor"
    assert os.environ["PULSE_SOURCE"] == "mine"
    monkeypatch.delenv("PULSE_SOURCE")
    with recording_from("t48.monitor"):
        pass
    assert "PULSE_SOURCE" not in os.environ


@pytest.fixture
def pulse() -> Iterator[PulseServer]:
    with pulse_server() as server:
        yield server


@pytest.mark.audio
@pytest.mark.realtime
def test_what_plays_on_this_machine_is_listed_and_heard(pulse: PulseServer, tmp_path: Path) -> None:
    listed = farandole("devices", "--no-meter", environment={**pulse.environment, "COLUMNS": "200"})
    assert "PulseAudio: Monitor of" in listed.out
    path = tmp_path / "clicks.wav"
    write_wav(path, click_track(125.0, seconds=20.0))
    wanted = ["--device", "PulseAudio: Monitor of", "--headless"]
    with (
        receiver() as heard,
        running("live", *wanted, "--to", f"127.0.0.1:{heard.port}", environment=pulse.environment),
    ):
        wait_until(lambda: heard.packets > 0, timeout_s=60.0)
        playing = pulse.play(path)
        try:
            wait_until(lambda: heard.value("/dance/audio/level") > 0.3, timeout_s=60.0)
        finally:
            playing.kill()
            playing.wait()
