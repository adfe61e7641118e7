import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_message import OscMessage

from realtime.commands import ResyncBar, Tap
from realtime.outputs.resolume import ResolumeEncoder
from realtime.types import BeatState
from tests.support.osc import STATE, music_at, pose_at

TEMPO, RESYNC = "/composition/tempocontroller/tempo", "/composition/tempocontroller/resync"


def _told(encoder: ResolumeEncoder, time_s: float, tempo_bpm: float = 128.0) -> list[tuple[str, float]]:
    datagrams = encoder.encode(pose_at(time_s), music_at(BeatState(tempo_bpm=tempo_bpm)), STATE)
    messages = [OscMessage(datagram) for datagram in datagrams]
    return [(message.address, message.params[0]) for message in messages]


@given(st.floats(1.0, 1000.0))
def test_the_tempo_is_the_place_of_the_slider_between_20_and_500(tempo_bpm: float) -> None:
    [(address, value)] = _told(ResolumeEncoder(), 0.0, tempo_bpm)
    assert address == TEMPO
    assert 20.0 + 480.0 * value == pytest.approx(min(max(tempo_bpm, 20.0), 500.0), abs=1e-3)


def test_the_tempo_is_told_when_it_changes_and_every_two_seconds() -> None:
    encoder = ResolumeEncoder()
    told_s = [k / 10 for k in range(60) if _told(encoder, k / 10, 128.0 + 0.001 * (k % 2) + 2.0 * (k >= 15))]
    assert told_s == [0.0, 1.5, 3.5, 5.5]


def test_a_person_s_resync_is_one_press_and_one_release() -> None:
    encoder = ResolumeEncoder()
    _told(encoder, 0.0)
    encoder.command(ResyncBar())
    assert _told(encoder, 0.1) == [(RESYNC, 1)]
    assert _told(encoder, 0.2) == [(RESYNC, 0)]
    assert _told(encoder, 0.3) == []


def test_a_trembling_finger_resyncs_once_a_second() -> None:
    encoder, presses = ResolumeEncoder(), list[float]()
    for k in range(31):
        encoder.command(ResyncBar())
        if (RESYNC, 1) in _told(encoder, k / 10):
            presses.append(k / 10)
    assert presses == [0.0, 1.0, 2.0, 3.0]


def test_no_other_command_and_no_jump_of_the_beat_resyncs() -> None:
    encoder = ResolumeEncoder()
    encoder.command(Tap())
    for k in range(40):
        moved = music_at(BeatState(tempo_bpm=128.0, origin_beat=k * 0.37))
        datagrams = encoder.encode(pose_at(k / 60), moved, STATE)
        assert all(OscMessage(datagram).address == TEMPO for datagram in datagrams)
