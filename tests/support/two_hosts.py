"""Two ends of a bad network, each run in a network namespace of its own: `python -m tests.support.two_hosts ROLE ...`.

`send HOST PORT CARD FRAMES` performs at 60 Hz and pulls the plug of its network card for a second in the middle;
`receive PORT SEED` loses, delays and reorders what comes before it looks at it. Both print what happened as JSON.
"""

import heapq
import json
import random
import resource
import select
import socket
import subprocess
import sys
import time

from realtime.clock import HostClock
from realtime.outputs.flat import flat_encoder
from realtime.outputs.udp import UdpTarget
from tests.support.osc import MUSIC, STATE, messages_of, pose_at

LOSS = 0.1
DELAY_S = (0.005, 0.060)
QUIET_S = 2.0


def send(host: str, port: int, card: str, frames: int) -> None:
    """Perform; print what was sent."""
    clock = HostClock()
    target = UdpTarget(
        name="far", host=host, port=port, encoder=flat_encoder(), profile="flat", rate_hz=60.0, lead_s=0.0
    )
    start_s, waits, plugs = clock.now_s(), 0, list[subprocess.Popen[bytes]]()
    for frame in range(frames):
        clock.sleep_until(start_s + frame / 60)
        if frame in (frames // 3, frames // 2):
            state = "down" if frame == frames // 3 else "up"
            plugs.append(subprocess.Popen(["ip", "link", "set", card, state]))
        pose, before = pose_at(frame / 60, x_m=frame / 1024), _waits()
        target.send(pose, MUSIC, STATE)
        waits += _waits() - before
    health = target.health()
    target.close()
    for plug in plugs:
        plug.wait()
    print(  # noqa: T201 - the parent reads it
        json.dumps({"sent": health.sent, "errors": health.errors, "last_error": health.last_error, "waits": waits})
    )


def _waits() -> int:
    """Return how often this thread gave the processor up by itself: the busiest machine cannot add to that."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw


def receive(port: int, seed: int) -> None:
    """Listen until nothing has come for a while; print the frames in the order in which they were seen."""
    rng, waiting, seen, x_m = random.Random(seed), list[tuple[float, int, bytes]](), list[int](), -1.0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("0.0.0.0", port))
        print("listening", flush=True)  # noqa: T201
        heard_s, arrived = time.monotonic() + 20.0, 0
        while time.monotonic() < heard_s + QUIET_S or waiting:
            if select.select([listening], [], [], 0.002)[0]:
                data, heard_s = listening.recv(65536), time.monotonic()
                arrived += 1
                if rng.random() >= LOSS:
                    heapq.heappush(waiting, (heard_s + rng.uniform(*DELAY_S), arrived, data))
            while waiting and waiting[0][0] <= time.monotonic():
                messages = messages_of(heapq.heappop(waiting)[2])
                frame = messages[0][1][0]
                if messages[1][0] == "/dance/p1/pelvis:tx" and frame >= max(seen, default=0):
                    x_m = messages[1][1][0]
                seen.append(frame)
    print(json.dumps({"arrived": arrived, "seen": seen, "x_m": x_m}))  # noqa: T201


if __name__ == "__main__":
    role, *rest = sys.argv[1:]
    if role == "send":
        send(rest[0], int(rest[1]), rest[2], int(rest[3]))
    else:
        receive(int(rest[0]), int(rest[1]))
