"""The remote control of a show, as its preset wants it: OSC in, answers out, and its description over HTTP."""

import logging
from collections.abc import Callable

from realtime.clock import Clock
from realtime.commands import Command
from realtime.config import RemoteConfig
from realtime.health import HealthSnapshot
from realtime.remote.health import RemoteHealth
from realtime.remote.osc_in import OscRemote
from realtime.remote.oscquery import OscQueryServer
from realtime.remote.quantise import Quantum

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
            FarandoleError: the allow-list does not fit.
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
        )
        self._query: OscQueryServer | None = None
        if not config.enabled:
            return
        self._osc.start()
        if self._osc.port and config.oscquery_port:
            self._query = _describe(self._osc, config)

    @property
    def health(self) -> RemoteHealth:
        """How it is doing."""
        return self._osc.health

    def tell(self, snapshot: HealthSnapshot) -> None:
        """Take what the show is like now, for feedback and for "the next preset". Any thread may call this."""
        self._osc.now = snapshot

    def close(self) -> None:
        """Give the ports back."""
        if self._query is not None:
            self._query.close()
        self._osc.close()


def _describe(osc: OscRemote, config: RemoteConfig) -> OscQueryServer | None:
    try:
        return OscQueryServer(
            osc.controls, lambda: osc.now, host=config.host, port=config.oscquery_port, osc_port=osc.port
        )
    except OSError as error:
        logger.warning("no OSCQuery: cannot listen on %s:%d (%s)", config.host, config.oscquery_port, error.strerror)
        return None
