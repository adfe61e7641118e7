"""BVH, which every animation program reads: a T-pose in centimetres, then one line of angles for each frame.

Channels turn about Z, then X, then Y, as BVH files mostly do: R = Rz Rx Ry. Only the root has positions.
"""

import numpy as np

from realtime.motion.rotations import to_matrix
from realtime.motion.skeleton import JOINT_COUNT, OFFSETS_M, PARENTS
from realtime.outputs.joint_names import UNITY_BONES
from realtime.outputs.session import Recording
from realtime.types import FloatArray

CM_PER_M = 100.0
BONE_NAMES = (*UNITY_BONES, "LeftHandCentre", "RightHandCentre")
_ENDS_M = {10: (0.0, 0.0, 0.06), 11: (0.0, 0.0, 0.06), 15: (0.0, 0.19, 0.0), 22: (0.08, 0, 0), 23: (-0.08, 0, 0)}
"""Where the bones of joints without children end."""
_CHILDREN = [[child for child in range(JOINT_COUNT) if PARENTS[child] == joint] for joint in range(JOINT_COUNT)]


def bvh_text(recording: Recording) -> str:
    """Return an evenly sampled dance as a BVH file."""
    lines = ["HIERARCHY"]
    order: list[int] = []
    _write_joint(lines, order, joint=0, depth=0)
    degrees = euler_zxy_deg(recording.rotations_wxyz)[:, order].reshape(len(recording.time_s), -1)
    values = np.hstack([recording.root_m * CM_PER_M, degrees])
    lines += ["MOTION", f"Frames: {len(values)}", f"Frame Time: {1.0 / recording.fps:.9f}"]
    lines += [" ".join(f"{value:.6f}" for value in row) for row in values]
    return "\n".join(lines) + "\n"


def euler_zxy_deg(rotations_wxyz: FloatArray) -> FloatArray:
    """Return angles (z, x, y) with R = Rz Rx Ry: (T, J, 4) -> (T, J, 3), degrees; z and y go on over 180."""
    m = to_matrix(rotations_wxyz)
    sine = np.clip(m[..., 2, 1], -1.0, 1.0)
    # Straight up or down the turns about Z and Y are one and the same: all of it is given to Z.
    steep = np.abs(sine) > 1.0 - 1e-9
    z = np.where(steep, np.arctan2(m[..., 1, 0], m[..., 0, 0]), np.arctan2(-m[..., 0, 1], m[..., 1, 1]))
    y = np.where(steep, 0.0, np.arctan2(-m[..., 2, 0], m[..., 2, 2]))
    angles = np.stack([np.unwrap(z, axis=0), np.arcsin(sine), np.unwrap(y, axis=0)], axis=-1)
    return np.degrees(angles)


def _write_joint(lines: list[str], order: list[int], *, joint: int, depth: int) -> None:
    """Write a joint and those below it; `order` gets them in the order of the file."""
    order.append(joint)
    indent = "\t" * depth
    is_root = depth == 0
    lines += [indent + f"{'ROOT' if is_root else 'JOINT'} {BONE_NAMES[joint]}", indent + "{"]
    lines.append(indent + "\tOFFSET " + _triple(OFFSETS_M[joint]))
    channels = "Zrotation Xrotation Yrotation"
    lines.append(
        indent + (f"\tCHANNELS 6 Xposition Yposition Zposition {channels}" if is_root else f"\tCHANNELS 3 {channels}")
    )
    for child in _CHILDREN[joint]:
        _write_joint(lines, order, joint=child, depth=depth + 1)
    if not _CHILDREN[joint]:
        end = np.array(_ENDS_M[joint])
        lines += [indent + "\tEnd Site", indent + "\t{", indent + "\t\tOFFSET " + _triple(end), indent + "\t}"]
    lines.append(indent + "}")


def _triple(offset_m: FloatArray) -> str:
    return " ".join(f"{value * CM_PER_M:.6f}" for value in offset_m)
