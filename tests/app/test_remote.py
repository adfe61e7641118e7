from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pythonosc.udp_client import SimpleUDPClient

from app.midi_input import MidiInput
from app.remote import Remote
from realtime.clock import VirtualClock
from realtime.commands import Command, LoadPreset, OutsideBeat, SetEnergy, SetStyle, Tap
from realtime.config import RemoteConfig
from realtime.errors import DeviceError, FarandoleError
from realtime.health import HealthSnapshot
from realtime.remote.control import Control
from realtime.remote.controls import all_controls
from realtime.remote.midi import MidiMap
from tests.support.wait import wait_until

mido: Any = pytest.importorskip("mido")
NOW = HealthSnapshot(presets=("a", "b"))


class Studio:
    """A MIDI library with one keyboard, played by hand."""

    def __init__(self) -> None:
        self.play: Callable[[Any], None] = lambda _: None
        self.closed = False

    def get_input_names(self) -> list[str]:
        return ["Through Port", "Novation Launchkey 49"]

    def open_input(self, name: str, callback: Callable[[Any], None]) -> "Studio":
        assert name == "Novation Launchkey 49"
        self.play = callback
        return self

    def close(self) -> None:
        self.closed = True


def _keyboard(studio: Studio, name: str, bindings: dict[str, str]) -> tuple[MidiInput, list[Command], list[Any]]:
    obeyed, asked = list[Command](), list[Any]()

    def ask(control: Control, command: Command) -> None:
        asked.append((control.address, command))

    midi_map = MidiMap(all_controls(), bindings)
    return MidiInput(name, midi_map, obeyed.append, ask, lambda: NOW, VirtualClock(3.0), mido=studio), obeyed, asked


def test_a_keyboard_plays_controls_and_its_clock_beats() -> None:
    studio = Studio()
    keyboard, obeyed, asked = _keyboard(studio, "launchkey", {"note 1 36": "/dance/ctl/tap"})
    studio.play(mido.Message("note_on", note=36, velocity=80))
    studio.play(mido.Message("start"))
    studio.play(mido.Message("clock"))
    keyboard.learn("/dance/ctl/energy")
    studio.play(mido.Message("control_change", control=21, value=127))
    keyboard.close()
    assert asked == [("/dance/ctl/tap", Tap()), ("/dance/ctl/energy", SetEnergy(1.0))]
    assert not any(isinstance(command, OutsideBeat) for command in obeyed)  # one tick is no tempo
    assert studio.closed


def test_what_a_keyboard_is_taught_is_kept_and_comes_before_the_preset(tmp_path: Path) -> None:
    bindings_file, clock = tmp_path / "midi.toml", VirtualClock()
    config = RemoteConfig(
        port=45_876, oscquery_port=0, announce=False, midi_port="launchkey", midi={"cc 1 21": "/dance/ctl/style"}
    )
    for evening, command in enumerate((SetStyle(1.0), SetEnergy(1.0))):
        obeyed, studio = list[Command](), Studio()
        remote = Remote(config, obeyed.append, clock.now_s, clock, bindings_file=bindings_file, mido=studio)
        remote.tell(NOW)
        studio.play(mido.Message("control_change", control=21, value=127))
        assert obeyed == [command]
        if evening == 0:
            SimpleUDPClient("127.0.0.1", config.port).send_message("/dance/ctl/midi/learn", "/dance/ctl/energy")
            wait_until(lambda remote=remote: remote.health.midi.endswith("waiting for /dance/ctl/energy"))
            studio.play(mido.Message("control_change", control=21, value=127))
            assert remote.health.midi == 'Novation Launchkey 49: "cc 1 21" is /dance/ctl/energy'
        remote.close()


def test_a_binding_of_another_version_costs_only_itself(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    bindings_file, obeyed, studio = tmp_path / "midi.toml", list[Command](), Studio()
    bindings_file.write_text('[midi]\n"cc 1 1" = "/dance/ctl/abolished"\n"cc 1 2" = "/dance/ctl/energy"\n')
    config = RemoteConfig(port=45_877, oscquery_port=0, announce=False, midi_port="launchkey")
    clock = VirtualClock()
    remote = Remote(config, obeyed.append, clock.now_s, clock, bindings_file=bindings_file, mido=studio)
    studio.play(mido.Message("control_change", control=2, value=127))
    remote.close()
    assert obeyed == [SetEnergy(1.0)]
    assert 'nothing is called "/dance/ctl/abolished"' in caplog.text


def test_a_keyboard_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(DeviceError, match='no MIDI input is called "organ"; there are: Through Port, Novation'):
        _keyboard(Studio(), "organ", {})


def test_a_preset_s_remote_obeys_and_gives_its_ports_back() -> None:
    obeyed, clock = list[Command](), VirtualClock()
    config = RemoteConfig(port=45_871, oscquery_port=45_872, os2l_port=45_873, quantize="off")
    for _ in range(2):
        remote = Remote(config, obeyed.append, clock.now_s, clock)
        remote.tell(NOW)
        client = SimpleUDPClient("127.0.0.1", config.port)
        client.send_message("/dance/ctl/preset", "b")
        wait_until(lambda: LoadPreset("b") in obeyed)
        client.send_message("/dance/ctl/midi/learn", "/dance/ctl/energy")
        wait_until(lambda remote=remote: "no MIDI input" in remote.health.last_problem)
        remote.close()
        obeyed.clear()


def test_a_remote_that_is_switched_off_listens_nowhere() -> None:
    remote = Remote(RemoteConfig(enabled=False), lambda _: None, VirtualClock().now_s, VirtualClock())
    assert remote.health.address == ""
    remote.close()


def test_a_midi_input_that_cannot_be_had_leaves_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    config = RemoteConfig(port=45_874, oscquery_port=0, midi_port="nobody has such a keyboard")
    remote = Remote(config, lambda _: None, VirtualClock().now_s, VirtualClock())
    assert remote.health.address == "127.0.0.1:45874"
    assert "no MIDI: " in caplog.text
    remote.close()


def test_a_place_of_open_beat_control_that_is_none_is_refused() -> None:
    config = RemoteConfig(port=45_878, oscquery_port=0, announce=False, open_beat_control="decks:many")
    with pytest.raises(FarandoleError, match=r'open_beat_control: expected "HOST" or "HOST:PORT", got "decks:many"'):
        Remote(config, lambda _: None, VirtualClock().now_s, VirtualClock())


def test_bindings_that_are_none_are_refused_by_name() -> None:
    with pytest.raises(FarandoleError, match=r'remote\.midi: expected "note CHANNEL'):
        Remote(RemoteConfig(midi={"knob": "/go"}), lambda _: None, VirtualClock().now_s, VirtualClock())
