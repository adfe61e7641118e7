"""What a frame costs: our packed templates beside python-osc building the same bytes, in one run.

Run it with `python -m tests.benchmarks.bench_osc`. Times depend on the machine and on what else it does; the ratios
hardly do. Calls are timed in short runs, ours and theirs in turn, and p50 and p99 are over the runs.
"""

import socket
import sys
from collections.abc import Callable
from time import perf_counter

import numpy as np
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from realtime.motion.kinematics import forward_kinematics
from realtime.outputs.axes import Axes
from realtime.outputs.flat import Rotations, flat_encoder
from realtime.outputs.native import AudioEncoder
from realtime.outputs.osc_packet import FrameTemplate, Message
from realtime.outputs.readers import Readers
from realtime.outputs.resolume import ResolumeEncoder
from realtime.outputs.udp import PoseEncoder, UdpTarget
from realtime.outputs.vector import array_encoder, vector_encoder
from realtime.outputs.vmc import VmcEncoder
from realtime.outputs.vrchat import VrchatEncoder
from realtime.types import FloatArray
from tests.support.osc import MUSIC, STATE, dancing_pose, messages_of

RUNS = 300


def main() -> None:
    """Print the table."""
    _write(f"{'':44}{'p50 us':>9}{'p99 us':>9}")
    _side_by_side("22 bones, as VMC has them", *_vmc_like())
    _side_by_side("Flat, 24 joints, beat and state", *_flat_frame())
    _alone("world positions of one pose", lambda: forward_kinematics(_POSE.root_m, _POSE.rotations_wxyz), calls=20)
    for rotations in Rotations:
        encoder = flat_encoder(rotations)
        _alone(f"whole Flat encoder, rotations {rotations}", lambda e=encoder: e.encode(_POSE, MUSIC, STATE), calls=20)
    _all_profiles()
    _eight_targets()


_POSE = dancing_pose(seed=1)


def _vmc_like() -> tuple[Callable[[], object], Callable[[], object]]:
    messages = [Message("/VMC/Ext/Bone/Pos", "sfffffff", (f"Bone{k}",)) for k in range(22)]
    return _pair(messages, np.random.default_rng(1).normal(size=7 * len(messages)), [])


def _flat_frame() -> tuple[Callable[[], object], Callable[[], object]]:
    decoded = [message for data in flat_encoder().encode(_POSE, MUSIC, STATE) for message in messages_of(data)]
    messages = [Message(address, "i" if isinstance(params[0], int) else "f") for address, params in decoded]
    numbers = [params[0] for _, params in decoded]
    floats = np.array([number for number in numbers if isinstance(number, float)])
    return _pair(messages, floats, [number for number in numbers if isinstance(number, int)])


def _pair(
    messages: list[Message], floats: FloatArray, ints: list[int]
) -> tuple[Callable[[], object], Callable[[], object]]:
    """Return our way and python-osc's of making the same datagrams."""
    template = FrameTemplate(messages)
    ours = template.fill(floats, ints)
    parts, first = list[list[Message]](), 0
    for datagram in ours:
        count = len(messages_of(datagram))
        parts.append(messages[first : first + count])
        first += count
    floats_list = [float(value) for value in floats]

    def theirs() -> tuple[bytes, ...]:
        next_float, next_int = iter(floats_list), iter(ints)
        return tuple([_built(part, next_float.__next__, next_int.__next__) for part in parts])

    assert theirs() == ours
    return lambda: template.fill(floats, ints), theirs


def _built(messages: list[Message], next_float: Callable[[], float], next_int: Callable[[], int]) -> bytes:
    bundle = OscBundleBuilder(IMMEDIATELY)
    for message in messages:
        builder, texts = OscMessageBuilder(message.address), iter(message.texts)
        for kind in message.types:
            builder.add_arg(next_float() if kind == "f" else next_int() if kind == "i" else next(texts), kind)
        bundle.add_content(builder.build())
    return bundle.build().dgram


def _side_by_side(title: str, ours: Callable[[], object], theirs: Callable[[], object]) -> None:
    us = np.array([(_time_us(ours, 20), _time_us(theirs, 1)) for _ in range(RUNS)])
    (our_p50, their_p50), (our_p99, their_p99) = np.percentile(us, (50, 99), axis=0)
    _write(f"{title + ', packed':44}{our_p50:9.1f}{our_p99:9.1f}")
    _write(f"{title + ', python-osc':44}{their_p50:9.1f}{their_p99:9.1f}   {their_p50 / our_p50:.0f} times ours")


def _all_profiles() -> None:
    """Time every OSC profile in turn on frames that none of them has seen, as one show has them: sharing readers."""
    readers = Readers()
    rows, unity = readers.of(0.0), readers.of(0.0, Axes("left", "y"))
    encoders: dict[str, PoseEncoder] = {
        "Flat": flat_encoder(rows=rows),
        "Vector, Unity's axes": vector_encoder(rows=unity),
        "Array": array_encoder(rows=rows),
        "audio": AudioEncoder(rows),
        "VMC": VmcEncoder(moments=rows.moments),
        "VRChat": VrchatEncoder(moments=rows.moments),
        "Resolume": ResolumeEncoder(),
    }
    us = np.zeros((2000, len(encoders)))
    poses = [dancing_pose(frame, frame / 60) for frame in range(len(us))]
    for frame, pose in enumerate(poses):
        for column, encoder in enumerate(encoders.values()):
            start_s = perf_counter()
            encoder.encode(pose, MUSIC, STATE)
            us[frame, column] = (perf_counter() - start_s) * 1e6
    for title, column in zip(encoders, us.T, strict=True):
        _write_percentiles(f"one frame, shared: {title}", column)
    _write_percentiles("one frame, all profiles", us.sum(axis=1))


def _eight_targets() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        port = receiver.getsockname()[1]
        targets = [
            UdpTarget(
                name=str(k),
                host="127.0.0.1",
                port=port,
                encoder=flat_encoder(),
                profile="flat",
                rate_hz=60.0,
                lead_s=0.0,
            )
            for k in range(8)
        ]

        def send() -> None:
            for target in targets:
                target.send(_POSE, MUSIC, STATE)

        _alone("eight Flat targets, encoded and sent", send, calls=1)
        for target in targets:
            target.close()


def _alone(title: str, call: Callable[[], object], *, calls: int) -> None:
    _write_percentiles(title, np.array([_time_us(call, calls) for _ in range(RUNS)]))


def _write_percentiles(title: str, us: FloatArray) -> None:
    p50, p99 = np.percentile(us, (50, 99))
    _write(f"{title:44}{p50:9.1f}{p99:9.1f}")


def _time_us(call: Callable[[], object], calls: int) -> float:
    start_s = perf_counter()
    for _ in range(calls):
        call()
    return (perf_counter() - start_s) * 1e6 / calls


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
