"""The Flat profile: one number to an address, for receivers that make a channel of each (TouchDesigner, Chataigne).

Joints and their rotations, where asked for, are in world space, so that a joint's channels place an object without
its parents. In our own axes (see `axes`), which are TouchDesigner's, nothing needs a flip.
"""

from collections.abc import Callable
from enum import StrEnum

from realtime.motion.skeleton import JOINT_COUNT
from realtime.outputs.dancer import DancerReader
from realtime.outputs.euler import euler_xyz_deg
from realtime.outputs.joint_names import TOUCHDESIGNER_NAMES
from realtime.outputs.native import NativeEncoder, Reading, RowReader
from realtime.outputs.osc_packet import Message
from realtime.types import FloatArray


class Rotations(StrEnum):
    """How rotations are sent.

    `DEGREES` are angles about x, then y, then z, all fixed axes: TouchDesigner's default order.
    """

    NONE = "none"
    DEGREES = "degrees"
    QUATERNIONS = "quaternions"


_CHANNELS = {
    Rotations.NONE: ("tx", "ty", "tz"),
    Rotations.DEGREES: ("tx", "ty", "tz", "rx", "ry", "rz"),
    Rotations.QUATERNIONS: ("tx", "ty", "tz", "qx", "qy", "qz", "qw"),
}


def flat_encoder(rotations: Rotations = Rotations.NONE, *, rows: RowReader | None = None) -> NativeEncoder:
    """Return an encoder of the Flat profile."""
    channels = _CHANNELS[rotations]
    body = [Message(f"/dance/p1/{name}:{channel}", "f") for name in TOUCHDESIGNER_NAMES for channel in channels]
    rows = rows or RowReader()
    return NativeEncoder(body, _writer(rotations, rows.dancers), rows)


def _writer(rotations: Rotations, dancers: DancerReader) -> Callable[[Reading, FloatArray], None]:
    def positions(reading: Reading, body: FloatArray) -> None:
        body[:] = reading.dancer.joints.ravel()

    def with_degrees(reading: Reading, body: FloatArray) -> None:
        channels = body.reshape(JOINT_COUNT, 6)
        channels[:, :3] = reading.dancer.joints
        channels[:, 3:] = euler_xyz_deg(dancers.world_wxyz(reading.moment))

    def with_quaternions(reading: Reading, body: FloatArray) -> None:
        channels = body.reshape(JOINT_COUNT, 7)
        channels[:, :3] = reading.dancer.joints
        channels[:, 3:] = dancers.world_xyzw(reading.moment)

    return {
        Rotations.NONE: positions,
        Rotations.DEGREES: with_degrees,
        Rotations.QUATERNIONS: with_quaternions,
    }[rotations]
