"""Shader programs with what never changes already bound to them; made when first needed, kept for the canvas' life."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from vispy import gloo

from app.body_mesh import body_mesh
from realtime.types import FloatArray

CELLS_M = (0.014, 0.022, 0.036)
"""Sizes of the triangles of detail 0, 1, 2."""
_VERTEX = ("a_position", "a_normal", "a_joints", "a_weights")
_CORNERS = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]], np.float32)


class Programs:
    """The programs of one GL context. The window's thread only."""

    def __init__(self, shader_source: Callable[[str], str]) -> None:
        self._shader_source = shader_source
        self._programs: dict[tuple[str, str, int], gloo.Program] = {}
        self._bodies: dict[int, tuple[gloo.VertexBuffer, gloo.IndexBuffer]] = {}

    def screen(self, vertex: str, fragment: str) -> gloo.Program:
        """Return a program that draws a strip over the whole target."""
        return self._program(vertex, fragment, 0, lambda: {"a_position": _CORNERS})

    def points(self, count: int) -> gloo.Program:
        """Return the program of `count` motes."""
        return self._program(
            "motes.vert",
            "motes.frag",
            count,
            lambda: {"a_seed": np.random.default_rng(7).random((count, 4)).astype(np.float32)},
        )

    def ribbon(self, path_m: FloatArray) -> gloo.Program:
        """Return the program of a ribbon along a path of shape (P, 3), newest point first; draw it as a strip."""
        program = self._program("ribbon.vert", "ribbon.frag", 0, dict)
        count = len(path_m)
        tangents = np.gradient(path_m, axis=0)
        across_age = np.stack([np.tile([-1.0, 1.0], count), np.repeat(np.linspace(0.0, 1.0, count), 2)], axis=-1)
        program["a_position"] = np.repeat(path_m, 2, axis=0).astype(np.float32)
        program["a_tangent"] = np.repeat(tangents, 2, axis=0).astype(np.float32)
        program["a_across_age"] = across_age.astype(np.float32)
        return program

    def body(self, fragment: str, detail: int) -> tuple[gloo.Program, gloo.IndexBuffer]:
        """Return the program of the skin and its triangles."""
        if detail not in self._bodies:
            self._bodies[detail] = _body_buffers(CELLS_M[detail])
        vertices, triangles = self._bodies[detail]
        program = self._program("skin.vert", fragment, detail, lambda: {name: vertices[name] for name in _VERTEX})
        return program, triangles

    def _program(
        self, vertex: str, fragment: str, variant: int, fixed: Callable[[], Mapping[str, Any]]
    ) -> gloo.Program:
        key = (vertex, fragment, variant)
        if key not in self._programs:
            program = gloo.Program(self._shader_source(vertex), self._shader_source(fragment))
            assign(program, fixed())
            self._programs[key] = program
        return self._programs[key]


def assign(program: gloo.Program, values: Mapping[str, Any]) -> None:
    """Give a program those of the values that its shaders name."""
    for name, value in values.items():
        if name in program:
            program[name] = value


def _body_buffers(cell_m: float) -> tuple[gloo.VertexBuffer, gloo.IndexBuffer]:
    mesh = body_mesh(cell_m)
    fields = dict(zip(_VERTEX, (mesh.positions_m, mesh.normals, mesh.joints, mesh.weights), strict=True))
    packed = np.empty(len(mesh.positions_m), [(name, np.float32, (data.shape[1],)) for name, data in fields.items()])
    for name, data in fields.items():
        packed[name] = data
    return gloo.VertexBuffer(packed), gloo.IndexBuffer(mesh.triangles.ravel())
