"""Two hosts, as far as the system can tell: two network namespaces with a cable between them."""

import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_numbers = itertools.count()
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Cable:
    """Names of both namespaces, the near end's network card, and the far end's address."""

    near: str
    far: str
    near_card: str
    far_address: str

    def python(self, namespace: str, *arguments: str) -> subprocess.Popen[str]:
        """Start Python in a namespace, with pipes for text."""
        command = ["ip", "netns", "exec", namespace, sys.executable, *arguments]
        environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=_ROOT, env=environment)


@contextmanager
def two_namespaces() -> Generator[Cable]:
    """Yield the cable, or skip the test where namespaces cannot be had, with the reason."""
    if shutil.which("ip") is None:
        pytest.skip("the program ip is not installed (Debian: iproute2)")
    tag = f"{os.getpid() % 100_000}{next(_numbers)}"
    cable = Cable(f"farNear{tag}", f"farFar{tag}", f"fn{tag}", "10.203.7.2")
    try:
        _ip("netns", "add", cable.near)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"network namespaces need privileges that are not given here: {error.stderr.decode().strip()}")
    try:
        _ip("netns", "add", cable.far)
        _ip("link", "add", cable.near_card, "netns", cable.near, "type", "veth", "peer", f"ff{tag}", "netns", cable.far)
        for namespace, card, address in (
            (cable.near, cable.near_card, "10.203.7.1"),
            (cable.far, f"ff{tag}", cable.far_address),
        ):
            _ip("-n", namespace, "address", "add", f"{address}/24", "dev", card)
            _ip("-n", namespace, "link", "set", card, "up")
            _ip("-n", namespace, "link", "set", "lo", "up")
        yield cable
    finally:
        for namespace in (cable.near, cable.far):
            subprocess.run(["ip", "netns", "delete", namespace], check=False, capture_output=True, timeout=20)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, timeout=20)
