import socket
from collections.abc import Iterator

import pytest
from zeroconf import IPVersion, ServiceInfo, Zeroconf

from realtime.outputs.discovery import OSC_SERVICE, ServiceFinder
from realtime.outputs.resolver import Address
from realtime.outputs.udp import UdpTarget
from realtime.outputs.vrchat import VrchatEncoder
from tests.support.osc import MUSIC, STATE, messages_of, t_pose
from tests.support.wait import wait_until

PATIENCE_S = 20.0


def _loopback() -> Zeroconf:
    return Zeroconf(interfaces=["127.0.0.1"], ip_version=IPVersion.V4Only)


def _service(name: str, port: int) -> ServiceInfo:
    return ServiceInfo(
        OSC_SERVICE, f"{name}.{OSC_SERVICE}", port=port, addresses=[socket.inet_aton("127.0.0.1")], server="vr.local."
    )


@pytest.fixture
def network() -> Iterator[Zeroconf]:
    zeroconf = _loopback()
    yield zeroconf
    zeroconf.close()


@pytest.mark.realtime
def test_vrchat_is_found_and_gets_trackers_and_others_are_left_alone(network: Zeroconf) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(PATIENCE_S)
        port = receiver.getsockname()[1]
        finder = ServiceFinder(open_zeroconf=_loopback)
        target = UdpTarget(
            name="vrchat",
            host="discover",
            port=9000,
            encoder=VrchatEncoder(),
            profile="vrchat",
            rate_hz=60.0,
            lead_s=0.0,
            resolver=finder,
        )
        target.send(t_pose(0.0), MUSIC, STATE)
        assert "is OSC switched on" in target.health().last_error
        network.register_service(_service("Somebody-Else", 1))
        network.register_service(_service("VRChat-Client-0A1B2C", port))
        wait_until(lambda: finder.address() is not None, timeout_s=PATIENCE_S)
        assert finder.address() == Address(socket.AF_INET, ("127.0.0.1", port))
        assert finder.problem == ""
        target.send(t_pose(0.1), MUSIC, STATE)
        assert messages_of(receiver.recv(65536))[0][0] == "/tracking/trackers/1/position"
        target.close()


def test_a_machine_without_a_network_is_told_so() -> None:
    def no_network() -> Zeroconf:
        raise OSError(19, "No such device")

    finder = ServiceFinder(open_zeroconf=no_network)
    wait_until(lambda: "No such device" in finder.problem, timeout_s=PATIENCE_S)
    assert finder.address() is None
    finder.close()
