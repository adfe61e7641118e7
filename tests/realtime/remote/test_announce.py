import json
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from zeroconf import IPVersion, ServiceInfo, Zeroconf

from realtime.health import HealthSnapshot
from realtime.remote.announce import OS2L_SERVICE, OSC_SERVICE, OSCQUERY_SERVICE, Announcement, announced_addresses
from realtime.remote.controls import all_controls
from realtime.remote.oscquery import OscQueryServer
from tests.support.wait import wait_until


@pytest.fixture
def neighbour() -> Iterator[Zeroconf]:
    """Somebody else on this machine who looks for services."""
    zeroconf = Zeroconf(interfaces=["127.0.0.1"], ip_version=IPVersion.V4Only)
    yield zeroconf
    zeroconf.close()


def _found(neighbour: Zeroconf, service: str, label: str) -> ServiceInfo | None:
    return neighbour.get_service_info(service, f"{label}.{service}", timeout=1000)


@pytest.mark.realtime
def test_who_looks_for_an_oscquery_host_finds_ours_and_reads_its_description(neighbour: Zeroconf) -> None:
    server = OscQueryServer(all_controls(), HealthSnapshot, port=0, osc_port=45_875)
    announcement = Announcement(
        "127.0.0.1", {OSC_SERVICE: 45_875, OSCQUERY_SERVICE: server.port, OS2L_SERVICE: 0}, name="Test of ours"
    )
    label = announcement.label
    wait_until(lambda: _found(neighbour, OSCQUERY_SERVICE, label) is not None)
    described, osc = _found(neighbour, OSCQUERY_SERVICE, label), _found(neighbour, OSC_SERVICE, label)
    assert described is not None
    assert osc is not None
    assert osc.port == 45_875
    assert _found(neighbour, OS2L_SERVICE, label) is None
    assert described.parsed_addresses(IPVersion.V4Only) == ["127.0.0.1"]
    with urlopen(f"http://{described.parsed_addresses()[0]}:{described.port}/?HOST_INFO", timeout=5) as answer:
        assert json.load(answer)["OSC_PORT"] == osc.port
    announcement.close()
    server.close()
    wait_until(lambda: _found(neighbour, OSC_SERVICE, label) is None)


def test_a_network_that_cannot_be_joined_is_told_and_nothing_else_happens() -> None:
    def broken(host: str) -> Zeroconf:
        raise OSError(19, f"no such device as {host}")

    announcement = Announcement("127.0.0.1", {OSC_SERVICE: 1}, open_zeroconf=broken)
    announcement.close()
    assert "no such device as 127.0.0.1" in announcement.problem


def test_what_listens_everywhere_is_announced_at_addresses_that_others_reach() -> None:
    assert announced_addresses("localhost") == ["127.0.0.1"]
    everywhere = announced_addresses("0.0.0.0")
    assert everywhere
    assert not any(address.startswith("127.") for address in everywhere) or everywhere == ["127.0.0.1"]
