"""A MIDI input: its clock and its notes and controllers. Needs the extra `midi` (mido and python-rtmidi)."""

from collections.abc import Callable
from typing import Any

from realtime.clock import Clock
from realtime.commands import Command
from realtime.errors import DeviceError
from realtime.health import HealthSnapshot
from realtime.remote.control import Control
from realtime.remote.midi import MidiClock, MidiMap


class MidiInput:
    """Listens to one port, in a thread of the MIDI library."""

    def __init__(
        self,
        name: str,
        midi_map: MidiMap,
        obey: Callable[[Command], None],
        ask: Callable[[Control, Command], None],
        now: Callable[[], HealthSnapshot],
        clock: Clock,
        *,
        keep: Callable[[str, str], None] = lambda _key, _address: None,
        mido: Any = None,  # noqa: ANN401 - a library without types
    ) -> None:
        """Open the port whose name contains `name`.

        Args:
            name: a part of its name.
            midi_map: what notes and controllers stand for.
            obey: takes the beats of a MIDI clock.
            ask: takes what a note or a controller asks for.
            now: what the show is like.
            clock: host time.
            keep: takes what was learnt: what was pressed or moved ("cc 1 7"), and the address that it stands for.
            mido: the library; tests bring their own.

        Raises:
            DeviceError: the extra is not installed, or there is no such port.
        """
        self._clock, self._midi_clock, self._midi_map = clock, MidiClock(), midi_map
        self._obey, self._ask, self._now, self._keep = obey, ask, now, keep
        mido = mido or _library()
        try:
            names = [port for port in mido.get_input_names() if name.lower() in port.lower()]
            if not names:
                raise DeviceError(f'no MIDI input is called "{name}"; there are: {", ".join(mido.get_input_names())}')
            self._port = mido.open_input(names[0], callback=self._heard)
            self.name: str = names[0]
        except (OSError, SystemError, RuntimeError) as error:
            raise DeviceError(f'cannot open the MIDI input "{name}": {error}') from error

    def learn(self, address: str) -> None:
        """Bind what is pressed or moved next; see `MidiMap.learn`."""
        self._midi_map.learn(address)

    def close(self) -> None:
        """Give the port back."""
        self._port.close()

    def _heard(self, message: Any) -> None:  # noqa: ANN401 - one of mido's
        host_s, data = self._clock.now_s(), bytes(message.bytes())
        beat = self._midi_clock.feed(data, host_s)
        if beat is not None:
            self._obey(beat)
        asked = self._midi_map.ask(data, self._now())
        learnt = self._midi_map.take_learnt()
        if learnt is not None:
            self._keep(*learnt)
        if asked is not None:
            self._ask(asked.control, asked.command)


def _library() -> Any:  # noqa: ANN401 - a library without types
    try:
        # An extra.
        import mido  # noqa: PLC0415  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise DeviceError("MIDI needs an extra: pip install 'farandole[midi]'") from error
    return mido
