"""A sender and a receiver on two hosts, as far as the system can tell: two network namespaces and a cable.

The kernel's own impairment (tc netem) is not everywhere, so the receiver's end loses, delays and reorders by itself.
"""

import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

FRAMES = 180
_numbers = itertools.count()


@dataclass(frozen=True)
class Cable:
    """Two namespaces that see each other over a pair of network cards."""

    near: str
    far: str
    near_card: str
    far_address: str

    def run(self, namespace: str, *arguments: str) -> subprocess.Popen[str]:
        command = ["ip", "netns", "exec", namespace, sys.executable, "-m", "tests.support.two_hosts", *arguments]
        root = Path(__file__).parents[3]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
        )


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, timeout=20)


@pytest.fixture
def cable() -> Iterator[Cable]:
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
        yield cable
    finally:
        for namespace in (cable.near, cable.far):
            subprocess.run(["ip", "netns", "delete", namespace], check=False, capture_output=True, timeout=20)


@pytest.mark.realtime
def test_a_receiver_behind_a_bad_network_recovers_and_the_sender_never_waits(cable: Cable) -> None:
    with cable.run(cable.far, "receive", "10000", "7") as receiver:
        assert receiver.stdout is not None
        assert receiver.stdout.readline() == "listening\n"
        with cable.run(cable.near, "send", cable.far_address, "10000", cable.near_card, str(FRAMES)) as sender:
            sent = json.loads(sender.communicate(timeout=60)[0])
        heard = json.loads(receiver.communicate(timeout=60)[0])
    seen = heard["seen"]
    # While the cable was out everything was refused, counted and named, and nothing waited for it.
    assert sent["errors"] > 0
    assert "unreachable" in sent["last_error"]
    assert sent["sent"] + sent["errors"] >= 3 * FRAMES
    assert sent["longest_s"] < 0.25
    # The network lost, swapped and delayed; the receiver can tell, and has the newest frames in the end.
    assert len(seen) < heard["arrived"] <= sent["sent"]
    assert seen != sorted(seen)
    assert set(seen) & set(range(FRAMES // 3))
    assert max(seen) >= FRAMES - 3
    assert heard["x_m"] == pytest.approx(max(seen) / 1024, abs=0.01)
