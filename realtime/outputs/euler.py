"""Angles for receivers that take no quaternions; degrees.

Entries of a rotation matrix are sums of products of two components of the quaternion, so that all entries that are
needed come from one matrix product, a change of axes included; for small arrays this is several times faster than
writing each of them out. The middle angle comes from its sine and cosine as the others do, so that one call finds all.
"""

from typing import NamedTuple

import numpy as np

from realtime.motion.rotations import to_matrix
from realtime.outputs.axes import OURS, Axes, AxesConverter
from realtime.types import FloatArray

_STEEP = 4.5e-5
"""The cosine of an angle so near to 90 degrees that the other two cannot be told apart."""
_DEGREES = 180.0 / np.pi
_Entry = tuple[int, int, float]
"""Row, column and sign."""


def euler_xyz_deg(wxyz: FloatArray) -> FloatArray:
    """Return angles about the fixed axes x, y, z, in that order: shape (n, 3), degrees; y is within +-90."""
    return _angles(wxyz, _XYZ)


def unity_euler_deg(wxyz: FloatArray) -> FloatArray:
    """Return what Unity calls the angles of rotations in our axes.

    They are about Unity's Y, then X, then Z, each turned by those before: shape (n, 3), degrees, in the order x, y, z;
    x is within +-90.
    """
    return _angles(wxyz, _UNITY)


class _Form(NamedTuple):
    """How the angles come from a matrix.

    Attributes:
        tensor: (16, 8), products of components to the sines of x, y, z, to their cosines, and to the steep pair. All
            but the middle sine are times the middle cosine.
        middle: the axis that turns second; its cosine is found from the sine and the cosine of `outer`.
        outer: the axis that turns first or last and is the sum of both where the middle is +-90 degrees.
        idle: the axis that then has none; sine and cosine of the sum are the steep pair.
    """

    tensor: FloatArray
    middle: int
    outer: int
    idle: int


def _angles(wxyz: FloatArray, form: _Form) -> FloatArray:
    products = (wxyz[:, :, None] * wxyz[:, None, :]).reshape(-1, 16)
    entries = products.dot(form.tensor)
    sines, cosines = entries[:, :3], entries[:, 3:6]
    middle = cosines[:, form.middle] = np.hypot(sines[:, form.outer], cosines[:, form.outer])
    angles = np.arctan2(sines, cosines)
    if min(middle.tolist(), default=1.0) < _STEEP:
        steep = middle < _STEEP
        angles[steep, form.idle] = 0.0
        angles[steep, form.outer] = np.arctan2(entries[steep, 6], entries[steep, 7])
    angles *= _DEGREES
    angles += 0.0  # no -0
    return angles


def _tensor(axes: Axes, *signed_entries: _Entry) -> FloatArray:
    """Return (16, n): products of components of rotations in our axes to entries of the matrix in these.

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
    turned = AxesConverter(axes).rotations(units)
    return np.kron(turned, turned) @ tensor


_NONE = (0, 0, 0.0)
_XYZ = _Form(
    _tensor(
        OURS,
        *((2, 1, 1.0), (2, 0, -1.0), (1, 0, 1.0)),
        *((2, 2, 1.0), _NONE, (0, 0, 1.0)),
        *((0, 1, -1.0), (1, 1, 1.0)),
    ),
    middle=1,
    outer=2,
    idle=0,
)
_UNITY = _Form(
    _tensor(
        Axes("left", "y"),
        *((1, 2, -1.0), (0, 2, 1.0), (1, 0, 1.0)),
        *(_NONE, (2, 2, 1.0), (1, 1, 1.0)),
        *((2, 0, -1.0), (0, 0, 1.0)),
    ),
    middle=0,
    outer=1,
    idle=2,
)
