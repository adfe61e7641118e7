"""Quaternion algebra on whole arrays.

Conventions: quaternions are `wxyz`, unit length, batch axes first; q and -q are the same rotation. A rotation vector
is axis times angle, radians. `multiply(a, b)` applies b first. Formulas: Solà, "Quaternion kinematics for the
error-state Kalman filter" (2017), sections 1 to 4.
"""

import numpy as np

from realtime.types import FloatArray

IDENTITY_WXYZ = np.array([1.0, 0.0, 0.0, 0.0])


def multiply(a_wxyz: FloatArray, b_wxyz: FloatArray) -> FloatArray:
    """Return the product a b: shape (..., 4), broadcast over batch axes."""
    aw, ax, ay, az = (a_wxyz[..., i] for i in range(4))
    bw, bx, by, bz = (b_wxyz[..., i] for i in range(4))
    product = np.empty(np.broadcast_shapes(a_wxyz.shape, b_wxyz.shape))
    product[..., 0] = aw * bw - ax * bx - ay * by - az * bz
    product[..., 1] = aw * bx + ax * bw + ay * bz - az * by
    product[..., 2] = aw * by - ax * bz + ay * bw + az * bx
    product[..., 3] = aw * bz + ax * by - ay * bx + az * bw
    return product


def conjugate(q_wxyz: FloatArray) -> FloatArray:
    """Return the inverse of unit quaternions: shape (..., 4)."""
    return q_wxyz * np.array([1.0, -1.0, -1.0, -1.0])


def normalise(q_wxyz: FloatArray) -> FloatArray:
    """Return quaternions of unit length: shape (..., 4)."""
    return q_wxyz / np.sqrt(np.einsum("...i,...i", q_wxyz, q_wxyz))[..., None]


def rotate(q_wxyz: FloatArray, vectors: FloatArray) -> FloatArray:
    """Return the vectors turned by the rotations: shape (..., 3)."""
    w = q_wxyz[..., :1]
    u = q_wxyz[..., 1:]
    t = 2.0 * cross(u, vectors)
    return vectors + w * t + cross(u, t)


def from_rotation_vector(vectors_rad: FloatArray) -> FloatArray:
    """Return quaternions for axis-times-angle vectors: (..., 3) -> (..., 4)."""
    half = 0.5 * np.sqrt(np.einsum("...i,...i", vectors_rad, vectors_rad))
    q_wxyz = np.empty((*vectors_rad.shape[:-1], 4))
    q_wxyz[..., 0] = np.cos(half)
    # sin(x) / x is 1 at zero, and for whatever is too small to tell from it.
    half = np.maximum(half, 1e-12)
    q_wxyz[..., 1:] = (0.5 * np.sin(half) / half)[..., None] * vectors_rad
    return q_wxyz


def to_rotation_vector(q_wxyz: FloatArray) -> FloatArray:
    """Return axis times angle, the short way round (angle at most pi): (..., 4) -> (..., 3)."""
    q = np.where(q_wxyz[..., :1] < 0.0, -q_wxyz, q_wxyz)
    sine = np.linalg.norm(q[..., 1:], axis=-1, keepdims=True)
    angle = 2.0 * np.arctan2(sine, q[..., :1])
    scale = np.where(sine > 1e-9, angle / np.maximum(sine, 1e-12), 2.0)
    return scale * q[..., 1:]


def from_axis_angle(axis: FloatArray, angle_rad: FloatArray | float) -> FloatArray:
    """Return the rotation by `angle_rad` (...) about a unit axis (3,) or (..., 3)."""
    return from_rotation_vector(np.asarray(angle_rad)[..., None] * axis)


def slerp(a_wxyz: FloatArray, b_wxyz: FloatArray, weight: FloatArray | float) -> FloatArray:
    """Return the rotation `weight` of the short way from a to b: shape (..., 4)."""
    difference = to_rotation_vector(multiply(conjugate(a_wxyz), b_wxyz))
    return multiply(a_wxyz, from_rotation_vector(np.asarray(weight)[..., None] * difference))


def from_two_vectors(source: FloatArray, target: FloatArray) -> FloatArray:
    """Return the shortest rotation that turns unit `source` into unit `target`: shape (..., 4).

    Opposite vectors turn half a circle about some axis square to `source`.
    """
    w = 1.0 + np.sum(source * target, axis=-1, keepdims=True)
    axis = cross(source, target)
    spare = np.where(np.abs(source[..., :1]) < 0.9, np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    opposite = w < 1e-6
    q = np.concatenate([np.where(opposite, 0.0, w), np.where(opposite, cross(source, spare), axis)], axis=-1)
    return normalise(q)


def to_matrix(q_wxyz: FloatArray) -> FloatArray:
    """Return rotation matrices: (..., 4) -> (..., 3, 3)."""
    w, x, y, z = (q_wxyz[..., i] for i in range(4))
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)  # (..., 3, 3)


def from_matrix(matrices: FloatArray) -> FloatArray:
    """Return the quaternions of rotation matrices: (..., 3, 3) -> (..., 4), with the largest component positive.

    Four times the outer product of the quaternion with itself is read off the matrix; its longest row loses no digits
    (Shepperd, Journal of Guidance and Control, 1978).
    """
    xx, yy, zz = (matrices[..., i, i] for i in range(3))
    (yz, zy), (zx, xz), (xy, yx) = ((matrices[..., i, j], matrices[..., j, i]) for i, j in ((1, 2), (2, 0), (0, 1)))
    rows = [
        [1 + xx + yy + zz, zy - yz, xz - zx, yx - xy],
        [zy - yz, 1 + xx - yy - zz, xy + yx, xz + zx],
        [xz - zx, xy + yx, 1 - xx + yy - zz, yz + zy],
        [yx - xy, xz + zx, yz + zy, 1 - xx - yy + zz],
    ]
    outer = np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)  # (..., 4, 4)
    longest = np.argmax(np.diagonal(outer, axis1=-2, axis2=-1), axis=-1)
    return normalise(np.take_along_axis(outer, longest[..., None, None], axis=-2)[..., 0, :])


def yaw_of(q_wxyz: FloatArray) -> FloatArray:
    """Return the turn about +Y (twist of the swing-twist decomposition), radians: (..., 4) -> (...)."""
    return 2.0 * np.arctan2(q_wxyz[..., 2], q_wxyz[..., 0])


def cross(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the cross product; np.cross costs four times as much on small arrays."""
    (ax, ay, az), (bx, by, bz) = (tuple(v[..., i] for i in range(3)) for v in (a, b))
    product = np.empty(np.broadcast_shapes(a.shape, b.shape))
    product[..., 0] = ay * bz - az * by
    product[..., 1] = az * bx - ax * bz
    product[..., 2] = ax * by - ay * bx
    return product
