"""The Vector and Array profiles: a joint, or the whole body, to a message.

Vector has at most four arguments to a message, as Unity's OscJack demands. Array is the least work for both ends.
Positions are in world space; rotations, where asked for, in world space or relative to each joint's parent.
"""

from collections.abc import Callable
from enum import StrEnum

from realtime.motion.skeleton import JOINT_COUNT
from realtime.outputs.dancer import DancerReader
from realtime.outputs.joint_names import TOUCHDESIGNER_NAMES
from realtime.outputs.native import NativeEncoder, Reading, RowReader
from realtime.outputs.osc_packet import Message
from realtime.types import FloatArray


class Turns(StrEnum):
    """Which rotations are sent, as quaternions xyzw."""

    NONE = "none"
    WORLD = "world"
    LOCAL = "local"


def vector_encoder(turns: Turns = Turns.WORLD, *, rows: RowReader | None = None) -> NativeEncoder:
    """Return an encoder that sends `/dance/p1/JOINT/t ,fff` and, after all of those, `/dance/p1/JOINT/q ,ffff`."""
    body = [Message(f"/dance/p1/{name}/t", "fff") for name in TOUCHDESIGNER_NAMES]
    if turns is not Turns.NONE:
        body += [Message(f"/dance/p1/{name}/q", "ffff") for name in TOUCHDESIGNER_NAMES]
    return _encoder(body, turns, rows)


def array_encoder(turns: Turns = Turns.WORLD, *, rows: RowReader | None = None) -> NativeEncoder:
    """Return an encoder that sends `/dance/p1/t` with 72 numbers and `/dance/p1/q` with 96, in the joints' order."""
    body = [Message("/dance/p1/t", "f" * 3 * JOINT_COUNT)]
    if turns is not Turns.NONE:
        body.append(Message("/dance/p1/q", "f" * 4 * JOINT_COUNT))
    return _encoder(body, turns, rows)


def _encoder(body: list[Message], turns: Turns, rows: RowReader | None) -> NativeEncoder:
    rows = rows or RowReader()
    return NativeEncoder(body, _writer(turns, rows.dancers), rows)


def _writer(turns: Turns, dancers: DancerReader) -> Callable[[Reading, FloatArray], None]:
    rotations = {Turns.NONE: None, Turns.WORLD: dancers.world_xyzw, Turns.LOCAL: dancers.local_xyzw}[turns]

    def write(reading: Reading, body: FloatArray) -> None:
        body[: 3 * JOINT_COUNT] = reading.dancer.joints.ravel()
        if rotations is not None:
            body[3 * JOINT_COUNT :] = rotations(reading.moment).ravel()

    return write
