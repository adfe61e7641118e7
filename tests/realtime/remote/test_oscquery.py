import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from realtime.health import HealthSnapshot
from realtime.remote.controls import all_controls
from realtime.remote.oscquery import OscQueryServer

NOW = HealthSnapshot(preset="club", presets=("ambient", "club"), energy_control=0.25)
CONTROLS = all_controls()


@pytest.fixture(scope="module")
def server() -> Iterator[OscQueryServer]:
    server = OscQueryServer(CONTROLS, lambda: NOW, port=0, osc_port=10010)
    yield server
    server.close()


def _get(server: OscQueryServer, path: str) -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=10) as response:
        body = response.read()
        return json.loads(body) if body else response.status


def test_the_whole_tree_holds_every_control_once(server: OscQueryServer) -> None:
    found = list[str]()

    def walk(node: dict[str, Any]) -> None:
        if "TYPE" in node:
            found.append(node["FULL_PATH"])
        for name, child in node.get("CONTENTS", {}).items():
            assert child["FULL_PATH"].rsplit("/", 1)[1] == name
            walk(child)

    walk(_get(server, "/"))
    assert sorted(found) == sorted(CONTROLS)


def test_a_control_tells_its_type_range_and_value(server: OscQueryServer) -> None:
    assert _get(server, "/dance/ctl/energy") == {
        "FULL_PATH": "/dance/ctl/energy",
        "ACCESS": 3,
        "TYPE": "f",
        "DESCRIPTION": "How much the dancer moves.",
        "RANGE": [{"MIN": 0.0, "MAX": 1.0}],
        "VALUE": [0.25],
    }
    assert _get(server, "/dance/ctl/energy?VALUE") == {"VALUE": [0.25]}
    assert _get(server, "/dance/ctl/preset?VALUE") == {"VALUE": ["club"]}
    assert _get(server, "/dance/ctl/range?RANGE") == {"RANGE": [{"MIN": 30.0, "MAX": 300.0}] * 2}


def test_the_host_tells_where_osc_goes(server: OscQueryServer) -> None:
    info = _get(server, "/?HOST_INFO")
    assert (info["NAME"], info["OSC_PORT"], info["OSC_TRANSPORT"]) == ("Farandole", 10010, "UDP")
    assert info["EXTENSIONS"]["VALUE"] is True


def test_what_is_not_there_is_404_and_what_has_no_such_attribute_is_204(server: OscQueryServer) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        _get(server, "/dance/ctl/warp")
    with pytest.raises(urllib.error.HTTPError, match="400"):
        _get(server, "/dance/ctl/energy?SECRETS")
    assert _get(server, "/dance/ctl/tap?VALUE") == 204


def test_a_client_that_says_nonsense_or_nothing_does_not_stop_the_next(server: OscQueryServer) -> None:
    for said in (b"", b"\xff\xfe\x00 nonsense\r\n\r\n", b"GET /" + b"x" * 70_000):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as stranger:
            stranger.sendall(said)
    assert _get(server, "/dance/ctl/energy?VALUE") == {"VALUE": [0.25]}
