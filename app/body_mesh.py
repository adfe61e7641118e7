"""A skin for the dancer: the clay of `body_shape` as triangles, each vertex tied to the joints that move it.

Surface nets (Gibson, "Constrained elastic surface nets", 1998) in whole-array form, then each vertex is moved onto the
true surface, whose gradient is its normal. Space: the rest pose, metres, the pelvis joint at the origin.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.body_shape import PARTS, distance, distance_on_grid
from realtime.motion.skeleton import JOINT_COUNT, PARENTS
from realtime.types import FloatArray

_BLEND_M = 0.022
"""How far from a joint's border its neighbour still has a say (by a factor e)."""
_FAR_M = 1.0


@dataclass(frozen=True, slots=True)
class BodyMesh:
    """A closed surface with outward normals and four weighted joints a vertex.

    Attributes:
        positions_m: shape (V, 3), float32.
        normals: shape (V, 3), float32, unit length.
        joints: shape (V, 4), float32 indices of joints, the strongest first.
        weights: shape (V, 4), float32, each row sums to 1.
        triangles: shape (T, 3), uint16 or uint32, counter-clockwise from outside.
    """

    positions_m: NDArray[np.float32]
    normals: NDArray[np.float32]
    joints: NDArray[np.float32]
    weights: NDArray[np.float32]
    triangles: NDArray[np.unsignedinteger]


@lru_cache(maxsize=4)
def body_mesh(cell_m: float) -> BodyMesh:
    """Return the body in triangles of about `cell_m` metres a side."""
    points, triangles = _surface_nets(cell_m)
    for _ in range(2):
        value, gradient = _value_and_gradient(points)
        points = points - (value / np.maximum(np.einsum("ij,ij->i", gradient, gradient), 0.05))[:, None] * gradient
    normals = _value_and_gradient(points)[1]
    normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    joints, weights = _skin(points, triangles)
    return BodyMesh(
        points.astype(np.float32),
        normals.astype(np.float32),
        joints.astype(np.float32),
        weights.astype(np.float32),
        triangles.astype(np.uint16 if len(points) < 65_536 else np.uint32),
    )


def _value_and_gradient(points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the distance and its gradient from four samples at the corners of a tetrahedron."""
    step_m = 0.003
    corners = np.array([[1.0, -1.0, -1.0], [-1.0, -1.0, 1.0], [-1.0, 1.0, -1.0], [1.0, 1.0, 1.0]])
    samples = [distance(points + step_m * corner) for corner in corners]
    gradient = np.stack([sample[:, None] * corner for sample, corner in zip(samples, corners, strict=True)]).sum(axis=0)
    return np.mean(samples, axis=0), gradient / (4.0 * step_m)


def _surface_nets(cell_m: float) -> tuple[FloatArray, NDArray[np.int64]]:
    lows, highs = zip(*(part.bounds(2.0 * cell_m) for part in PARTS), strict=True)
    low = np.min(lows, axis=0)
    shape = np.ceil((np.max(highs, axis=0) - low) / cell_m).astype(int) + 1
    axes = [low[i] + cell_m * np.arange(shape[i]) for i in range(3)]
    values = distance_on_grid(axes)
    cells, index_of_cell = _crossed_cells(values)
    points = low + cell_m * _centres(values, cells)
    return points, np.concatenate([_faces(values, index_of_cell, axis) for axis in range(3)])


def _crossed_cells(values: FloatArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the cells (N, 3) that the surface crosses, and each cell's number (-1: none) on the grid."""
    inside = values < 0.0
    x, y, z = (size - 1 for size in values.shape)
    corners = [inside[i : i + x, j : j + y, k : k + z] for i in (0, 1) for j in (0, 1) for k in (0, 1)]
    count = np.sum(corners, axis=0)
    cells = np.argwhere((count > 0) & (count < 8))
    index = np.full((x, y, z), -1)
    index[tuple(cells.T)] = np.arange(len(cells))
    return cells, index


def _centres(values: FloatArray, cells: NDArray[np.int64]) -> FloatArray:
    """Return the mean of the points where the surface cuts each cell's edges, in cells."""
    total, count = np.zeros(cells.shape), np.zeros((len(cells), 1))
    for axis in range(3):
        for u in (0, 1):
            for v in (0, 1):
                offset = np.insert(np.array([u, v]), axis, 0)
                start = cells + offset
                a = values[tuple(start.T)]
                b = values[tuple((start + np.eye(3, dtype=int)[axis]).T)]
                cut = ((a < 0) != (b < 0))[:, None]
                along = np.where(cut[:, 0], a / np.where(a == b, 1.0, a - b), 0.0)
                total += cut * (start + along[:, None] * np.eye(3)[axis])
                count += cut
    return total / count


def _faces(values: FloatArray, index_of_cell: NDArray[np.int64], axis: int) -> NDArray[np.int64]:
    """Return two triangles (M, 3) for each grid edge along `axis` that the surface cuts."""
    inside = np.moveaxis(values < 0.0, axis, 0)
    index = np.moveaxis(index_of_cell, axis, 0)
    leaves = inside[:-1, 1:-1, 1:-1] & ~inside[1:, 1:-1, 1:-1]
    enters = ~inside[:-1, 1:-1, 1:-1] & inside[1:, 1:-1, 1:-1]
    quads = np.stack([index[:, :-1, :-1], index[:, 1:, :-1], index[:, 1:, 1:], index[:, :-1, 1:]], axis=-1)
    if axis == 1:  # Bringing y to the front is an odd permutation: it turns the winding.
        leaves, enters = enters, leaves
    quads = np.concatenate([quads[leaves], quads[enters][:, ::-1]])  # (M, 4)
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def _skin(points: FloatArray, triangles: NDArray[np.int64]) -> tuple[NDArray[np.int64], FloatArray]:
    """Return the four strongest joints (V, 4) and their weights: the nearest and its kin, smeared along the skin."""
    gaps = np.full((len(points), JOINT_COUNT), _FAR_M)
    for part in PARTS:
        gaps[:, part.joint] = np.minimum(gaps[:, part.joint], part.distance(points))
    kin = np.eye(JOINT_COUNT, dtype=bool)
    kin[np.arange(1, JOINT_COUNT), PARENTS[1:]] = kin[PARENTS[1:], np.arange(1, JOINT_COUNT)] = True
    nearest = gaps.argmin(axis=1)
    weights = np.exp((gaps.min(axis=1, keepdims=True) - gaps) / _BLEND_M) * kin[nearest]
    weights /= weights.sum(axis=1, keepdims=True)
    weights = _smear(weights, triangles, passes=4)
    order = np.argsort(-weights, axis=1)[:, :4]
    strongest = np.take_along_axis(weights, order, axis=1)
    return order, strongest / strongest.sum(axis=1, keepdims=True)


def _smear(values: FloatArray, triangles: NDArray[np.int64], *, passes: int) -> FloatArray:
    """Return values (V, J) averaged with their neighbours along the triangles' sides, `passes` times."""
    starts = triangles[:, [0, 1, 2]].ravel()
    ends = triangles[:, [1, 2, 0]].ravel()
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], ends[order]
    first = np.flatnonzero(np.r_[True, starts[1:] != starts[:-1]])
    counts = np.diff(np.r_[first, len(starts)])[:, None]
    for _ in range(passes):
        values = 0.5 * values + 0.5 * np.add.reduceat(values[ends], first, axis=0) / counts
    return values
