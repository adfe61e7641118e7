"""The remote control of a show, as its preset wants it: OSC and MIDI in, answers out, described and announced."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from app import midi_bindings
from app.midi_input import MidiInput
from realtime.clock import Clock
from realtime.commands import Command
from realtime.config import RemoteConfig
from realtime.errors import DeviceError, FarandoleError
from realtime.health import HealthSnapshot, RemoteHealth
from realtime.remote.announce import OS2L_SERVICE, OSC_SERVICE, OSCQUERY_SERVICE, Announcement
from realtime.remote.decks import DeckRequest
from realtime.remote.link import LinkListener
from realtime.remote.midi import MidiMap
from realtime.remote.os2l import Os2lServer
from realtime.remote.osc_in import OscRemote
from realtime.remote.oscquery import OscQueryServer
from realtime.remote.quantise import Quantum


class _Closable(Protocol):
    def close(self) -> None: ...


logger = logging.getLogger("farandole.remote")


class Remote:
    """Both servers of a remote control. What cannot be opened is said once, and the show goes on without."""

    def __init__(
        self,
        config: RemoteConfig,
        obey: Callable[[Command], None],
        show_s: Callable[[], float],
        clock: Clock,
        *,
        bindings_file: Path | None = None,
        mido: Any = None,  # noqa: ANN401 - a library without types
    ) -> None:
        """Open what the preset asks for.

        Args:
            config: from the preset.
            obey: takes each command, in a thread of the remote.
            show_s: the show time now.
            clock: host time.
            bindings_file: where what MIDI controllers are taught is kept; None for the person's own file.
            mido: the MIDI library; tests bring their own.

        Raises:
            FarandoleError: the allow-list, the MIDI bindings or the place of Open Beat Control do not fit.
        """
        self._osc = OscRemote(
            obey,
            show_s,
            clock,
            host=config.host,
            port=config.port,
            allow=config.allow,
            quantum=Quantum[config.quantize.upper()],
            feedback_port=config.feedback_port,
            learn=self._learn,
        )
        self._obey, self._clock = obey, clock
        self._midi_map = _midi_map(config, self._osc)
        self._midi: MidiInput | None = None
        self._midi_said = ""
        self._bindings_file = bindings_file or midi_bindings.default_path()
        self._mido = mido
        self._others: list[_Closable] = []
        if not config.enabled:
            return
        self._osc.start()
        self._ports = {OSC_SERVICE: self._osc.port}
        if self._osc.port and config.oscquery_port:
            self._open("OSCQuery", lambda: self._described(config))
        if self._osc.port and config.open_beat_control:
            self._open("Open Beat Control", lambda: self._decks(config.open_beat_control))
        if config.os2l_port:
            self._open("OS2L", lambda: self._os2l(config))
        if config.announce:
            self._open("announcement", lambda: Announcement(config.host, self._ports))
        if config.link:
            self._open("Ableton Link", lambda: LinkListener(obey, clock))
        if config.midi_port:
            self._open("MIDI", lambda: self._midi_input(config.midi_port))

    @property
    def health(self) -> RemoteHealth:
        """How it is doing."""
        return replace(self._osc.health, midi=self._midi_status())

    def tell(self, snapshot: HealthSnapshot) -> None:
        """Take what the show is like now, for feedback and for "the next preset". Any thread may call this."""
        self._osc.now = snapshot

    def close(self) -> None:
        """Give the ports back."""
        for other in reversed(self._others):
            other.close()
        self._osc.close()

    def _open(self, name: str, opened: Callable[[], _Closable]) -> None:
        try:
            self._others.append(opened())
        except (OSError, ImportError, DeviceError) as error:
            logger.warning("no %s: %s", name, error)

    def _described(self, config: RemoteConfig) -> OscQueryServer:
        osc = self._osc
        server = OscQueryServer(
            osc.controls, lambda: osc.now, host=config.host, port=config.oscquery_port, osc_port=osc.port
        )
        self._ports[OSCQUERY_SERVICE] = server.port
        return server

    def _midi_input(self, name: str) -> MidiInput:
        for key, address in midi_bindings.load(self._bindings_file).items():
            try:
                self._midi_map.bind(key, address)
            except ValueError as error:
                logger.warning("%s: %s", self._bindings_file, error)
        self._midi = MidiInput(
            name,
            self._midi_map,
            self._obey,
            self._osc.ask,
            lambda: self._osc.now,
            self._clock,
            keep=self._keep_learnt,
            mido=self._mido,
        )
        return self._midi

    def _os2l(self, config: RemoteConfig) -> Os2lServer:
        server = Os2lServer(self._obey, self._clock, host=config.host, port=config.os2l_port)
        self._ports[OS2L_SERVICE] = server.port
        return server

    def _decks(self, place: str) -> DeckRequest:
        try:
            return DeckRequest(place, self._osc.port, self._osc.send)
        except ValueError as error:
            raise FarandoleError(str(error)) from error

    def _keep_learnt(self, key: str, address: str) -> None:
        """Keep a binding; runs in MIDI's thread, and what goes wrong costs the memory of it only."""
        self._midi_said = f'"{key}" is {address}'
        try:
            midi_bindings.keep(self._bindings_file, key, address)
            logger.info('learnt "%s" = "%s", kept in %s', key, address, self._bindings_file)
        except (OSError, ValueError) as error:
            self._midi_said += ", until the show ends"
            logger.warning('learnt "%s" = "%s", but it cannot be kept: %s', key, address, error)

    def _midi_status(self) -> str:
        if self._midi is None:
            return ""
        learning = self._midi_map.learning
        said = f"waiting for {learning}" if learning else self._midi_said
        return f"{self._midi.name}: {said}" if said else self._midi.name

    def _learn(self, address: str) -> None:
        if self._midi is None:
            raise ValueError("there is no MIDI input to learn from")
        self._midi.learn(address)


def _midi_map(config: RemoteConfig, osc: OscRemote) -> MidiMap:
    try:
        return MidiMap(osc.controls, dict(config.midi))
    except ValueError as error:
        raise FarandoleError(f"remote.midi: {error}") from error
