"""Whose axes and unit a target speaks: right- or left-handed, Y or Z up, metres or centimetres.

Ours are right-handed, Y up, metres; the dancer faces +Z and the dancer's left is +X. Every other choice keeps the
dancer upright and is what programs of that kind expect:

| handed | up | our (x, y, z) becomes | the dancer faces | as in |
|---|---|---|---|---|
| right | y | (x, y, z) | +Z | TouchDesigner, glTF, Godot's models |
| left | y | (-x, y, z) | +Z | Unity |
| right | z | (x, -z, y) | -Y | Blender |
| left | z | (x, z, y) | +Y | Unreal |
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from realtime.motion.kinematics import WorldPose
from realtime.types import FloatArray

_MAPS = {
    ("right", "y"): np.eye(3),
    ("left", "y"): np.diag([-1.0, 1.0, 1.0]),
    ("right", "z"): np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]]),
    ("left", "z"): np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]),
}
_UNITS_PER_M = {"m": 1.0, "cm": 100.0}


@dataclass(frozen=True)
class Axes:
    """One choice of axes and unit."""

    handed: Literal["right", "left"] = "right"
    up: Literal["y", "z"] = "y"
    unit: Literal["m", "cm"] = "m"

    @property
    def up_index(self) -> int:
        """Which coordinate is the height."""
        return "xyz".index(self.up)

    @property
    def units_per_m(self) -> float:
        """How many of its units make a metre."""
        return _UNITS_PER_M[self.unit]

    @property
    def target_from_ours(self) -> FloatArray:
        """Shape (3, 3): turns or mirrors a vector; the unit is left as it is."""
        return _MAPS[self.handed, self.up]


OURS = Axes()


class AxesConverter:
    """Converts whole bodies. A mirror turns the sense of every rotation, so vector parts get the determinant's sign."""

    def __init__(self, axes: Axes) -> None:
        mirror = axes.target_from_ours
        self._vectors = mirror.T * axes.units_per_m
        self._quaternions = np.eye(4)
        self._quaternions[1:, 1:] = np.linalg.det(mirror) * mirror.T
        self._xyzw = self._quaternions[:, [1, 2, 3, 0]]
        self._same = axes == OURS

    def positions(self, positions_m: FloatArray) -> FloatArray:
        """Return positions in the target's axes and unit: shape (..., 3)."""
        return positions_m if self._same else positions_m.dot(self._vectors)

    def rotations(self, rotations_wxyz: FloatArray) -> FloatArray:
        """Return the same rotations about the target's axes: shape (..., 4), still wxyz."""
        return rotations_wxyz if self._same else rotations_wxyz.dot(self._quaternions)

    def xyzw(self, rotations_wxyz: FloatArray) -> FloatArray:
        """Return the same rotations about the target's axes, as receivers spell them: shape (..., 4), xyzw."""
        return rotations_wxyz.dot(self._xyzw)

    def world(self, world: WorldPose) -> WorldPose:
        """Return a body in the target's axes and unit."""
        if self._same:
            return world
        return WorldPose(self.positions(world.positions_m), self.rotations(world.world_from_joint_wxyz))
