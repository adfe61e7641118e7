"""Tells the network where the remote control is, so that nobody has to type an address.

Multicast DNS: `_osc._udp` for the port of OSC and `_oscjson._tcp` for its description over HTTP, as OSCQuery asks for
them, and `_os2l._tcp`, by which VirtualDJ finds who wants its beats. What only this machine reaches is announced to
this machine only.
"""

import logging
import socket
from collections.abc import Callable, Mapping
from threading import Event, Thread
from typing import TYPE_CHECKING

import ifaddr

if TYPE_CHECKING:
    from zeroconf import Zeroconf

OSC_SERVICE, OSCQUERY_SERVICE, OS2L_SERVICE = "_osc._udp.local.", "_oscjson._tcp.local.", "_os2l._tcp.local."
_EVERYWHERE = ("0.0.0.0", "::")
_LONGEST_LABEL = 63

logger = logging.getLogger("farandole.remote")


def announced_addresses(host: str) -> list[str]:
    """Return the IPv4 addresses at which somebody who hears the announcement reaches `host`, where we listen.

    Raises:
        OSError: nothing is called `host`.
    """
    if host not in _EVERYWHERE:
        return [socket.gethostbyname(host)]
    own = [str(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4]
    return [address for address in own if not address.startswith("127.")] or ["127.0.0.1"]


def open_for(host: str) -> "Zeroconf":
    """Join the networks from which `host` is reached.

    Raises:
        OSError: they cannot be joined.
    """
    # 60 ms that a show need not wait for: this runs in a thread.
    from zeroconf import InterfaceChoice, IPVersion, Zeroconf  # noqa: PLC0415

    everywhere = host in _EVERYWHERE
    return Zeroconf(InterfaceChoice.All if everywhere else announced_addresses(host), ip_version=IPVersion.V4Only)


class Announcement:
    """Announces in a thread of its own, since asking whether a name is free takes a second; `close` takes it back."""

    def __init__(
        self,
        host: str,
        ports: Mapping[str, int],
        *,
        name: str = "Farandole",
        open_zeroconf: "Callable[[str], Zeroconf]" = open_for,
    ) -> None:
        """Begin to announce.

        Args:
            host: the address that the remote control listens on.
            ports: the port of each service that it offers; 0 for one that it does not.
            name: how people find it; the machine's name is added.
            open_zeroconf: joins the networks from which `host` is reached.
        """
        self.problem = ""
        self._host, self._open = host, open_zeroconf
        self._machine = socket.gethostname().partition(".")[0]
        self.label = f"{name} on {self._machine}".replace(".", " ")[:_LONGEST_LABEL]
        self._ports = {service: port for service, port in ports.items() if port}
        self._closed = Event()
        self._thread = Thread(target=self._run, name="announce", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take the announcement back."""
        self._closed.set()
        # Saying so takes a third of a second; a network that makes it last is not waited for.
        self._thread.join(timeout=1.0)

    def _run(self) -> None:
        try:
            zeroconf = self._open(self._host)
            try:
                self._register(zeroconf)
                self._closed.wait()
                zeroconf.unregister_all_services()
            finally:
                zeroconf.close()
        except Exception as failure:  # noqa: BLE001 - an announcement is never worth a show
            self.problem = f"the remote control is not announced: {type(failure).__name__}: {failure}"
            logger.info("%s", self.problem)

    def _register(self, zeroconf: "Zeroconf") -> None:
        from zeroconf import ServiceInfo  # noqa: PLC0415 - see `open_for`

        addresses = announced_addresses(self._host)
        for service, port in self._ports.items():
            if self._closed.is_set():
                return
            info = ServiceInfo(
                service,
                f"{self.label}.{service}",
                port=port,
                parsed_addresses=addresses,
                server=f"{self._machine}-farandole.local.",
                properties={"txtvers": "1"},
            )
            zeroconf.register_service(info, allow_name_change=True)
