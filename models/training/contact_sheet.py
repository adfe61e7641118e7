"""Draws motion as a contact sheet: a row of bodies across some beats, to look at a dance without a window.

Limbs are capsules, shaded by side and by depth, over a floor grid; feet on the floor are marked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from realtime.motion.kinematics import forward_kinematics
from realtime.motion.rotations import rotate
from realtime.motion.skeleton import Joint
from realtime.types import FloatArray, PoseChunk

J = Joint
_LEFT, _RIGHT, _MIDDLE = (70, 150, 235), (240, 130, 60), (215, 215, 225)
_BONES: tuple[tuple[Joint, Joint, float, tuple[int, int, int]], ...] = (
    (J.PELVIS, J.SPINE2, 0.115, _MIDDLE),
    (J.SPINE2, J.SPINE3, 0.12, _MIDDLE),
    (J.SPINE3, J.NECK, 0.085, _MIDDLE),
    (J.NECK, J.HEAD, 0.05, _MIDDLE),
    *(
        bone
        for side, colour in (("LEFT", _LEFT), ("RIGHT", _RIGHT))
        for bone in (
            (J[f"{side}_HIP"], J[f"{side}_KNEE"], 0.068, colour),
            (J[f"{side}_KNEE"], J[f"{side}_ANKLE"], 0.05, colour),
            (J[f"{side}_COLLAR"], J[f"{side}_SHOULDER"], 0.055, colour),
            (J[f"{side}_SHOULDER"], J[f"{side}_ELBOW"], 0.042, colour),
            (J[f"{side}_ELBOW"], J[f"{side}_WRIST"], 0.036, colour),
            (J[f"{side}_WRIST"], J[f"{side}_HAND"], 0.036, colour),
        )
    ),
)
BACKGROUND, _GRID, TEXT = (18, 20, 26), (52, 57, 68), (230, 232, 235)


@dataclass(frozen=True, slots=True)
class View:
    """A parallel camera: turned about the vertical and tilted down, degrees; half a stage is `reach_m` wide."""

    yaw_deg: float = 0.0
    tilt_deg: float = 8.0
    reach_m: float = 0.85

    def project(self, points: FloatArray, size: tuple[int, int]) -> FloatArray:
        """Return x, y in pixels and depth (larger is nearer): (..., 3) -> (..., 3)."""
        yaw, tilt = np.radians(self.yaw_deg), np.radians(self.tilt_deg)
        x = points[..., 0] * np.cos(yaw) - points[..., 2] * np.sin(yaw)
        z = points[..., 0] * np.sin(yaw) + points[..., 2] * np.cos(yaw)
        y = points[..., 1] * np.cos(tilt) - z * np.sin(tilt)
        depth = points[..., 1] * np.sin(tilt) + z * np.cos(tilt)
        scale = size[0] / (2 * self.reach_m)
        return np.stack([size[0] / 2 + x * scale, size[1] * 0.9 - y * scale, depth], axis=-1)


FRONT, THREE_QUARTER, SIDE = View(), View(yaw_deg=-40.0, tilt_deg=14.0), View(yaw_deg=-90.0)


def contact_sheet(
    chunk: PoseChunk,
    frames: Sequence[int],
    labels: Sequence[str],
    path: Path,
    *,
    title: str = "",
    views: Sequence[View] = (FRONT, THREE_QUARTER),
    cell: tuple[int, int] = (190, 230),
    columns: int = 8,
) -> None:
    """Draw the chosen frames of a chunk, `columns` to a row and a row per view, and save a PNG."""
    draw_bodies(chunk, frames, labels, title=title, views=views, cell=cell, columns=columns).save(path)


def draw_bodies(
    chunk: PoseChunk,
    frames: Sequence[int],
    labels: Sequence[str],
    *,
    title: str = "",
    views: Sequence[View] = (FRONT, THREE_QUARTER),
    cell: tuple[int, int] = (190, 230),
    columns: int = 8,
) -> Image.Image:
    """Return the picture that `contact_sheet` saves."""
    bands = -(-len(frames) // columns)
    sheet = Image.new("RGB", (cell[0] * min(columns, len(frames)), cell[1] * len(views) * bands + 18), BACKGROUND)
    ImageDraw.Draw(sheet).text((6, 3), title, fill=TEXT)
    poses = forward_kinematics(chunk.roots_m[list(frames)], chunk.rotations_wxyz[list(frames)])
    for index, frame in enumerate(frames):
        band, column = divmod(index, columns)
        for row, view in enumerate(views):
            joints, orientations = poses.positions_m[index], poses.world_from_joint_wxyz[index]
            picture = _draw(joints, orientations, view, cell, chunk.contacts[frame])
            ImageDraw.Draw(picture).text((5, 4), labels[index], fill=TEXT)
            sheet.paste(picture, (column * cell[0], 18 + (band * len(views) + row) * cell[1]))
    return sheet


def _draw(
    joints: FloatArray, orientations: FloatArray, view: View, cell: tuple[int, int], contacts: FloatArray
) -> Image.Image:
    size = (cell[0] * 2, cell[1] * 2)
    picture = Image.new("RGB", size, BACKGROUND)
    draw = ImageDraw.Draw(picture)
    for k in np.arange(-1.2, 1.21, 0.4):
        for ends in (((k, 0, -1.2), (k, 0, 1.2)), ((-1.2, 0, k), (1.2, 0, k))):
            (x1, y1, _), (x2, y2, _) = view.project(np.array(ends, dtype=float), size)
            draw.line((x1, y1, x2, y2), fill=_GRID, width=2)
    shadow = view.project(joints[[J.LEFT_FOOT, J.RIGHT_FOOT, J.LEFT_ANKLE, J.RIGHT_ANKLE]] * [1, 0, 1], size)
    for index, contact in ((0, contacts[1]), (1, contacts[3]), (2, contacts[0]), (3, contacts[2])):
        _disc(draw, shadow[index, :2], 9, (120, 220, 120) if contact > 0.5 else (70, 60, 60))
    scale = size[0] / (2 * view.reach_m)
    ends = [(view.project(joints[a], size), view.project(joints[b], size), r * scale, c) for a, b, r, c in _BONES]
    for ankle, foot, colour in ((J.LEFT_ANKLE, J.LEFT_FOOT, _LEFT), (J.RIGHT_ANKLE, J.RIGHT_FOOT, _RIGHT)):
        heel = joints[ankle] + rotate(orientations[ankle], np.array([0.0, -0.025, -0.04]))
        toe = joints[foot] + rotate(orientations[foot], np.array([0.0, 0.005, 0.06]))
        for a, b, radius in (
            (heel, joints[foot], 0.03),
            (joints[foot], toe, 0.024),
            (joints[ankle], joints[foot], 0.03),
        ):
            ends.append((view.project(a, size), view.project(b, size), radius * scale, colour))
    up = rotate(orientations[J.HEAD], np.array([0.0, 0.09, 0.02]))
    nose = rotate(orientations[J.HEAD], np.array([0.0, 0.08, 0.12]))
    head = view.project(joints[J.HEAD] + up, size)
    ends.append((head, head, 0.105 * scale, (235, 215, 195)))
    tip = view.project(joints[J.HEAD] + nose, size)
    ends.append((tip, tip, 0.03 * scale, (255, 90, 110)))
    for start, end, radius, colour in sorted(ends, key=lambda bone: bone[0][2] + bone[1][2]):
        shade = 0.72 + 0.28 * np.clip((start[2] + end[2]) / 2 / 0.6 + 0.3, -1.0, 1.0)
        _capsule(draw, start[:2], end[:2], radius + 2.5, (8, 9, 12))
        _capsule(
            draw, start[:2], end[:2], radius, (int(colour[0] * shade), int(colour[1] * shade), int(colour[2] * shade))
        )
    return picture.resize(cell, Image.Resampling.LANCZOS)


def _capsule(
    draw: ImageDraw.ImageDraw, start: FloatArray, end: FloatArray, radius: float, colour: tuple[int, int, int]
) -> None:
    draw.line((start[0], start[1], end[0], end[1]), fill=colour, width=max(1, round(2 * radius)))
    _disc(draw, start, radius, colour)
    _disc(draw, end, radius, colour)


def _disc(draw: ImageDraw.ImageDraw, centre: FloatArray, radius: float, colour: tuple[int, int, int]) -> None:
    draw.ellipse((centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius), fill=colour)
