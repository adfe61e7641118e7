"""Motion on somebody else's skeleton, before it is brought to ours."""

from dataclasses import dataclass

import numpy as np

from realtime.motion.rotations import conjugate, multiply, rotate
from realtime.types import FloatArray


@dataclass(frozen=True)
class Captured:
    """A skeleton at rest and how it moved. Any unit of length, any axis up.

    Attributes:
        names: of the joints, parents before children.
        parents: index of each joint's parent, -1 for the root.
        offsets: shape (J, 3), each joint at rest as seen from its parent, in axes of the world.
        rotations_wxyz: shape (T, J, 4), each relative to rest, in the parent's axes; identity is the rest pose.
        root: shape (T, 3), position of the root.
        fps: frames per second.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: FloatArray
    rotations_wxyz: FloatArray
    root: FloatArray
    fps: float

    def rest(self) -> FloatArray:
        """Return where the joints are at rest: shape (J, 3), the root at the origin."""
        places = np.zeros((len(self.names), 3))
        for joint, parent in enumerate(self.parents):
            if parent >= 0:
                places[joint] = places[parent] + self.offsets[joint]
        return places

    def world(self) -> tuple[FloatArray, FloatArray]:
        """Return every joint's position (T, J, 3) and rotation away from rest (T, J, 4), in the world."""
        positions = np.empty((len(self.root), len(self.names), 3))
        turns_wxyz = np.empty((len(self.root), len(self.names), 4))
        for joint, parent in enumerate(self.parents):
            if parent < 0:
                positions[:, joint], turns_wxyz[:, joint] = self.root, self.rotations_wxyz[:, joint]
            else:
                positions[:, joint] = positions[:, parent] + rotate(turns_wxyz[:, parent], self.offsets[joint])
                turns_wxyz[:, joint] = multiply(turns_wxyz[:, parent], self.rotations_wxyz[:, joint])
        return positions, turns_wxyz

    def turned(self, world_from_file_wxyz: FloatArray) -> "Captured":
        """Return the same motion in other axes of the world."""
        back_wxyz = conjugate(world_from_file_wxyz)
        return Captured(
            self.names,
            self.parents,
            rotate(world_from_file_wxyz, self.offsets),
            multiply(multiply(world_from_file_wxyz, self.rotations_wxyz), back_wxyz),
            rotate(world_from_file_wxyz, self.root),
            self.fps,
        )
