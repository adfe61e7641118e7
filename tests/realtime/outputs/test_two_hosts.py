"""A sender and a receiver on two hosts, as far as the system can tell: two network namespaces and a cable.

The kernel's own impairment (tc netem) is not everywhere, so the receiver's end loses, delays and reorders by itself.
"""

import json

import pytest

from tests.support.cable import two_namespaces

FRAMES = 180


@pytest.mark.realtime
def test_a_receiver_behind_a_bad_network_recovers_and_the_sender_never_waits() -> None:
    end = ("-m", "tests.support.two_hosts")
    with two_namespaces() as cable, cable.python(cable.far, *end, "receive", "10000", "7") as receiver:
        assert receiver.stdout is not None
        assert receiver.stdout.readline() == "listening\n"
        with cable.python(cable.near, *end, "send", cable.far_address, "10000", cable.near_card, str(FRAMES)) as sender:
            sent = json.loads(sender.communicate(timeout=60)[0])
        heard = json.loads(receiver.communicate(timeout=60)[0])
    seen = heard["seen"]
    # While the cable was out everything was refused, counted and named, and nothing waited for it.
    assert sent["errors"] > 0
    assert "unreachable" in sent["last_error"]
    assert sent["sent"] + sent["errors"] >= 3 * FRAMES
    assert sent["waits"] == 0
    # The network lost, swapped and delayed; the receiver can tell, and has the newest frames in the end.
    assert len(seen) < heard["arrived"] <= sent["sent"]
    assert seen != sorted(seen)
    assert set(seen) & set(range(FRAMES // 3))
    assert max(seen) >= FRAMES - 3
    assert heard["x_m"] == pytest.approx(max(seen) / 1024, abs=0.01)
