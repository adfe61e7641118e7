"""Angles for receivers that take no quaternions; degrees.

Entries of a rotation matrix are sums of products of two components of the quaternion, so that all entries that are
needed come from one matrix product; for small arrays this is several times faster than writing each of them out.
"""

import numpy as np

from realtime.motion.rotations import to_matrix
from realtime.types import FloatArray

_STEEP = 1.0 - 1e-9
"""The sine of an angle so near to 90 degrees that the other two cannot be told apart."""


def euler_xyz_deg(wxyz: FloatArray) -> FloatArray:
    """Return angles about the fixed axes x, y, z, in that order: shape (n, 3), degrees; y is within +-90."""
    entries = _entries(wxyz, _XYZ)
    sine = np.minimum(np.maximum(entries[:, 6], -1.0), 1.0)
    angles = np.empty((len(wxyz), 3))
    angles[:, 0::2] = np.arctan2(entries[:, 0:2], entries[:, 2:4])
    angles[:, 1] = np.arcsin(sine)
    steep = np.abs(sine) > _STEEP
    if steep.any():
        # At +-90 degrees the turns about x and z are one and the same: all of it is given to z.
        angles[steep, 0] = 0.0
        angles[steep, 2] = np.arctan2(entries[steep, 4], entries[steep, 5])
    return np.degrees(angles)


def euler_yxz_deg(wxyz: FloatArray) -> FloatArray:
    """Return Unity's angles, as x, y, z: about its own Y, then X, then Z; shape (n, 3), degrees, x within +-90."""
    entries = _entries(wxyz, _YXZ)
    sine = np.minimum(np.maximum(entries[:, 6], -1.0), 1.0)
    angles = np.empty((len(wxyz), 3))
    angles[:, 1:] = np.arctan2(entries[:, 0:2], entries[:, 2:4])
    angles[:, 0] = np.arcsin(sine)
    steep = np.abs(sine) > _STEEP
    if steep.any():
        # Straight up or down the turns about Y and Z are one and the same: all of it is given to Y.
        angles[steep, 1] = np.arctan2(entries[steep, 4], entries[steep, 5])
        angles[steep, 2] = 0.0
    return np.degrees(angles) + 0.0  # no -0


def _entries(wxyz: FloatArray, tensor: FloatArray) -> FloatArray:
    products = (wxyz[:, :, None] * wxyz[:, None, :]).reshape(-1, 16)
    return products @ tensor


def _tensor(*signed_entries: tuple[int, int, float]) -> FloatArray:
    """Return (16, n): products of components to the entries (row, column, sign) of the matrix.

    A quadratic form is known from its values at the units and at the sums of two of them.
    """
    units = np.eye(4)
    tensor = np.zeros((16, len(signed_entries)))
    for k, (row, column, sign) in enumerate(signed_entries):

        def entry(q: FloatArray, row: int = row, column: int = column) -> float:
            # to_matrix takes unit length for granted; what it leaves out is the square of the length on the diagonal.
            return float(to_matrix(q)[row, column]) - (row == column) * (1.0 - float(q @ q))

        for i in range(4):
            for j in range(4):
                mixed = entry(units[i] + units[j]) - entry(units[i]) - entry(units[j])
                tensor[4 * i + j, k] = sign * (entry(units[i]) if i == j else 0.5 * mixed)
    return tensor


_XYZ = _tensor((2, 1, 1.0), (1, 0, 1.0), (2, 2, 1.0), (0, 0, 1.0), (0, 1, -1.0), (1, 1, 1.0), (2, 0, -1.0))
_YXZ = _tensor((0, 2, 1.0), (1, 0, 1.0), (2, 2, 1.0), (1, 1, 1.0), (2, 0, -1.0), (0, 0, 1.0), (1, 2, -1.0))
