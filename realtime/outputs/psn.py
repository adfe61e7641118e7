"""The PosiStageNet profile: where the dancer is, for lighting desks and sound systems that follow performers.

PosiStageNet 2.03 (posistage.net), little-endian: chunks of a 16-bit number, a 15-bit length and a bit that says whether
chunks are inside. DATA packets have the trackers' places, INFO packets, once a second, their names. Metres; desks
disagree about the axes, so a target's `handed` and `up` hold here too.
"""

import struct
from collections.abc import Iterable
from copy import deepcopy

import numpy as np

from realtime.motion.skeleton import Joint
from realtime.outputs.axes import OURS, Axes, AxesConverter
from realtime.outputs.moment import LONGEST_STEP_S, MomentReader
from realtime.types import FloatArray, MusicFrame, Pose, ShowState

MULTICAST_GROUP, PORT = "236.10.10.10", 56565
SYSTEM_NAME = "Farandole"
INFO_EVERY_S = 1.0
TRACKERS = (
    (1, "pelvis", Joint.PELVIS),
    (2, "head", Joint.HEAD),
    (3, "wrist_l", Joint.LEFT_WRIST),
    (4, "wrist_r", Joint.RIGHT_WRIST),
    (5, "ankle_l", Joint.LEFT_ANKLE),
    (6, "ankle_r", Joint.RIGHT_ANKLE),
)
_DATA_PACKET, _INFO_PACKET = 0x6755, 0x6756
_HEADER, _DATA_TRACKERS, _INFO_NAME, _INFO_TRACKERS = 0x0000, 0x0001, 0x0001, 0x0002
_POSITION, _SPEED, _STATUS, _TIMESTAMP, _NAME = 0x0000, 0x0001, 0x0003, 0x0006, 0x0000
_VERSION = (2, 3)
_JOINTS = np.array([joint for _, _, joint in TRACKERS])


class PsnEncoder:
    """Turns a show into PosiStageNet packets. One thread calls `encode`."""

    def __init__(self, axes: Axes = OURS, *, moments: MomentReader | None = None) -> None:
        self._axes = AxesConverter(axes)
        self._moments = moments or MomentReader()
        self._frame = -1
        self._last: tuple[float, FloatArray] | None = None
        self._info_s = float("-inf")

    def part(self) -> None:
        """Share the reader with nobody from now on."""
        self._moments = deepcopy(self._moments)

    def encode(self, pose: Pose, music: MusicFrame, state: ShowState) -> tuple[bytes, ...]:
        """Return the packets of one frame."""
        world = self._moments.read(pose, music, state).world
        places = self._axes.positions(world.positions_m[_JOINTS])
        speeds = self._speeds(pose.time_s, places)
        self._frame = (self._frame + 1) % 256
        head = self._head(pose.time_s)
        data = _chunk(_DATA_PACKET, head, _tracked(places, speeds, _microseconds(pose.time_s), valid=state.running))
        if 0.0 <= pose.time_s - self._info_s < INFO_EVERY_S:
            return (data,)
        self._info_s = pose.time_s
        return _chunk(_INFO_PACKET, head, _INFO), data

    def _head(self, time_s: float) -> bytes:
        """Return the header chunk: time in microseconds, version, number of the frame, packets in it."""
        return _chunk(_HEADER, struct.pack("<Q4B", _microseconds(time_s), *_VERSION, self._frame, 1), inside=False)

    def _speeds(self, time_s: float, places: FloatArray) -> FloatArray:
        last, self._last = self._last, (time_s, places)
        if last is None or not 0.0 < time_s - last[0] <= LONGEST_STEP_S:
            return np.zeros_like(places)
        return (places - last[1]) / (time_s - last[0])


def _microseconds(time_s: float) -> int:
    return max(round(time_s * 1e6), 0)


def _tracked(places: FloatArray, speeds: FloatArray, microseconds: int, *, valid: bool) -> bytes:
    trackers = [
        _chunk(
            number,
            _chunk(_POSITION, struct.pack("<3f", *place), inside=False),
            _chunk(_SPEED, struct.pack("<3f", *speed), inside=False),
            _chunk(_STATUS, struct.pack("<f", float(valid)), inside=False),
            _chunk(_TIMESTAMP, struct.pack("<Q", microseconds), inside=False),
        )
        for (number, _, _), place, speed in zip(TRACKERS, places.tolist(), speeds.tolist(), strict=True)
    ]
    return _chunk(_DATA_TRACKERS, *trackers)


def _chunk(number: int, *parts: bytes, inside: bool = True) -> bytes:
    """Return a chunk; `inside` says whether its content is chunks."""
    content = b"".join(parts)
    return struct.pack("<HH", number, len(content) | inside << 15) + content


def _names(trackers: Iterable[tuple[int, str, Joint]]) -> bytes:
    named = [_chunk(number, _chunk(_NAME, name.encode("ascii"), inside=False)) for number, name, _ in trackers]
    return _chunk(_INFO_NAME, SYSTEM_NAME.encode("ascii"), inside=False) + _chunk(_INFO_TRACKERS, *named)


_INFO = _names(TRACKERS)
