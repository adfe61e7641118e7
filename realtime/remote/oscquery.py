"""The remote control describes itself: OSCQuery (github.com/Vidvox/OSCQueryProposal), JSON over HTTP.

One thread answers one request at a time, each within two seconds, and reads nothing but the first line and headers.
"""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

from realtime.health import HealthSnapshot
from realtime.remote.control import Control, Value

_TYPES = {"button": "i", "switch": "i", "number": "f", "numbers": "ff", "text": "s"}
_READ, _WRITE = 1, 2
_ATTRIBUTES = {"VALUE", "TYPE", "ACCESS", "RANGE", "DESCRIPTION", "FULL_PATH", "CONTENTS"}


class OscQueryServer:
    """Serves the description of the controls and their values."""

    def __init__(
        self,
        controls: dict[str, Control],
        now: Callable[[], HealthSnapshot],
        *,
        host: str = "127.0.0.1",
        port: int = 10010,
        osc_port: int = 10010,
    ) -> None:
        """Take the port.

        Raises:
            OSError: it cannot be had.
        """

        def describe(path: str, query: str) -> tuple[int, dict[str, Any] | None]:
            return answer(controls, now(), path, query, host=host, osc_port=osc_port)

        self._server = _Server((host, port), describe)
        self._thread = Thread(target=self._server.serve_forever, name="oscquery", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The TCP port that it listens on."""
        return self._server.server_port

    def close(self) -> None:
        """Stop answering and give the port back."""
        self._server.shutdown()
        self._server.server_close()


def answer(
    controls: dict[str, Control], now: HealthSnapshot, path: str, query: str, *, host: str, osc_port: int
) -> tuple[int, dict[str, Any] | None]:
    """Return the HTTP status and the JSON for a request; 404: no such path, 204: it has no such attribute."""
    if query == "HOST_INFO":
        extensions = dict.fromkeys(("ACCESS", "VALUE", "RANGE", "DESCRIPTION"), True)
        info: dict[str, Any] = {"NAME": "Farandole", "OSC_IP": host, "OSC_PORT": osc_port, "OSC_TRANSPORT": "UDP"}
        return 200, {**info, "EXTENSIONS": extensions}
    node = _node(controls, now, "/" + path.strip("/"))
    if node is None:
        return 404, None
    if query:
        if query not in _ATTRIBUTES:
            return 400, None
        return (200, {query: node[query]}) if query in node else (204, None)
    return 200, node


def _node(controls: dict[str, Control], now: HealthSnapshot, path: str) -> dict[str, Any] | None:
    prefix = path.rstrip("/") + "/"
    below = sorted({address[len(prefix) :].partition("/")[0] for address in controls if address.startswith(prefix)})
    if path not in controls and not below:
        return None
    node: dict[str, Any] = {"FULL_PATH": path, "ACCESS": 0}
    if path in controls:
        node |= _described(controls[path], now)
    if below:
        node["CONTENTS"] = {name: _node(controls, now, prefix + name) for name in below}
    return node


def _described(control: Control, now: HealthSnapshot) -> dict[str, Any]:
    described: dict[str, Any] = {
        "TYPE": _TYPES[control.kind],
        "ACCESS": _WRITE if control.read is None else _READ | _WRITE,
        "DESCRIPTION": control.about,
    }
    if control.kind in ("number", "numbers"):
        described["RANGE"] = [{"MIN": control.low, "MAX": control.high}] * max(control.count, 1)
    if control.kind in ("button", "switch"):
        described["RANGE"] = [{"MIN": 0, "MAX": 1}]
    if control.read is not None:
        value: Value = control.read(now)
        described["VALUE"] = [now.preset if control.kind == "text" else value]
    return described


class _Server(HTTPServer):
    def __init__(
        self, place: tuple[str, int], describe: Callable[[str, str], tuple[int, dict[str, Any] | None]]
    ) -> None:
        self.describe = describe
        super().__init__(place, _Handler)


class _Handler(BaseHTTPRequestHandler):
    timeout = 2.0
    server_version = "Farandole"
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride] - no other server makes these

    def do_GET(self) -> None:
        """Answer a request."""
        parts = urlsplit(self.path[:1024])
        status, content = self.server.describe(unquote(parts.path), parts.query)
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        if body:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: ANN401 - the signature of http.server
        """Say nothing: a request is no news."""
