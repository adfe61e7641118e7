"""The remote control of a show, as its preset wants it: OSC in, answers out, and its description over HTTP."""

import logging
from collections.abc import Callable
from typing import Protocol

from app.midi_input import MidiInput
from realtime.clock import Clock
from realtime.commands import Command
from realtime.config import RemoteConfig
from realtime.errors import DeviceError, FarandoleError
from realtime.health import HealthSnapshot
from realtime.remote.health import RemoteHealth
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
        self, config: RemoteConfig, obey: Callable[[Command], None], show_s: Callable[[], float], clock: Clock
    ) -> None:
        """Open what the preset asks for.

        Args:
            config: from the preset.
            obey: takes each command, in a thread of the remote.
            show_s: the show time now.
            clock: host time.

        Raises:
            FarandoleError: the allow-list or the MIDI bindings do not fit.
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
        self._others: list[_Closable] = []
        if not config.enabled:
            return
        self._osc.start()
        if self._osc.port and config.oscquery_port:
            self._open("OSCQuery", lambda: self._described(config))
        if config.os2l_port:
            self._open("OS2L", lambda: Os2lServer(obey, clock, host=config.host, port=config.os2l_port))
        if config.link:
            self._open("Ableton Link", lambda: LinkListener(obey, clock))
        if config.midi_port:
            self._open("MIDI", lambda: self._midi_input(config.midi_port))

    @property
    def health(self) -> RemoteHealth:
        """How it is doing."""
        return self._osc.health

    def tell(self, snapshot: HealthSnapshot) -> None:
        """Take what the show is like now, for feedback and for "the next preset". Any thread may call this."""
        self._osc.now = snapshot

    def close(self) -> None:
        """Give the ports back."""
        for other in self._others:
            other.close()
        self._osc.close()

    def _open(self, name: str, opened: Callable[[], _Closable]) -> None:
        try:
            self._others.append(opened())
        except (OSError, ImportError, DeviceError) as error:
            logger.warning("no %s: %s", name, error)

    def _described(self, config: RemoteConfig) -> OscQueryServer:
        osc = self._osc
        return OscQueryServer(
            osc.controls, lambda: osc.now, host=config.host, port=config.oscquery_port, osc_port=osc.port
        )

    def _midi_input(self, name: str) -> MidiInput:
        self._midi = MidiInput(name, self._midi_map, self._obey, self._osc.ask, lambda: self._osc.now, self._clock)
        return self._midi

    def _learn(self, address: str) -> None:
        if self._midi is None:
            raise ValueError("there is no MIDI input to learn from")
        self._midi.learn(address)


def _midi_map(config: RemoteConfig, osc: OscRemote) -> MidiMap:
    try:
        return MidiMap(osc.controls, dict(config.midi))
    except ValueError as error:
        raise FarandoleError(f"remote.midi: {error}") from error
