"""Finds VRChat on the network by itself: it announces where it takes OSC by multicast DNS.

VRChat registers a service `_osc._udp` whose name begins with `VRChat-Client` (vrchat-community/vrc-oscquery-lib); its
address and port are where trackers go.
"""

import socket
from collections import deque
from collections.abc import Callable
from threading import Event, Thread

from zeroconf import IPVersion, ServiceBrowser, ServiceStateChange, Zeroconf

from realtime.outputs.resolver import Address

OSC_SERVICE = "_osc._udp.local."
VRCHAT_PREFIX = "VRChat-Client"
_ASK_MS = 1000
_LOOK_EVERY_S = 0.2
_MOST_NAMES = 16


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
        self._unknown: deque[str] = deque(maxlen=_MOST_NAMES)
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
            while not self._closed.wait(_LOOK_EVERY_S):
                self._look_up(zeroconf)
        finally:
            zeroconf.close()

    def _heard(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:  # noqa: ARG002
        if name.startswith(self._prefix) and state_change is not ServiceStateChange.Removed:
            self._unknown.append(name)

    def _look_up(self, zeroconf: Zeroconf) -> None:
        """Ask for the address of every name that was heard; again and again for those that do not answer."""
        for _ in range(len(self._unknown)):
            name = self._unknown.popleft()
            info = zeroconf.get_service_info(self._service, name, timeout=_ASK_MS)
            places = info.parsed_addresses(IPVersion.V4Only) if info is not None and info.port else []
            if info is None or not places:
                self._unknown.append(name)
            else:
                self._address = Address(socket.AF_INET, (places[0], info.port or 0))
