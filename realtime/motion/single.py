"""Quaternions one at a time on plain floats: for loops over frames, where small arrays cost ten times as much.

Conventions as in `rotations`.
"""

from math import atan2, cos, sin, sqrt

Vector = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]


def multiply(a: Quaternion, b: Quaternion) -> Quaternion:
    """Return the product a b."""
    aw, ax, ay, az = a
    bw, bx, by, bz = b
    return (
        aw * bw - ax * bx - ay * by - az * bz,
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
    )


def conjugate(q: Quaternion) -> Quaternion:
    """Return the inverse of a unit quaternion."""
    return (q[0], -q[1], -q[2], -q[3])


def rotate(q: Quaternion, v: Vector) -> Vector:
    """Return the vector turned by the rotation."""
    w, x, y, z = q
    vx, vy, vz = v
    tx, ty, tz = 2.0 * (y * vz - z * vy), 2.0 * (z * vx - x * vz), 2.0 * (x * vy - y * vx)
    return (vx + w * tx + y * tz - z * ty, vy + w * ty + z * tx - x * tz, vz + w * tz + x * ty - y * tx)


def from_rotation_vector(v: Vector) -> Quaternion:
    """Return the rotation by an axis times an angle, radians."""
    angle = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])
    scale = sin(0.5 * angle) / angle if angle > 1e-9 else 0.5
    return (cos(0.5 * angle), scale * v[0], scale * v[1], scale * v[2])


def to_rotation_vector(q: Quaternion) -> Vector:
    """Return axis times angle, the short way round."""
    sign = -1.0 if q[0] < 0.0 else 1.0
    sine = sqrt(q[1] * q[1] + q[2] * q[2] + q[3] * q[3])
    scale = sign * (2.0 * atan2(sine, sign * q[0]) / sine if sine > 1e-9 else 2.0)
    return (scale * q[1], scale * q[2], scale * q[3])


def yaw(angle_rad: float) -> Quaternion:
    """Return the rotation about +Y."""
    return (cos(0.5 * angle_rad), 0.0, sin(0.5 * angle_rad), 0.0)


def plus(a: Vector, b: Vector) -> Vector:
    """Return the sum."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def minus(a: Vector, b: Vector) -> Vector:
    """Return the difference."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def times(a: Vector, factor: float) -> Vector:
    """Return the multiple."""
    return (a[0] * factor, a[1] * factor, a[2] * factor)


def distance(a: Vector, b: Vector) -> float:
    """Return how far apart two points are."""
    x, y, z = minus(a, b)
    return sqrt(x * x + y * y + z * z)
