"""What locking the feet of a chunk costs, beside the forward kinematics of the same chunk, in one run.

Run it with `python -m tests.benchmarks.bench_feet`. A chunk is 0.27 s at 30 fps; each goes on from the state of the one
before, as a generator runs it.
"""

import sys
from time import perf_counter

import numpy as np

from realtime.motion.feet import FeetState, FootLock
from realtime.motion.kinematics import forward_kinematics
from tests.support.skating_body import FPS, skating_steps

CHUNK, CHUNKS = 8, 400


def main() -> None:
    """Print both and their ratio."""
    lock, steps = FootLock(), skating_steps(CHUNK * CHUNKS, seed=1)
    state: FeetState | None = None
    locking_s: list[float] = []
    kinematics_s: list[float] = []
    for start in range(0, CHUNK * CHUNKS, CHUNK):
        part = steps.part(start, start + CHUNK)
        began_s = perf_counter()
        state = lock.apply(*part, FPS, state).state
        between_s = perf_counter()
        forward_kinematics(part.roots_m, part.rotations_wxyz)
        kinematics_s.append(perf_counter() - between_s)
        locking_s.append(between_s - began_s)
    for name, seconds in (("feet of a chunk", locking_s), ("forward kinematics alone", kinematics_s)):
        p50, p99 = np.percentile(np.array(seconds) * 1e3, [50, 99])
        sys.stdout.write(f"{name:28} p50 {p50:.2f} ms, p99 {p99:.2f} ms\n")
    sys.stdout.write(f"{'ratio':28} {np.median(locking_s) / np.median(kinematics_s):.1f}\n")


if __name__ == "__main__":
    main()
