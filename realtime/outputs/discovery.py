"""Finds VRChat on the network by itself: it announces where it takes OSC by multicast DNS.

VRChat registers a service `_osc._udp` whose name begins with `VRChat-Client` (vrchat-community/vrc-oscquery-lib); its
address and port are where trackers go.
"""

import socket
from collections.abc import Callable
from threading import Event, Thread

from zeroconf import IPVersion, ServiceBrowser, ServiceStateChange, Zeroconf

from realtime.outputs.resolver import Address

OSC_SERVICE = "_osc._udp.local."
VRCHAT_PREFIX = "VRChat-Client"
_ASK_MS = 3000


class ServiceFinder:
    """A `Locator` that listens for an announced service; the newest one heard is taken. Any thread may call it."""

    def __init__(
        self,
        prefix: str = VRCHAT_PREFIX,
        *,
        service: str = OSC_SERVICE,
        open_zeroconf: Callable[[], Zeroconf] = lambda: Zeroconf(ip_version=IPVersion.V4Only),
    ) -> None:
        """Start to listen, in threads of its own.

        Args:
            prefix: how the name of the service begins.
            service: its type.
            open_zeroconf: joins the network; tests stay on the loopback.
        """
        self._prefix, self._service = prefix, service
        self._open_zeroconf = open_zeroconf
        self._address: Address | None = None
        self._closed = Event()
        self._failure = ""
        Thread(target=self._listen, name="discovery", daemon=True).start()

    @property
    def problem(self) -> str:
        """Why nothing is sent, or ""."""
        if self._address is not None:
            return ""
        return self._failure or f"nobody on this network announces {self._prefix}: is OSC switched on there?"

    def address(self) -> Address | None:
        """Return where the service was heard last; it is never forgotten."""
        return self._address

    def close(self) -> None:
        """Stop listening."""
        self._closed.set()

    def _listen(self) -> None:
        try:
            zeroconf = self._open_zeroconf()
        except OSError as error:
            self._failure = f"cannot look for {self._prefix} on this network: {error.strerror or error}"
            return
        try:
            ServiceBrowser(zeroconf, self._service, handlers=[self._heard])
            self._closed.wait()
        finally:
            zeroconf.close()

    def _heard(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change is ServiceStateChange.Removed or not name.startswith(self._prefix):
            return
        info = zeroconf.get_service_info(service_type, name, timeout=_ASK_MS)
        if info is not None and info.port:
            for ip in info.parsed_addresses(IPVersion.V4Only):
                self._address = Address(socket.AF_INET, (ip, info.port))
